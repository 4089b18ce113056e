"""What conditions come to: true, false, or could not look; what is absent is never false."""

import pytest
from msgspec.structs import replace
from tests.samples.documents import plain_document

from weighbridge.domain.outcomes import CouldNotLook, Outcome, OutcomeState, Reason
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.evaluate import Answer, answers
from weighbridge.policy.view.build import view_of
from weighbridge.policy.view.view import View

PLAIN = view_of(plain_document("src/a.py", "docs/b.md"))


def ask(text: str, view: View = PLAIN) -> Answer:
    return answers(view, [compile_condition(text)])[0]


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "touches('src/**')",
        "touches(['lib/**', 'docs/**'])",
        "touches_only(['src/**', 'docs/**'])",
        "change.files.exists(f, f.path.glob('src/**'))",
        "change.files.exists(f, f.path.glob('**/*.md'))",
        "change.files.exists_one(f, f.path == 'src/a.py')",
        "change.files.map(f, f.path).exists(p, p.startsWith('docs'))",
        "change.files.filter(f, f.path.endsWith('.md')).size() == 1",
        "level.at_least('low') && level.at_most('medium')",
        "risk.percentile >= 50",
        "has(risk.percentile) && !has(time.hour)",
        "findings.size() == 0 && !found('sql/drop-column')",
        "looked('sql/*')",
        "'src/a.py' in change.files.map(f, f.path)",
        "time.hour == 3 || true",
        "duration('87660000h') > duration('-87660000h')",
        "timestamp('9999-12-31T23:59:59Z') > timestamp('0001-01-01T00:00:00Z')",
    ],
)
def test_what_holds(text: str) -> None:
    assert ask(text) is True


@pytest.mark.parametrize("text", ["false", "touches('lib/**')", "touches_only('src/**')", "time.hour == 3 && false"])
def test_what_does_not_hold(text: str) -> None:
    assert ask(text) is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reviews.all.exists(r, r.is_of_head)", "`reviews` has no source yet"),
        ("!reviews.all.exists(r, r.is_of_head)", "`reviews` has no source yet"),
        ("compliance.controls.size() == 0", "`compliance` has no source yet"),
        ("time.hour < 9", "the gate was not asked with the time"),
        ("criticality.tier <= 1", "no component is touched or reached"),
        ("found('sql/unknown')", "no rule sql/unknown looked at this change"),
        ("!found('sql/unknown')", "no rule sql/unknown looked at this change"),
        (
            "change.files[7].path == ''",
            "the condition cannot be answered: it asks for an element that its list does not have",
        ),
        ("1 / (change.lines_added - change.lines_added) == 1", "the condition cannot be answered: it divides by zero"),
        (
            "9223372036854775807 + change.lines_added > 0",
            "the condition cannot be answered: a number in it grows too large",
        ),
    ],
)
def test_what_could_not_look_says_why(text: str, said: str) -> None:
    answer = ask(text)

    assert isinstance(answer, CouldNotLook)
    assert answer.detail == said


def test_no_finding_of_a_rule_that_could_not_look_is_no_answer() -> None:
    why = CouldNotLook(reason=Reason.TIMED_OUT, detail="slow")
    document = plain_document()
    blind = replace(document.outcomes[0], state=OutcomeState.COULD_NOT_LOOK, missing=why)
    assert isinstance(blind, Outcome)

    answer = ask("found('sql/drop-column')", view_of(replace(document, outcomes=(blind,))))

    assert isinstance(answer, CouldNotLook)
    assert answer.reason is Reason.TIMED_OUT
