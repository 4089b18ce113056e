"""The services of a file of Docker Compose.

Source: https://docs.docker.com/reference/compose-file/.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.yaml_nodes import (
    entries,
    get,
    is_true,
    items,
    line_of,
    lines,
    read_fields,
    said,
    text,
    texts,
)

if TYPE_CHECKING:
    from weighbridge.landscape.documents.nodes import Node

UNSAID: Final = "…"
"""Stands for the project's name where the file does not say it: that of its folder, or of an option."""

_LONGEST: Final = 12


class Mount(Struct, frozen=True, kw_only=True):
    """What of outside lies where in a container; `source` is empty for a volume without a name."""

    source: str
    target: str
    line: int
    is_read_only: bool = False

    @property
    def is_volume(self) -> bool:
        """Whether it is a volume of its own and no folder of the host."""
        return not self.source.startswith(("/", ".", "~", "$"))


class Port(Struct, frozen=True, kw_only=True):
    """A port that is published; `host` is the address it is published at, empty for all."""

    host: str
    target: str
    line: int
    published: str = ""

    def meets(self, other: "Port") -> bool:
        """Whether one port of the container at least is of both."""
        (low, high), (first, last) = _span(self.target), _span(other.target)
        return self.target == other.target or max(low, first) <= min(high, last)

    def is_at(self, number: int) -> bool:
        """Whether it is reached at a port of the machine."""
        low, high = _span(self.published)
        return low <= number <= high

    @property
    def is_for_all(self) -> bool:
        """Whether whoever reaches the machine reaches it."""
        return self.host in ("", "0.0.0.0", "[::]", "::")  # noqa: S104 - it is told, not bound


class Service(Struct, frozen=True, kw_only=True):
    """One service."""

    name: str
    line: int
    image: str = ""
    restart: str = ""
    is_privileged: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    """What else is said as one text."""
    added: tuple[str, ...] = ()
    """The capabilities that are added."""
    mounts: tuple[Mount, ...] = ()
    ports: tuple[Port, ...] = ()
    environment: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """What its variables are set to, and where."""
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, *names: str) -> int:
        """Where the first of these is said; else where the service begins."""
        return next((self.lines[name] for name in names if name in self.lines), self.line)


class Composed(Struct, frozen=True, kw_only=True):
    """What one file says."""

    path: RepoPath
    side: Side
    services: Mapping[str, Service] = field(default_factory=dict)
    volumes: Mapping[str, str] = field(default_factory=dict)
    """The volumes that are declared, each with what is said of it."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What each volume is called on the machine; `…_data` where the project's name, which is not said, comes before."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where each volume is declared."""

    def at(self, line: int) -> Place:
        """One of its lines."""
        return Place(path=self.path, line=line, end_line=line, side=self.side)


def read_composed(data: bytes, path: RepoPath, *, side: Side) -> Composed | None:
    """What a file of Docker Compose says; None where nothing is told."""
    node = read_fields(data)
    if node is None:
        return None
    volumes = get(node, "volumes")
    return Composed(
        path=path,
        side=side,
        services={
            name: _service(name, inner, line=key.mark.line) for name, key, inner in entries(get(node, "services"))
        },
        volumes={name: said(inner) for name, _, inner in entries(volumes)},
        names={name: _called(name, inner, project=text(get(node, "name"))) for name, _, inner in entries(volumes)},
        lines=lines(volumes),
    )


def _called(name: str, node: "Node", *, project: str) -> str:
    """The name of a volume: its own, the one that is there already, else the project's before its key."""
    own = text(get(node, "name")) or text(get(node, "external", "name"))
    if own:
        return own
    return name if is_true(get(node, "external")) else f"{project or UNSAID}_{name}"


def _service(name: str, node: "Node", *, line: int) -> Service:
    single = {each: said(inner) for each, _, inner in entries(node)}
    return Service(
        name=name,
        line=line,
        image=text(get(node, "image")),
        restart=text(get(node, "restart")) or text(get(node, "deploy", "restart_policy", "condition")),
        is_privileged=is_true(get(node, "privileged")),
        settings=single,
        added=tuple(texts(get(node, "cap_add"))),
        mounts=tuple(found for each in items(get(node, "volumes")) if (found := _mount(each)) is not None),
        ports=tuple(port for each in items(get(node, "ports")) if (port := _port(each)) is not None),
        environment=dict(_environment(get(node, "environment"))),
        lines=lines(node),
    )


def _environment(node: "Node | None") -> Iterator[tuple[str, tuple[str, int]]]:
    """Variables, written as a table or as a list of `NAME=value`."""
    for name, key, inner in entries(node):
        yield name, (text(inner), key.mark.line)
    for each in items(node) if not hasattr(node, "entries") else ():
        name, sign, value = text(each).partition("=")
        if sign:
            yield name, (value, line_of(each))


def _mount(node: "Node") -> Mount | None:
    if hasattr(node, "entries"):
        if text(get(node, "type")) == "tmpfs":
            return None
        source, target = text(get(node, "source")), text(get(node, "target"))
        return Mount(source=source, target=target, line=line_of(node), is_read_only=is_true(get(node, "read_only")))
    parts = _parts(text(node))
    if not parts[0]:
        return None
    if len(parts) == 1:
        return Mount(source="", target=parts[0].rstrip("/"), line=line_of(node))
    options = parts[2].split(",") if len(parts) > 2 else []
    return Mount(source=parts[0], target=parts[1].rstrip("/"), line=line_of(node), is_read_only="ro" in options)


def _parts(value: str) -> list[str]:
    """The parts between colons that are in no `${...}`."""
    found, depth = [""], 0
    for sign in value:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == ":" and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return found


def _port(node: "Node") -> Port | None:
    if hasattr(node, "entries"):
        if not text(get(node, "published")):
            return None
        published, target = text(get(node, "published")), text(get(node, "target"))
        return Port(host=text(get(node, "host_ip")), target=target, line=line_of(node), published=published)
    parts = _parts(text(node).partition("/")[0])
    if len(parts) == 1:
        return None  # at a port that is free, whichever that is
    return Port(host=":".join(parts[:-2]), target=parts[-1], line=line_of(node), published=parts[-2])


def _span(ports: str) -> tuple[int, int]:
    """The first and the last of a range of ports; none at all where that is no number."""
    first, _, last = ports.partition("-")
    last = last or first
    return (int(first), int(last)) if first.isdecimal() and last.isdecimal() and len(ports) < _LONGEST else (0, -1)
