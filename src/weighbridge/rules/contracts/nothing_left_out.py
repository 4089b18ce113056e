"""What is nothing is left out of an answer that said so, or is said where it was left out."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.defaults import LeftOut, left_out
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.users import who_leans
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Rewritten, Landscapes),
    roles=("python",),
    tags=("contract", "behaviour"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each answer."""
    for change in left_out(case[Rewritten]):
        yield _finding(case, change)


def _finding(case: Case, change: LeftOut) -> Finding:
    each = change.rewrite
    leaning = who_leans(case[Landscapes], each.file, symbol=each.symbol)
    what = (
        "is left out now, where it was said: a reader that does not check whether it is there fails"
        if change.is_left_out
        else "is said now, where it was left out: a reader that takes whatever is there for a value fails"
    )
    return RULE.finding(
        f"what is nothing, or as it is by default, {what} (`{change.keyword}`); {leaning.words()}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {change.keyword}",
        related=leaning.related(),
        severity=Severity.MEDIUM if leaning.names else Severity.LOW,
    )
