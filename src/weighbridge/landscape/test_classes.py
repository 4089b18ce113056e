"""What a runner does for the tests of a class with the methods of that class and of those above it, wherever these stand."""

from collections.abc import Iterator
from itertools import islice

from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.facts.model import Definition
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import MOST_READ, Reference
from weighbridge.landscape.values import Symbol

_AROUND = ("setUp", "tearDown", "setUpClass", "asyncSetUp", "setup_method", "setUpTestData")


def around_tests(view: View, owner: Symbol, *, name: str) -> Iterator[Reference]:
    """The tests around which a runner calls a method: those of its class, and of the classes that have it from there."""
    for each in (owner, *_heirs(view, owner, name=name)) if name in _AROUND else ():
        for symbol, definition in _methods(view, each):
            if _is_of_test(definition):
                yield Reference(symbol, EdgeKind.CALLS, Certainty.SEEN, definition.line)


def of_class_fixture(view: View, owner: Symbol, *, name: str, is_automatic: bool) -> Iterator[Reference]:
    """The methods that ask for a fixture of their class or of one above it; each test where it is automatic."""
    for each in (owner, *_heirs(view, owner, name=name)):
        for symbol, definition in _methods(view, each):
            is_served = is_automatic and _is_of_test(definition)
            if is_served or any(parameter.name == name for parameter in definition.parameters):
                yield Reference(symbol, EdgeKind.REFERS, Certainty.SEEN, definition.line)


def _heirs(view: View, owner: Symbol, *, name: str) -> Iterator[Symbol]:
    """The classes that have a member from another."""
    evaluator = view.evaluator
    for heir in islice(evaluator.hierarchy.descendants(owner), MOST_READ):
        if view.references.sites.holder(evaluator.order(heir), name) == owner:
            yield heir


def _methods(view: View, owner: Symbol) -> Iterator[tuple[Symbol, Definition]]:
    facts = view.landscape.facts(owner.path)
    for index, definition in enumerate(facts.definitions if facts else ()):
        if definition.parent == owner.index and definition.kind == "method":
            yield Symbol(owner.path, index), definition


def _is_of_test(definition: Definition) -> bool:
    return definition.name.startswith("test")
