"""The objects that stand after a change, found by what others ask of them, so that many need not be compared with many."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from weighbridge.landscape.infrastructure.kubernetes.objects import Object, table
from weighbridge.landscape.infrastructure.kubernetes.selection import MAKERS, ROUTES, chooses, selector_of

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.kubernetes.addresses import Address

_Thing = TypeVar("_Thing")


class Group:
    """Some objects, by kind, by label and by name."""

    def __init__(self, objects: Iterable[Object]) -> None:
        self._objects = tuple(objects)

    def of(self, *kinds: str) -> Iterator[Object]:
        """Those of some kinds."""
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    def choosing(self, workload: Object) -> Iterator[Object]:
        """Those that are about the pods of a workload."""
        for label in _labels(workload.pod_labels):
            for each in self._choosers.get(label, ()):
                if chooses(each, workload):
                    yield each

    def chosen(self, by: Object) -> Iterator[Object]:
        """The workloads whose pods an object is about."""
        labelled = (self._labelled.get(label, []) for label in _labels(selector_of(by)))
        fewest = min(labelled, key=len, default=[])
        return (each for each in fewest if chooses(by, each))

    def naming(self, name: str) -> Iterator[Object]:
        """The workloads and routes in which a text is this name."""
        return iter(self._naming.get(name, ()))

    def asking(self, name: str) -> "Iterator[tuple[Object, Address]]":
        """The workloads that go on running and ask for a host that is called so, each with the address."""
        return iter(self._asking.get(name, ()))

    def called(self, kind: str, names: Iterable[str]) -> Iterator[Object]:
        """Those of a kind that are called so."""
        return (each for name in names for each in self._by_name.get(f"{kind} {name}", ()))

    def scaling(self, *names: str) -> Iterator[Object]:
        """What scales workloads of these names."""
        return (each for name in names for each in self._scalers.get(name, ()))

    @cached_property
    def _by_name(self) -> Mapping[str, list[Object]]:
        return _under((f"{each.kind} {each.key[3]}", each) for each in self._objects)

    @cached_property
    def _scalers(self) -> Mapping[str, list[Object]]:
        scalers = self.of("HorizontalPodAutoscaler")
        return _under((str(table(each.spec.get("scaleTargetRef")).get("name")), each) for each in scalers)

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Object]]:
        return _under((each.kind, each) for each in self._objects)

    @cached_property
    def _choosers(self) -> Mapping[str, list[Object]]:
        """Each under one of the labels that it asks for."""
        found = ((next(_labels(selector_of(each)), ""), each) for each in self._objects)
        return _under((label, each) for label, each in found if label)

    @cached_property
    def _labelled(self) -> Mapping[str, list[Object]]:
        makers = self.of(*MAKERS)
        return _under((label, each) for each in makers for label in _labels(each.pod_labels))

    @cached_property
    def _asking(self) -> "Mapping[str, list[tuple[Object, Address]]]":
        from weighbridge.landscape.infrastructure.kubernetes.addresses import addresses_of  # noqa: PLC0415 - few changes ask

        lasting = (each for each in self.of(*MAKERS) if each.kind != "Job")
        return _under((address.name, (each, address)) for each in lasting for address in addresses_of(each))

    @cached_property
    def _naming(self) -> Mapping[str, list[Object]]:
        naming = self.of(*MAKERS, *ROUTES)
        return _under((text, each) for each in naming for text in _texts(each.spec))


class Standing:
    """The objects of several groups."""

    def __init__(self, *groups: Group) -> None:
        self._groups = groups

    def of(self, *kinds: str) -> Iterator[Object]:
        """Those of some kinds."""
        return (each for group in self._groups for each in group.of(*kinds))

    def choosing(self, workload: Object) -> Iterator[Object]:
        """Those that are about the pods of a workload."""
        return (each for group in self._groups for each in group.choosing(workload))

    def chosen(self, by: Object) -> Iterator[Object]:
        """The workloads whose pods an object is about."""
        return (each for group in self._groups for each in group.chosen(by))

    def naming(self, name: str) -> Iterator[Object]:
        """The workloads and routes in which a text is this name."""
        return (each for group in self._groups for each in group.naming(name))

    def asking(self, name: str) -> "Iterator[tuple[Object, Address]]":
        """The workloads that go on running and ask for a host that is called so, each with the address."""
        return (each for group in self._groups for each in group.asking(name))

    def called(self, kind: str, names: Iterable[str]) -> Iterator[Object]:
        """Those of a kind that are called so."""
        wanted = tuple(names)
        return (each for group in self._groups for each in group.called(kind, wanted))

    def scaling(self, *names: str) -> Iterator[Object]:
        """What scales workloads of these names."""
        return (each for group in self._groups for each in group.scaling(*names))


def _under(pairs: Iterable[tuple[str, _Thing]]) -> dict[str, list[_Thing]]:
    found: dict[str, list[_Thing]] = {}
    for key, each in pairs:
        found.setdefault(key, []).append(each)
    return found


def _labels(of: Mapping[str, object]) -> Iterator[str]:
    return (f"{key}={value}" for key, value in of.items())


def _texts(values: object) -> set[str]:
    """Every text in some values."""
    found: set[str] = set()
    waiting = [values]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            found.add(each)
        elif isinstance(each, list | tuple):
            waiting += each
        else:
            waiting += table(each).values()
    return found
