"""What is known of a predicate of policy-bot: what certainly means that it holds, and what certainly means that it does not.

What neither can be said of is unknown: wherever a rule would let pass because of it, it does not; wherever a rule would
be skipped because of it, it is not.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Fields, Mark, Node
from weighbridge.policy.importing.draft import why_no_condition
from weighbridge.policy.importing.expressions import refused
from weighbridge.policy.importing.formula import MET, NEVER, Formula, Holds, condition
from weighbridge.policy.importing.lost import Effect, Losses, LostKind
from weighbridge.policy.importing.nodes import is_texts, texts

OTHER_FORM: Final = "it has not the form that policy-bot reads"


class Known(Struct, frozen=True, kw_only=True):
    """What certainly means that something holds, and what certainly means that it does not."""

    yes: Formula
    no: Formula

    @property
    def is_exact(self) -> bool:
        """Whether it can always be told which."""
        return isinstance(self.yes, Holds) and self.no == self.yes.negated()

    def negated(self) -> "Known":
        """The opposite."""
        return Known(yes=self.no, no=self.yes)


UNKNOWN: Final = Known(yes=NEVER, no=NEVER)
NEVER_SO: Final = Known(yes=NEVER, no=MET)
ALWAYS_SO: Final = Known(yes=MET, no=NEVER)
"""So of whatever is weighed: of a change without files nothing is asked."""


class Predicate(Struct, frozen=True, kw_only=True):
    """One predicate of the rule `origin`, as it stands there."""

    losses: Losses
    origin: str
    name: str
    value: Node
    mark: Mark

    def lose(self, why: str, near: str = "") -> Known:
        """Take note that it cannot be told."""
        self.note(why, near=near)
        return UNKNOWN

    def note(self, why: str, *, near: str = "", effect: Effect = Effect.STRICTER) -> None:
        """Take note of what is lost of it."""
        what = f"{self.name} of `{self.origin}`"
        self.losses.lose(self.mark, LostKind.PREDICATE, what=what, why=why, effect=effect, nearest=near)

    def holds(self, text: str, contrary: str = "") -> Known:
        """What one condition tells, if it can be written."""
        made = condition(text, contrary, origin=self.origin)
        if why := why_no_condition(made.text) or why_no_condition(made.contrary):
            return self.lose(why, "several rules with shorter conditions")
        return Known(yes=made, no=made.negated())

    def patterns(self, *keys: str) -> Mapping[str, list[str]] | None:
        """The regular expressions under each of `keys`; None, and said, where one cannot be used."""
        value = self.value
        if not isinstance(value, Fields) or any(not is_texts(value.get(key)) for key in keys):
            self.note(OTHER_FORM)
            return None
        if unknown := next((key for key in value.entries if key not in keys), ""):
            self.note(
                f"`{unknown[:60]}` is no part of it that is known here", near=" and ".join(f"`{key}`" for key in keys)
            )
            return None
        found = {key: list(texts(value, key)) for key in keys}
        for pattern, mark in (each for values in found.values() for each in values):
            if why := refused(pattern):
                what = f"the pattern `{pattern[:60]}` of `{self.origin}`"
                near = "a shorter one, or several"
                self.losses.lose(mark, LostKind.PATTERN, what=what, why=why, effect=Effect.STRICTER, nearest=near)
                return None
        return {key: [pattern for pattern, _ in values] for key, values in found.items()}
