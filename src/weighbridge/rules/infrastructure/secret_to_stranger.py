"""A secret that was here already goes to a host that nothing here knew."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.recipients import (
    domain,
    domains_of,
    is_named_for,
    secrets_of,
    sent,
)

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(200, 506),
    tags=("pipeline", "secrets", "exposure", "supply-chain"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each secret and host; not where the secret is new, too, as a service's that is taken up is."""
    pipelines = case[Pipelines]
    found = [each for _, new in pipelines.of_head for each in sent(new) if not is_named_for(each.secret, each.host)]
    if not found:
        return
    before = (*pipelines.before, *pipelines.kept)
    secrets = frozenset[str]().union(*map(secrets_of, before))
    domains = frozenset[str]().union(*map(domains_of, before))
    told: set[tuple[str, str]] = set()
    for each in found:
        at = (each.secret, domain(each.host))
        if each.secret in secrets and at[1] not in domains and at not in told:
            told.add(at)
            yield RULE.finding(
                f"the secret `{each.secret}` is sent to `{each.host}`, which no workflow here named before: whoever answers there"
                " can act with it; if the service is right, give it a secret of its own",
                each.place,
                anchor=" ".join(at),
            )
