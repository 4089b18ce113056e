"""People who were let in are refused."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.folding import as_one
from weighbridge.landscape.infrastructure.admitted import shut_out
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.iam.authoritative import taken

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "iam", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for all of a type that go together, for one alone may be somebody who leaves; and for each list that shuts out all others."""
    found = case[Infrastructure]
    for shut in shut_out(found.alterations, Companions(found.alterations)):
        yield RULE.finding(
            f"{shut.words}{shut.first.caveat}",
            shut.first.at(shut.name),
            anchor=shut.first.anchor("access", shut.name),
            severity=Severity.HIGH if shut.is_grave else Severity.MEDIUM,
            confidence=shut.first.confidence,
        )
    yield from as_one(_taken(found), more=lambda count, _: f"; and the same holds for {count} more here")


def _taken(found: Infrastructure) -> Iterator[tuple[str, Finding]]:
    """Each with its type, for many of a file are one decision."""
    for each in taken(found.alterations, found.sources):
        yield (
            each.alteration.change.type,
            RULE.finding(
                f"{each.words}{each.alteration.caveat}",
                each.alteration.at("members", "policy_data"),
                anchor=each.alteration.anchor("authoritative"),
                severity=each.severity,
                confidence=each.alteration.confidence,
            ),
        )
