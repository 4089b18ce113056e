"""The sentence, the question and the command are about this change and no other."""

import pytest
from msgspec.structs import replace
from tests.samples.packages import quiet, usual, usual_decision, usual_risk
from tests.samples.parts import MADE_AT, dependent, edge, oid

from weighbridge.domain.change import ChangeKind
from weighbridge.domain.findings import Severity, WeighedFinding
from weighbridge.domain.ids import SymbolId
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol, Impact
from weighbridge.domain.outcomes import Coverage
from weighbridge.domain.package import Decision, Names
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.review.compose import compose, reproduce, summary
from weighbridge.review.question import review_question
from weighbridge.review.standing import is_quiet

NAMES = Names(repository="shop", range_text="main..fix-rounding", target=oid(3), target_name="main")


def without_findings() -> Decision:
    return replace(usual_decision(), findings=())


def test_the_summary_is_one_sentence_on_one_line() -> None:
    for package in (usual(), quiet()):
        sentence = package.presentation.summary
        assert "\n" not in sentence
        assert sentence.endswith(".")


def test_the_summary_names_the_worst_the_reach_and_the_unseen() -> None:
    sentence = usual().presentation.summary
    for words in ("AI-assisted", "1 critical", "tier-1 checkout", "1 file could not be examined"):
        assert words in sentence


def test_an_empty_change_is_said_to_be_one() -> None:
    decision = usual_decision()
    empty = replace(decision.change, files=())
    assert summary(replace(decision, change=empty, findings=()), usual_risk()) == "Nothing changed."
    assert summary(replace(decision, change=empty), usual_risk()) != "Nothing changed."


def test_a_quiet_change_with_users_says_how_many_and_that_no_risk_is_stated() -> None:
    users = tuple(
        dependent(f"b{n}.py#f", f"part{n % 3}", path=(edge(f"b{n}.py#f", "a.py#g", line=9),)) for n in range(41)
    )
    used = replace(quiet().decision, impact=Impact(dependents=users))
    unstated = replace(usual_risk(), percentile=None)

    start = "Nothing needs attention: 1 file, +2 -1, 1 commit, all examined"
    assert summary(quiet().decision, usual_risk()) == f"{start}."
    assert summary(quiet().decision, unstated) == f"{start}; risk not stated."
    assert summary(used, usual_risk()) == f"{start}; 41 dependents in 3 components."
    assert summary(used, unstated) == f"{start}; 41 dependents in 3 components; risk not stated."


def test_a_quiet_change_names_what_changed_and_the_tests_to_run() -> None:
    changed = tuple(
        ChangedSymbol(symbol=SymbolId(f"shop/a.py#{name}"), kind="function", depth=depth, line=1)
        for name, depth in (
            ("fresh", ChangeDepth.ADDED),
            ("layout", ChangeDepth.TEXT),
            ("Cart", ChangeDepth.BODY),
            ("Cart.total", ChangeDepth.BODY),
            ("tax", ChangeDepth.BODY),
        )
    )
    path = (edge("tests/test_a.py#test_tax", "shop/a.py#tax", line=9),)
    test = replace(dependent("tests/test_a.py#test_tax", "shop", path=path), is_test=True)

    told = summary(replace(quiet().decision, impact=Impact(changed=changed, dependents=(test,))), usual_risk())
    of_tests = tuple(replace(each, symbol=SymbolId(f"tests/test_{each.symbol.partition('/')[2]}")) for each in changed)
    alone = summary(replace(quiet().decision, impact=Impact(changed=of_tests)), usual_risk())
    untested = summary(replace(quiet().decision, impact=Impact(changed=changed)), usual_risk())

    start = "Nothing needs attention: `Cart.total`, `tax` and 1 more in 1 file, +2 -1, 1 commit, all examined"
    assert alone == "Nothing needs attention: tests alone in 1 file, +2 -1, 1 commit, all examined."
    assert told == f"{start}; 1 test file to run: tests/test_a.py."
    assert untested == f"{start}; no test reaches this change: it is unguarded."


def test_a_quiet_change_asks_nothing() -> None:
    assert is_quiet(quiet().decision)
    assert quiet().presentation.question == ""


def test_an_unread_file_keeps_a_change_from_being_quiet() -> None:
    decision = quiet().decision
    unread = tuple(replace(file, examined=False) for file in decision.coverage.files)
    assert not is_quiet(replace(decision, coverage=Coverage(files=unread)))


def test_the_question_is_about_the_worst_finding() -> None:
    question = review_question(usual_decision())
    assert "infra/main.tf:34" in question
    assert "did the agent" in question


def test_without_an_agent_the_question_does_not_speak_of_one() -> None:
    decision = replace(usual_decision(), provenance=Provenance(origin=Origin.UNKNOWN))
    assert "agent" not in review_question(decision)


def test_a_changed_signature_asks_about_the_callers_that_did_not_change() -> None:
    question = review_question(without_findings())
    assert question.startswith("round_total changed how it is used")
    assert "Cart.total" in question
    assert "CostReport.lines" not in question


def test_a_removed_symbol_asks_what_its_users_do_now() -> None:
    decision = without_findings()
    gone = tuple(replace(c, depth=ChangeDepth.REMOVED) for c in decision.impact.changed[:1])
    question = review_question(replace(decision, impact=replace(decision.impact, changed=gone)))
    assert "round_total is gone while" in question


def test_a_surface_that_nobody_read_is_asked_about() -> None:
    question = review_question(replace(without_findings(), impact=Impact()))
    assert "infra/pipeline.groovy is a build-and-deploy surface and was not examined" in question


def test_a_low_finding_does_not_push_aside_a_broken_caller() -> None:
    decision = usual_decision()
    low = WeighedFinding(finding=replace(decision.findings[0].finding, severity=Severity.LOW))
    assert "round_total" in review_question(replace(decision, findings=(low,)))


def test_nothing_to_ask_gives_no_question() -> None:
    assert review_question(quiet().decision) == ""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ChangeKind.RANGE, f"weighbridge review {oid(3)}..{oid(1)} --target {oid(3)}"),
        (ChangeKind.STAGED, "weighbridge review --staged"),
        (ChangeKind.WORKTREE, "weighbridge review --worktree"),
    ],
)
def test_the_command_names_objects_not_branches(kind: ChangeKind, words: str) -> None:
    decision = usual_decision()
    command = reproduce(replace(decision, change=replace(decision.change, kind=kind)), NAMES)
    assert command.startswith(words)
    assert "main" not in command


def test_a_root_commit_is_reproduced_by_itself() -> None:
    decision = usual_decision()
    command = reproduce(replace(decision, change=replace(decision.change, base_commit=None)), NAMES)
    assert command.startswith(f"weighbridge review {oid(1)} ")


def test_two_clones_that_call_things_differently_decide_the_same() -> None:
    decision = usual_decision()
    change = replace(decision.change, repository="clone-of-shop", range_text="origin/main..origin/fix-rounding")
    trust = replace(decision.trust, target=oid(9), target_name="refs/remotes/origin/main")

    other = compose(replace(decision, change=change, trust=trust), usual_risk(), made_at=MADE_AT)

    assert other.digest == compose(decision, usual_risk(), made_at=MADE_AT).digest
    assert (other.names.repository, other.names.target) == ("clone-of-shop", oid(9))


def test_the_time_is_presentation_and_never_moves_the_digest() -> None:
    later = compose(usual_decision(), usual_risk(), made_at=MADE_AT.replace(year=2027))
    assert later.digest == usual().digest
    assert later.presentation.made_at == "2027-03-09T14:05:30Z"
