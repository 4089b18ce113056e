"""Two versions of an Avro schema, by the specification's rules of schema resolution.

`BACKWARD`, `FORWARD` and `FULL` are what registries call the promises: that who reads by the new schema reads what was written by
the old one; the reverse; both.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.avro_reading import NAMED, AvroSchema, Kind, Member, resolved
from weighbridge.landscape.contracts.breaks import Break, Level, Uses
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.terms import import_keys

BACKWARD: Final = "avro-old-data"
FORWARD: Final = "avro-old-readers"
_PROMOTED: Final = {
    "int": frozenset({"long", "float", "double"}),
    "long": frozenset({"float", "double"}),
    "float": frozenset({"double"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}
_MOST_BREAKS: Final = 200


class _Fault(Struct, frozen=True):
    """What a reader cannot do, and where in which of the two schemas that stands."""

    words: str
    of_writer: Spot | None
    of_reader: Spot | None


class _Resolution:
    """Reads what is written by one schema by another, as the specification says it is done."""

    def __init__(self, writers: AvroSchema, readers: AvroSchema) -> None:
        self._named = writers.named, readers.named
        self._seen: set[tuple[int, int]] = set()
        self._waiting: list[tuple[Kind, Kind, str]] = []
        self.types: list[tuple[Kind, Kind]] = []
        """The types with a name that are read as one another."""
        self.fields: list[tuple[str, Member, Member]] = []
        """The same of fields, each with what it is called."""

    def faults(self, writer: Kind, reader: Kind, *, at: str) -> Iterator[_Fault]:
        """Whatever cannot be read."""
        self._waiting = [(writer, reader, at)]
        while self._waiting:
            one, other, where = self._waiting.pop(0)
            if (id(one), id(other)) not in self._seen:
                self._seen.add((id(one), id(other)))
                yield from self._faults(one, other, at=where)

    def _faults(self, writer: Kind, reader: Kind, *, at: str) -> Iterator[_Fault]:
        writer, reader = resolved(writer, self._named[0]), resolved(reader, self._named[1])
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
        branches = [resolved(each, self._named[1]) for each in reader.branches]
        branch = next((each for each in branches if _is_one(writer, each) and writer.kind == each.kind), None)
        branch = branch or next((each for each in branches if _is_one(writer, each)), None)
        if branch is None:
            yield _Fault(f"{at} may be written as {writer.spoken}, which readers do not take", writer.spot, reader.spot)
        else:
            self._waiting.append((writer, branch, at))

    def _within(self, writer: Kind, reader: Kind, *, at: str) -> Iterator[_Fault]:
        means, meant = writer.logical, reader.logical
        if means != meant and ("decimal" in (means[0], meant[0]) or (means[0] and meant[0])):
            yield _Fault(f"{at} means {_meaning(means)} and is read as {_meaning(meant)}", writer.spot, reader.spot)
        if writer.name and reader.name:
            self.types.append((writer, reader))
        if writer.kind == "record" and reader.kind == "record":
            yield from self._record(writer, reader)
        elif writer.kind == "enum" and reader.kind == "enum":
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
                self.fields.append((whole, written, member))
                self._waiting.append((written.kind, member.kind, whole))
            elif member.default is None:
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
        is_named = {writer.kind, reader.kind} <= NAMED | {"elsewhere"}  # in another file stands what has a name
        return is_named and (writer.short == reader.short or not {writer.name, writer.short}.isdisjoint(reader.aliases))
    if writer.kind in ("record", "enum", "fixed") and writer.kind == reader.kind:
        named = writer.short == reader.short or not {writer.name, writer.short}.isdisjoint(reader.aliases)
        return named and writer.size == reader.size
    return writer.kind == reader.kind or reader.kind in _PROMOTED.get(writer.kind, ())


def avro_breaks(old: AvroSchema, new: AvroSchema) -> Iterator[Break | CouldNotLook]:
    """What the second breaks that the first promised."""
    if old.missing or new.missing:
        yield from (*old.missing, *new.missing)
        return
    reading = _Resolution(old, new)
    backward = list(reading.faults(old.kind, new.kind, at="the message"))
    forward = list(_Resolution(new, old).faults(new.kind, old.kind, at="the message"))
    yield from _unknown(reading.types)
    yield from _defaults(reading.fields)
    yield from _names(reading.types)
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


def _unknown(types: list[tuple[Kind, Kind]]) -> Iterator[CouldNotLook]:
    """The types that stood here and stand elsewhere now, or the other way round, where nobody sees what they are."""
    for old, new in types:
        if (old.kind == "elsewhere") is not (new.kind == "elsewhere"):
            detail = f"{new.spot.path}:{new.spot.line}: `{new.name}` is defined in another file that this change does not hold: whether it is what it was is not known"
            yield CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy="compare the two definitions by hand")


def _defaults(fields: list[tuple[str, Member, Member]]) -> Iterator[Break]:
    """The fields of which messages that lack them, written before they came, cannot be read any more, or as something else."""
    for whole, old, new in fields:
        if not old.filled_in or old.filled_in == new.filled_in:
            continue
        words = f"what was written before {whole} came is read with `{new.filled_in}`, not with `{old.filled_in}`"
        if not new.filled_in:
            words = f"{whole} has no default any more: what was written before it came can no longer be read (BACKWARD_TRANSITIVE and FULL_TRANSITIVE compatibility)"
        yield _told(BACKWARD, words, level=Level.WARNING, spot=_at(new.kind.spot, new.line))


def _names(types: list[tuple[Kind, Kind]]) -> Iterator[Break]:
    """The namespaces that types are in no more: the specification reads by the short names, and code that is made by the full ones."""
    told: set[tuple[str, str]] = set()
    for old, new in types:
        spaces = old.name.rpartition(".")[0], new.name.rpartition(".")[0]
        if old.short != new.short or spaces[0] == spaces[1] or spaces in told or "elsewhere" in (old.kind, new.kind):
            continue
        told.add(spaces)
        words = f"`{old.name}` is called `{new.name}` in full: readers that look for a class by what is written of it do not find it, and code that is made from it is elsewhere"
        found = _told(FORWARD, words, level=Level.WARNING, spot=new.spot.get("namespace") or new.spot)
        found.uses = Uses(names=(old.short,), modules=tuple(import_keys(old.name)), is_type=True)
        found.is_noticed = True
        yield found


def _line(head: Spot | None, base: Spot | None) -> tuple[bool, RepoPath, int]:
    spot = head or base
    assert spot is not None, "a fault stands somewhere"
    return head is not None, spot.path, spot.line


def _break(kind: str, fault: _Fault, *, level: Level, rest: str, head: Spot | None, base: Spot | None) -> Break:
    is_head, path, line = _line(head, base)
    place = Place(path=path, line=line, end_line=line, side=Side.HEAD if is_head else Side.BASE)
    words = f"{fault.words}: {rest}"
    return Break(kind=kind, check=kind, level=level, words=words, place=place, subject=f"{kind} {fault.words}")


def _told(kind: str, words: str, *, level: Level, spot: Spot) -> Break:
    place = Place(path=spot.path, line=spot.line, end_line=spot.line)
    return Break(kind=kind, check=kind, level=level, words=words, place=place, subject=f"{kind} {words}")
