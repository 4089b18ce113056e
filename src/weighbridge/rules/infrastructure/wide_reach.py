"""One change reaches many places: a module that many call, a variable that many resources take."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "blast-radius"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each, with how many there are and some of them by name."""
    for each in case[Infrastructure].reaches:
        yield RULE.finding(
            f"{each.what} is used in {len(each.users):,} places: {each.named}; each of them changes at its next apply, whoever looks at it then",
            each.place,
            anchor=each.anchor,
        )
