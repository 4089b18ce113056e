"""Who still asks for a service that is gone, by its address."""

from typing import Final

from weighbridge.landscape.infrastructure.kubernetes.addresses import Address
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, tables
from weighbridge.landscape.infrastructure.kubernetes.selection import is_beside

_OF_THE_SERVER: Final = ("", "apps", "batch", "policy", "autoscaling", "extensions")
"""The groups of the server's own kinds, beside those that end as its others do."""


def asking(service: Object, manifests: Manifests) -> str:
    """The first workload that asks for a service, and by which address, in words; empty where none does, or another may answer."""
    standing = manifests.standing(service)
    for workload, address in standing.asking(service.key[3]):
        if not _leads_to(service, address, asked_from=workload):
            continue
        others = standing.called("Service", (service.key[3],))
        if any(is_beside(each, workload) for each in others) or _comes_again(service, manifests):
            continue
        return f"{workload.name} still asks for it as `{address.text}`"
    return ""


def _leads_to(service: Object, address: Address, *, asked_from: Object) -> bool:
    ports = [each.get("port") for each in tables(service.spec.get("ports"))]
    if address.port is not None and address.port not in ports:
        return False
    if address.below:
        space, *rest = address.below
        return space == service.namespace if service.namespace else rest[:1] == ["svc"]
    if service.namespace and asked_from.namespace:
        return service.namespace == asked_from.namespace
    return service.path.rpartition("/")[0] == asked_from.path.rpartition("/")[0]


def _comes_again(service: Object, manifests: Manifests) -> bool:
    """Whether the change brings something of its name that an operator or a chart may make it of."""
    new = (each for old, each in manifests.present if old is None and is_beside(each, service))
    return any(f"{service.key[3]}-".startswith(f"{each.key[3]}-") for each in new if not _is_of_the_server(each.key[0]))


def _is_of_the_server(group: str) -> bool:
    return group in _OF_THE_SERVER or group.endswith(".k8s.io")
