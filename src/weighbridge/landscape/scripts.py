"""What is particular to JavaScript: objects with members of their own, and modules that hand out one value in their place."""

from typing import Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Collection, Expr, Name, Step
from weighbridge.landscape.containers import Containers
from weighbridge.landscape.file_names import SCRIPTS, FileNames
from weighbridge.landscape.flow import AT_END
from weighbridge.landscape.values import NOTHING, External, Instance, Literal, Symbol, Value, Values


class Evaluates(Protocol):
    """What this needs of an evaluator."""

    def names(self, path: RepoPath) -> FileNames | None:
        """The names of one file."""

    def evaluate(self, path: RepoPath, scope: int, *, expr: Expr, at: int) -> Values:
        """Everything an expression can stand for."""


def is_script(evaluator: Evaluates, path: RepoPath) -> bool:
    """Whether a file is of JavaScript or TypeScript."""
    names = evaluator.names(path)
    return names is not None and names.facts.language in SCRIPTS


def object_of(evaluator: Evaluates, path: RepoPath, *, step: Step) -> Values:
    """The object that a statement gives a name and that members are attached to, if it is one."""
    names = evaluator.names(path)
    if names is None or not names.attached or not isinstance(step.target, Name):
        return NOTHING
    indexes = names.defined.get((step.scope, step.target.id), ())
    return Values(Instance(path, index) for index in indexes if index in names.attached)


def member_of(evaluator: Evaluates, containers: Containers, *, value: Literal, name: str) -> Values:
    """The member of a collection: of an object that is written out, its element; else what all collections have."""
    elements = value.expr.elements if isinstance(value.expr, Collection) else ()
    if any(each.key == name for each in elements) and is_script(evaluator, value.spot.path):
        return containers.elements(value, name)
    return Values({External(f"builtins.collection.{name}")})


def instead_of(evaluator: Evaluates, module: Value) -> Values:
    """What a CommonJS module hands out in its own place: `module.exports = Order`."""
    names = evaluator.names(module.path) if isinstance(module, Symbol) and not module.index else None
    if not isinstance(module, Symbol) or names is None or names.facts.language not in SCRIPTS:
        return NOTHING
    given = (export.value for export in names.facts.exports if not export.name and not export.module)
    return Values(v for value in given for v in evaluator.evaluate(module.path, 0, expr=value, at=AT_END))


def given_by_language(path: RepoPath, names: FileNames, *, scope: int, name: str) -> Values:
    """What a name that a language binds by itself stands for: the object a method is of, and what a CommonJS module hands out."""
    if name in ("this", "super") and names.facts.language != "python":
        if (owner := names.owner_of(scope)) is not None:
            return Values({Instance(path, owner)})
        return Values({Symbol(path, 0)}) if names.is_handed_out(scope) else NOTHING
    is_handed_out = name == "exports" and names.facts.language in SCRIPTS
    return Values({Symbol(path, 0)}) if is_handed_out else NOTHING
