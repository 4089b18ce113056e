"""What differs between two states of a resource, value by value."""

from collections.abc import Iterator
from typing import Any, Final

from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Step

_DEEPEST: Final = 12

Leaf = tuple[tuple[Step, ...], Any, Any]
"""Where it stands, what was there and what is there now."""


def differences(before: object, after: object) -> Iterator[Leaf]:
    """Each plain value that is otherwise; what stands on one side alone is compared with nothing."""
    waiting: list[Leaf] = [((), before, after)]
    while waiting:
        path, was, now = waiting.pop()
        if was == now or len(path) > _DEEPEST:
            continue
        if isinstance(was, dict) or isinstance(now, dict):
            left, right = (each if isinstance(each, dict) else {} for each in (was, now))
            waiting += [((*path, name), left.get(name), right.get(name)) for name in {**left, **right}]
        elif _are_blocks(was) or _are_blocks(now):
            first, second = (each if isinstance(each, list) else [] for each in (was, now))
            longest = max(len(first), len(second))
            waiting += [((*path, index), _item(first, index), _item(second, index)) for index in range(longest)]
        elif (before := plain(was)) != (after := plain(now)) or isinstance(before, Expression):
            yield path, before, after


def plain(value: object) -> object:
    """A value as providers take it: a text that says true or false is that."""
    return value == "true" if value in ("true", "false") else value


def last_name(path: tuple[Step, ...]) -> str:
    """The attribute's own name."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def is_known(value: object) -> bool:
    """Whether a value says what it is: it needs no running to be known."""
    return not isinstance(value, Expression)


def _are_blocks(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _item(items: list[Any], index: int) -> object:
    return items[index] if index < len(items) else None
