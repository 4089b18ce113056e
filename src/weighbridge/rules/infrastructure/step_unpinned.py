"""A pipeline runs what others may replace."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.pins import Loosened, loosened, taken

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(829, 494),
    tags=("pipeline", "supply-chain"),
)
_SHOWN = 12


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing that is held less surely than before, or that is new and not held."""
    pipelines = case[Pipelines]
    elsewhere = frozenset(each.name for pair in pipelines.pairs if pair.old is not None for each in taken(pair.old))
    for old, new in pipelines.of_head:
        for each in loosened(old, new, elsewhere=elsewhere):
            severity = _severity(each)
            if severity is None:
                continue
            name, version = each.taken.name, each.taken.version
            held = f", and was held to {each.was[:_SHOWN]}" if each.was else ""
            who = "whoever may push there" if each.taken.is_branch else "whoever may move that tag"
            said = f"`{name}@{version}`" if version else f"`{name}`"
            yield RULE.finding(
                f"{who} decides what {said} does in the next run, with what the job has at hand{held}",
                new.at(each.taken.line),
                anchor=name,
                severity=severity,
            )


def _severity(each: Loosened) -> Severity | None:
    """What was held is graver than what is new; what the forge publishes, it could replace anyway."""
    taken_ = each.taken
    if each.was:
        is_trusted = taken_.is_of_the_forge and not each.is_against_custom
        return Severity.HIGH if each.is_let_go and not is_trusted else Severity.MEDIUM
    if each.is_against_custom:
        return Severity.MEDIUM
    if taken_.is_of_the_forge or taken_.is_workflow:
        return None
    return Severity.MEDIUM if taken_.is_branch else Severity.LOW
