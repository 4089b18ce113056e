"""A request that leaves something out gets something else."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.defaults import ChangedDefault, changed_defaults
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.users import who_leans
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each default."""
    for change in changed_defaults(case[CodeChange], case[Rewritten]):
        yield _finding(case, change)


def _finding(case: Case, change: ChangedDefault) -> Finding:
    leaning = who_leans(case[Landscapes], change.file, symbol=change.symbol)
    return RULE.finding(
        f"whoever leaves `{change.name}` out gets `{change.after}` instead of `{change.before}`: pages, and what is asked for by nobody in "
        f"so many words, come out otherwise; {leaning.words()}",
        Place(path=change.file.change.path, line=change.line, end_line=change.line, symbol=change.symbol),
        anchor=f"{change.symbol} {change.name}",
        related=leaning.related(),
        severity=Severity.MEDIUM if leaning.names else Severity.LOW,
    )
