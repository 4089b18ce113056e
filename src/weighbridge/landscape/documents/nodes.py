"""YAML as nodes that know their place: single values, lists and mappings."""

from msgspec import Struct, field


class Mark(Struct, frozen=True, kw_only=True, gc=False):
    """A place in a document: line and column, both from 1."""

    line: int
    column: int


class DocumentError(Exception):
    """The bytes are no document that can be read: what is wrong, and where."""

    def __init__(self, message: str, mark: Mark, *, is_end: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.mark = mark
        self.is_end = is_end
        """Whether nothing behind the place was read."""


class Scalar(Struct, eq=False, gc=False):
    """A single value as written; `is_plain` when no quotes surround it, so that `1` and `true` mean more than text."""

    value: str
    mark: Mark
    is_plain: bool
    tag: str = ""
    size: int = 1

    @property
    def is_null(self) -> bool:
        """Whether nothing was said: an empty value, `~` or `null`."""
        return self.is_plain and self.value in ("", "~", "null", "Null", "NULL")


class Items(Struct, eq=False):
    """A list."""

    items: list["Node"]
    mark: Mark
    tag: str = ""
    size: int = 1


class Fields(Struct, eq=False):
    """A mapping; `entries` in order of the text, `twice` the keys that stand
    there again, `merged` those that a merge key brought.
    """

    entries: dict[str, tuple[Scalar, "Node"]]
    mark: Mark
    tag: str = ""
    size: int = 1
    twice: list[Scalar] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)

    def get(self, key: str) -> "Node | None":
        """The value under `key`, if any."""
        entry = self.entries.get(key)
        return entry[1] if entry else None


Node = Scalar | Items | Fields


def is_nothing(node: Node) -> bool:
    """Whether nothing was said."""
    return isinstance(node, Scalar) and node.is_null


def plain_value(node: Node) -> object:
    """The node as strings, lists and dicts; scalars stay text. Its depth is bounded by the reading."""
    match node:
        case Scalar():
            return None if node.is_null else node.value
        case Items():
            return [plain_value(item) for item in node.items]
        case Fields():
            return {key: plain_value(value) for key, (_, value) in node.entries.items()}
