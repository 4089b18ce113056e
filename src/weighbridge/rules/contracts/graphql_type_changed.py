"""A field or argument of a GraphQL schema is of another type."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(ApiChanges,),
    roles=("graphql",),
    tags=("contract", "graphql"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each."""
    return case[ApiChanges].findings(RULE, "graphql-type-changed")
