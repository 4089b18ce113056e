"""Terraform is told to pass over what others change of a resource."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import listed
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.protections import KEEPS, REFUSES, ignored

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "state"),
)
_GUARDS: Final = REFUSES | KEEPS | {
    "ingress", "egress", "policy", "assume_role_policy", "inline_policy", "security_rule", "source_ranges", "rule", "access_policies",
    "storage_encrypted", "server_side_encryption_configuration", "publicly_accessible", "acl", "backup_retention_period", "bindings",
    "members", "logging", "access_logs",
}  # fmt: skip
"""Arguments that keep something safe: whoever changes them by hand is seen by nobody from then on."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each resource that was there before."""
    for each in case[Infrastructure].declared:
        change = each.change
        if not change.before or not change.after or change.is_data:
            continue
        was, now = ignored(change.before), ignored(change.after)
        if was is None or (now is not None and not now - was):
            continue
        more = sorted(now - was) if now is not None else []
        guards = [name for name in more if name in _GUARDS]
        what = listed(f"`{name}`" for name in more) if now is not None else "all"
        yield RULE.finding(
            f"{each.name}: changes of {what} are ignored from now on: manual changes stay,"
            " and what these sources say of that is no longer applied",
            each.at("lifecycle"),
            anchor=each.anchor("ignore_changes"),
            severity=Severity.HIGH if guards else Severity.MEDIUM,
        )
