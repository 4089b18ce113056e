"""Which branch decides, whatever a clone's configuration fetches: never one whose name somebody else chose."""

from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.app.ports import UnknownRevisionError

OWN = "+refs/heads/*:refs/remotes/origin/*"


def served(place: Path) -> tuple[Scratch, str]:
    """A server, and the tip of its main; elsewhere there lies another commit under every name that could be taken for it."""
    server = Scratch.make(place / "server")
    good = server.commit(a="1")
    server.git("checkout", "-q", "-b", "evil")
    evil = server.commit(a="2")
    server.git("checkout", "-q", "main")
    for ref in (
        "refs/remotes/origin/main",
        "refs/heads/remotes/origin/main",
        "refs/heads/up/main",
        "refs/heads/x/HEAD",
    ):
        server.git("update-ref", ref, evil)
    return server, good


def cloned(server: Scratch, place: Path, *options: str) -> Scratch:
    server.git("clone", "-q", *options, str(server.folder), str(place))
    return Scratch(place)


def decides(clone: Scratch, **inherited: str) -> tuple[str, str | None]:
    with clone.open(**inherited) as repository:
        name, commit, _ = repository.protected_tip("")
    return name, commit


@pytest.mark.parametrize(
    "refspec",
    [
        "+refs/remotes/*:refs/remotes/*",
        "+refs/r*:refs/r*",
        "+refs/rem*:refs/rem*",
        "refs/remotes/origin/main:refs/remotes/origin/main",
        "+refs/re*/origin/main:refs/re*/origin/main",
        '"+refs/rem"otes/*:refs/remotes/*',
        "+refs/rem\\\notes/*:refs/rem\\\notes/*",
    ],
)
def test_what_lies_below_remotes_there_decides_nothing_here(tmp_path: Path, refspec: str) -> None:
    server, good = served(tmp_path)
    clone = cloned(server, tmp_path / "clone")
    config = clone.folder / ".git" / "config"
    config.write_text(config.read_text().replace(OWN, refspec))
    clone.git("fetch", "-q", "--force")
    assert clone.git("rev-parse", "refs/remotes/origin/main") != good

    assert decides(clone) == ("refs/heads/main", good)


def test_no_branch_decides_by_the_whole_name_that_it_was_given(tmp_path: Path) -> None:
    server, _ = served(tmp_path)
    clone = cloned(server, tmp_path / "clone")
    clone.git("config", "remote.origin.fetch", "+refs/heads/*:refs/*")
    clone.git("update-ref", "-d", "refs/heads/main")
    clone.git("fetch", "-q", "--force")

    assert decides(clone) == ("", None)


@pytest.mark.parametrize(
    "more",
    [
        "",
        "+refs/pull/*/head:refs/remotes/origin/pr/*",
        "+refs/merge-requests/*/head:refs/remotes/origin/merge-requests/*",
        "+refs/heads/release/*:refs/remotes/origin/release/*",
        "+refs/tags/*:refs/tags/*",
        "refs/notes/*:refs/notes/*",
        "^refs/heads/wip/*",
        "+refs/weighbridge/*:refs/weighbridge/*",
    ],
)
def test_a_clone_that_fetches_more_is_judged_by_the_remotes_branch_as_ever(tmp_path: Path, more: str) -> None:
    server, good = served(tmp_path)
    clone = cloned(server, tmp_path / "clone")
    if more:
        clone.git("config", "--add", "remote.origin.fetch", more)
    clone.git("fetch", "-q")
    clone.git("update-ref", "refs/heads/main", "origin/evil")

    assert decides(clone) == ("refs/remotes/origin/main", good)


@pytest.mark.parametrize("name", ["up/stream", "heads", "a/b/c", "HEAD"])
def test_a_remote_decides_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    server, good = served(tmp_path)
    clone = cloned(server, tmp_path / "clone", "-o", name)
    clone.git("update-ref", "refs/heads/main", f"refs/remotes/{name}/evil")

    assert decides(clone) == (f"refs/remotes/{name}/main", good)


def planted(server: Scratch) -> str:
    """Another commit under what many may push, and what a refspec may make a name of."""
    evil = server.git("rev-parse", "evil")
    for ref in ("refs/pull/main", "refs/heads/x/main", "refs/heads/heads/main", "refs/changes/heads/main"):
        server.git("update-ref", ref, evil)
    return evil


@pytest.mark.parametrize(
    "refspec",
    [
        "+refs/heads/x/*:refs/remotes/origin/*",
        "+refs/pull/*:refs/remotes/origin/*",
        "+refs/heads/x/main:refs/remotes/origin/main",
        "+refs/pull/main:remotes/origin/main",
        "+refs/heads/*/main:refs/remotes/origin/*",
    ],
)
@pytest.mark.parametrize("is_beside", [True, False])
def test_what_is_called_otherwise_there_is_no_branch_of_the_remote_here(
    tmp_path: Path, refspec: str, *, is_beside: bool
) -> None:
    server, good = served(tmp_path)
    planted(server)
    clone = cloned(server, tmp_path / "clone")
    clone.git("config", *(["--add"] if is_beside else []), "remote.origin.fetch", refspec)
    clone.git("update-ref", "-d", "refs/remotes/origin/HEAD", "--no-deref")

    assert decides(clone) == ("refs/heads/main", good)


@pytest.mark.parametrize(
    "refspec",
    [
        "+refs/heads/x/*:refs/heads/*",
        "+refs/pull/*:refs/heads/*",
        "+refs/changes/*:refs/*",
        "+refs/heads/x/main:main",
        "+refs/heads/x/main:heads/main",
    ],
)
def test_no_branch_here_decides_that_got_its_name_of_somebody_else(tmp_path: Path, refspec: str) -> None:
    server, _ = served(tmp_path)
    evil = planted(server)
    clone = cloned(server, tmp_path / "clone")
    clone.git("checkout", "-q", "--detach")
    clone.git("config", "remote.origin.fetch", refspec)
    clone.git("fetch", "-q", "--force")
    clone.git("for-each-ref", "--format=delete %(refname)", "refs/remotes")
    clone.git("update-ref", "-d", "refs/remotes/origin/HEAD", "--no-deref")
    for ref in clone.git("for-each-ref", "--format=%(refname)", "refs/remotes").split():
        clone.git("update-ref", "-d", ref)
    assert clone.git("rev-parse", "refs/heads/main") == evil

    with clone.open() as repository:
        name, commit, reason = repository.protected_tip("")
        with pytest.raises(UnknownRevisionError, match="others choose what a branch is called"):
            repository.protected_tip("main")

    assert (name, commit) == ("", None)
    assert f"the configuration fetches {refspec} of origin, so that others choose what a branch is called" in reason


@pytest.mark.parametrize(
    ("place", "text", "left"),
    [
        ("remotes/old", "URL: {url}\nPull: +refs/remotes/*:refs/remotes/*\n", "refs/heads/main"),
        ("remotes/a/b", "URL: {url}\nPull: refs/heads/x/*:refs/remotes/origin/*\n", "refs/heads/main"),
        ("remotes/old", "URL: {url}\nPull: refs/heads/*:refs/remotes/old/*\n", "refs/remotes/origin/main"),
        ("remotes/old", "URL: {url}\nPush: refs/heads/*:refs/remotes/origin/*\n", "refs/remotes/origin/main"),
        ("branches/evil", "{url}#main\n", "refs/remotes/origin/main"),
        ("branches/main", "{url}#x/main\n", "refs/remotes/origin/main"),
    ],
)
def test_remotes_that_are_kept_in_files_of_their_own_are_read_too(
    tmp_path: Path, place: str, text: str, left: str
) -> None:
    server, good = served(tmp_path)
    clone = cloned(server, tmp_path / "clone")
    written = clone.folder / ".git" / place
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(text.format(url=server.folder))

    assert decides(clone) == (left, good)


def test_a_file_among_branches_that_names_main_leaves_no_local_main_to_decide(tmp_path: Path) -> None:
    server, _ = served(tmp_path)
    evil = planted(server)
    clone = Scratch.make(tmp_path / "clone")
    (clone.folder / ".git/branches").mkdir(exist_ok=True)
    (clone.folder / ".git/branches/main").write_text(f"{server.folder}#x/main\n")
    clone.git("symbolic-ref", "HEAD", "refs/heads/other")
    clone.git("fetch", "-q", "main")
    assert clone.git("rev-parse", "refs/heads/main") == evil

    with clone.open() as repository:
        name, commit, reason = repository.protected_tip("")

    assert (name, commit) == ("", None)
    assert "the file branches/main fetches refs/heads/x/main:refs/heads/main" in reason


@pytest.mark.parametrize("place", ["included", "user", "config of the user's", "work tree", "other work tree"])
def test_a_refspec_counts_wherever_git_reads_it(tmp_path: Path, place: str) -> None:
    server, good = served(tmp_path)
    clone = cloned(server, tmp_path / "clone")
    odd = '[remote "origin"]\n\tfetch = +refs/remotes/*:refs/remotes/*\n'
    home = tmp_path / "home"
    (home / ".config/git").mkdir(parents=True)
    if place == "included":
        (tmp_path / "odd").write_text(odd)
        clone.git("config", "include.path", str(tmp_path / "odd"))
    elif place == "user":
        (home / ".gitconfig").write_text(odd)
    elif place == "config of the user's":
        (home / ".config/git/config").write_text(odd)
    else:
        clone.git("config", "extensions.worktreeConfig", "true")
        clone.git("worktree", "add", "-q", "--detach", str(tmp_path / "other"))
        where = "config.worktree" if place == "work tree" else "worktrees/other/config.worktree"
        (clone.folder / ".git" / where).write_text(odd)

    assert decides(clone, HOME=str(home)) == ("refs/heads/main", good)


def test_a_remote_that_looks_like_anothers_branches_decides_nothing(tmp_path: Path) -> None:
    server, good = served(tmp_path)
    clone = cloned(server, tmp_path / "clone")
    clone.git("config", "remote.origin/x.fetch", "+refs/heads/*:refs/remotes/origin/x/*")

    assert decides(clone) == ("refs/heads/main", good)


def test_a_fork_that_is_fetched_to_where_origins_branches_are_decides_nothing(tmp_path: Path) -> None:
    server, good = served(tmp_path)
    clone = cloned(server, tmp_path / "clone")
    clone.git("config", "remote.fork.fetch", OWN)

    assert decides(clone) == ("refs/heads/main", good)


@pytest.mark.parametrize(
    "lines",
    [
        '[url "file:///x/"]\n\tinsteadOf = https://example.com/\n',
        '[remote "pushed"]\n\turl = /fetch/it\n\tpush = refs/heads/*:refs/remotes/origin/*\n',
        '[remote "up/stream"]\n\tfetch = +refs/heads/*:refs/remotes/up/stream/*\n',
        '[svn-remote "svn"]\n\tfetch = trunk:refs/remotes/origin/trunk\n',
        "[fetch]\n\tprune = true\n",
        '[remote "origin"]\n\tfetch = ^refs/heads/main\n\tfetch = refs/heads/main\n',
    ],
)
def test_what_names_no_ref_here_changes_nothing(tmp_path: Path, lines: str) -> None:
    server, good = served(tmp_path)
    clone = cloned(server, tmp_path / "clone")
    config = clone.folder / ".git" / "config"
    config.write_text(config.read_text() + lines)
    clone.git("update-ref", "refs/heads/main", "origin/evil")

    assert decides(clone) == ("refs/remotes/origin/main", good)


def test_a_branch_whose_name_looks_like_several_lines_is_one_branch(tmp_path: Path) -> None:
    server, good = served(tmp_path)
    for name in (
        "z\u2028refs/remotes/origin/main",
        "z\x85refs/remotes/origin/HEAD",
        "z\u2028x/HEAD",
        "z\u2029refs/heads/main",
    ):
        server.git("update-ref", f"refs/heads/{name}", "evil")
    clone = cloned(server, tmp_path / "clone")

    assert decides(clone) == ("refs/remotes/origin/main", good)
    with clone.open() as repository:
        assert repository.refs("refs/remotes/origin/main", 9) == {"refs/remotes/origin/main": good}
        assert len(repository.refs("refs/remotes/", 99)) == len(clone.git("for-each-ref", "refs/remotes").split("\n"))
