"""A program no longer looks whom it speaks to."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES as OF_CLOUD
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.images.changed import is_for_oneself
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES as OF_CLUSTER
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.unverified import newly_trusting

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure, Manifests),
    roles=(*OF_CLOUD, *OF_CLUSTER),
    weaknesses=(295,),
    tags=("terraform", "kubernetes", "encryption"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each setting; of what is only made now, it is less bad."""
    for each in case[Infrastructure].alterations:
        change = each.change
        if change.is_data or change.action in (Action.DELETE, Action.FORGET):
            continue
        for name in newly_trusting(change.before, change.after):
            place = each.at("environment", "container_definitions", "variables", "app_settings")
            yield _found(name, place, of=each.name, anchor=each.anchor(name), is_new=not change.before)
    for old, new in case[Manifests].present:
        for container, values in new.containers.items():
            before = old.containers.get(container, {}) if old is not None else {}
            for name in newly_trusting(before, values):
                place = new.at(*new.in_container(container, "env", name))
                yield _found(name, place, of=new.name, anchor=_anchor(new, container, name=name), is_new=old is None)


def _anchor(of: Object, container: str, *, name: str) -> str:
    return f"{of.anchor} {container} {name}"


def _found(name: str, place: Place, *, of: str, anchor: str, is_new: bool) -> Finding:
    severity = Severity.MEDIUM if is_new else Severity.HIGH
    return RULE.finding(
        f"{of}: `{name}` makes the program accept whoever answers without checking who it is: anybody in between can read and change the traffic",
        place,
        anchor=anchor,
        severity=Severity.LOW if is_for_oneself(place.path) else severity,
    )
