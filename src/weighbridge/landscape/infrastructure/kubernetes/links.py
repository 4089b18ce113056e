"""What leads from one object to another by a port, a name or a number, and leads nowhere since the change."""

from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables
from weighbridge.landscape.infrastructure.kubernetes.quantities import share
from weighbridge.landscape.infrastructure.kubernetes.selection import MAKERS, chooses, is_beside
from weighbridge.landscape.infrastructure.kubernetes.standing import Standing

_ENDS: Final = {
    "readinessProbe": "it gets no request where nothing answers there",
    "livenessProbe": "it is killed again and again where nothing answers there",
    "startupProbe": "it never counts as started where nothing answers there",
}
_LINKED: Final = frozenset({"Service", "Ingress", "PodDisruptionBudget", *MAKERS})
_FEW: Final = 4
"""Who names so few ports, names them all."""
_MOST_CHOSEN: Final = 200
_TEN: Final = 10
"""Pods of which a percentage is taken where nobody says how many there are."""


class Broken(Struct, frozen=True, kw_only=True):
    """One thing that leads nowhere, or cannot hold: of whom, with whom, where it is said, and what it comes to."""

    of: Object
    other: Object
    steps: tuple[str, ...]
    words: str
    severity: Severity = Severity.HIGH
    is_by_number: bool = False
    """Whether a number of a port is missing: that one is gone is told of the service itself."""

    gained: object = None
    """The port of a service that leads to a number: where it is new, nobody called it, and a container need not tell where it listens."""

    def lapse(self, words: str, steps: tuple[str, ...], *, old: Object | None = None) -> Lapse:
        """How it is told, by what it was before."""
        had = {port.get("port") for port in tables(old.spec.get("ports"))} if old is not None else set()
        is_new = old is not None and self.gained is not None and self.gained not in had
        severity = Severity.MEDIUM if is_new else self.severity
        return Lapse(steps=steps, words=words, severity=severity, anchor=f"{self.of.anchor} {self.words}")


def newly_broken(manifests: Manifests, kinds: Container[str]) -> Iterator[tuple[Object, Lapse]]:
    """What of these kinds leads nowhere after the change and did not before, told at an object that the change touches."""
    was = {new.anchor: old for old, new in manifests.present}
    told: set[tuple[str, str]] = set()
    for old, new in manifests.present:
        if not new.is_whole or new.kind not in _LINKED or (old is not None and _links(old) == _links(new)):
            continue
        after = _linked(new, manifests.standing(new)) if old is not None or new.kind not in MAKERS else [new]
        before = (old, *(was.get(each.anchor, each) for each in after[1:]))  # those that are new were not there
        known = {each.words for each in broken(each for each in before if each is not None)}
        for each in broken(after):
            is_new = each.words not in known and (each.of.anchor, each.words) not in told
            is_told_of = each.is_by_number and new.kind == "Service" and each.of.anchor != new.anchor
            if (
                is_new
                and each.of.kind in kinds
                and new.anchor in (each.of.anchor, each.other.anchor)
                and not is_told_of
            ):
                told.add((each.of.anchor, each.words))
                yield (
                    _told(each, new)
                    if each.of.anchor not in was
                    else (each.of, each.lapse(each.words, each.steps, old=was[each.of.anchor]))
                )


def _links(of: Object) -> object:
    """What of an object leads to others, or is what others lead to; where it stays the same, nothing around need be read."""
    if of.kind not in MAKERS:
        return of.spec
    said = [(name, each.get("ports"), [each.get(probe) for probe in _ENDS]) for name, each in of.containers.items()]
    return of.spec.get("replicas"), of.spec.get("selector"), of.pod_labels, said


def _told(each: Broken, new: Object) -> tuple[Object, Lapse]:
    """Of a thing that stays as it is, at what leaves it."""
    steps = (*new.pod_steps, "containers") if new.kind in MAKERS and each.of.kind == "Service" else ("spec",)
    return new, each.lapse(f"{each.of.name} does not hold with it: {each.words}", steps)


def _linked(new: Object, standing: Standing) -> list[Object]:
    """An object, and those that stand between it and what it leads to, or what leads to it."""
    name = new.key[3]
    about = list(standing.choosing(new)) if new.kind in MAKERS else [new]
    found = [*about, *(maker for each in about for maker in islice(standing.chosen(each), _MOST_CHOSEN))]
    found += standing.scaling(*(each.key[3] for each in (new, *found) if each.kind in MAKERS))
    if new.kind == "Service":
        found += (each for each in standing.naming(name) if each.kind == "Ingress")
    if new.kind == "Ingress":
        found += standing.called("Service", {str(each.get("name")) for each in _backends(new)})
    others = {each.anchor: each for each in found if each.is_whole and each.anchor != new.anchor}
    return [new, *others.values()]


def broken(objects: Iterable[Object]) -> Iterator[Broken]:
    """All that leads nowhere among objects that stand together."""
    every = list(objects)
    makers = [each for each in every if each.kind in MAKERS]
    for each in every:
        if each.kind == "Service":
            yield from _of_service(each, makers)
        elif each.kind == "Ingress":
            yield from _of_ingress(each, [one for one in every if one.kind == "Service" and is_beside(one, each)])
        elif each.kind == "PodDisruptionBudget":
            yield from _of_budget(each, makers, among=every)
        elif each.kind in MAKERS:
            yield from _of_workload(each)


def _ports(of: Object) -> set[object]:
    """The ports of a workload's containers, by number and by name."""
    ports = [port for each in of.containers.values() for port in tables(each.get("ports"))]
    return {port.get(key) for port in ports for key in ("containerPort", "name")} - {None}


def _of_service(service: Object, makers: Iterable[Object]) -> Iterator[Broken]:
    chosen = [each for each in makers if is_beside(each, service) and chooses(service, each)]
    for port in tables(service.spec.get("ports")):
        target = port.get("targetPort", port.get("port"))
        known = [_ports(each) for each in chosen]
        is_told = all(known) and all(each.get("ports") for one in chosen for each in _main(one))
        if not known or any(target in each for each in known) or not (is_told or isinstance(target, str)):
            continue
        whom = chosen[0]
        words = f"port {port.get('port')} leads to `{target}`, and no container of {whom.name} has such a port: whoever calls gets no answer"
        steps = ("spec", "ports")
        # a container may listen at a port that it does not tell, never by a name that it does not
        severity = Severity.HIGH if isinstance(target, str) or len(known[0]) <= _FEW else Severity.MEDIUM
        new_port = port.get("port") if not isinstance(target, str) else None
        yield Broken(of=service, other=whom, steps=steps, words=words, severity=severity, gained=new_port)


def _main(of: Object) -> list[Mapping[str, Any]]:
    return tables(of.pod.get("containers"))[:1]


def _of_ingress(ingress: Object, services: Iterable[Object]) -> Iterator[Broken]:
    by_name = {each.key[3]: each for each in services}
    for backend in _backends(ingress):
        service = by_name.get(str(backend.get("name")))
        wanted = part(backend, "port", "number") or part(backend, "port", "name")
        if service is None or wanted is None or service.spec.get("type") == "ExternalName":
            continue
        known = {port.get(key) for port in tables(service.spec.get("ports")) for key in ("port", "name")}
        if known and wanted not in known:
            words = f"it leads to port `{wanted}` of {service.name}, which has none such: whoever asks gets an error"
            yield Broken(
                of=ingress, other=service, steps=("spec", "rules"), words=words, is_by_number=isinstance(wanted, int)
            )


def _backends(ingress: Object) -> list[Mapping[str, Any]]:
    """The services that it leads to, as it names them."""
    paths = [path for rule in tables(ingress.spec.get("rules")) for path in tables(part(rule, "http", "paths"))]
    found = [part(each, "backend", "service") for each in paths] + [part(ingress.spec, "defaultBackend", "service")]
    return [table(each) for each in found if each]


def _of_budget(budget: Object, makers: Iterable[Object], *, among: Iterable[Object]) -> Iterator[Broken]:
    """Whether no pod may ever be taken down: no node can be drained then."""
    end = "no pod may be taken down: no node of theirs can be drained, and upgrades stand still"
    most = share(budget.spec.get("maxUnavailable"), _TEN)
    if most == 0:
        words = f"`maxUnavailable` is {budget.spec.get('maxUnavailable')}: {end}"
        yield Broken(of=budget, other=budget, steps=("spec", "maxUnavailable"), words=words)
        return
    for each in makers:
        count = _count(each, among)
        least = share(budget.spec.get("minAvailable"), count or _TEN)
        if least is None or not is_beside(budget, each) or not chooses(budget, each):
            continue
        if str(budget.spec.get("minAvailable")) == "100%" or (count and least >= count):
            words = f"`minAvailable` is {budget.spec.get('minAvailable')}, as many as {each.name} has at least: {end}"
            severity = Severity.MEDIUM if count == 1 else Severity.HIGH
            yield Broken(of=budget, other=each, steps=("spec", "minAvailable"), words=words, severity=severity)


def _count(workload: Object, among: Iterable[Object]) -> int | None:
    """How many pods of it there are at least; None where nobody here says so."""
    for each in among:
        if each.kind == "HorizontalPodAutoscaler" and is_beside(each, workload):
            ref = table(each.spec.get("scaleTargetRef"))
            if (ref.get("kind"), ref.get("name")) == (workload.kind, workload.key[3]):
                found = each.spec.get("minReplicas", 1)
                return found if isinstance(found, int) else None
    found = workload.spec.get("replicas", 1 if workload.kind in ("Deployment", "StatefulSet") else None)
    return found if isinstance(found, int) else None


def _of_workload(workload: Object) -> Iterator[Broken]:
    chosen, labels = table(part(workload.spec, "selector", "matchLabels")), workload.pod_labels
    lacking = [key for key, value in chosen.items() if labels.get(key) != value]
    if lacking and labels and workload.kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        words = f"its selector wants `{lacking[0]}: {chosen[lacking[0]]}`, which its own pods do not have: the server refuses it"
        yield Broken(of=workload, other=workload, steps=("spec", "selector"), words=words)
    for name, container in workload.containers.items():
        ports = tables(container.get("ports"))
        known = {port.get(key) for port in ports for key in ("containerPort", "name")} - {None}
        for probe in _ENDS:
            how = table(container.get(probe))
            wanted = next(
                (found for key in ("httpGet", "tcpSocket") if (found := part(how, key, "port")) is not None), None
            )
            if wanted is None or wanted in known or not (known or isinstance(wanted, str)):
                continue
            words = f"`{probe}` of `{name}` asks at port `{wanted}`, and the container has none such: {_ENDS[probe]}"
            severity = Severity.HIGH if isinstance(wanted, str) else Severity.MEDIUM
            steps = workload.in_container(name, probe)
            yield Broken(of=workload, other=workload, steps=steps, words=words, severity=severity)
