"""By what others reach a workload, and no longer do."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, table, tables, texts

_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")
_SHOWN = 3
_VARIABLE: Final = LatePattern(r"\$\{[^{}]*\}")
"""What Flux puts in, whose value stands elsewhere."""


def cut(old: Object, new: Object, *, among: Manifests) -> Iterator[Lapse]:
    """What leads nowhere any more, of an object that stays."""
    if not (old.is_whole and new.is_whole):
        return
    if new.kind == "Ingress":
        yield from _of_addresses(_served(old), _served(new), among=among)
    elif new.kind in _ROUTES:
        yield from _of_addresses(_hostnames(old), _hostnames(new), among=among)
    elif new.kind == "Service":
        yield from _of_ports(old, new)
        if old.spec.get("externalName") and new.spec.get("externalName") not in (None, old.spec["externalName"]):
            words = f"its name leads to `{new.spec['externalName']}` and no longer to `{old.spec['externalName']}`"
            yield Lapse(steps=("spec", "externalName"), words=words)


def _of_addresses(before: set[str], after: set[str], *, among: Manifests) -> Iterator[Lapse]:
    gone = sorted(before - after)
    if not gone or {""} & after:
        return
    others = (n for o, n in among.pairs if n is not None)
    elsewhere = {
        each for other in others for each in (_served(other) if other.kind == "Ingress" else _hostnames(other))
    }
    lost = [each for each in gone if each not in elsewhere]
    if lost:
        said = ", ".join(f"`{each}`" for each in lost[:_SHOWN])
        hosts = {each.partition("/")[0] for each in after}
        is_host = any(each.partition("/")[0] not in hosts for each in lost)
        words = f"{said} {'is' if len(lost) == 1 else 'are'} no longer served: whoever asks for it gets nothing"
        may_be_same = all(
            _VARIABLE.search(each) and _outline(each) in {_outline(one) for one in after} for each in lost
        )
        if may_be_same:
            words += ", unless its variable is another's by another name"
        severity = Severity.HIGH if is_host and not may_be_same else Severity.MEDIUM
        yield Lapse(steps=("spec",), words=words, severity=severity, anchor="addresses")


def _outline(address: str) -> str:
    """An address without the names of what is put into it."""
    return _VARIABLE.sub("${…}", address)


def _served(ingress: Object) -> set[str]:
    """The addresses of an ingress, host and path."""
    found: set[str] = set()
    for rule in tables(ingress.spec.get("rules")):
        host = str(rule.get("host") or "")
        paths = tables(table(rule.get("http")).get("paths"))
        found |= {f"{host}{str(each.get('path') or '/').rstrip('/')}" for each in paths} or {host}
    return found


def _hostnames(route: Object) -> set[str]:
    return set(texts(route.spec.get("hostnames")))


def _of_ports(old: Object, new: Object) -> Iterator[Lapse]:
    before, after = (
        {(each.get("port"), each.get("protocol", "TCP")) for each in tables(one.spec.get("ports"))}
        for one in (old, new)
    )
    gone = sorted(str(port) for port, _ in before - after)
    if gone:
        words = f"port {', '.join(gone[:_SHOWN])} is gone: whoever calls it there gets no answer"
        severity = Severity.HIGH if old.spec.get("selector") else Severity.MEDIUM
        yield Lapse(steps=("spec", "ports"), words=words, severity=severity, anchor="ports")
