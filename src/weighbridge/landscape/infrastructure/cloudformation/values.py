"""Values of a template: what its functions stand for as far as that can be told without a stack, as Terraform's sources have it.

A value that only a stack tells becomes an `Expression`; the short and the long form of a function become the same one.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.facts.terraform.blocks import Expression

ABSENT: Final = Expression("AWS::NoValue")
"""What is set to this is not set."""
UNKNOWN: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What a change set has where only executing it tells."""
_DEEPEST: Final = 60
_TRUTHS: Final = {"true": True, "false": False, "True": True, "False": False, "TRUE": True, "FALSE": False}


def settled(value: object, *, depth: int = 0) -> object:
    """A value of a template or of a change set."""
    if depth > _DEEPEST:
        return Expression("…")
    if isinstance(value, dict):
        if len(value) == 1:
            name, inner = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return _function(name, inner, depth=depth)
        return _set({str(key): settled(inner, depth=depth + 1) for key, inner in value.items()})
    if isinstance(value, list):
        return list(_items(value, depth=depth))
    return _scalar(value) if isinstance(value, str) else value


def branches(value: object) -> tuple[object, object] | None:
    """Both sides of an `Fn::If`; None where it is none."""
    inner = value.get("Fn::If") if isinstance(value, dict) and len(value) == 1 else None
    return (inner[1], inner[2]) if isinstance(inner, list) and len(inner) == 3 else None


def text_of(value: object) -> str:
    """A settled value as text, what only a stack tells as `${…}`."""
    if isinstance(value, Expression):
        return value.text if value.is_template else f"${{{value.text}}}"
    return value if isinstance(value, str) else json.dumps(value, default=text_of)


def _items(values: list[Any], *, depth: int) -> Iterator[object]:
    """The items of a list, those of both sides of a choice included: either may be the one."""
    for each in values:
        both = branches(each)
        if both is None:
            found = settled(each, depth=depth + 1)
            if found is not ABSENT:
                yield found
        else:
            many = [item for side in both for item in (side if isinstance(side, list) else [side])]
            yield from _items(many, depth=depth + 1) if depth < _DEEPEST else ()


def _set(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not ABSENT}


def _scalar(text: str) -> object:
    """CloudFormation takes `"true"` for true, and `"7"` for 7."""
    if text in _TRUTHS:
        return _TRUTHS[text]
    if UNKNOWN in text:
        return Expression("known only when it is executed")
    if text.isdecimal() and text.isascii() and len(text) < 10 and (text == "0" or not text.startswith("0")):
        return int(text)
    return text


def _function(name: str, inner: Any, *, depth: int) -> object:  # noqa: ANN401 - whatever stands in a document
    if name == "Ref":
        return ABSENT if inner == "AWS::NoValue" else Expression(str(inner))
    if name == "Fn::GetAtt":
        return Expression(".".join(map(str, inner)) if isinstance(inner, list) else str(inner))
    if name == "Fn::Sub":
        return _filled(inner, depth=depth)
    if name == "Fn::Join" and isinstance(inner, list) and len(inner) == 2 and isinstance(inner[1], list):
        parts = list(_items(inner[1], depth=depth + 1))
        text = text_of(inner[0]).join(map(text_of, parts))
        return Expression(text, is_template=True) if any(isinstance(each, Expression) for each in parts) else text
    arguments = inner if isinstance(inner, list) else [inner]
    said = ", ".join(text_of(settled(each, depth=depth + 1)) for each in arguments)
    return Expression(f"{name.removeprefix('Fn::')}({said})")


def _filled(inner: Any, *, depth: int) -> object:  # noqa: ANN401 - the same
    text, given = (inner[0], inner[1]) if isinstance(inner, list) and len(inner) == 2 else (inner, {})
    if not isinstance(text, str):
        return Expression(f"Sub({text_of(settled(text, depth=depth + 1))})")
    for name, value in given.items() if isinstance(given, Mapping) else ():
        text = text.replace(f"${{{name}}}", text_of(settled(value, depth=depth + 1)))
    return Expression(text, is_template=True) if "${" in text else text
