"""What is wrong with an expression, and where in it."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.shapes import nearest

_SHOWN: Final = 60


class Flaw(Struct, frozen=True, kw_only=True):
    """One thing wrong: `offset` counts the characters before it."""

    offset: int
    message: str


class Flawed(Struct, frozen=True):
    """A text that is no condition: everything that is wrong with it."""

    flaws: tuple[Flaw, ...]


def shown(text: str) -> str:
    """What somebody wrote, fit to stand in a message."""
    safe = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return safe if len(safe) <= _SHOWN else safe[: _SHOWN - 1] + "…"


def suggestion(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or all of them."""
    known = sorted(known)
    close = nearest(word, known)
    return f"did you mean `{close}`?" if close else f"known are {', '.join(f'`{one}`' for one in known)}"
