"""Which function of a file a statement belongs to."""

from collections.abc import Mapping, Sequence

from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import FileFacts, Step


def function_around(facts: FileFacts, scope: int) -> int:
    """The named definition that a statement belongs to: a lambda's are those of whatever holds it."""
    while scope > 0 and facts.definitions[scope].kind == "lambda":
        scope = facts.definitions[scope].parent
    return scope


def named_around(facts: FileFacts, scope: int) -> str:
    """The qualified name of that definition."""
    return facts.qualified_name(function_around(facts, scope))


def doing_of(step: Step) -> tuple[str, bytes, bytes]:
    """What a statement does, by its kind, its value and what that is given to, wherever it stands."""
    target = without_lines(step.target) if step.target is not None else b""
    return step.kind, without_lines(step.value), target


def steps_by_function(facts: FileFacts) -> Mapping[str, Sequence[Step]]:
    """The statements of a file by the qualified name of the definition that they belong to."""
    found: dict[str, list[Step]] = {}
    for step in facts.steps:
        found.setdefault(named_around(facts, step.scope), []).append(step)
    return found
