"""What a test states that cannot come out otherwise, whatever the code does."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import (
    Attempt,
    Attribute,
    Call,
    Caught,
    Collection,
    Either,
    Expr,
    Name,
    Number,
    Opaque,
    Step,
    Text,
)
from weighbridge.landscape.trials.assertion_words import BETWEEN, TRUTHS
from weighbridge.landscape.trials.assertions import Assertion, links_of
from weighbridge.landscape.trials.changes import TrialSide
from weighbridge.landscape.trials.trial import Trial

_TRUE: Final = re.compile(
    r"\bassert\s+(?:True|not\s+False)\s*(?:$|[,#;])|\bassert\s+true\s*[:;]|\b(?:assertTrue|ok)\(\s*[Tt]rue\s*[,)]"
    r"|\bassertFalse\(\s*[Ff]alse\s*[,)]|\.True\(\s*t\s*,\s*true\s*[,)]|\.False\(\s*t\s*,\s*false\s*[,)]"
    r"|\bassert\(\s*true\s*[,)]|\bexpect\(\s*true\s*\)\.(?:toBe\(\s*true|toEqual\(\s*true|toBeTruthy\(|to\.be\.true|to\.be\.ok|to\.equal\(\s*true)"
    r"|\bexpect\(\s*false\s*\)\.(?:toBe\(\s*false|toBeFalsy\(|to\.be\.false)|assertThat\(\s*true\s*\)\.isTrue\("
)
_ABOUT_EQUALITY: Final = re.compile(
    r"eq|same|hash|identi|compar|reflex|sort|order|nan|singleton|cache|memo|idempot|stable", re.IGNORECASE
)
"""Names of tests in which something is rightly compared with itself."""
_ANYTHING: Final = frozenset(
    {"", "AssertionError", "Exception", "BaseException", "Throwable", "Error", "AssertionFailedError"}
)
_WAITING: Final = ("await", "return", "=>", "(", "[", ",", "=", "yield", "?", ":", "&&", "||")
"""How a line ends whose value the next line is."""
_FAILS: Final = frozenset(
    {
        "fail",
        "Fail",
        "FailNow",
        "Fatal",
        "Fatalf",
        "assertions",
        "hasAssertions",
        "plan",
        "unreachable",
        "failBecauseExceptionWasNotThrown",
    }
)
_MOST_ATTEMPTS: Final = 50
_NEIGHBOURS: Final = 3


class Why(StrEnum):
    """Why a statement cannot fail."""

    CONSTANT = "constant"
    ITSELF = "itself"
    UNSAID = "unsaid"
    UNAWAITED = "unawaited"
    SWALLOWED = "swallowed"
    ONLY_WHEN_RAISED = "only-when-raised"
    OWN_ANSWER = "own-answer"
    NOTHING = "nothing"


class Futile(Struct, frozen=True, kw_only=True):
    """A place in a test where nothing can fail."""

    why: Why
    line: int
    is_all: bool
    """Whether the test states nothing besides."""


def futile_in(side: TrialSide, trial: Trial) -> Iterator[Futile]:
    """What of a test cannot fail; what it does in vain on each line, and then what it does so as a whole."""
    stated = side.statements.of(trial)
    steps = side.statements.steps(trial)
    vain = [*_on_their_own(side, trial, stated=stated), *_unsaid(side, steps), *_own_answers(steps, stated)]
    lines = {each.line for each in vain}
    is_all = all(each.line in lines for each in stated)
    yield from (Futile(why=why, line=line, is_all=is_all) for why, line in ((each.why, each.line) for each in vain))
    if stated and not vain:
        yield from _around(side, steps, stated=stated)


class _Vain(Struct, frozen=True):
    why: Why
    line: int


def _on_their_own(side: TrialSide, trial: Trial, *, stated: Sequence[Assertion]) -> Iterator[_Vain]:
    for each in stated:
        line = side.lines[each.line - 1].strip() if each.line <= len(side.lines) else ""
        if _is_constant(each) or (len(line) < 1000 and _TRUE.search(line)):
            yield _Vain(Why.CONSTANT, each.line)
        elif _is_itself(each) and not _ABOUT_EQUALITY.search(trial.name):
            yield _Vain(Why.ITSELF, each.line)


def _is_constant(each: Assertion) -> bool:
    """Python's `assert (x, "message")` and the like: something that is there is true."""
    if each.how != "truth":
        return False
    value = each.subject
    if isinstance(value, Collection):
        return bool(value.elements) and all(element.key not in ("", "*") for element in value.elements)
    is_number = isinstance(value, Number) and value.value.strip("0.") != ""
    return is_number or (isinstance(value, Text) and bool(value.value) and not value.parts)


def _is_itself(each: Assertion) -> bool:
    if not each.about or each.about != each.against or each.is_negated or each.value is None or each.subject is None:
        return False
    parts = list(walk(each.subject))
    return not any(isinstance(part, Call | Opaque | Either | Collection) for part in parts)


def _unsaid(side: TrialSide, steps: Iterable[Step]) -> Iterator[_Vain]:
    """`expect(x)` without what is expected, and one that nobody waits for."""
    if side.facts.language not in ("javascript", "typescript", "tsx"):
        return
    for step in steps:
        links = links_of(step.value) if step.kind == "use" else []
        if not links or links[0].name != "expect" or not links[0].arguments:
            continue
        rest = links[1:]
        if all(link.arguments is None and link.name in BETWEEN for link in rest) and not _is_waited_for(
            side, step.line
        ):
            yield _Vain(Why.UNSAID, step.line)
        is_late = any(link.name in ("resolves", "rejects") for link in rest) and rest[-1].arguments is not None
        if is_late and not _is_waited_for(side, step.line):
            yield _Vain(Why.UNAWAITED, step.line)


def _is_waited_for(side: TrialSide, line: int) -> bool:
    text = side.lines[line - 1].strip() if line <= len(side.lines) else ""
    if not text.startswith("expect"):
        return True
    before = next((each.strip() for each in reversed(side.lines[max(0, line - 6) : line - 1]) if each.strip()), "")
    return before.endswith(_WAITING)


def _own_answers(steps: Sequence[Step], stated: Sequence[Assertion]) -> Iterator[_Vain]:
    """Statements of what a double was told to answer: it is asked itself, and nothing that uses it."""
    told = {without_lines(double) for step in steps for double in _told_to_answer(step)}
    for each in stated:
        subject = each.subject
        asked = without_lines(subject.function) if isinstance(subject, Call) else b""
        if told and (asked in told or (isinstance(subject, Call) and without_lines(subject) in told)):
            yield _Vain(Why.OWN_ANSWER, each.line)


def _told_to_answer(step: Step) -> Iterator[Expr]:
    match step.target:
        case Attribute(of=double, name="return_value"):
            yield double
    match step.value:
        case Call(
            function=Attribute(
                of=double, name="mockReturnValue" | "mockResolvedValue" | "mockReturnValueOnce" | "returns"
            )
        ):
            yield double
        case Call(function=Attribute(of=Call(function=Name(id="when"), arguments=[argument]), name="thenReturn")):
            yield argument.value


def _around(side: TrialSide, steps: Sequence[Step], *, stated: Sequence[Assertion]) -> Iterator[Futile]:
    """Tests whose statements all stand where their failure is caught, or where nothing leads unless something was raised."""
    first, last = min(each.line for each in stated), max(each.line for each in stated)
    attempts = side.attempts
    near = bisect_right(attempts, last, key=lambda a: a.first)
    for attempt in attempts[max(0, near - _MOST_ATTEMPTS) : near]:
        if attempt.first <= first and last <= attempt.last:
            for caught in attempt.caught:
                if _swallows(caught, steps):
                    yield Futile(why=Why.SWALLOWED, line=caught.first, is_all=True)
        elif any(c.first <= first and last <= c.last for c in attempt.caught) and not _fails(attempt, steps):
            yield Futile(why=Why.ONLY_WHEN_RAISED, line=first, is_all=True)


def _swallows(caught: Caught, steps: Sequence[Step]) -> bool:
    types = {part.strip(" ()") for part in re.split(r"[,|]", caught.types)}
    names = {each.rpartition(".")[2].split(" ")[0] for each in types} or {""}
    inside = [step for step in steps if caught.first <= step.line <= caught.last]
    is_told = any(step.kind in ("raise", "assert") or _names(step) & _FAILS or _states(step) for step in inside)
    return bool(names & _ANYTHING) and not caught.leaves and not is_told


def _states(step: Step) -> bool:
    return any(name in TRUTHS or name.startswith(("assert", "expect", "Error")) for name in _names(step))


def _fails(attempt: Attempt, steps: Sequence[Step]) -> bool:
    """Whether a test fails where nothing is raised."""
    outside = [s for s in steps if not any(c.first <= s.line <= c.last for c in attempt.caught)]
    return any(step.kind in ("raise", "assert") or bool(_names(step) & _FAILS) for step in outside)


def _names(step: Step) -> set[str]:
    found = {link.name for link in links_of(step.value)}
    for part in walk(step.value):
        if isinstance(part, Call):
            found.update(link.name for link in links_of(part))
    return found


def states_nothing(side: TrialSide, trial: Trial) -> bool:
    """Whether a test only runs something, calling nothing that could state it for it, where its neighbours state things."""
    if side.statements.of(trial) or trial.skip is not None or side.may_state(trial):
        return False
    others = len(side.trials) - 1
    if others < _NEIGHBOURS or side.stating < others:
        return False
    own = {d.name for d in side.facts.definitions if d.kind in ("function", "method", "lambda")}
    return not side.called_in(trial) & own and bool(side.called_in(trial))
