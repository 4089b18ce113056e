"""A secret's value is written into the sources."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, Images
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES as OF_KUBERNETES
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.whole_files import CHART, Charts
from weighbridge.landscape.infrastructure.manifest_secrets import written_out
from weighbridge.landscape.infrastructure.written_secrets import in_templates, in_terraform

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure, Manifests, Charts, Images),
    roles=(*ROLES, *OF_KUBERNETES, CHART, COMPOSE),
    weaknesses=(798, 312),
    tags=("secrets", "terraform", "kubernetes"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each name of each block or object; the value itself is never shown."""
    found = case[Infrastructure]
    for each in (*in_terraform(found.sources), *in_templates(found.declared)):
        realm = found.realm_of(each.place.path)
        yield _finding(f"`{each.holder}`", each.name, place=each.place, realm=realm, anchor=each.holder)
    realms = case[Manifests].realms
    for held in written_out(case[Charts], case[Manifests], images=case[Images]):
        realm = realms.of(held.place.path)
        yield _finding(held.holder, held.name, place=held.place, realm=realm, anchor=held.anchor, was=held.was)


def _finding(holder: str, name: str, *, place: Place, realm: str, anchor: str, was: str = "") -> Finding:
    notes = (f"; {each}" for each in (was, f"`{realm}` is not production" if realm else "") if each)
    return RULE.finding(
        f"{holder}: the value of `{name}` is written out: whoever may read the repository has it, in its history for ever{''.join(notes)}",
        place,
        anchor=f"{anchor} {name}",
        confidence=Confidence.LOW if realm else Confidence.MEDIUM,
    )
