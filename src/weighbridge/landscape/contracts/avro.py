"""Two versions of an Avro schema, by the specification's rules of schema resolution.

`BACKWARD`, `FORWARD` and `FULL` are what registries call the promises: that who reads by the new schema reads what was written by
the old one; the reverse; both.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.documents.nodes import Items, Scalar

BACKWARD: Final = "avro-old-data"
FORWARD: Final = "avro-old-readers"
_PROMOTED: Final = {
    "int": frozenset({"long", "float", "double"}),
    "long": frozenset({"float", "double"}),
    "float": frozenset({"double"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}
_PRIMITIVE: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_NAMED: Final = frozenset({"record", "error", "enum", "fixed"})
_MOST_BREAKS: Final = 200


class Kind(Struct, kw_only=True, eq=False):
    """One schema: of a union `branches`, of an array or map `inner`, of a record `fields`, of an enumeration `symbols`."""

    kind: str
    spot: Spot
    name: str = ""
    aliases: frozenset[str] = frozenset()
    branches: "list[Kind]" = field(default_factory=list)
    inner: "Kind | None" = None
    fields: "dict[str, Member]" = field(default_factory=dict)
    symbols: dict[str, int] = field(default_factory=dict)
    default: str = ""
    size: str = ""
    logical: tuple[str, str, str] = ("", "", "")

    @property
    def short(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition(".")[2]

    @property
    def spoken(self) -> str:
        """What it is called in words."""
        if self.kind == "union":
            return "one of " + ", ".join(each.spoken for each in self.branches[:4])
        return f"`{self.short or self.kind}`"


class Member(Struct, kw_only=True, eq=False):
    """A field of a record."""

    name: str
    kind: Kind
    has_default: bool
    aliases: frozenset[str]
    line: int


def read_avro(root: Spot) -> Kind:
    """A file's schema; a name that stands for none of its types is a type of another file."""
    return _Reader().read(root, "")


class _Reader:
    """Reads one file's schemas."""

    def __init__(self) -> None:
        self._named: dict[str, Kind] = {}

    def read(self, spot: Spot, namespace: str) -> Kind:
        if isinstance(spot.node, Scalar):
            return self._by_name(spot.text(), spot, namespace=namespace)
        if isinstance(spot.node, Items):
            return Kind(kind="union", spot=spot, branches=[self.read(each, namespace) for each in spot.items()])
        return self._whole(spot, namespace)

    def _by_name(self, name: str, spot: Spot, *, namespace: str) -> Kind:
        if name in _PRIMITIVE:
            return Kind(kind=name, spot=spot)
        full = name if "." in name or not namespace else f"{namespace}.{name}"
        return self._named.get(full) or self._named.get(name) or Kind(kind="elsewhere", spot=spot, name=full)

    def _whole(self, spot: Spot, namespace: str) -> Kind:
        given = spot.get("type")
        if given is None or not isinstance(given.node, Scalar):
            return self.read(given, namespace) if given is not None else Kind(kind="elsewhere", spot=spot)
        kind = given.text()
        found = Kind(kind=kind, spot=spot, logical=_logical(spot))
        if kind in _NAMED:
            self._name(found, spot, namespace=namespace)
        elif kind in ("array", "map"):
            inner = spot.get("items" if kind == "array" else "values")
            found.inner = self.read(inner, namespace) if inner is not None else None
        elif kind not in _PRIMITIVE:
            return self._by_name(kind, spot, namespace=namespace)
        return found

    def _name(self, found: Kind, spot: Spot, *, namespace: str) -> None:
        written = spot.text("name")
        own = spot.text("namespace") if spot.get("namespace") is not None else namespace
        own = written.rpartition(".")[0] if "." in written else own
        found.name = written if "." in written or not own else f"{own}.{written}"
        found.aliases = _texts(spot.get("aliases"))
        found.kind = "record" if found.kind == "error" else found.kind
        self._named[found.name] = found
        listed = spot.get("fields")
        for each in listed.items() if listed else ():
            found.fields[each.text("name")] = self._member(each, own)
        symbols = spot.get("symbols")
        found.symbols = {each.text(): each.line for each in symbols.items()} if symbols else {}
        found.default, found.size = spot.text("default"), spot.text("size")

    def _member(self, spot: Spot, namespace: str) -> Member:
        given = spot.get("type")
        name = spot.get("name")
        return Member(
            name=spot.text("name"),
            kind=self.read(given, namespace) if given is not None else Kind(kind="elsewhere", spot=spot),
            has_default=spot.get("default") is not None,
            aliases=_texts(spot.get("aliases")),
            line=name.line if name else spot.line,
        )


def _texts(spot: Spot | None) -> frozenset[str]:
    return frozenset(each.text() for each in spot.items()) if spot else frozenset()


def _logical(spot: Spot) -> tuple[str, str, str]:
    """What a type means beyond its bytes, as far as readers must agree on it."""
    said = spot.text("logicalType")
    return (said, spot.text("precision"), spot.text("scale") or "0") if said == "decimal" else (said, "", "")


class _Fault(Struct, frozen=True):
    """What a reader cannot do, and where in which of the two schemas that stands."""

    words: str
    of_writer: Spot | None
    of_reader: Spot | None


class _Resolution:
    """Reads what is written by one schema by another, as the specification says it is done."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()
        self._waiting: list[tuple[Kind, Kind, str]] = []

    def faults(self, writer: Kind, reader: Kind, *, at: str) -> Iterator[_Fault]:
        """Whatever cannot be read."""
        self._waiting = [(writer, reader, at)]
        while self._waiting:
            one, other, where = self._waiting.pop(0)
            if (id(one), id(other)) not in self._seen:
                self._seen.add((id(one), id(other)))
                yield from self._faults(one, other, at=where)

    def _faults(self, writer: Kind, reader: Kind, *, at: str) -> Iterator[_Fault]:
        if writer.kind == "union":
            self._waiting += [(branch, reader, at) for branch in writer.branches]
        elif reader.kind == "union":
            yield from self._among(writer, reader, at=at)
        elif not _is_one(writer, reader):
            yield _Fault(f"{at} is written as {writer.spoken} and read as {reader.spoken}", writer.spot, reader.spot)
        else:
            yield from self._within(writer, reader, at=at)

    def _among(self, writer: Kind, reader: Kind, *, at: str) -> Iterator[_Fault]:
        """The first branch that fits by kind and name, as readers choose it."""
        branch = next((each for each in reader.branches if _is_one(writer, each) and writer.kind == each.kind), None)
        branch = branch or next((each for each in reader.branches if _is_one(writer, each)), None)
        if branch is None:
            yield _Fault(f"{at} may be written as {writer.spoken}, which readers do not take", writer.spot, reader.spot)
        else:
            self._waiting.append((writer, branch, at))

    def _within(self, writer: Kind, reader: Kind, *, at: str) -> Iterator[_Fault]:
        means, meant = writer.logical, reader.logical
        if means != meant and ("decimal" in (means[0], meant[0]) or (means[0] and meant[0])):
            yield _Fault(f"{at} means {_meaning(means)} and is read as {_meaning(meant)}", writer.spot, reader.spot)
        if writer.kind == "record":
            yield from self._record(writer, reader)
        elif writer.kind == "enum":
            unknown = [each for each in writer.symbols if each not in reader.symbols]
            if unknown and not reader.default:
                names = ", ".join(f"`{each}`" for each in unknown[:4])
                yield _Fault(f"{at} may be written as {names}, which readers do not know", writer.spot, reader.spot)
        elif writer.inner is not None and reader.inner is not None:
            self._waiting.append((writer.inner, reader.inner, f"what {at} holds"))

    def _record(self, writer: Kind, reader: Kind) -> Iterator[_Fault]:
        for name, member in reader.fields.items():
            names = (name, *sorted(member.aliases))
            written = next((writer.fields[each] for each in names if each in writer.fields), None)
            whole = f"`{name}` of `{reader.short}`"
            if written is not None:
                self._waiting.append((written.kind, member.kind, whole))
            elif not member.has_default:
                spot = _at(reader.spot, member.line)
                yield _Fault(f"{whole} is asked for by readers, has no default, and is not written", None, spot)


def _meaning(logical: tuple[str, str, str]) -> str:
    kind, precision, scale = logical
    digits = f" of {precision} digits, {scale} behind the point" if kind == "decimal" else ""
    return f"`{kind}`{digits}" if kind else "bytes alone"


def _at(spot: Spot, line: int) -> Spot:
    return Spot(node=spot.node, path=spot.path, line=line, name=spot.name)


def _is_one(writer: Kind, reader: Kind) -> bool:
    """Whether two schemas match before what they hold is looked at."""
    if "elsewhere" in (writer.kind, reader.kind):
        return not writer.short or not reader.short or writer.short == reader.short or writer.name in reader.aliases
    if writer.kind in ("record", "enum", "fixed") and writer.kind == reader.kind:
        named = writer.short == reader.short or not {writer.name, writer.short}.isdisjoint(reader.aliases)
        return named and writer.size == reader.size
    return writer.kind == reader.kind or reader.kind in _PROMOTED.get(writer.kind, ())


def avro_breaks(old: Kind, new: Kind) -> Iterator[Break]:
    """What the second breaks that the first promised."""
    backward = list(_Resolution().faults(old, new, at="the message"))
    forward = list(_Resolution().faults(new, old, at="the message"))
    both = bool(backward) and bool(forward)
    for fault in backward[:_MOST_BREAKS]:
        modes = "BACKWARD and FULL compatibility"
        rest = f"what was written before can no longer be read ({modes})"
        yield _break(BACKWARD, fault, level=Level.ERROR, rest=rest, head=fault.of_reader, base=fault.of_writer)
    told = {_line(each.of_reader, each.of_writer) for each in backward}
    for fault in forward[:_MOST_BREAKS]:
        if both and _line(fault.of_writer, fault.of_reader) in told:
            continue  # the same of the same place
        rest = "who reads by the old schema cannot read what is written now (FORWARD and FULL compatibility)"
        yield _break(FORWARD, fault, level=Level.WARNING, rest=rest, head=fault.of_writer, base=fault.of_reader)


def _line(head: Spot | None, base: Spot | None) -> tuple[bool, RepoPath, int]:
    spot = head or base
    assert spot is not None, "a fault stands somewhere"
    return head is not None, spot.path, spot.line


def _break(kind: str, fault: _Fault, *, level: Level, rest: str, head: Spot | None, base: Spot | None) -> Break:
    is_head, path, line = _line(head, base)
    place = Place(path=path, line=line, end_line=line, side=Side.HEAD if is_head else Side.BASE)
    words = f"{fault.words}: {rest}"
    return Break(kind=kind, check=kind, level=level, words=words, place=place, subject=f"{kind} {fault.words}")
