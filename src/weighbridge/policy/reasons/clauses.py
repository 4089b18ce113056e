"""A condition taken apart at its outermost `&&` or `||`, so that it can be said which part decided it."""

from typing import Final

from msgspec import Struct

_OPENING: Final = "([{"
_CLOSING: Final = ")]}"


class Clauses(Struct, frozen=True):
    """The parts of a condition, all of which must hold (`all`) or one of which is enough (`any`)."""

    joint: str
    texts: tuple[str, ...]


def clauses(text: str) -> Clauses:
    """The outermost parts of `text`; the whole of it where nothing joins any."""
    for joint, name in (("||", "any"), ("&&", "all")):
        parts = _split(text, joint)
        if len(parts) > 1:
            return Clauses(name, parts)
    return Clauses("all", (" ".join(text.split()),))


def _split(text: str, joint: str) -> tuple[str, ...]:
    parts: list[str] = []
    start = at = depth = 0
    while at < len(text):
        character = text[at]
        if character in "'\"":
            at = _behind_text(text, at)
            continue
        if character == "?" and depth == 0:  # `a ? b : c` binds less than both: it is one part
            return (text,)
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif depth == 0 and text.startswith(joint, at):
            parts.append(text[start:at])
            start = at = at + len(joint)
            continue
        at += 1
    parts.append(text[start:])
    return tuple(" ".join(part.split()) for part in parts)


def _behind_text(text: str, at: int) -> int:
    """The place behind the text that begins at `at`; a raw one (`r'…'`) has no escapes."""
    quote = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
    is_raw = text[at - 1 : at] in ("r", "R")
    at += len(quote)
    while at < len(text) and not text.startswith(quote, at):
        at += 2 if text[at] == "\\" and not is_raw else 1
    return at + len(quote)
