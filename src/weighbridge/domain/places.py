"""Where something is: a path and, when it is narrower than the file, lines and a symbol."""

from dataclasses import dataclass
from enum import StrEnum

from weighbridge.domain.ids import RepoPath


class Side(StrEnum):
    """Which of the change's two trees a place lies in."""

    BASE = "base"
    HEAD = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in one of the two trees; lines are 1-based and inclusive, `line` 0 means the file as a whole."""

    path: RepoPath
    line: int = 0
    end_line: int = 0
    symbol: str = ""
    side: Side = Side.HEAD

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedPlace:
    """A second place that helps to understand a finding, with the reason it is shown."""

    place: Place
    message: str
