"""Somebody may do more in a cluster than before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.objects import ROLE, Manifests, table
from weighbridge.landscape.infrastructure.kubernetes.settings import is_held, is_strong, rights, subjects

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=(ROLE,),
    tags=("kubernetes", "iam"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each role that gives more, and each binding to all rights that names somebody new."""
    for old, new in case[Manifests].pairs:
        if new is None:
            continue
        had = rights(old)
        more = sorted(each for each in rights(new) if not is_held(each, had) and is_strong(each))
        if more:
            said = ", ".join(f"`{verb}` on `{resource}`" for verb, _, resource in more[:3])
            rest = f" and {len(more) - 3} more" if len(more) > 3 else ""
            yield RULE.finding(
                f"{new.name} lets {said}{rest}: by that one becomes more than it says",
                new.at("rules"),
                anchor=new.anchor,
                severity=Severity.CRITICAL if ("*", "*", "*") in more else Severity.HIGH,
            )
        role = table(new.values.get("roleRef")).get("name")
        named = sorted(
            subjects(new)
            - (
                subjects(old)
                if old is not None and old.values.get("roleRef") == new.values.get("roleRef")
                else frozenset()
            )
        )
        if role in ("cluster-admin", "admin") and named and new.kind in ("RoleBinding", "ClusterRoleBinding"):
            severity = (
                Severity.CRITICAL if role == "cluster-admin" and new.kind == "ClusterRoleBinding" else Severity.HIGH
            )
            yield RULE.finding(
                f"{new.name} gives `{role}` to {', '.join(f'`{each}`' for each in named[:3])}",
                new.at("subjects"),
                anchor=f"{new.anchor} {role}",
                severity=severity,
            )
