"""What is said of a package that was weighed by other trusted documents than decide now: the gate would count none of it."""

from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import COL, POLICY, SUE, Parlour
from tests.conftest import RequireTool

REFUSED = "nothing was signed, for it would not count: this was weighed by other trusted documents than decide now"
PLAIN = POLICY.replace('{count: 1, words: "I ran it"}', "{count: 1}")


@pytest.fixture
def parlour(tmp_path: Path, require_tool: RequireTool) -> Parlour:
    require_tool("ssh-keygen")
    return Parlour.open(tmp_path, policy=PLAIN)


def on_main(parlour: Parlour, **files: str) -> None:
    """The protected branch moves on."""
    parlour.scratch.git("switch", "-q", "main")
    parlour.scratch.commit("Move on", **files)
    parlour.scratch.git("switch", "-q", "fix")


def words_of(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    "what",
    [
        ("approve", "fix"),
        ("override", "fix", "--rule", "second-person", "--until", "1d", "--reason", "a demo"),
        ("override", "fix", "--rule", "no-such-rule", "--until", "1d", "--reason", "a demo"),
        ("break-glass", "fix", "--reason", "it burns"),
        ("attach", "fix", "design-note", "src/cart.py"),
    ],
    ids=lambda what: "-".join(what[:1] + what[3:4]),
)
def test_nothing_that_could_not_count_is_signed_after_the_policy_changed(
    parlour: Parlour, what: tuple[str, ...]
) -> None:
    on_main(parlour, **{".weighbridge/policy.yaml": PLAIN.replace("nobody reads", "nobody proves")})

    ran = parlour.says(SUE, *what)

    assert (ran.status, parlour.entries) == (2, 0), ran
    said = words_of(ran.err)
    assert REFUSED in said
    assert ".weighbridge/policy.yaml is another now, on main at " in said
    assert "weigh it again: weighbridge review main...fix --keep --target main --anyway signs it" in said


def test_what_came_and_what_went_is_named_with_the_proposal_to_weigh_for(parlour: Parlour) -> None:
    on_main(parlour, CODEOWNERS="* sue@example.org\n")

    ran = parlour.says(COL, "approve", "fix", "--proposal", "7")

    assert "CODEOWNERS decides now, on main at " in words_of(ran.err)
    assert "--keep --target main --proposal 7" in words_of(ran.err)


def test_it_is_signed_where_it_is_wanted_all_the_same_and_said_not_to_count(parlour: Parlour) -> None:
    on_main(parlour, CODEOWNERS="* sue@example.org\n")

    ran = parlour.says(COL, "approve", "fix", "--anyway")

    assert (ran.status, parlour.entries) == (0, 1), ran
    assert "this would not count as things are now" in words_of(ran.err)


def test_a_rejection_is_signed_and_closes_the_gate_that_weighs_anew(parlour: Parlour) -> None:
    on_main(parlour, **{".weighbridge/policy.yaml": PLAIN.replace("nobody reads", "nobody proves")})

    ran = parlour.says(COL, "reject", "fix", "--reason", "it loses money")
    said = parlour.says(COL, "comment", "fix", "so it does")

    assert (ran.status, said.status, parlour.entries) == (0, 0, 2), ran
    assert "a rejection closes the gate all the same" in words_of(ran.err)
    assert "a comment is on record all the same" in words_of(said.err)
    weighed = words_of(parlour.run("review", "main...fix", "--target", "main").out)
    assert f"{COL} to say otherwise" in weighed


def test_what_was_weighed_by_another_branch_says_how_that_one_is_to_decide(parlour: Parlour) -> None:
    parlour.scratch.git("switch", "-q", "-c", "release", "main")
    parlour.scratch.commit("Their own", CODEOWNERS="* sue@example.org\n")
    parlour.scratch.git("switch", "-q", "fix")
    parlour.run("review", "main..fix", "--keep", "--target", "release", "-q")

    ran = parlour.says(COL, "approve", "fix")

    said = words_of(ran.err)
    assert ran.status == 2, ran
    assert "CODEOWNERS decided then, and is not there now" in said
    assert "it was weighed by what release says: --target release, if that is what is to decide" in said


def test_nothing_is_said_where_the_same_documents_decide(parlour: Parlour) -> None:
    on_main(parlour, **{"README.md": "# Parlour\n"})

    ran = parlour.says(COL, "approve", "fix")

    assert (ran.status, ran.err) == (0, ""), ran
