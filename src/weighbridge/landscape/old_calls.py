"""Whether a function takes every call that it took, and each as before: what it takes besides may be left out.

Where that is not plain it is no: a parameter that others must follow (overrides, overloads) is one for them to look at.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Definition, FileFacts
from weighbridge.facts.names import last_name
from weighbridge.landscape.file_names import SCRIPTS
from weighbridge.landscape.use import is_called_alike, parameters_of

_CLOSES: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_NO_BRACKETS: Final = LatePattern(r""" "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | `(?:[^`\\]|\\.)*` | => """, re.VERBOSE)
"""Texts, and the arrow, whose marks close nothing."""

_RESULT: Final = LatePattern(r"(?: ?:.*)?[ _]*\Z", re.DOTALL)
"""What may follow the parameters of one head: a result's type, which nothing runs, and the arrow."""

_EXPORT: Final = LatePattern(r"export (?:default )?")

_OMITTED: Final = LatePattern(
    r"(?:\.\.\.|(?:(?:public|private|protected|readonly|override) )*[\w$]+(?: ?\?(?: ?:|$)|[^=]*=(?![>=])))"
)
"""How a parameter of JavaScript or TypeScript begins that a call may leave out."""


class _Head(Struct, frozen=True, gc=False):
    """A signature of JavaScript or TypeScript: what stands before its parameters, and these as written."""

    before: str
    parameters: tuple[str, ...]


def takes_old_calls(before: Definition, after: Definition, *, language: str) -> bool:
    """Whether a function whose signature differs does with all earlier arguments what it did, as far as that tells."""
    if before.kind != after.kind or before.kind not in ("function", "method"):
        return False
    if language == "python":
        return is_called_alike(before, after) and _takes_python(before, after)
    if language in SCRIPTS:
        old, new = _head(before.signature), _head(after.signature)
        if old is None or new is None or old.before not in (new.before, _EXPORT.sub("", new.before)):
            return False
        known = len(old.parameters)
        return new.parameters[:known] == old.parameters and all(_OMITTED.match(p) for p in new.parameters[known:])
    return False


def is_overridden_here(facts: FileFacts, index: int) -> bool:
    """Whether a method is abstract, or this file has one of its name in a class right above or below its own."""
    method = facts.definitions[index]
    if method.is_abstract:
        return True
    if method.kind != "method":
        return False
    owner = facts.definitions[method.parent]
    above = {last_name(base) for base in owner.bases}
    classes = {
        at
        for at, each in enumerate(facts.definitions)
        if each.name in above or any(last_name(base) == owner.name for base in each.bases)
    }
    return any(each.name == method.name and each.parent in classes for each in facts.definitions)


def _takes_python(before: Definition, after: Definition) -> bool:
    old, new = parameters_of(before), parameters_of(after)
    kinds = {kind for _, kind, _ in old}
    placed_before, placed = ([p for p in those if p[1].startswith("positional")] for those in (old, new))
    added = [p for p in new if p not in old]
    if placed[: len(placed_before)] != placed_before or any(p not in new for p in old):
        return False
    for _, kind, default in added:
        takes_from_others = "**" in kinds or ("*" in kinds and kind.startswith("positional"))
        if kind not in ("*", "**") and (default is None or takes_from_others):
            return False
    return True


def _head(signature: str) -> _Head | None:
    """The one head that a signature is, without its result; None for several, for a decorated one, and where it is not plain."""
    plain = _NO_BRACKETS.sub(lambda found: "_" * len(found[0]), signature)
    before, opened, rest = plain.partition("(")
    if not opened or "@" in before or before.count("<") != before.count(">"):
        return None
    start, end = len(before) + 1, _end_of_list(rest)
    if end is None:
        return None
    result = rest[end + 1 :]
    if _at_top(result, ";") != [] or not _RESULT.match(result):
        return None
    inside = signature[start : start + end]
    cuts = _at_top(rest[:end], ",")
    if cuts is None:
        return None
    edges = [-1, *cuts, len(inside)]
    parts = [inside[left + 1 : right].strip() for left, right in pairwise(edges)]
    return _Head(signature[: start - 1], tuple(part for part in parts if part))


def _end_of_list(text: str) -> int | None:
    """Where the bracket that was opened before `text` is closed."""
    closing = [at for at, depth in _depths(text) if depth < 0]
    return closing[0] if closing and text[closing[0]] == ")" else None


def _at_top(text: str, mark: str) -> list[int] | None:
    """Where a mark stands outside all brackets; None where these do not close each other."""
    found = list(_depths(text))
    if len(found) != len(text) or (found and found[-1][1]):
        return None
    return [at for at, depth in found if depth == 0 and text[at] == mark]


def _depths(text: str) -> Iterator[tuple[int, int]]:
    """Each place with how many brackets are open after it, as far as the first that closes what it does not fit."""
    waiting: list[str] = []
    for at, mark in enumerate(text):
        if mark in _CLOSES:
            waiting.append(_CLOSES[mark])
        elif mark in _CLOSES.values() and (not waiting or waiting.pop() != mark):
            yield at, -1
            return
        yield at, len(waiting)
