"""A request that leaves something out gets something else."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.defaults import ChangedDefault, changed_defaults
from weighbridge.landscape.contracts.implicit.fallbacks import asked_so, changed_fallbacks, handing_nothing, leaving_out
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.users import Leaning, who_leans
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)


_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each default."""
    told: set[tuple[str, str]] = set()
    for change in changed_defaults(case[CodeChange], case[Rewritten]):
        told.add((change.symbol, change.name))
        leaning = who_leans(case[Landscapes], change.file, symbol=change.symbol)
        yield _finding(case, change, leaning=leaning)
    for change in changed_fallbacks(case[CodeChange], case[Landscapes]):
        if (change.symbol, change.name) not in told:
            told.add((change.symbol, change.name))
            leaning = who_leans(case[Landscapes], change.file, symbol=change.symbol)
            view = case[Landscapes].head
            asked = asked_so(leaning, change.name, view=view)
            asked = asked if asked.names else handing_nothing(change, leaning, view=view)
            if asked.names:
                yield _finding(case, change, leaning=asked)


def _finding(case: Case, change: ChangedDefault, *, leaning: Leaning) -> Finding:
    callers = leaving_out(change.name, leaning, landscapes=case[Landscapes])
    more = f" and {counted(len(callers) - 1, 'other place')}" if len(callers) > 1 else ""
    who = f"; {callers[0]}{more} {'leave' if more else 'leaves'} it out" if callers else ""
    leaving = (RelatedPlace(place=each, message=f"leaves `{change.name}` out") for each in callers[:_MOST_SHOWN])
    severity = Severity.MEDIUM if leaning.names else Severity.LOW
    return RULE.finding(
        f"whoever leaves `{change.name}` out gets `{change.after}` instead of `{change.before}`: requests that do not name it get "
        f"a different result; {leaning.words()}{who}",
        Place(path=change.file.change.path, line=change.line, end_line=change.line, symbol=change.symbol),
        anchor=f"{change.symbol} {change.name}",
        related=(*leaving, *leaning.related()),
        severity=Severity.HIGH if callers and _is_less(change) else severity,
    )


def _is_less(change: ChangedDefault) -> bool:
    """Whether fewer come than came: whoever took them for all is told of nothing."""
    return change.before.isdigit() and change.after.isdigit() and int(change.after) < int(change.before)
