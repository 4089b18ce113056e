"""The protected branch as it grew, from real repositories: merges, roots, odd paths, branches of remotes."""

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.domain.ids import ObjectId, RepoPath


def at(day: int) -> str:
    return f"{1_700_000_000 + day * 86_400} +0000"


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return Scratch.make(tmp_path_factory.mktemp("trunk") / "shop")


def commit(scratch: Scratch, message: str, *, files: dict[str, bytes | str] | None = None, day: int = 0) -> ObjectId:
    scratch.write_all(files or {})
    scratch.git("add", "-A")
    scratch.git("commit", "-q", "--allow-empty", "-m", message, GIT_COMMITTER_DATE=at(day))
    return ObjectId(scratch.git("rev-parse", "HEAD"))


def test_steps_go_along_first_parents_and_say_what_was_before(scratch: Scratch) -> None:
    root = commit(scratch, "Begin", files={"a": "1"})
    scratch.git("switch", "-q", "-c", "side")
    commit(scratch, "Aside", files={"b": "1"}, day=1)
    commit(scratch, "Aside again", files={"b": "2"}, day=2)
    scratch.git("switch", "-q", "main")
    other = commit(scratch, "Go on", files={"c": "1"}, day=3)
    scratch.git("merge", "-q", "--no-ff", "-m", "Merge side", "side", GIT_COMMITTER_DATE=at(4))
    tip = ObjectId(scratch.git("rev-parse", "HEAD"))

    with scratch.open() as repository:
        steps = repository.first_parents(tip, 100)
        changed = repository.changed_paths((step.before, step.tree) for step in steps)

    assert [step.commit for step in steps] == [root, other, tip]
    assert [step.subject for step in steps] == ["Begin", "Go on", "Merge side"]
    assert [list(changed[step.before, step.tree]) for step in steps] == [["a"], ["c"], ["b"]]
    assert [(step.at - steps[0].at).days for step in steps] == [0, 3, 4]


def test_only_the_newest_are_read_and_the_last_of_them_knows_what_was_before(scratch: Scratch) -> None:
    made = [commit(scratch, f"{n}", files={"a": f"{n}"}) for n in range(5)]

    with scratch.open() as repository:
        steps = repository.first_parents(made[-1], 2)
        trees = [repository.tree_of(oid) for oid in made]

    assert [step.commit for step in steps] == made[-2:]
    assert [step.before for step in steps] == trees[-3:-1]


def test_paths_are_told_whatever_they_are_called(scratch: Scratch) -> None:
    before = commit(scratch, "Begin", files={"a": "1"})
    trees = scratch.git("rev-parse", f"{before}^{{tree}}")
    odd = [f"{trees} {trees}\nx", "ü b\n", "-c"]
    tip = commit(scratch, "Odd", files=dict.fromkeys(odd, "1"))

    with scratch.open() as repository:
        (step,) = repository.first_parents(tip, 1)
        changed = repository.changed_paths([(step.before, step.tree)])

    assert sorted(changed[step.before, step.tree]) == sorted(map(RepoPath, odd))


def test_a_renamed_file_is_told_at_both_places_and_a_commit_without_changes_at_none(scratch: Scratch) -> None:
    commit(scratch, "Begin", files={"a": "1\n2\n3\n"})
    scratch.git("mv", "a", "b")
    commit(scratch, "Move")
    tip = commit(scratch, "Nothing")

    with scratch.open() as repository:
        steps = repository.first_parents(tip, 10)[1:]
        changed = repository.changed_paths((step.before, step.tree) for step in steps)

    assert [list(changed.get((step.before, step.tree), ())) for step in steps] == [["a", "b"], []]


def test_branches_that_are_not_merged_are_told_once_each(scratch: Scratch) -> None:
    tip = commit(scratch, "Begin", files={"a": "1"})
    scratch.git("branch", "merged")
    scratch.git("switch", "-q", "-c", "fix")
    fix = commit(scratch, "Fix", files={"b": "1"}, day=1)
    scratch.git("switch", "-q", "-c", "feature", "main")
    feature = commit(scratch, "Feature", files={"c": "1"}, day=2)
    scratch.git("update-ref", "refs/remotes/origin/fix", fix)
    scratch.git("update-ref", "refs/remotes/origin/main", tip)
    scratch.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")

    with scratch.open() as repository:
        branches = list(repository.unmerged_branches(tip, 10))
        newest = list(repository.unmerged_branches(tip, 1))

    assert [(branch.commit, branch.name) for branch in branches] == [(feature, "feature"), (fix, "fix")]
    assert [branch.commit for branch in newest] == [feature]


def test_a_shallow_clone_says_nothing_of_its_last_commit(
    scratch: Scratch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for number in range(3):
        commit(scratch, f"{number}", files={"a": f"{number}"})
    clone = tmp_path_factory.mktemp("clone") / "shop"
    scratch.git("clone", "-q", "--depth=2", f"file://{scratch.folder}", str(clone))

    with Scratch(clone).open() as repository:
        steps = repository.first_parents(ObjectId(scratch.git("rev-parse", "HEAD")), 10)

    assert [step.subject for step in steps] == ["2"]
