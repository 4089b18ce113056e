"""The addresses by which a workload asks for others: a name with a port, or the host of a URL, in what its containers are given."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, tables, texts

_ADDRESS: Final = LatePattern(
    r"(?<![\w./+-])(?P<scheme>[a-z][a-z0-9+.-]*://(?:[^\s/@]*@)?)?"
    r"(?P<name>[a-z0-9][a-z0-9-]*)(?P<below>(?:\.[a-z0-9-]+)*)(?::(?P<port>\d{1,5}))?(?![\w.-])"
)
_LONGEST: Final = 10_000
"""Characters of one text that are looked through."""


class Address(NamedTuple):
    """What is asked for: the first label of its host, those after it, its port where one is said, and all that in one."""

    name: str
    below: tuple[str, ...]
    port: int | None
    text: str


def addresses_of(workload: Object) -> Iterator[Address]:
    """Those in the variables, arguments and commands of its containers; a name alone may be anything's, and is none."""
    for container in workload.containers.values():
        values = [each.get("value") for each in tables(container.get("env"))]
        given = (*texts(values), *texts(container.get("args")), *texts(container.get("command")))
        for text in given:
            yield from _addresses_in(text[:_LONGEST])


def _addresses_in(text: str) -> Iterator[Address]:
    for found in _ADDRESS.finditer(text) if ":" in text else ():
        port = found["port"]
        if found["scheme"] or port:
            below = tuple(found["below"].split(".")[1:])
            said = f"{found['name']}{found['below']}{f':{port}' if port else ''}"
            yield Address(found["name"], below, int(port) if port else None, said)
