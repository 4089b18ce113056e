"""Values of a template: what its functions stand for as far as that can be told without a stack, as Terraform's sources have it.

A value that only a stack tells becomes an `Expression`; the short and the long form of a function become the same one.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from weighbridge.facts.terraform.blocks import Expression

ABSENT: Final = Expression("AWS::NoValue")
"""What is set to this is not set."""
UNKNOWN: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What a change set has where only executing it tells."""
_USUAL: Final = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
"""What is the same nearly everywhere: who writes it out and who does not mean the same."""
_DEEPEST: Final = 60
_TRUTHS: Final = {"true": True, "false": False, "True": True, "False": False, "TRUE": True, "FALSE": False}


Choose = Callable[[str], bool | None]
"""Whether a condition holds; None where only a stack tells."""


def undecided(_: str) -> None:
    """Decides nothing."""
    return


def settled(value: object, choose: Choose = undecided) -> object:
    """A value of a template or of a change set."""
    return _Settling(choose).value(value, depth=0)


def text_of(value: object) -> str:
    """A settled value as text, what only a stack tells as `${…}`."""
    if isinstance(value, Expression):
        return value.text if value.is_template else f"${{{value.text}}}"
    return value if isinstance(value, str) else json.dumps(value, default=text_of)


def _scalar(text: str) -> object:
    """CloudFormation takes `"true"` for true, and `"7"` for 7."""
    if text in _TRUTHS:
        return _TRUTHS[text]
    if UNKNOWN in text:
        return Expression("known only when it is executed")
    if text.isdecimal() and text.isascii() and len(text) < 10 and (text == "0" or not text.startswith("0")):
        return int(text)
    return text


class _Settling:
    """Puts values in for functions."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose

    def value(self, value: object, *, depth: int) -> object:
        if depth > _DEEPEST:
            return Expression("…")
        if isinstance(value, dict):
            if len(value) == 1:
                name, inner = next(iter(value.items()))
                if name == "Ref" or str(name).startswith("Fn::"):
                    return self._function(name, inner, depth=depth)
            known = {str(key): self.value(inner, depth=depth + 1) for key, inner in value.items()}
            return {name: each for name, each in known.items() if each is not ABSENT}
        if isinstance(value, list):
            return list(self._items(value, depth=depth))
        return _scalar(value) if isinstance(value, str) else value

    def _items(self, values: list[Any], *, depth: int) -> Iterator[object]:
        """The items of a list; those of both sides of a choice, where only a stack tells which is taken."""
        for each in values:
            sides = self._sides(each)
            if sides is None:
                found = self.value(each, depth=depth + 1)
                if found is not ABSENT:
                    yield found
            elif depth < _DEEPEST:
                many = [item for side in sides for item in (side if isinstance(side, list) else [side])]
                yield from self._items(many, depth=depth + 1)

    def _sides(self, value: object) -> list[Any] | None:
        """What an `Fn::If` may stand for: one side where its condition is decided; None where it is none."""
        inner = value.get("Fn::If") if isinstance(value, dict) and len(value) == 1 else None
        if not isinstance(inner, list) or len(inner) != 3:
            return None
        holds = self._choose(str(inner[0]))
        return inner[1:] if holds is None else [inner[1] if holds else inner[2]]

    def _function(self, name: str, inner: object, *, depth: int) -> object:
        if name == "Ref":
            return ABSENT if inner == "AWS::NoValue" else _USUAL.get(str(inner)) or Expression(str(inner))
        if name == "Fn::GetAtt":
            return Expression(".".join(map(str, inner)) if isinstance(inner, list) else str(inner))
        if name == "Fn::Sub":
            return self._filled(inner, depth=depth)
        if name == "Fn::Join" and isinstance(inner, list) and len(inner) == 2 and isinstance(inner[1], list):
            parts = list(self._items(inner[1], depth=depth + 1))
            text = text_of(inner[0]).join(map(text_of, parts))
            return Expression(text, is_template=True) if any(isinstance(each, Expression) for each in parts) else text
        if name == "Fn::If" and isinstance(inner, list) and any(map(_is_structure, inner[1:])):
            return self._structure(inner, depth=depth)
        arguments = inner if isinstance(inner, list) else [inner]
        said = ", ".join(text_of(self.value(each, depth=depth + 1)) for each in arguments)
        return Expression(f"{name.removeprefix('Fn::')}({said})")

    def _structure(self, inner: list[Any], *, depth: int) -> object:
        """A list or a table of which a condition decides whether, or which, it is."""
        sides = list(self._leaves({"Fn::If": inner}, depth=depth))
        if any(isinstance(side, list) for side in sides):
            return list(self._items([{"Fn::If": inner}], depth=depth))
        tables = [side for side in sides if _is_structure(side)] or sides
        return self.value(tables[0], depth=depth + 1) if tables else ABSENT

    def _leaves(self, value: object, *, depth: int) -> Iterator[object]:
        """What a choice may stand for in the end, where its sides are choices too."""
        sides = self._sides(value) if depth <= _DEEPEST else None
        if sides is None:
            yield value
        for side in sides or ():
            yield from self._leaves(side, depth=depth + 1)

    def _filled(self, inner: object, *, depth: int) -> object:
        text, given = (inner[0], inner[1]) if isinstance(inner, list) and len(inner) == 2 else (inner, {})
        if not isinstance(text, str):
            return Expression(f"Sub({text_of(self.value(text, depth=depth + 1))})")
        for name, value in given.items() if isinstance(given, dict) else ():
            text = text.replace(f"${{{name}}}", text_of(self.value(value, depth=depth + 1)))
        for name, usual in _USUAL.items():
            text = text.replace(f"${{{name}}}", usual)
        return Expression(text, is_template=True) if "${" in text else text


def _is_structure(value: object, depth: int = 0) -> bool:
    """Whether a value is a list, or a table that is no function, or a choice between such."""
    if not isinstance(value, dict):
        return isinstance(value, list)
    chosen = value.get("Fn::If") if len(value) == 1 else None
    if isinstance(chosen, list):
        return depth <= _DEEPEST and any(_is_structure(each, depth + 1) for each in chosen[1:])
    return len(value) != 1 or not next(iter(value)).startswith(("Ref", "Fn::"))
