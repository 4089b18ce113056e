"""What a change does to documents, and which it goes by; found when a rule asks."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what finds them is imported where something is asked
    from weighbridge.landscape.freshness.cited import StaleAdvice
    from weighbridge.landscape.freshness.made_stale import Found


class DocumentsOfChange:
    """The documents that a change makes stale, and the stale ones that it cites."""

    def __init__(
        self, *, find_made: "Callable[[], Found]", find_advice: "Callable[[], tuple[StaleAdvice, ...]]"
    ) -> None:
        self._find_made = find_made
        self._find_advice = find_advice

    @cached_property
    def made(self) -> "Found":
        """What documents say that the change makes false."""
        return self._find_made()

    @cached_property
    def advice(self) -> "tuple[StaleAdvice, ...]":
        """The stale documents that the change cites."""
        return self._find_advice()
