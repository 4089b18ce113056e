"""Which uses of a tool a rule speaks of, compared as sets: whether one pattern holds all that another holds.

A pattern is a text with `*`. One is within another where the other matches it with its own `*` taken for a character that
only a `*` can stand for: that is never wrongly said, and misses only what several patterns hold together.
"""

from functools import lru_cache
from typing import Final

MOST_LETTERS: Final = 400
"""A longer pattern is compared letter by letter only."""
_ANY, _STEP = "\x00", "\x01"
"""A wildcard of the inner pattern: of anything, and of anything within a folder."""


@lru_cache(maxsize=4096)
def forms(kind: str, pattern: str) -> tuple[str, ...]:
    r"""The pattern as texts in which `\0` is any text and `\\1` any within a folder, one of which a use must match."""
    if kind == "shell":
        return _of_shell(pattern)
    if kind in ("edit", "read"):
        return _of_paths(pattern)
    if kind == "fetch":
        return (pattern.removeprefix("domain:").replace("*", _ANY) or _ANY,)
    return (pattern.replace("**", "*").replace("*", _ANY) or _ANY,)


def _of_shell(pattern: str) -> tuple[str, ...]:
    pattern = " ".join(pattern.split())
    if pattern in ("", "*", "**", ":*"):
        return (_ANY,)
    if pattern.endswith(":*"):
        start = pattern[:-2].replace("*", _ANY)
        return (start, f"{start} {_ANY}")
    if pattern.endswith(" *") and pattern.count("*") == 1:
        return (pattern[:-2], f"{pattern[:-2]} {_ANY}")
    return (pattern.replace("*", _ANY),)


def _of_paths(pattern: str) -> tuple[str, ...]:
    if pattern in ("", "*", "**", "**/*", "/**", "./**"):
        return (_ANY,)
    is_outside = pattern.startswith(("//", "~/"))
    name = pattern if is_outside else pattern.removeprefix("./").removeprefix("/")
    in_any = not is_outside and "/" not in name.rstrip("/") and not pattern.startswith(("/", "./"))
    name = name.rstrip("/")
    marked = name.replace("**/", "\x02").replace("**", _ANY).replace("*", _STEP)
    whole = marked.replace("\x02", "")
    named = [whole, marked.replace("\x02", f"{_ANY}/"), *([f"{_ANY}/{whole}"] if in_any else [])]
    return tuple(dict.fromkeys([*named, *(f"{each}/{_ANY}" for each in named)]))


def holds(kind: str, outer: str, *, inner: str) -> bool:
    """Whether every use that `inner` speaks of is one that `outer` speaks of."""
    if outer == inner:
        return True
    if max(len(outer), len(inner)) > MOST_LETTERS:
        return False
    wholes = forms(kind, outer)
    return all(any(_matches(whole, part) for whole in wholes) for part in forms(kind, inner))


def _matches(pattern: str, text: str) -> bool:
    """Whether a pattern holds a text: a wildcard takes as little as it can, and more where the rest does not fit."""
    at = index = 0
    stars: list[tuple[int, int]] = []
    while index < len(text):
        here = pattern[at] if at < len(pattern) else ""
        if here in (_ANY, _STEP) and here:
            stars = (
                [(at, index)] if here == _ANY else [*(each for each in stars if pattern[each[0]] == _ANY), (at, index)]
            )
            at += 1
        elif here == text[index] and here:
            at += 1
            index += 1
        else:
            while stars and not _may_take(pattern[stars[-1][0]], text[stars[-1][1]]):
                stars.pop()
            if not stars:
                return False
            star, kept = stars[-1]
            stars[-1] = (star, kept + 1)
            at, index = star + 1, kept + 1
    return all(each in (_ANY, _STEP) for each in pattern[at:])


def _may_take(wildcard: str, letter: str) -> bool:
    return wildcard == _ANY or letter not in ("/", _ANY)
