"""Whether a template's condition holds, as far as its text and the defaults of its parameters tell."""

from collections.abc import Mapping
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.cloudformation.template import Template, table

_DEEPEST: Final = 20
_OTHER: Final = frozenset(
    {
        "dev",
        "develop",
        "development",
        "local",
        "sandbox",
        "test",
        "testing",
        "qa",
        "uat",
        "staging",
        "stage",
        "nonprod",
        "demo",
    }
)
"""Names of environments that no customer uses."""
_WORDS: Final = LatePattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SILENT: Final = frozenset({"is", "for", "in", "or", "and", "only", "env", "environment", "account", "use", "build"})
"""Words of a condition's name that name no environment, or none that is production."""


def holds(template: Template, condition: str, *, depth: int = 0) -> bool | None:
    """Whether a condition by this name holds where nobody gives a parameter; None where the text does not tell."""
    if condition not in template.conditions or depth > _DEEPEST:
        return None
    return _truth(template, template.conditions[condition], depth=depth + 1)


def is_fixed(template: Template, condition: str) -> bool:
    """Whether a condition says the same for every stack: it refers to nothing."""
    return not _refers(template.conditions.get(condition), depth=0)


def spares_production(template: Template, condition: object) -> bool:
    """Whether a condition by this name holds in no production, as its text says, or its name where it compares accounts."""
    if not isinstance(condition, str) or condition not in template.conditions:
        return False
    said = template.conditions[condition]
    return _spares(template, said, depth=0) or (_is_called_other(condition) and _asks_account(template, said, depth=0))


def asks_for(template: Template, condition: str) -> list[str]:
    """The texts with which a condition by this name compares something, where that is all that it does."""
    said = table(template.conditions.get(condition))
    parts = said.get("Fn::Equals") if len(said) == 1 else None
    return [each for each in parts if isinstance(each, str)] if isinstance(parts, list) else []


def _spares(template: Template, value: object, *, depth: int) -> bool:
    """Whether a value holds only where something is called as no production is."""
    if depth > _DEEPEST or not isinstance(value, dict) or len(value) != 1:
        return False
    name, inner = next(iter(value.items()))
    if name == "Condition":
        return isinstance(inner, str) and _spares(template, template.conditions.get(inner), depth=depth + 1)
    parts = inner if isinstance(inner, list) else []
    if name == "Fn::Equals":
        return any(isinstance(each, str) and each.lower() in _OTHER for each in parts)
    if name == "Fn::Or":
        return bool(parts) and all(_spares(template, each, depth=depth + 1) for each in parts)
    return name == "Fn::And" and any(_spares(template, each, depth=depth + 1) for each in parts)


def _asks_account(template: Template, value: object, *, depth: int) -> bool:
    """Whether a value holds only in accounts that it names by their numbers, which tell nobody what they are for."""
    if depth > _DEEPEST or not isinstance(value, dict) or len(value) != 1:
        return False
    name, inner = next(iter(value.items()))
    parts = inner if isinstance(inner, list) else []
    if name == "Fn::Or":
        return bool(parts) and all(_asks_account(template, each, depth=depth + 1) for each in parts)
    return name == "Fn::Equals" and any(table(each).get("Ref") == "AWS::AccountId" for each in parts)


def _is_called_other(condition: str) -> bool:
    words = [each[0].lower() for each in _WORDS.finditer(condition)]
    return any(each in _OTHER for each in words) and all(each in _OTHER | _SILENT for each in words)


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
