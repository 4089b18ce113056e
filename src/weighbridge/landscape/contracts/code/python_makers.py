"""How one of a class of Python is made whose fields, or some of them, stand in the classes above it."""

from msgspec.structs import replace

from weighbridge.facts.model import Definition, FileFacts, Parameter
from weighbridge.landscape.contracts.code.python_fields import (
    is_made_of_fields,
    is_model,
    parameters_of,
    takes_names_alone,
)
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Symbol

_MAKING = frozenset({"__init__", "__new__"})


class Makers:
    """Answers for one side of a change."""

    def __init__(self, view: View) -> None:
        self._view = view

    def of(self, owner: Symbol) -> Definition | None:
        """A class as the function that makes one, of all the fields that it has; None where one is not made of its fields."""
        order = [
            (each, facts) for each in self._view.evaluator.order(owner) if (facts := self._facts(each)) is not None
        ]
        is_all = any(is_model(facts.definitions[each.index]) for each, facts in order)
        for each, facts in order:
            if any(d.parent == each.index and d.name in _MAKING for d in facts.definitions):
                return None
            definition = facts.definitions[each.index]
            if is_made_of_fields(definition):
                return self._made(each, definition, is_all=is_all)
            if is_all:
                return self._made(owner, definition, is_all=True)
        return None

    def _made(self, owner: Symbol, definition: Definition, *, is_all: bool) -> Definition:
        """The fields of those above come first, each in the place that it had there."""
        above = [(each, facts) for each in reversed(self._view.evaluator.order(owner)) if (facts := self._facts(each))]
        by_name = any(takes_names_alone(facts.definitions[each.index]) for each, facts in above)
        taken: dict[str, Parameter | None] = {}
        for each, facts in above:
            if is_all or is_made_of_fields(facts.definitions[each.index]):
                taken |= parameters_of(facts, each.index, by_name=by_name)
        parameters = tuple(each for each in taken.values() if each is not None)
        return replace(definition, kind="function", signature="", parameters=parameters)

    def _facts(self, owner: Symbol) -> FileFacts | None:
        return self._view.landscape.facts(owner.path)
