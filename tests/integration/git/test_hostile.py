"""Nothing a repository or an inherited environment brings is run, fetched or obeyed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git import open_repository
from weighbridge.adapters.git.process import Git, clean_environment, find_git
from weighbridge.app.ports import ChangeRequest, RepositoryError
from weighbridge.domain.change import ChangeKind
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason

EVERY_HOOK = (
    "pre-commit",
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "post-rewrite",
    "fsmonitor-watchman",
    "pre-auto-gc",
)


class Trap:
    """A program that leaves a mark when anybody runs it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.mark = folder / "sprung"
        self.program = folder / "trap"
        self.program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{self.mark}'\nexit 1\n")
        self.program.chmod(0o755)

    def sprung(self) -> str:
        """What was run, empty when nothing was."""
        return self.mark.read_text() if self.mark.exists() else ""


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path / "trap")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.write_all({"a.py": "one\ntwo\n", "b.bin": b"\0\1\2", ".gitattributes": "* diff=evil filter=evil\n"})
    made.commit("Begin")
    made.write_all({"a.py": "one\nTWO\n", "b.bin": b"\0\1\3", "c.py": "new\n"})
    made.commit("Go on")
    made.git("notes", "--ref", "ai", "add", "-m", "a note", "HEAD")
    return made


def look_at_everything(scratch: Scratch, **inherited: str) -> None:
    """Every question the port knows, in every kind of change."""
    with scratch.open(**inherited) as repository:
        for request in (
            ChangeRequest(range_text="HEAD~1..HEAD"),
            ChangeRequest(range_text="HEAD"),
            ChangeRequest(),
            ChangeRequest(staged=True),
            ChangeRequest(worktree=True),
        ):
            change = repository.change(request)
            repository.protected_target(request, change)
            for entry in repository.entries(change.head_tree).values():
                repository.read(entry.oid, 1 << 20)
        (head,) = repository.change(ChangeRequest(range_text="HEAD")).commits
        list(repository.historic_commits(repository.ancestors(head.oid, 100).oids))
        repository.notes("refs/notes/ai", [head.oid])
        repository.orphaned_notes("refs/notes/ai")
        repository.file_at(head.oid, RepoPath("a.py"), 1000)
        repository.read(ObjectId("1" * 40), 1000)
        repository.raw_commit(head.oid)
        repository.refs("refs/heads", 10)


Plant = Callable[[Scratch, Trap], None]


def config(*pairs: tuple[str, str]) -> Plant:
    def plant(scratch: Scratch, trap: Trap) -> None:
        for key, value in pairs:
            scratch.git("config", key, value.replace("TRAP", str(trap.program)))

    return plant


def hooks(scratch: Scratch, trap: Trap) -> None:
    for name in EVERY_HOOK:
        (scratch.folder / ".git/hooks").mkdir(exist_ok=True)
        (scratch.folder / ".git/hooks" / name).symlink_to(trap.program)


def included(scratch: Scratch, trap: Trap) -> None:
    scratch.write(".git/more", f"[core]\n\tfsmonitor = {trap.program}\n\tpager = {trap.program}\n")
    scratch.git("config", "include.path", "more")


def info_attributes(scratch: Scratch, trap: Trap) -> None:
    scratch.write(".git/info/attributes", "* diff=evil filter=evil merge=evil textconv\n")
    config(("diff.evil.textconv", "TRAP"), ("filter.evil.clean", "TRAP"))(scratch, trap)


PLANTS: dict[str, Plant] = {
    "fsmonitor": config(("core.fsmonitor", "TRAP")),
    "fsmonitor-v1": config(("core.fsmonitor", "TRAP"), ("core.fsmonitorHookVersion", "1")),
    "hooks": hooks,
    "hooks-path": config(("core.hooksPath", "TRAP/..")),
    "external-diff": config(("diff.external", "TRAP")),
    "diff-driver": config(("diff.evil.command", "TRAP"), ("diff.evil.textconv", "TRAP"), ("diff.evil.binary", "false")),
    "filter": config(("filter.evil.clean", "TRAP"), ("filter.evil.smudge", "TRAP"), ("filter.evil.required", "true")),
    "filter-process": config(("filter.evil.process", "TRAP"), ("filter.evil.required", "true")),
    "signing": config(("gpg.program", "TRAP"), ("gpg.ssh.program", "TRAP"), ("log.showSignature", "true")),
    "pager": config(("core.pager", "TRAP"), ("pager.log", "TRAP"), ("pager.diff", "TRAP"), ("core.editor", "TRAP")),
    "alias": config(("alias.log", "!TRAP"), ("alias.diff-tree", "!TRAP"), ("alias.cat-file", "!TRAP")),
    "include": included,
    "info-attributes": info_attributes,
    "alternate-refs": config(("core.alternateRefsCommand", "TRAP")),
    "partial-clone": config(
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ext::TRAP %S"),
        ("remote.origin.uploadpack", "TRAP"),
        ("protocol.allow", "always"),
        ("protocol.ext.allow", "always"),
    ),
    "partial-clone-by-path": config(
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "/nonexistent"),
        ("remote.origin.uploadpack", "TRAP"),
    ),
    "partial-clone-by-ssh": config(
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ssh://example.invalid/x"),
        ("core.sshCommand", "TRAP"),
        ("credential.helper", "!TRAP"),
        ("core.askPass", "TRAP"),
        ("core.gitProxy", "TRAP"),
    ),
    "partial-clone-by-helper": config(
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "x"),
        ("remote.origin.vcs", "trap"),
    ),
    "trailers": config(("trailer.x.command", "TRAP"), ("trailer.x.cmd", "TRAP")),
    "sub-commands": config(
        ("uploadpack.packObjectsHook", "TRAP"), ("interactive.diffFilter", "TRAP"), ("man.x.cmd", "TRAP")
    ),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_no_program_named_by_the_repositorys_configuration_is_run(scratch: Scratch, trap: Trap, plant: Plant) -> None:
    plant(scratch, trap)
    scratch.write("a.py", "touched\n")

    look_at_everything(scratch)

    assert trap.sprung() == ""


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("fsmonitor", ["git", "status"]),
        ("external-diff", ["git", "diff", "HEAD~1"]),
        ("diff-driver", ["git", "log", "-p"]),
        ("filter", ["git", "add", "-A"]),
        ("alias", ["git", "whatever"]),
        ("hooks", ["git", "add", "-A"]),
        ("partial-clone-by-ssh", ["git", "cat-file", "-p", "1" * 40]),
        ("partial-clone", ["git", "cat-file", "-p", "1" * 40]),
    ],
)
def test_the_same_traps_do_spring_under_plain_git(scratch: Scratch, trap: Trap, name: str, command: list[str]) -> None:
    PLANTS[name](scratch, trap)
    scratch.git("config", "alias.whatever", f"!{trap.program}")
    scratch.write("a.py", "touched\n")

    subprocess.run(command, cwd=scratch.folder, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60)

    assert trap.sprung() != ""


def test_a_git_that_lies_in_the_repository_is_not_found_by_a_relative_path(scratch: Scratch, trap: Trap) -> None:
    (scratch.folder / "git").symlink_to(trap.program)

    look_at_everything(scratch, PATH=f".::{os.environ['PATH']}")

    assert trap.sprung() == ""


@pytest.mark.parametrize(
    "variable",
    [
        "GIT_EXTERNAL_DIFF",
        "GIT_SSH_COMMAND",
        "GIT_PAGER",
        "GIT_EDITOR",
        "GIT_ASKPASS",
        "GIT_PROXY_COMMAND",
        "GIT_EXEC_PATH",
        "GIT_TRACE",
        "GIT_TRACE2_EVENT",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_COMMON_DIR",
        "GIT_REPLACE_REF_BASE",
        "GIT_NAMESPACE",
        "GIT_INDEX_FILE",
        "GIT_QUARANTINE_PATH",
    ],
)
def test_variables_left_by_somebody_else_change_nothing(scratch: Scratch, trap: Trap, variable: str) -> None:
    expected = scratch.change("HEAD~1..HEAD")

    with scratch.open(**{variable: str(trap.program)}) as repository:
        found = repository.change(ChangeRequest(range_text="HEAD~1..HEAD"))
        staged = repository.change(ChangeRequest(staged=True))

    assert (found, staged.files, trap.sprung()) == (expected, (), "")


def test_configuration_given_by_variables_is_not_obeyed(scratch: Scratch, trap: Trap) -> None:
    look_at_everything(
        scratch,
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="core.fsmonitor",
        GIT_CONFIG_VALUE_0=str(trap.program),
        GIT_CONFIG_PARAMETERS=f"'core.fsmonitor={trap.program}'",
    )

    assert trap.sprung() == ""


def test_a_replaced_object_is_read_as_it_was(scratch: Scratch) -> None:
    honest = scratch.git("rev-parse", "HEAD:a.py")
    other = scratch.git("hash-object", "-w", "--stdin", given=b"lies\n")
    scratch.git("replace", honest, other)

    with scratch.open() as repository:
        assert repository.read(ObjectId(honest), 100) == b"one\nTWO\n"


def test_a_replaced_commit_does_not_change_what_lies_between(scratch: Scratch) -> None:
    expected = scratch.change("HEAD~1..HEAD")
    head = scratch.git("rev-parse", "HEAD")
    tree = scratch.git("rev-parse", "HEAD~1^{tree}")
    scratch.git("replace", head, scratch.git("commit-tree", tree, "-p", "HEAD~1", "-m", "Harmless"))

    assert scratch.change("HEAD~1..HEAD") == expected


def test_grafts_do_not_change_a_commits_parents(scratch: Scratch) -> None:
    base, head = scratch.git("rev-parse", "HEAD~1"), scratch.git("rev-parse", "HEAD")
    scratch.write(".git/info/grafts", f"{head}\n")

    assert scratch.change("HEAD").base_commit == base


def test_a_commit_graph_that_lies_is_not_read(scratch: Scratch) -> None:
    scratch.git("commit-graph", "write", "--reachable")
    graph = scratch.folder / ".git/objects/info/commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(graph.read_bytes()[:-200] + b"\xff" * 200)

    assert [commit.subject for commit in scratch.change("HEAD~1..HEAD").commits] == ["Go on"]


def test_an_attribute_that_hides_differences_hides_nothing(scratch: Scratch) -> None:
    scratch.commit("Hide", **{".gitattributes": "*.py -diff binary\n", "a.py": "one\nevil\n"})
    scratch.write(".git/info/attributes", "*.py -diff\n")

    file = next(file for file in scratch.change("HEAD").files if file.path == "a.py")

    assert (file.is_binary, file.lines_added) == (False, 1)


def test_a_nul_in_a_source_file_does_not_hide_its_lines(scratch: Scratch) -> None:
    scratch.commit("Add", **{"s.js": "// fine\nrun()\n" + "// more\n" * 50})
    scratch.commit("Hide", **{"s.js": "// f\0ne\nrun(evil)\n" + "// more\n" * 50})

    (file,) = scratch.change("HEAD").files

    assert (file.is_binary, file.lines_added, file.lines_removed) == (True, 2, 2)


def test_a_real_binary_has_no_lines(scratch: Scratch) -> None:
    file = next(file for file in scratch.change("HEAD").files if file.path == "b.bin")

    assert (file.is_binary, file.added, file.removed) == (True, (), ())


def test_a_work_tree_that_configuration_moves_elsewhere_is_not_read(scratch: Scratch, tmp_path: Path) -> None:
    secret = tmp_path / "home"
    secret.mkdir()
    (secret / "key").write_text("private\n")
    scratch.git("config", "core.worktree", str(secret))

    with (
        open_repository(scratch.folder / ".git", inherited={"PATH": os.environ["PATH"]}) as repository,
        pytest.raises(RepositoryError, match=r"no work tree|is not this repository's"),
    ):
        repository.change(ChangeRequest(worktree=True))
    assert scratch_refuses_worktree(scratch)


def scratch_refuses_worktree(scratch: Scratch) -> bool:
    try:
        scratch.change(worktree=True)
    except RepositoryError:
        return True
    return False


def test_links_and_linked_folders_of_the_work_tree_are_never_followed(scratch: Scratch, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("password\n")
    scratch.commit("A folder", **{"inside/secret.py": "harmless\n"})
    (scratch.folder / "inside/secret.py").unlink()
    (scratch.folder / "inside").rmdir()
    (scratch.folder / "inside").symlink_to(outside)
    (scratch.folder / "direct.py").symlink_to(outside / "secret.py")

    change = scratch.change(worktree=True)

    assert {(f.path, f.status.value) for f in change.files} == {
        ("inside/secret.py", "deleted"),
        ("inside", "added"),
        ("direct.py", "added"),
    }
    assert all(f.head.mode.value == "120000" for f in change.files if f.head)


def test_an_object_whose_bytes_do_not_match_its_id_could_not_be_looked_at(scratch: Scratch) -> None:
    honest = scratch.git("rev-parse", "HEAD:a.py")
    other = scratch.git("hash-object", "-w", "--stdin", given=b"lies\n")
    objects = scratch.folder / ".git/objects"
    target = objects / honest[:2] / honest[2:]
    target.chmod(0o644)
    target.write_bytes((objects / other[:2] / other[2:]).read_bytes())

    with scratch.open() as repository:
        taken = repository.read(ObjectId(honest), 100)

    assert isinstance(taken, CouldNotLook)
    assert taken.reason is Reason.FAILED


def test_a_tree_that_names_billions_of_files_is_refused(scratch: Scratch) -> None:
    oid = scratch.git("hash-object", "-w", "--stdin", given=b"boom\n")
    kind, mode = "blob", "100644"
    for _ in range(9):
        lines = "".join(f"{mode} {kind} {oid}\tf{n}\n" for n in range(10))
        oid, kind, mode = scratch.git("mktree", given=lines.encode()), "tree", "040000"
    bomb = scratch.git("commit-tree", oid, "-p", "HEAD", "-m", "Boom")

    with pytest.raises(RepositoryError, match="more than 100,000 files differ"):
        scratch.change(f"HEAD..{bomb}")


def test_a_branch_and_a_tag_of_one_name_are_not_guessed_between(scratch: Scratch) -> None:
    scratch.git("tag", "main", "HEAD~1")

    with pytest.raises(RepositoryError, match="say refs/heads/main or refs/tags/main"):
        scratch.change("main..HEAD")


@pytest.mark.parametrize(
    ("ref", "name"), [("refs/remotes/origin/main", "origin/main"), ("refs/remotes/hub/HEAD", "hub")]
)
def test_a_tag_decides_nothing_about_what_a_remote_branch_is(scratch: Scratch, ref: str, name: str) -> None:
    scratch.git("update-ref", ref, "HEAD~1")
    scratch.git("tag", name, "HEAD")

    with pytest.raises(RepositoryError, match=f"say {ref} or refs/tags/{name}"):
        scratch.change(f"{name}..HEAD")


@pytest.mark.parametrize("name", ["id", "HEAD"])
def test_a_branch_called_like_an_id_is_not_taken_for_that_commit(scratch: Scratch, name: str) -> None:
    commit = scratch.git("rev-parse", "HEAD")
    called = commit if name == "id" else name
    scratch.git("update-ref", f"refs/heads/{called}", "HEAD~1")

    with pytest.raises(RepositoryError, match="what git itself calls so is another commit"), scratch.open() as opened:
        opened.resolved(called)


def test_a_closed_repository_leaves_no_folder_and_no_program_behind(scratch: Scratch, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    script = (
        "import sys, tempfile; tempfile.tempdir = sys.argv[2]\n"
        "from pathlib import Path\n"
        "from weighbridge.adapters.git import open_repository\n"
        "from weighbridge.app.ports import ChangeRequest\n"
        "repository = open_repository(Path(sys.argv[1]))\n"
        "repository.change(ChangeRequest(staged=True))\n"
        "raise KeyboardInterrupt\n"
    )
    source = Path(__file__).parents[3] / "src"

    done = subprocess.run(
        [sys.executable, "-c", script, str(scratch.folder), str(temporary)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(source)},
        capture_output=True,
        check=False,
    )

    assert b"KeyboardInterrupt" in done.stderr
    assert list(temporary.iterdir()) == []


def test_what_a_killed_run_left_is_removed_a_day_later_and_nothing_else(scratch: Scratch, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    for name in ("weighbridge-git-old", "weighbridge-git-fresh", "somebody-elses"):
        (temporary / name / "objects").mkdir(parents=True)
    (temporary / "weighbridge-git-link").symlink_to(temporary / "somebody-elses")
    for name in ("weighbridge-git-old", "somebody-elses"):
        os.utime(temporary / name, (0, 0))
    script = (
        "import sys, tempfile; tempfile.tempdir = sys.argv[2]\n"
        "from pathlib import Path\n"
        "from weighbridge.adapters.git import open_repository\n"
        "open_repository(Path(sys.argv[1])).close()\n"
    )

    subprocess.run(
        [sys.executable, "-c", script, str(scratch.folder), str(temporary)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3] / "src")},
        check=True,
    )

    assert {p.name for p in temporary.iterdir()} == {"weighbridge-git-fresh", "weighbridge-git-link", "somebody-elses"}


def test_a_fine_repository_is_still_read_with_all_of_this_switched_off(scratch: Scratch) -> None:
    scratch.write("c.py", "staged\n")
    scratch.git("add", "c.py")

    change = scratch.change(staged=True)

    assert (change.kind, [f.path for f in change.files]) == (ChangeKind.STAGED, ["c.py"])


def test_a_git_that_hangs_is_stopped_and_said(scratch: Scratch) -> None:
    os.mkfifo(scratch.folder / ".git/endless")
    scratch.git("config", "include.path", "endless", GIT_DIR=str(scratch.folder / ".git"))
    environment = clean_environment({"PATH": os.environ["PATH"]})
    git = Git(program=find_git(environment), folder=scratch.folder, environment=environment, timeout=0.5)

    with pytest.raises(RepositoryError, match="did not answer within"):
        git.run("rev-parse", "HEAD")
    with pytest.raises(RepositoryError, match="did not answer within"), git.stream("log") as chunks:
        list(chunks)


def test_a_stream_that_is_left_early_ends_its_git(scratch: Scratch) -> None:
    environment = clean_environment({"PATH": os.environ["PATH"]})
    git = Git(program=find_git(environment), folder=scratch.folder, environment=environment)

    with git.stream("cat-file", "--batch", "--batch-all-objects") as chunks:
        next(chunks)

    assert not [p for p in Path("/proc").glob("[0-9]*") if _is_child_git(p)]


def _is_child_git(process: Path) -> bool:
    try:
        parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
        return parent == str(os.getpid()) and "git" in (process / "comm").read_text()
    except OSError:
        return False
