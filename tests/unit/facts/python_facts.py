"""Python's facts in words, for tests that say what they expect in one line."""

from tests.unit.facts.spelling import extracted, spelled

from weighbridge.facts.model import Definition, FileFacts, Parameter, Step


def python(source: str) -> FileFacts:
    """The facts of Python source."""
    return extracted(source, "python")


def steps(source: str) -> list[str]:
    """The steps of Python source, spelled, each with its scope's qualified name in front when it has one."""
    facts = python(source)
    return [_placed(facts, step) for step in facts.steps]


def definition(source: str, name: str) -> Definition:
    """The definition of this qualified name."""
    facts = python(source)
    return next(d for index, d in enumerate(facts.definitions) if facts.qualified_name(index) == name)


def spelled_parameter(parameter: Parameter) -> str:
    """`kind name: annotation = default`."""
    annotation = f": {spelled(parameter.annotation)}" if parameter.annotation is not None else ""
    default = f" = {spelled(parameter.default)}" if parameter.default is not None else ""
    return f"{parameter.kind} {parameter.name}{annotation}{default}"


def _placed(facts: FileFacts, step: Step) -> str:
    where = facts.qualified_name(step.scope)
    target = f" {spelled(step.target)} =" if step.target is not None else ""
    annotation = f": {spelled(step.annotation)}" if step.annotation is not None else ""
    words = f"{step.kind}{target} {spelled(step.value)}{annotation}"
    return f"{where}: {words}" if where else words
