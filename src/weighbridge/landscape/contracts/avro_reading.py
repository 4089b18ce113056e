"""An Avro schema read into its types, each by its full name; what is no schema is said with its line."""

import re
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.documents.nodes import Items, Scalar, plain_value

_PRIMITIVE: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED: Final = frozenset({"record", "enum", "fixed"})
"""Kinds that are known by a name, here or in another file."""
_WITH_NAMES: Final = NAMED | {"error"}
_LISTS: Final = {"record": "fields", "error": "fields", "enum": "symbols"}
_NAME: Final = re.compile(r"\.?[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_INNER: Final = {"array": "items", "map": "values"}


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
    """A field of a record; `default` is None where it has none."""

    name: str
    kind: Kind
    default: Spot | None
    aliases: frozenset[str]
    line: int

    @property
    def filled_in(self) -> str:
        """What is read where nothing was written, in words."""
        node = self.default.node if self.default else None
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return "null" if node else ""
        return str(plain_value(node))[:60] or '""'


class AvroSchema(Struct, kw_only=True, eq=False):
    """A file's schema, the types that it names, and what in it is no schema."""

    kind: Kind
    named: dict[str, Kind]
    missing: list[CouldNotLook]


def read_avro(root: Spot) -> AvroSchema:
    """A file's schema; a name that stands for none of its types is a type of another file."""
    reader = _Reader()
    kind = reader.read(root, "")
    return AvroSchema(kind=kind, named=reader.named, missing=reader.missing)


class _Reader:
    """Reads one file's schemas."""

    def __init__(self) -> None:
        self.named: dict[str, Kind] = {}
        self.missing: list[CouldNotLook] = []

    def read(self, spot: Spot, namespace: str) -> Kind:
        if isinstance(spot.node, Scalar):
            return self._by_name(spot.text(), spot, namespace=namespace)
        if isinstance(spot.node, Items):
            branches = [self.read(each, namespace) for each in spot.items()]
            if any(each.kind == "union" for each in branches):
                return self._none(spot, "a type that is no union, as those of a union must be,")
            return Kind(kind="union", spot=spot, branches=branches)
        return self._whole(spot, namespace)

    def _by_name(self, name: str, spot: Spot, *, namespace: str) -> Kind:
        if name in _PRIMITIVE:
            return Kind(kind=name, spot=spot)
        if not _NAME.fullmatch(name):
            return self._none(spot, "the name of a type")
        full = name if "." in name or not namespace else f"{namespace}.{name}"
        return self.named.get(full) or self.named.get(name) or Kind(kind="elsewhere", spot=spot, name=full)

    def _whole(self, spot: Spot, namespace: str) -> Kind:
        given = spot.get("type")
        if given is None:
            return self._none(spot, "a type")
        if not isinstance(given.node, Scalar):
            return self.read(given, namespace)
        kind = given.text()
        found = Kind(kind=kind, spot=spot, logical=_logical(spot))
        if kind in _WITH_NAMES:
            self._name(found, spot, namespace=namespace)
        elif kind in _INNER:
            inner = spot.get(_INNER[kind])
            found.inner = self.read(inner, namespace) if inner is not None else self._none(spot, f"`{_INNER[kind]}`")
        elif kind not in _PRIMITIVE:
            return self._by_name(kind, spot, namespace=namespace)
        return found

    def _name(self, found: Kind, spot: Spot, *, namespace: str) -> None:
        written = spot.text("name")
        own = spot.text("namespace") if spot.get("namespace") is not None else namespace
        own = written.rpartition(".")[0] if "." in written else own
        found.name = written if "." in written or not own else f"{own}.{written}"
        found.aliases = _texts(spot.get("aliases"))
        listed = spot.get(_LISTS.get(found.kind, ""))
        if not written or (found.kind in _LISTS and (listed is None or not isinstance(listed.node, Items))):
            self._none(spot, f"a list of {_LISTS[found.kind]}" if written else "a name")
        found.kind = "record" if found.kind == "error" else found.kind
        self.named[found.name] = found
        for each in listed.items() if listed and found.kind == "record" else ():
            found.fields[each.text("name")] = self._member(each, own)
        found.symbols = {each.text(): each.line for each in listed.items()} if listed and found.kind == "enum" else {}
        if found.kind == "fixed" and not spot.text("size").isdecimal():
            self._none(spot, "a size")
        found.default, found.size = spot.text("default"), spot.text("size")

    def _member(self, spot: Spot, namespace: str) -> Member:
        given = spot.get("type")
        name = spot.get("name")
        return Member(
            name=spot.text("name"),
            kind=self.read(given, namespace) if given is not None else self._none(spot, "a type"),
            default=spot.get("default"),
            aliases=_texts(spot.get("aliases")),
            line=name.line if name else spot.line,
        )

    def _none(self, spot: Spot, lacked: str) -> Kind:
        """That something lacks what a schema must have there."""
        detail = f"{spot.path}:{spot.line}: {lacked} is lacking, so that it is no schema of Avro"
        self.missing.append(CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="mend the schema"))
        return Kind(kind="elsewhere", spot=spot)


def resolved(kind: Kind, named: dict[str, Kind]) -> Kind:
    """A type of another file as the files that are known define it; itself where none does."""
    return named.get(kind.name, kind) if kind.kind == "elsewhere" else kind


def _texts(spot: Spot | None) -> frozenset[str]:
    return frozenset(each.text() for each in spot.items()) if spot else frozenset()


def _logical(spot: Spot) -> tuple[str, str, str]:
    """What a type means beyond its bytes, as far as readers must agree on it."""
    said = spot.text("logicalType")
    return (said, spot.text("precision"), spot.text("scale") or "0") if said == "decimal" else (said, "", "")
