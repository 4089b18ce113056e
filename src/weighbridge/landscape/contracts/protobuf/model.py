"""What files of Protocol Buffers declare, as values; lines are those of their names."""

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath

Span = tuple[int, int]
"""The first and the last of some numbers."""


class Field(Struct, kw_only=True, frozen=True):
    """A field of a message: `label` is `optional`, `required`, `repeated` or empty, `oneof` the choice it is part of."""

    name: str
    number: int
    type: str
    label: str
    oneof: str
    options: dict[str, str]
    line: int

    @property
    def json_name(self) -> str:
        """What it is called in JSON."""
        if "json_name" in self.options:
            return self.options["json_name"]
        first, *others = self.name.split("_")
        return first + "".join(each[:1].upper() + each[1:] for each in others)


class Reserved(Struct, kw_only=True):
    """Numbers and names that nobody may use again."""

    ranges: list[Span] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    line: int = 0

    def holds(self, number: int) -> bool:
        """Whether a number is among them."""
        return any(first <= number <= last for first, last in self.ranges)


class Declared(Struct, kw_only=True):
    """A message, an enumeration or a service, by its full name: `fields` of the first, `values` of the second, `calls` of the third."""

    kind: str
    name: str
    path: RepoPath
    line: int
    fields: dict[int, Field] = field(default_factory=dict)
    values: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Each value's number and line."""
    calls: dict[str, "Call"] = field(default_factory=dict)
    reserved: Reserved = field(default_factory=Reserved)
    extensible: list[Span] = field(default_factory=list)
    """The numbers of a message that others may give to fields of theirs."""


class Call(Struct, kw_only=True, frozen=True):
    """A call of a service: what is sent and given, and whether either is a stream."""

    name: str
    sent: str
    given: str
    sends_many: bool
    gives_many: bool
    line: int
    repeats: str = ""
    """Whether it may be called again: `IDEMPOTENT`, `NO_SIDE_EFFECTS`, or empty where that is not said."""
    routes: frozenset[tuple[str, str]] = frozenset()
    """The methods and paths of HTTP that are translated into it."""


class ProtoFile(Struct, kw_only=True):
    """One file."""

    path: RepoPath
    syntax: str = "proto2"
    package: str = ""
    package_line: int = 1
    options: dict[str, tuple[str, int]] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)
    extended: list[Declared] = field(default_factory=list)
    """The messages of others that it adds fields to, by their names as they are written."""
