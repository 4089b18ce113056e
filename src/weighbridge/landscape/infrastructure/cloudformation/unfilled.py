"""Texts of a template in which a name stands to be filled in, and that nothing fills in."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template

_NAMED: Final = LatePattern(r"\$\{((?:AWS::)?[A-Za-z0-9]+)\}")
_FILLED: Final = frozenset({"Fn::Sub", "Fn::Transform"})
_OTHERS: Final = ("AWS::StepFunctions::", "AWS::Serverless::StateMachine", "AWS::AppSync::")
"""Types whose own texts have places of the same form."""
_DEEPEST: Final = 40


def unfilled(template: Template, resource: Resource) -> Iterator[tuple[str, str]]:
    """The property below which such a text stands, and the name; only names that the template knows, in texts of one line."""
    if resource.type.startswith(_OTHERS):
        return
    for name, value in resource.properties.items():
        for text in _texts(value, depth=0):
            for found in _NAMED.finditer(text) if "${" in text and "\n" not in text else ():
                known = found[1]
                if known.startswith("AWS::") or known in template.parameters or known in template.resources:
                    yield name, known


def _texts(value: object, *, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < _DEEPEST:
        for each in value:
            yield from _texts(each, depth=depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, inner in value.items():
            if name not in _FILLED:
                yield from _texts(inner, depth=depth + 1)
