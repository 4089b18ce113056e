"""A regular expression that a change brings takes far longer than its text is long."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Reached
from weighbridge.domain.outcomes import CouldNotLook, NotRead
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.components.placing import is_foreign
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.resources.patterns.changes import BadPattern, UnjudgedPattern, bad_patterns
from weighbridge.landscape.resources.patterns.judging import Verdict
from weighbridge.landscape.resources.patterns.written import Written
from weighbridge.landscape.sharing import entry_points_at

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "java"),
    weaknesses=(1333,),
    tags=("resources", "availability"),
)

_SHOWN: Final = 60
_MOST_SHOWN: Final = 10
_CUBIC: Final = 3
_NAMED: Final = {0: "exponential", 2: "quadratic", 3: "cubic"}


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each pattern that is new here, or slower than the one it replaces."""
    code, landscapes = case[CodeChange], case[Landscapes]
    files = [
        file
        for file in code.of_role(*RULE.roles)
        if file.head is not None
        and not file.head.is_generated
        and not is_foreign(file.change.path)
        and not landscapes.is_test(file.change.path)
    ]
    for found in bad_patterns(code, files):
        if isinstance(found, UnjudgedPattern):
            yield _unjudged(found)
        else:
            yield _told(found, landscapes)


def _told(bad: BadPattern, landscapes: Landscapes) -> Finding:
    symbol = _symbol(bad)
    reached = entry_points_at(landscapes, bad.file, symbol=symbol)
    severity = _severity(bad, is_reached=bool(reached))
    ways = (
        f", and {counted(len(reached), 'entry point')} lead{'s' if len(reached) == 1 else ''} here" if reached else ""
    )
    return RULE.finding(
        f"`{_short(bad.written.text)}` takes {_growth(bad)} on {_witness(bad.verdict)}{ways}",
        bad.file.at(bad.written.line, symbol=symbol),
        anchor=f"{symbol} {bad.written.text}",
        severity=severity,
        related=tuple(_related(each) for each in reached[:_MOST_SHOWN] if each.path),
    )


def _severity(bad: BadPattern, *, is_reached: bool) -> Severity:
    verdict = bad.verdict
    if verdict.degree == 0:
        return Severity.LOW if _is_mended(bad) else Severity.HIGH
    if verdict.degree >= _CUBIC:
        return Severity.HIGH if is_reached else Severity.MEDIUM
    return Severity.MEDIUM if is_reached and not verdict.is_by_start else Severity.LOW


def _is_mended(bad: BadPattern) -> bool:
    """Whether the engine remembers since Java 9 where a group that is repeated failed, as it does unless the pattern refers back."""
    return bad.written.dialect == "java" and bad.verdict.degree == 0 and not bad.verdict.refers_back


def _growth(bad: BadPattern) -> str:
    degree = bad.verdict.degree
    if degree not in _NAMED:
        return f"time that grows with the {degree}th power of the text"
    return f"{_NAMED[degree]} time{' before Java 9' if _is_mended(bad) else ''}"


def _witness(verdict: Verdict) -> str:
    """The text as an expression: `"x" + "a" * n + "!"`."""
    parts = [_quoted(verdict.prefix)] if verdict.prefix else []
    parts.append(f"{_quoted(verdict.pump)} * n")
    parts += [_quoted(verdict.suffix)] if verdict.suffix else []
    return f"`{' + '.join(parts)}`"


def _quoted(text: str) -> str:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\x60")
    return (
        '"' + "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in escaped) + '"'
    )


def _short(text: str) -> str:
    one = " ".join(text.replace("`", "'").split())
    return one if len(one) <= _SHOWN else f"{one[: _SHOWN - 1]}…"


def _symbol(bad: BadPattern) -> str:
    facts = bad.file.head
    if facts is None:
        return ""
    holder = facts.qualified_name(bad.written.scope)
    if holder or not bad.written.owner.isidentifier():
        return holder
    return bad.written.owner if facts.only(bad.written.owner) is not None else holder


def _related(one: Reached) -> RelatedPlace:
    path, _, name = one.path[0].source.rpartition("#")
    place = Place(path=RepoPath(path), line=one.path[0].line, symbol=name)
    return RelatedPlace(place=place, message=f"leads here: {one.name}")


def _unjudged(found: UnjudgedPattern) -> NotRead:
    written: Written = found.written
    return NotRead(
        path=found.file.change.path,
        reason=found.reason,
        detail=f"how long `{_short(written.text)}` (line {written.line}) may take was not judged: {found.detail}",
    )
