"""Where something is: a path and, when it is narrower than the file, lines and a symbol."""

from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.ids import RepoPath


class Side(StrEnum):
    """Which of the change's two trees a place lies in."""

    BASE = "base"
    HEAD = "head"


class Place(Struct, frozen=True, kw_only=True):
    """A place in one of the two trees; lines are 1-based and inclusive, `line` 0 means the file as a whole."""

    path: RepoPath
    line: int = 0
    end_line: int = 0
    symbol: str = ""
    side: Side = Side.HEAD

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class RelatedPlace(Struct, frozen=True, kw_only=True):
    """A second place that helps to understand a finding, with the reason it is shown."""

    place: Place
    message: str
