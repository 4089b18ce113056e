"""The terminal page: in order, within a screen, and harmless whatever a repository brings."""

import re
from itertools import pairwise

import pytest
from msgspec.structs import replace
from tests.samples.extremes import NASTY, hostile, huge
from tests.samples.packages import quiet, usual, usual_risk
from tests.samples.parts import MADE_AT

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.package import ReviewPackage
from weighbridge.review.compose import compose
from weighbridge.review.render.html import render_html
from weighbridge.review.render.markdown import render_markdown
from weighbridge.review.render.terminal import Terminal, render_terminal
from weighbridge.review.visible import HIDDEN, columns

WRITTEN = {"html": "/tmp/review.html"}


def page(
    package: ReviewPackage, *, width: int = 80, height: int | None = 24, colour: bool = False, unicode: bool = True
) -> str:
    terminal = Terminal(width=width, height=height, colour=colour, unicode=unicode)
    return render_terminal(package, WRITTEN, terminal=terminal)


def test_a_usual_change_fits_one_screen_of_24_by_80() -> None:
    lines = page(usual()).splitlines()
    assert len(lines) <= 23
    assert max(columns(line) for line in lines) <= 79


def test_the_page_reads_in_the_promised_order() -> None:
    text = page(usual())
    order = [text.index(word) for word in ("Gate", "Blast radius", "Risk", "Findings", "Not examined", "Full package")]
    assert order == sorted(order)


def test_what_is_open_is_shown_with_the_rule_that_an_exception_names() -> None:
    text = " ".join(page(usual(), height=60).split())

    for need in usual().gate.open:
        assert f"[{need.rule}]" in text


def test_a_quiet_change_says_so_in_one_line() -> None:
    assert render_terminal(quiet(), {}, terminal=Terminal()).count("\n") == 1


@pytest.mark.parametrize("state", [GateState.ERROR, GateState.UNSATISFIED])
def test_a_quiet_change_whose_gate_was_closed_since_is_told_with_what_is_needed(state: GateState) -> None:
    calm = quiet()
    need = Requirement(
        kind=RequirementKind.LOOK, rule="ledger", state=state, ask="look at the ledger", because=("lost",)
    )
    standing = replace(calm.decision.gate, state=state, requirements=(need,))
    package = replace(calm, presentation=replace(calm.presentation, standing=standing))

    for shown in (render_terminal(package, {}, terminal=Terminal()), render_markdown(package), render_html(package)):
        assert "look at the ledger" in shown
    assert "✓" not in render_terminal(package, {}, terminal=Terminal(unicode=True))


def test_a_huge_change_takes_hardly_more_than_a_screen() -> None:
    assert len(page(huge(files=90, symbols=400)).splitlines()) <= 27


@pytest.mark.parametrize("width", [60, 80, 100, 132, 200])
@pytest.mark.parametrize("package", [usual(), quiet(), hostile(NASTY[15]), hostile("x" * 500)])
def test_no_line_is_wider_than_the_terminal(package: ReviewPackage, width: int) -> None:
    wide = [line for line in page(package, width=width).splitlines() if columns(line) >= width and "html:" not in line]
    assert wide == []


@pytest.mark.parametrize("text", NASTY)
def test_nothing_from_a_repository_acts_on_the_terminal(text: str) -> None:
    assert not HIDDEN.search(page(hostile(text)).replace("\n", ""))


@pytest.mark.parametrize(
    ("number", "words"), [(3, "approvals of 1 more earlier form\n"), (4, "approvals of 2 more earlier forms\n")]
)
def test_further_earlier_forms_are_counted_in_words_that_agree(number: int, words: str) -> None:
    left_behind = tuple(f"approval {each}" for each in range(number))
    package = replace(usual(), presentation=replace(usual().presentation, left_behind=left_behind))

    assert words in page(package, height=60)


@pytest.mark.parametrize("text", NASTY)
def test_a_terminal_without_utf_8_gets_ascii(text: str) -> None:
    assert page(hostile(text), unicode=False).isascii()


def test_colour_is_the_only_difference_that_colour_makes() -> None:
    painted = page(usual(), colour=True)
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == page(usual())


def with_findings(number: int) -> ReviewPackage:
    decision = usual().decision
    first = decision.findings[0]
    findings = tuple(replace(first, finding=replace(first.finding, occurrence=n)) for n in range(number))
    return compose(replace(decision, findings=findings), usual_risk(), made_at=MADE_AT)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_every_finding_is_named_on_the_smallest_screen_while_there_are_few(number: int) -> None:
    package = with_findings(number)
    shown = page(package)
    assert shown.count(package.decision.findings[0].finding.rule + "  ") == number
    assert "more in the full package" not in shown
    assert len(shown.splitlines()) <= 23


def test_of_many_findings_it_is_said_how_many_more_there_are() -> None:
    shown = page(with_findings(40))
    named = shown.count(with_findings(1).decision.findings[0].finding.rule + "  ")
    assert named >= 2
    assert f"and {40 - named} more in the full package" in shown


def test_why_something_could_not_look_is_said_before_what() -> None:
    assert "? unsupported: infra/pipeline.groovy" in page(usual())


def test_without_a_written_package_the_way_to_reproduce_is_shown() -> None:
    assert "weighbridge review" in render_terminal(usual(), {}, terminal=Terminal())


def test_severity_and_state_are_words_not_only_colours() -> None:
    text = page(usual())
    assert "critical" in text
    assert "not satisfied" in text


@pytest.mark.parametrize(
    ("state", "by", "told"),
    [
        (GateState.BYPASSED, "passed by ann: fire", "~ bypassed: unit-tests to pass: passed by ann: fire"),
        (
            GateState.OVERRIDDEN,
            "overridden by ann until noon: fire",
            "~ overridden: unit-tests to pass: by ann until noon",
        ),
    ],
)
def test_what_passes_although_it_is_not_met_is_told_apart_from_what_is_met(
    state: GateState, by: str, told: str
) -> None:
    package = usual()
    need = Requirement(
        kind=RequirementKind.CHECK, rule="tested", state=state, ask="unit-tests to pass", because=("why",), met_by=(by,)
    )
    kept = replace(need, state=GateState.SATISFIED, ask="lint to pass", met_by=("ci",))
    standing = replace(package.gate, state=state, requirements=(need, kept))
    package = replace(package, presentation=replace(package.presentation, standing=standing))

    shown = page(package, height=60)
    assert told in shown
    assert "✓ lint to pass: ci" in shown
    assert f"\x1b[33m~\x1b[0m \x1b[33m{state}" in page(package, height=60, colour=True)
    assert f"~ {state}: unit-tests" in page(package, height=60, unicode=False)
    assert f"⚠️ {state}: unit-tests to pass" in render_markdown(package)
    assert re.search(rf"</svg>{state}</span><span class=\"ask\"><span>unit-tests to pass", render_html(package))


def test_nothing_is_cut_while_lines_are_free() -> None:
    assert "…" not in page(usual(), height=60)


@pytest.mark.parametrize("height", [24, 30, 40, 60])
def test_the_page_never_takes_more_than_the_screen(height: int) -> None:
    assert len(page(usual(), height=height).splitlines()) < height


def test_what_has_no_height_is_given_every_message_whole() -> None:
    package = usual()
    first, *others = package.decision.findings
    long = replace(
        first, finding=replace(first.finding, message="this goes on for ever and ever, " * 40 + "until here")
    )
    package = replace(package, decision=replace(package.decision, findings=(long, *others)))
    assert "until here" in page(package, height=None)
    assert "until here" not in page(package, height=60)
    assert len(page(huge(files=30, symbols=60), height=None).splitlines()) < 510


def test_a_taller_terminal_shows_at_least_as_much() -> None:
    words = [set(page(usual(), height=height).replace("…", "").split()) for height in (24, 40, 60)]
    assert len(words[0]) <= len(words[1]) <= len(words[2])


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_blast_radius_and_risk_take_one_line_each(width: int) -> None:
    lines = page(usual(), width=width).splitlines()
    after = {line[:13].strip(): following[:13].strip() for line, following in pairwise(lines)}
    assert after["Blast radius"] == "Risk"
    assert after["Risk"] == "Provenance"
