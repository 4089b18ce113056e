"""What two versions of a schema ask only where something else holds: `if`, `then` and `else`, which are one demand."""

from collections.abc import Sequence
from typing import Final

from weighbridge.domain.places import Side
from weighbridge.landscape.contracts.breaks import Level
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.schemas import Schema
from weighbridge.landscape.contracts.two import Two
from weighbridge.landscape.documents.nodes import plain_value

CONDITIONAL: Final = ("if", "then", "else")
_DEMANDS: Final = ("then", "else")
_NAMED: Final = 4


def conditional_breaks(two: Two) -> None:
    """Tell of what must hold now where a condition does, and of what no longer does; a condition alone forbids nothing."""
    old, new = two.old.conditions, two.new.conditions
    is_if_alike = _is_alike(old.get("if"), new.get("if"))
    for key in _DEMANDS:
        before, after = old.get(key), new.get(key)
        if is_if_alike and _is_alike(before, after):
            continue
        where = _where(new.get("if") if two.is_request else old.get("if"), key)
        if two.is_request and after is not None and not _never_held(two.old, new.get("if"), key=key):
            words = f"{two.label} is asked for more where {where}: {_demand(after)}; requests without that are refused"
            check = f"{key}-changed" if before is not None else f"{key if 'if' in old else 'if'}-added"
            two.add("request-narrowed", check, level=Level.ERROR, words=words, line=after.line)
        elif not two.is_request and before is not None and after is None:
            words = f"{two.label} no longer keeps to `{key}` in answers where {where}"
            two.add(
                "response-widened", f"{key}-removed", level=Level.ERROR, words=words, line=before.line, side=Side.BASE
            )


def _never_held(old: Schema, condition: Spot | None, *, key: str) -> bool:
    """Whether what was sent before cannot meet the condition: it asks for a field that nobody knew."""
    if key != "then" or not old.properties:
        return False
    return any(name not in old.properties for name in _asked(condition))


def _where(condition: Spot | None, key: str) -> str:
    """When the demand holds, in words."""
    listed = condition.get("properties") if condition is not None else None
    fields = listed.fields() if listed is not None else []
    said = [
        f"`{each.name}` is `{each.text('const')}`" if each.text("const") else f"`{each.name}` is as `if` says"
        for each in fields
    ]
    said += [f"`{name}` is sent" for name in _asked(condition) if name not in {each.name for each in fields}]
    held = " and ".join(said[:_NAMED]) or "`if` holds"
    return held if key == "then" else f"it is not so that {held}"


def _demand(spot: Spot) -> str:
    """What is asked for, in words."""
    asked, listed = _asked(spot), spot.get("properties")
    fields = [each.name for each in listed.fields()] if listed is not None else []
    said = [f"{_named(asked)} must be sent"] if asked else []
    said += [f"{_named(fields)} must be as `{spot.name}` says"] if fields else []
    return " and ".join(said) or f"it must keep to `{spot.name}`"


def _asked(spot: Spot | None) -> list[str]:
    listed = spot.get("required") if spot is not None else None
    return [each.text() for each in listed.items()] if listed is not None else []


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(f"`{name}`" for name in names[:_NAMED]) + more


def _is_alike(one: Spot | None, other: Spot | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(plain_value(one.node) == plain_value(other.node))
