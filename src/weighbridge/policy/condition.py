"""What a condition is to a gate: something that can be asked of a document, and may not be able to tell."""

from collections.abc import Mapping
from typing import Protocol

from weighbridge.domain.outcomes import CouldNotLook


class Condition(Protocol):
    """An expression of a policy, read and checked."""

    @property
    def text(self) -> str:
        """The expression as written."""

    @property
    def reads(self) -> frozenset[str]:
        """The names of the document's parts that it reads: `change`, `time`, …"""

    def holds(self, view: Mapping[str, object]) -> bool | CouldNotLook:
        """Whether it holds of a document, or why that cannot be told."""
