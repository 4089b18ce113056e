"""What a document names: each mention with its kind, its line, the statement that holds it, and how it is marked."""

from enum import StrEnum

from msgspec import Struct


class MentionKind(StrEnum):
    """What a name is of, as far as its form tells."""

    PATH = "path"
    SYMBOL = "symbol"
    COMMAND = "command"
    FLAG = "flag"
    ENDPOINT = "endpoint"
    SETTING = "setting"
    TABLE = "table"
    HOST = "host"


class Marking(StrEnum):
    """How a name is set apart from the words around it."""

    SPAN = "code span"
    BLOCK = "code block"
    LINK = "link"
    PROSE = "prose"


class Mention(Struct, frozen=True, kw_only=True, gc=False):
    """A name that stands in a document, not resolved yet."""

    kind: MentionKind
    name: str
    line: int
    statement: str
    marking: Marking
    is_past: bool = False
    """Whether the statement, or what it stands under, tells of another time or of a plan."""
    is_made: bool = False
    """Whether a reader is to make what it names, or to imagine it."""


class Prose(Struct, frozen=True, kw_only=True):
    """What one document says, as far as it was read."""

    mentions: tuple[Mention, ...] = ()
    is_cut: bool = False
    """Whether there was more of it than is read."""
