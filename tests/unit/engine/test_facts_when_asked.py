"""A fact is made when a rule asks for it, and what could not be had matters to those that ask."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.outcomes import CouldNotLook, OutcomeState, Reason
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, LoadedRule, Rule
from weighbridge.engine.run import Facts, Judgement, Provider, Subjects, run_rules

MISSING = CouldNotLook(reason=Reason.LIMIT, detail="too much to read")
RULE = Rule(severity=Severity.LOW, confidence=Confidence.HIGH, reads=(str, int))


def judged(check: object, providers: dict[type, Provider]) -> Judgement:
    assert callable(check)
    loaded = LoadedRule(id=RuleId("test/rule"), rule=RULE, check=check, read_page=str)
    return run_rules([loaded], Facts(providers), base=Facts({}), subjects=Subjects())


def asks_for_text(case: Case) -> Iterable[Finding]:
    yield RULE.finding(case[str], Place(path=RepoPath("a.py"), line=1), anchor="a")


def asks_for_both(case: Case) -> Iterable[Finding]:
    yield RULE.finding(f"{case[str]} {case[int]}", Place(path=RepoPath("a.py"), line=1), anchor="a")


def asks_for_more_than_it_declares(case: Case) -> Iterable[Finding]:
    yield RULE.finding(str(case[bytes]), Place(path=RepoPath("a.py"), line=1), anchor="a")


def test_a_fact_that_is_not_asked_for_is_not_made() -> None:
    made: list[str] = []

    def number() -> int:
        made.append("number")
        return 1

    found = judged(asks_for_text, {str: lambda: "text", int: number})

    assert [f.message for f in found.findings] == ["text"]
    assert made == []


def test_a_missing_fact_does_not_matter_to_a_rule_that_does_not_ask() -> None:
    found = judged(asks_for_text, {str: lambda: "text", int: lambda: MISSING})

    assert [o.state for o in found.outcomes] == [OutcomeState.FOUND]


def test_a_missing_fact_is_the_outcome_of_a_rule_that_asks() -> None:
    found = judged(asks_for_both, {str: lambda: "text", int: lambda: MISSING})

    assert found.findings == ()
    assert [(o.state, o.missing) for o in found.outcomes] == [(OutcomeState.COULD_NOT_LOOK, MISSING)]


def test_a_rule_gets_only_what_it_declares() -> None:
    found = judged(asks_for_more_than_it_declares, {bytes: lambda: b"secret"})

    (outcome,) = found.outcomes
    assert outcome.missing is not None
    assert outcome.missing.reason is Reason.FAILED


def test_a_fact_is_made_once() -> None:
    made: list[str] = []

    def text() -> str:
        made.append("text")
        return "text"

    facts = Facts({str: text})
    assert (facts.case((str,))[str], facts.case((str,))[str]) == ("text", "text")
    assert made == ["text"]


def test_a_finding_hides_nothing_that_could_not_be_judged_beside_it() -> None:
    def finds_one_and_misses_another(case: Case) -> Iterable[Finding | CouldNotLook]:
        yield from asks_for_text(case)
        yield MISSING

    found = judged(finds_one_and_misses_another, {str: lambda: "text", int: lambda: 1})

    assert [f.message for f in found.findings] == ["text"]
    assert [(o.state, o.missing) for o in found.outcomes] == [
        (OutcomeState.FOUND, None),
        (OutcomeState.COULD_NOT_LOOK, MISSING),
    ]
