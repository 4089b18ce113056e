"""What import reads of nodes, leniently: what has another form than it should is told by whoever asked."""

from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Node, Scalar

_TRUE: Final = frozenset({"true", "yes", "on", "y"})
_FALSE: Final = frozenset({"false", "no", "off", "n"})
_LONGEST_NUMBER: Final = 18


def is_absent(node: Node | None) -> bool:
    """Whether nothing stands there."""
    return node is None or (isinstance(node, Scalar) and node.is_null)


def texts(node: Fields, key: str) -> Iterator[tuple[str, Mark]]:
    """The texts in the list under `key`, each with its place; one text is a list of one."""
    yield from listed(node.get(key))


def listed(node: Node | None) -> Iterator[tuple[str, Mark]]:
    """The texts in a list, each with its place."""
    for each in node.items if isinstance(node, Items) else [node]:
        if isinstance(each, Scalar) and not each.is_null:
            yield each.value, each.mark


def is_texts(node: Node | None) -> bool:
    """Whether it is a list of nothing but texts, one text, or not there."""
    each = node.items if isinstance(node, Items) else [] if node is None else [node]
    return all(isinstance(one, Scalar) for one in each)


def word(node: Fields, key: str) -> str:
    """The text under `key`, empty where there is none."""
    value = node.get(key)
    return value.value if isinstance(value, Scalar) and not value.is_null else ""


def truth(node: Fields, key: str) -> bool | None:
    """Whether `key` is set, None where that is not said."""
    return as_truth(node.get(key))


def as_truth(node: Node | None) -> bool | None:
    """What a value says, None where it says neither."""
    said = node.value.lower() if isinstance(node, Scalar) and node.is_plain else ""
    return True if said in _TRUE else False if said in _FALSE else None


def whole(node: Fields, key: str) -> int | None:
    """The whole number under `key`, None where there is none."""
    value = node.get(key)
    if not isinstance(value, Scalar) or len(value.value) > _LONGEST_NUMBER:
        return None
    digits = value.value.removeprefix("-")
    return int(value.value) if digits.isascii() and digits.isdigit() else None


def fields(node: Fields, key: str) -> Fields | None:
    """The mapping under `key`, if there is one."""
    value = node.get(key)
    return value if isinstance(value, Fields) else None


def at(node: Fields, key: str) -> Mark:
    """Where `key` stands."""
    entry = node.entries.get(key)
    return entry[0].mark if entry else node.mark
