"""Merges are weighed against their first parent, and taken apart against the merge base."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.change import Change
from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.rule import Case
from weighbridge.landscape.integrity.merges import MergeWork, merge_work
from weighbridge.rules.integrity import merge_brings_code, merge_drops_change

TEXT = "".join(f"def f{n}():\n    return {n}\n\n\n" for n in range(10))


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.write_all({"a.py": TEXT, "b.py": "x = 1\n", "picture.bin": b"\0\1\2", "folder/c.py": TEXT})
    made.commit("Begin")
    return made


def sides(scratch: Scratch, ours: dict[str, bytes | str], *, theirs: dict[str, bytes | str]) -> None:
    """Two branches, `main` checked out, each with a commit of its own."""
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.commit("Theirs", **theirs)
    scratch.git("checkout", "-q", "main")
    scratch.commit("Ours", **ours)


def findings(scratch: Scratch, text: str = "HEAD") -> list[Finding]:
    with scratch.open() as repository:
        change = repository.change(ChangeRequest(range_text=text))
        merges = repository.merges(change)
        assert not isinstance(merges, CouldNotLook), merges
        case = Case({Change: change, MergeWork: merge_work(merges, repository.read)})
    found: list[Finding] = []
    for rule in (merge_brings_code, merge_drops_change):
        said = rule.check(case)
        assert not isinstance(said, CouldNotLook)
        found += said
    return found


def told(found: Sequence[Finding]) -> list[tuple[str, int, Severity]]:
    return [(f.place.path, f.place.line, f.severity) for f in found]


def test_a_merge_that_git_makes_by_itself_says_nothing(scratch: Scratch) -> None:
    sides(
        scratch,
        {"a.py": TEXT.replace("return 0", "return 100")},
        theirs={"a.py": TEXT.replace("return 9", "return 900")},
    )
    scratch.git("merge", "-q", "--no-ff", "-m", "Merge", "topic")

    assert findings(scratch) == []


def test_a_line_that_came_in_with_the_merge_itself_is_found_where_it_stands(scratch: Scratch) -> None:
    sides(scratch, {"a.py": "y = 1\n" + TEXT}, theirs={"folder/c.py": "z = 1\n" + TEXT})
    scratch.git("merge", "-q", "--no-ff", "--no-commit", "topic")
    scratch.write("b.py", "x = 1\nimport socket\n")
    scratch.commit("Merge")

    assert told(findings(scratch)) == [("b.py", 2, Severity.MEDIUM)]


def test_a_fix_that_the_merge_leaves_behind_blocks_although_nothing_differs(scratch: Scratch) -> None:
    sides(scratch, {"a.py": "y = 1\n" + TEXT}, theirs={"b.py": "x = 1\ncheck(x)\n", "picture.bin": b"\0\3\4"})
    scratch.git("merge", "-q", "-s", "ours", "-m", "Merge", "topic")

    (found,) = findings(scratch)

    assert scratch.change("HEAD").files == ()
    assert (found.place.path, found.severity) == ("b.py", Severity.HIGH)
    assert "such as `check(x)`" in found.message
    assert [related.place.path for related in found.related] == ["picture.bin"]


def test_a_conflict_that_forgets_one_side_is_told_and_does_not_block(scratch: Scratch) -> None:
    sides(scratch, {"b.py": "record('asked')\n"}, theirs={"b.py": "while True: wait()\n"})
    scratch.git("merge", "-q", "-X", "theirs", "-m", "Merge", "topic")

    assert told(findings(scratch)) == [("b.py", 0, Severity.MEDIUM)]


def test_of_two_variants_of_one_line_one_may_win(scratch: Scratch) -> None:
    sides(scratch, {"b.py": 'version = "1.2"\n'}, theirs={"b.py": 'version = "1.3"\n'})
    scratch.git("merge", "-q", "-X", "ours", "-m", "Merge", "topic")

    assert told(findings(scratch)) == [("b.py", 0, Severity.LOW)]


def test_a_file_that_one_side_moved_and_the_other_changed_is_followed(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.git("mv", "folder/c.py", "folder/moved.py")
    scratch.commit("Move it")
    scratch.git("checkout", "-q", "main")
    scratch.commit("Ours", **{"folder/c.py": TEXT.replace("return 4", "return 400")})
    scratch.git("merge", "-q", "--no-ff", "-m", "Merge", "topic")

    assert findings(scratch) == []


def test_an_octopus_has_more_than_two_sides_and_each_may_be_left_behind(scratch: Scratch) -> None:
    for name in ("one", "two", "three"):
        scratch.git("checkout", "-q", "-b", name, "main")
        scratch.commit(name, **{f"{name}.py": f"{name} = 1\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit("Ours", **{"b.py": "x = 2\n"})
    scratch.git("merge", "-q", "-m", "Merge", "one", "two", "three")
    fine = findings(scratch)
    scratch.git("rm", "-q", "two.py")
    scratch.git("commit", "-q", "--amend", "-m", "Merge")

    assert fine == []
    assert told(findings(scratch)) == [("two.py", 0, Severity.HIGH)]


def test_branches_that_were_merged_into_each_other_have_two_bases_and_say_nothing(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    theirs = scratch.commit("Theirs", **{"b.py": "x = 2\n"})
    scratch.git("checkout", "-q", "main")
    ours = scratch.commit("Ours", **{"a.py": "y = 1\n" + TEXT})
    scratch.git("merge", "-q", "-m", "Across", theirs)
    scratch.git("checkout", "-q", "topic")
    scratch.git("merge", "-q", "-m", "Across", ours)
    scratch.commit("Theirs again", **{"b.py": "x = 3\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit("Ours again", **{"a.py": "y = 2\n" + TEXT})
    scratch.git("merge", "-q", "-m", "Merge", "topic")

    assert findings(scratch) == []


def test_histories_that_share_nothing_are_merged_against_the_empty_tree(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "--orphan", "other")
    scratch.git("rm", "-rqf", ".")
    scratch.commit("Begin elsewhere", **{"elsewhere.py": "x = 1\n"})
    scratch.git("checkout", "-q", "main")
    scratch.git("merge", "-q", "--allow-unrelated-histories", "-m", "Merge", "other")

    assert findings(scratch) == []


def test_merges_within_a_range_are_taken_apart_too(scratch: Scratch) -> None:
    start = scratch.git("rev-parse", "HEAD")
    sides(scratch, {"a.py": "y = 1\n" + TEXT}, theirs={"b.py": "x = 1\ncheck(x)\n"})
    scratch.git("merge", "-q", "-s", "ours", "-m", "Merge", "topic")
    scratch.commit("Later", **{"a.py": "y = 2\n" + TEXT})

    assert told(findings(scratch, f"{start}..HEAD")) == [("b.py", 0, Severity.HIGH)]


def test_a_clone_too_shallow_to_know_the_merge_base_says_so(scratch: Scratch, tmp_path: Path) -> None:
    sides(scratch, {"a.py": "y = 1\n" + TEXT}, theirs={"b.py": "x = 2\n"})
    scratch.git("merge", "-q", "--no-ff", "-m", "Merge", "topic")
    scratch.git("clone", "-q", "--depth", "2", scratch.folder.as_uri(), str(tmp_path / "clone"))

    with Scratch(tmp_path / "clone").open() as repository:
        merges = repository.merges(repository.change(ChangeRequest(range_text="HEAD")))

    assert isinstance(merges, CouldNotLook)
    assert (merges.reason, "--unshallow" in merges.remedy) == (Reason.NO_HISTORY, True)
