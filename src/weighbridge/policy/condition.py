"""What a condition is to a gate: an expression that was read and checked, and that a document can be asked."""

from typing import Protocol


class Condition(Protocol):
    """An expression of a policy; what asks it is `policy.conditions`, which a hook does without."""

    @property
    def text(self) -> str:
        """The expression as written."""

    @property
    def reads(self) -> frozenset[str]:
        """The names of the document's parts that it reads: `change`, `time`, …"""

    @property
    def is_volatile(self) -> bool:
        """Whether it depends on what is known only when the gate is asked."""
