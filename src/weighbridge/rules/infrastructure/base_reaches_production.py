"""A base of Kustomize brings something to production in a change that is about other clusters."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.manifests import KUSTOMIZATION
from weighbridge.landscape.infrastructure.kubernetes.shared_bases import shared_bases
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Kustomizations

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Kustomizations,),
    roles=(KUSTOMIZATION,),
    tags=("kubernetes", "kustomize", "blast-radius"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each base."""
    files = case[Kustomizations]
    for each in shared_bases(files, files.changed):
        more = f" and {len(each.users) - 3} more" if len(each.users) > 3 else ""
        users = ", ".join(f"`{user}`" for user in each.users[:3])
        yield RULE.finding(
            f"`{each.come}` applies to every overlay that builds on this base: {users}{more}, while all else in this change is for"
            f" {', '.join(f'`{one}`' for one in each.meant[:3])}",
            each.of.at("resources"),
            anchor=f"base {each.of.path}",
        )
