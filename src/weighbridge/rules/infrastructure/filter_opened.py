"""What stopped attacks before they reached anything stops fewer."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.folding import as_one
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.filters import openings

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "exposure"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each filter that goes, and each of its rules that stops fewer; many of one file and type that go are one."""
    return as_one(_each(case[Infrastructure]), more=lambda count, _: f"; and the same holds for {count} more here")


def _each(found: Infrastructure) -> Iterator[tuple[str, Finding]]:
    companions = Companions(found.alterations)
    for each in found.alterations:
        for opening in openings(each, companions):
            joint = " " if not opening.anchor else ": "
            shared = "" if not opening.anchor else f"{each.name} {opening.anchor}"
            yield (
                shared,
                RULE.finding(
                    f"{each.name}{joint}{opening.words}{each.caveat_of(opening.name)}",
                    each.at(opening.name),
                    anchor=each.anchor("filter", opening.anchor),
                    severity=Severity.HIGH if opening.is_grave else Severity.MEDIUM,
                    confidence=each.confidence,
                ),
            )
