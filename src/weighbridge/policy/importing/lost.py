"""What a policy of others says that ours cannot, each with its place: nothing is dropped without a word."""

from enum import StrEnum

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Mark


class LostKind(StrEnum):
    """What sort of thing was lost."""

    PREDICATE = "predicate"
    """A condition on a change."""
    PATTERN = "pattern"
    """A regular expression."""
    PEOPLE = "people"
    """A way to name people."""
    OPTION = "option"
    """A setting of a rule."""
    METHOD = "method"
    """A way to say yes or no."""
    COMBINATION = "combination"
    """How rules are put together."""
    SETTING = "setting"
    """Something else that the file sets."""


class Effect(StrEnum):
    """What comes of it for a change that is weighed."""

    STRICTER = "stricter"
    """Something passed there that does not pass here."""
    WEAKER = "weaker"
    """Something did not pass there that passes here."""
    FILL_IN = "to be filled in"
    """It passes nothing until somebody says who or what is meant."""
    STAYS = "stays where it is"
    """Whoever looked at it goes on looking at it."""
    NONE = "no effect"
    """It decided nothing."""


class Lost(Struct, frozen=True, kw_only=True):
    """One thing that has no equivalent: where it stands, what it is, why there is none, and what comes nearest."""

    mark: Mark
    kind: LostKind
    what: str
    why: str
    effect: Effect
    nearest: str = ""

    def __str__(self) -> str:
        near = f"; nearest: {self.nearest}" if self.nearest else ""
        return f"{self.mark.line}:{self.mark.column}: {self.what}: {self.why} ({self.effect}){near}"


class Losses(Struct):
    """Gathers what is lost, each thing once."""

    found: dict[Lost, None]

    def lose(self, mark: Mark, kind: LostKind, *, what: str, why: str, effect: Effect, nearest: str = "") -> None:
        """Take note of one thing."""
        lost = Lost(mark=mark, kind=kind, what=what, why=why, effect=effect, nearest=nearest)
        self.found[lost] = None

    @property
    def all(self) -> tuple[Lost, ...]:
        """Everything, in order of the source."""
        return tuple(sorted(self.found, key=lambda lost: (lost.mark.line, lost.mark.column, lost.what)))
