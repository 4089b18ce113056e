"""Somebody enrolled vouches for a person whom nobody else knows, and both approve."""

from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import COL, POLICY, SUE, Parlour
from tests.conftest import RequireTool

EVE, FAY = "eve@example.org", "fay@example.org"


@pytest.mark.parametrize(
    ("text", "mode"), [(None, ""), (b"", "100644"), (b"{}", "100644"), (b"x", "120000"), (bytes(40 << 20), "100644")]
)
def test_a_rejection_stands_whatever_becomes_of_the_name_of_who_gave_it(
    tmp_path: Path, text: bytes | None, mode: str, require_tool: RequireTool
) -> None:
    require_tool("ssh-keygen")
    parlour = Parlour.open(tmp_path, policy=POLICY.replace('{count: 1, words: "I ran it"}', "{count: 1}"))
    enrol(parlour, EVE, by=COL)
    assert parlour.says(EVE, "reject", "fix", "--reason", "it loses money").status == 0
    assert parlour.says(SUE, "approve", "fix").status == 0
    before = parlour.weigh()

    overwrite_people(parlour, text, mode=mode)
    after = parlour.weigh()

    assert (before.status, after.status) == (1, 1), after.out
    assert f"{EVE} to say otherwise" in " ".join(before.out.split())
    assert "(erased, SHA256:" in " ".join(after.out.split())


def enrol(parlour: Parlour, person: str, *, by: str) -> None:
    """Have somebody new vouched for."""
    parlour.make_key(person)
    request = str(parlour.keys / "request")
    asked = parlour.run("people", "request", person, "-o", request, "--key", str(parlour.key(person)))
    assert asked.status == 0, asked
    enrolled = parlour.run("people", "enrol", request, "--yes", "--key", str(parlour.key(by)))
    assert enrolled.status == 0, enrolled


def overwrite_people(parlour: Parlour, text: bytes | None, *, mode: str) -> None:
    """What everybody may push: the texts beside the ledger are gone, or say something else."""
    git, ref = parlour.scratch.git, "refs/weighbridge/people"
    index = str(parlour.keys / "index")
    for path in git("ls-tree", "-r", "--name-only", ref).split() if text is not None else ():
        blob = git("hash-object", "-w", "--stdin", given=text)
        git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", GIT_INDEX_FILE=index)
    tree = git("write-tree", GIT_INDEX_FILE=index)
    git("update-ref", ref, git("commit-tree", tree, "-m", "names"))


def test_one_person_is_not_two_by_vouching_for_a_second(tmp_path: Path, require_tool: RequireTool) -> None:
    require_tool("ssh-keygen")
    parlour = Parlour.open(tmp_path, policy=POLICY.replace('{count: 1, words: "I ran it"}', "{count: 2}"))
    assert parlour.says(COL, "approve", "fix").status == 0
    enrol(parlour, EVE, by=COL)

    vouched = parlour.says(EVE, "approve", "fix")
    closed = parlour.weigh()
    last = parlour.says(SUE, "approve", "fix")

    assert f"{COL}, by key; yours makes 2 of 2" in " ".join(last.out.split())
    assert (vouched.status, closed.status) == (0, 1), closed.out
    why = f"{COL}, by key, 1 of 2; yours does not count for it ({EVE}: is enrolled on the word of {COL}, who is counted"
    assert why in " ".join(vouched.out.split())
    assert f"{EVE}: is enrolled on the word of {COL}, who is counted" in " ".join(closed.out.split())
    assert parlour.weigh().status == 0


def test_a_rejection_stands_whatever_becomes_of_the_name_of_who_vouched_for_who_gave_it(
    tmp_path: Path, require_tool: RequireTool
) -> None:
    require_tool("ssh-keygen")
    parlour = Parlour.open(tmp_path, policy=POLICY.replace('{count: 1, words: "I ran it"}', "{count: 1}"))
    enrol(parlour, EVE, by=COL)
    enrol(parlour, FAY, by=EVE)
    assert parlour.says(FAY, "reject", "fix", "--reason", "it loses money").status == 0
    assert parlour.says(SUE, "approve", "fix").status == 0

    overwrite_people(parlour, None, mode="")
    after = parlour.weigh()

    assert after.status == 1, after.out
    assert "to say otherwise" in " ".join(after.out.split())
