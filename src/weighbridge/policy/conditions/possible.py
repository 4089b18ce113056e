"""What a condition can come to at all, as far as that is told by the words that its document may hold."""

import re
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any, Final

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.conditions.condition import Condition
from weighbridge.policy.conditions.evaluate import ready
from weighbridge.policy.conditions.shapes import Flag, Record, Text, names
from weighbridge.policy.view.plain import PlainDocument

_MOST: Final = 512
"""Combinations; nobody waits for more."""
_ASKS_PRESENCE: Final = re.compile(r"\bhas\s*\(")


def possible_answers(condition: Condition) -> frozenset[bool] | None:
    """The answers there can be: both, or one of them; None where that depends on more than single words.

    Each combination of the words is tried with everything else absent. What is absent reaches the answer unless the
    answer is the same whatever it is, so that an answer is one for every document.
    """
    if _ASKS_PRESENCE.search(condition.text):
        return None
    found: set[bool] = set()
    for document in _documents(condition):
        answer = ready(document, (condition,)).holds(condition)
        if isinstance(answer, CouldNotLook):
            return None
        found.add(answer)
        if len(found) > 1:
            break
    return frozenset(found)


def _documents(condition: Condition) -> Iterator[PlainDocument]:
    paths = [(path, values) for path in condition.needs if (values := _words(path))]
    while prod(len(values) for _, values in paths) > _MOST:
        paths.pop()
    for chosen in product(*(values for _, values in paths)):
        document: dict[str, Any] = {name: {} for name, shape in names().items() if isinstance(shape, Record)}
        for (path, _), value in zip(paths, chosen, strict=True):
            owner, _, field = path.rpartition(".")
            (document[owner] if owner else document)[field] = value
        yield PlainDocument(values=document)


def _words(path: str) -> tuple[str | bool, ...]:
    """The values that the document may have at `path`, where those are few words."""
    name, _, field = path.partition(".")
    shape = names().get(name)
    if field and isinstance(shape, Record):
        shape = shape.fields.get(field)
    match shape:
        case Text(words=words) if words:
            return tuple(map(str, words))  # the library knows no enumerations
        case Flag():
            return (True, False)
        case _:
            return ()
