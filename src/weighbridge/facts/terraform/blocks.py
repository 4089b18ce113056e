"""What a source file declares: its blocks, with every value that needs no running to be known."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field


class Expression(Struct, frozen=True):
    """A value that only running tells, as it is written, spaces made one; `is_template` where it is text with parts to fill in."""

    text: str
    is_template: bool = False


class Dynamic(Struct, frozen=True):
    """A `dynamic` block: as many blocks like `content` as `each` has elements, of which `name` is one."""

    each: Any
    name: str
    content: Mapping[str, Any]


class Block(Struct, frozen=True, kw_only=True):
    """One block at the top of a file: `resource "aws_db_instance" "main" { … }`.

    A block within it is an element of the list that stands in `values` under its type, as providers and plans have it.
    """

    type: str
    labels: tuple[str, ...] = ()
    line: int = 0
    end_line: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where each value begins."""

    @property
    def name(self) -> str:
        """The labels as references have them: `aws_db_instance.main`."""
        return ".".join(self.labels)


class SourceFile(Struct, frozen=True, kw_only=True):
    """A file's blocks; `unread` are the lines that could not be read."""

    blocks: tuple[Block, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    """What stands at the top beside blocks, as in files of variables."""
    lines: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[tuple[int, int], ...] = ()


def nested(values: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The blocks of this type within."""
    found = values.get(name)
    many = found if isinstance(found, list) else [found]
    return [each for each in many if isinstance(each, dict)]
