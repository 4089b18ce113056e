"""Whether a key made a signature, asked where an answer may be remembered: it follows from the bytes alone, for ever.

Whose key that is, whether it counts, and everything else about a statement is asked each time.
"""

from collections.abc import Callable
from typing import Final, Protocol


class Verdicts(Protocol):
    """Remembers answers, or not; whoever cannot keep or read them raises nothing."""

    def of(self, question: bytes, ask: Callable[[], bool]) -> bool:
        """What `ask` answers, or answered when exactly this was asked before. What it raises is no answer."""


class Unremembered:
    """Asks each time; keeps to the `Verdicts` port."""

    def of(self, question: bytes, ask: Callable[[], bool]) -> bool:
        """What `ask` answers."""
        del question
        return ask()


UNREMEMBERED: Final = Unremembered()
