"""An image is no longer the same tomorrow."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, DOCKERFILE, Images
from weighbridge.landscape.infrastructure.images.pins import moved
from weighbridge.landscape.infrastructure.images.references import loosened
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Images, Pipelines),
    roles=(DOCKERFILE, COMPOSE, ROLE),
    weaknesses=(829,),
    tags=("image", "supply-chain"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each image that is named less surely than before."""
    for each in moved(case[Images], case[Pipelines]):
        if words := loosened(each.was, each.now):
            yield RULE.finding(
                f"what {each.who} begins with can change without a change here: {words}",
                each.place,
                anchor=f"{each.who} {each.now.name}",
                severity=Severity.HIGH if each.is_shipped and each.was.name == each.now.name else Severity.MEDIUM,
            )
