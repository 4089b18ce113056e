"""What `[for …]` and `{for …}` make, where what they go through is known."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tree_sitter import Node

from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.functions import UnknownValueError, known, text_of

_MOST: Final = 1_000
"""Turns of one loop."""
_PRICE: Final = 100
"""Values that a turn counts as, for its parts are read again each time."""

Turned = Callable[[Node, Mapping[str, Any]], object]
"""What a part of the loop is in one turn, by the names that mean something in it alone. Raises `UnknownValueError`."""


def looped(
    node: Node, *, many: Callable[[Node], object], turned: Turned, spend: Callable[[int], None]
) -> list[Any] | dict[str, Any]:
    """The list or the table; values in it that are not known stand there as they are written. Raises `UnknownValueError`."""
    body = node.named_children[0]
    intro = _of_type(body, "for_intro")[0]
    names = [_text(child) for child in _of_type(intro, "identifier")]
    parts, asked = _of_type(body, "expression"), _of_type(body, "for_cond")
    given = known(many(_of_type(intro, "expression")[0]))

    def turns() -> Iterator[Mapping[str, Any]]:
        for key, value in _entries(given):
            spend(_PRICE)
            more = dict(zip(reversed(names), (value, key), strict=False))
            if not asked or _holds(turned(asked[0].named_children[-1], more)):
                yield more

    if body.type == "for_tuple_expr":
        return [_value(parts[0], more, turned=turned) for more in turns()]
    entries = ((text_of(turned(parts[0], more)), _value(parts[1], more, turned=turned)) for more in turns())
    return _table(entries, is_grouped=bool(_of_type(body, "ellipsis")))


def _entries(given: object) -> list[tuple[object, Any]]:
    """What is gone through, in its order: of a table by its keys."""
    if not isinstance(given, list | dict) or len(given) > _MOST:
        raise UnknownValueError
    return [(key, given[key]) for key in sorted(given)] if isinstance(given, dict) else list(enumerate(given))


def _of_type(node: Node, name: str) -> list[Node]:
    return [child for child in node.named_children if child.type == name]


def _table(entries: Iterator[tuple[str, Any]], *, is_grouped: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in entries:
        if is_grouped:
            found.setdefault(key, []).append(value)
        elif key in found:
            raise UnknownValueError  # Terraform refuses two of one key
        else:
            found[key] = value
    return found


def _value(node: Node, more: Mapping[str, Any], *, turned: Turned) -> object:
    try:
        return turned(node, more)
    except UnknownValueError:
        return Expression(" ".join(_text(node).split()))


def _holds(value: object) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise UnknownValueError


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
