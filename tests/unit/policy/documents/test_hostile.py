"""Whatever text is given, a verdict comes back, in time that grows with its length."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.growing import MOST, STEP, growth
from tests.unit.policy.documents.samples import ABOUT, GOOD_NOTE, KINDS, NOTE, SIGNATURE, WRONG

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.risk import FailureScenario
from weighbridge.policy.documents.check import check_document
from weighbridge.policy.documents.context import ChangedPart, DocumentContext
from weighbridge.policy.documents.find_documents import find_documents
from weighbridge.policy.documents.outline import MOST_CHARACTERS, MOST_HEADINGS, Outline, read_outline

PIECES = st.sampled_from(
    [
        *(
            "# ",
            "## Context",
            "## Decision\n",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "```",
            "~~~\n",
            "    ",
            "> ",
            "- ",
            "1. ",
            "| a |",
        ),
        *(
            "<!--",
            "-->",
            "`",
            "<b",
            ">",
            "[a]: ",
            "---\n",
            "===\n",
            "\u200b",
            "\u202e",
            "\ud800",
            "\x00",
            "\ufeff",
            "wb:",
        ),
        *(
            SIGNATURE.evidence,
            SIGNATURE.words,
            "n/a",
            "total(cart, rate)",
            "SHOP-12",
            "Zürich",
            "变更",
            "ﷺ",
            "a" * 40,
            "\u0301",
        ),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join))


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(sorted(KINDS)))
def test_any_text_is_judged(text: str, name: str) -> None:
    for problem in check_document(KINDS[name], text, about=ABOUT):
        assert problem.what
        assert problem.remedy
        assert 0 <= problem.line <= text.count("\n") + text.count("\r") + 1


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_any_change_can_be_judged_against(name: str, added: str, text: str) -> None:
    about = DocumentContext(
        components=(ChangedPart(name=name, aliases=(added, name)),),
        scenarios=(FailureScenario(words=name, cites=()), FailureScenario(words=added, cites=())),
        added={RepoPath(name): added},
        title=added,
        description=name,
    )

    check_document(WRONG, text, about=about)
    find_documents(KINDS.values(), files={RepoPath("a.md"): text}, description=added)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_lines_stand_in_order_and_sections_within_them(text: str) -> None:
    read = read_outline(text)

    assert isinstance(read, Outline)
    numbers = [line.number for line in read.lines]
    assert numbers == sorted(numbers)
    assert all(0 <= section.start <= section.end <= len(read.lines) for section in read.sections)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(GOOD_NOTE.split("\n\n")[1:]))
def test_taking_a_piece_away_never_makes_a_note_better(piece: str) -> None:
    worse = GOOD_NOTE.replace(f"{piece}\n", "", 1)

    assert len(check_document(NOTE, worse, about=ABOUT)) >= len(check_document(NOTE, GOOD_NOTE, about=ABOUT))


@pytest.mark.parametrize("text", ["x" * (MOST_CHARACTERS + 1), "word " * 2_000_000, "# a\n" * (MOST_HEADINGS + 1)])
def test_what_is_too_long_is_a_reason_not_a_pass(text: str) -> None:
    (problem,) = check_document(NOTE, text, about=ABOUT)

    assert problem.missing is not None
    assert problem.missing.reason == "limit"


def test_a_hundred_thousand_headings_are_too_many() -> None:
    assert isinstance(read_outline("#\n" * 100_000), CouldNotLook)


SHAPES: dict[str, Callable[[int], str]] = {
    "words": lambda n: "".join(f"word{at} " for at in range(n)),
    "lines": lambda n: "a b c\n" * n,
    "blank lines": lambda n: "\n" * n,
    "headings": lambda n: "# a\n\nb c\n" * (n // 16),
    "one heading of number signs": lambda n: "# " + "# " * n,
    "fences that open and close": lambda n: "```\nx\n```\n" * n,
    "fences in fences": lambda n: "".join("`" * (3 + at % 50) + "\n" for at in range(n // 3)),
    "comments that open": lambda n: "<!-- a " * n,
    "comments that open and close on one line": lambda n: "<!--a-->" * n,
    "comments in code spans": lambda n: "`<!--` " * n,
    "tags that never close": lambda n: "<a " * n,
    "brackets": lambda n: "[" * n,
    "underlines": lambda n: "a\n=\n" * (n // 16),
    "a paragraph under which a line is drawn": lambda n: "a b\n" * n + "---\n",
    "the same scenario": lambda n: f"wb:{SIGNATURE.evidence} a\n\n" * (n // 8),
    "a scenario's words": lambda n: f"- {SIGNATURE.words}\n" * (n // 30),
    "nothing that draws": lambda n: "\u200b\u0301" * n,
    "one word": lambda n: "a" * n,
    "numbering": lambda n: "1.1." * n,
    "options": lambda n: "--" * n + " -a" * n,
}


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("name", ["what-could-go-wrong", "rollback-plan"])
def test_time_grows_with_the_length(name: str, shape: str) -> None:
    make, kind = SHAPES[shape], KINDS[name]
    assert len(make(STEP * 4_000)) <= MOST_CHARACTERS

    assert growth(lambda n: check_document(kind, make(n), about=ABOUT), 4_000) < MOST


def test_time_grows_with_the_change() -> None:
    def judge(size: int) -> object:
        added = {RepoPath(f"a{n}.py"): "total = cart.of(rate) and more\n" * 20 for n in range(size)}
        parts = tuple(ChangedPart(name=f"part{n}", aliases=(f"a{n}.py", f"part_{n}_of_it")) for n in range(size))
        return check_document(NOTE, GOOD_NOTE, about=replace(ABOUT, added=added, components=parts))

    assert growth(judge, 400) < MOST
