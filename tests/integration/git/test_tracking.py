"""Which branch decides, whatever a clone's configuration fetches: never one whose name somebody else chose."""

from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

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


def decides(clone: Scratch) -> tuple[str, str | None]:
    with clone.open() as repository:
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
