"""Two versions of a schema that are compared, as whoever compares a part of them sees it."""

from typing import Protocol

from weighbridge.domain.places import Side
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.schemas import Schema


class Two(Protocol):
    """Two versions of a schema, and where breaks are told."""

    @property
    def old(self) -> Schema:
        """As it was."""

    @property
    def new(self) -> Schema:
        """As it is."""

    @property
    def is_request(self) -> bool:
        """Whether clients send it."""

    @property
    def is_optional(self) -> bool:
        """Whether messages could leave it out before."""

    @property
    def part(self) -> str:
        """What it is part of a message as."""

    @property
    def spared(self) -> frozenset[tuple[str, str]]:
        """Values that are taken elsewhere: those of its own go by no name."""

    def takes_all_of(self, new: str, old: str) -> bool:
        """Whether every text in which the old pattern is found has the new one in it as well; False where that is not known."""

    @property
    def breaks(self) -> list[Break]:
        """What was told."""

    @property
    def label(self) -> str:
        """What it is called in words."""

    def add(self, kind: str, check: str, *, level: Level, words: str, line: int = 0, side: Side = Side.HEAD) -> None:
        """Tell of one more."""
