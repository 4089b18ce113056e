"""pytest's fixtures: which definition a test's parameter asks for, by name and place."""

from typing import Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import Attribute, Call, Definition, Name
from weighbridge.landscape.file_names import BoundParameter, FileNames
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol


def is_fixture(definition: Definition) -> bool:
    """Whether a function is decorated as a fixture."""
    for decorator in definition.decorators:
        match decorator.function if isinstance(decorator, Call) else decorator:
            case Name(id="fixture") | Attribute(name="fixture"):
                return True
            case _:
                continue
    return False


def is_automatic(definition: Definition) -> bool:
    """Whether a fixture serves every test in reach without being named: `@fixture(autouse=True)`."""
    calls = (decorator for decorator in definition.decorators if isinstance(decorator, Call))
    return is_fixture(definition) and any(a.name == "autouse" for call in calls for a in call.arguments)


class Evaluates(Protocol):
    """What this needs of an evaluator."""

    landscape: Landscape

    def names(self, path: RepoPath) -> FileNames | None:
        """The names of one file."""

    def order(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes in which a member is looked for, nearest first."""


def fixture_of(evaluator: Evaluates, path: RepoPath, *, bound: BoundParameter) -> Symbol | None:
    """The fixture that a parameter asks for: of the class around it or of one above that, else as `fixture_for` finds it."""
    names = evaluator.names(path) if path.endswith(".py") and is_test(path) else None
    owner = names.enclosing_class(bound.definition) if names else None
    name = bound.parameter.name
    for each in evaluator.order(Symbol(path, owner)) if owner is not None else ():
        there = evaluator.names(each.path)
        for index in there.defined.get((each.index, name), ()) if there else ():
            if there and is_fixture(there.facts.definitions[index]):
                return Symbol(each.path, index)
    return fixture_for(evaluator.landscape, path, name=name)


def fixture_for(landscape: Landscape, path: RepoPath, *, name: str) -> Symbol | None:
    """The fixture that a parameter `name` of a test in `path` asks for: in the file, else in the nearest `conftest.py`."""
    if not path.endswith(".py") or not is_test(path):
        return None
    places = [path]
    folder = folder_of(path)
    while True:
        places.append(RepoPath(f"{folder}/conftest.py" if folder else "conftest.py"))
        if not folder:
            break
        folder = folder_of(folder)
    for place in places:
        facts = landscape.facts(place) if place in landscape.tree else None
        for index, definition in enumerate(facts.definitions if facts else ()):
            if definition.name == name and definition.parent == 0 and is_fixture(definition):
                return Symbol(place, index)
    return None
