"""Whether a template's condition holds, as far as its text and the defaults of its parameters tell."""

from collections.abc import Mapping
from typing import Final

from weighbridge.landscape.infrastructure.cloudformation.template import Template, table

_DEEPEST: Final = 20
_DEVELOPMENT: Final = frozenset({"dev", "develop", "development", "local", "sandbox"})


def holds(template: Template, condition: str, *, depth: int = 0) -> bool | None:
    """Whether a condition by this name holds where nobody gives a parameter; None where the text does not tell."""
    if condition not in template.conditions or depth > _DEEPEST:
        return None
    return _truth(template, template.conditions[condition], depth=depth + 1)


def is_fixed(template: Template, condition: str) -> bool:
    """Whether a condition says the same for every stack: it refers to nothing."""
    return not _refers(template.conditions.get(condition), depth=0)


def is_for_development(template: Template, condition: object) -> bool:
    """Whether a condition by this name holds in development alone, as its text says."""
    named = template.conditions.get(condition) if isinstance(condition, str) else None
    sides = table(named).get("Fn::Equals")
    return isinstance(sides, list) and any(str(each).lower() in _DEVELOPMENT for each in sides)


def _truth(template: Template, value: object, *, depth: int) -> bool | None:
    if depth > _DEEPEST or not isinstance(value, dict) or len(value) != 1:
        return None
    name, inner = next(iter(value.items()))
    if name == "Condition" and isinstance(inner, str):
        return holds(template, inner, depth=depth)
    parts = inner if isinstance(inner, list) else []
    if name == "Fn::Equals" and len(parts) == 2:
        left, right = (_value(template, each) for each in parts)
        return None if left is None or right is None else left == right
    return _joined(name, [_truth(template, each, depth=depth + 1) for each in parts])


def _joined(name: str, told: list[bool | None]) -> bool | None:
    if name == "Fn::Not" and len(told) == 1 and told[0] is not None:
        return not told[0]
    decides = {"Fn::And": False, "Fn::Or": True}.get(name)
    if decides is None or not told:
        return None
    return decides if decides in told else None if None in told else not decides


def _value(template: Template, value: object) -> str | None:
    """A side of a comparison as text."""
    if isinstance(value, dict):
        reference = value.get("Ref") if len(value) == 1 else None
        default = template.default_of(reference) if isinstance(reference, str) else None
        return None if default is None or isinstance(default, dict | list) else _value(template, default)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def _refers(value: object, *, depth: int) -> bool:
    if depth > _DEEPEST:
        return True
    if isinstance(value, Mapping):
        is_reference = any(name in ("Ref", "Condition") or name == "Fn::FindInMap" for name in table(value))
        return is_reference or any(_refers(each, depth=depth + 1) for each in value.values())
    return isinstance(value, list) and any(_refers(each, depth=depth + 1) for each in value)
