"""The calls that a change leaves as they are: written alike in a function on both sides, and meaning the same."""

from collections.abc import Container, Iterator

from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Expr, FileFacts, Name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.file_names import CLASS_KINDS, calls_in
from weighbridge.landscape.guards import KeptCall


def moved_names(code: CodeChange) -> frozenset[str]:
    """The names that may mean something else after the change: of what it changed, and of what changed functions bind."""
    changed = {symbol_name(s.symbol).partition("@")[0] for s in code.symbols if s.depth is not ChangeDepth.TEXT}
    found = {name.rpartition(".")[2] for name in changed}
    for file in code.files.values():
        for facts in (file.base, file.head):
            found.update(_bound_in(facts, changed) if facts else ())
    return frozenset(found)


def kept_calls(file: FileCode, *, of: Container[str], moved: frozenset[str]) -> frozenset[KeptCall]:
    """The calls in the functions named by `of` that stand there on both sides and speak of no name that may have moved.

    Where the file imports otherwise, or a class of it inherits otherwise, none is sure to mean what it meant.
    """
    before, after = file.base, file.head
    if before is None or after is None or _context(before) != _context(after):
        return frozenset()
    both = _called(before, of) & _called(after, of)
    return frozenset(call for call in both if moved.isdisjoint(_names_in(call[1])))


def _context(facts: FileFacts) -> tuple[object, ...]:
    """What decides the meaning of names besides the functions themselves."""
    imports = {(i.scope == 0, i.module, i.name, i.alias) for i in facts.imports}
    classes = {(d.name, d.bases) for d in facts.definitions if d.kind in CLASS_KINDS}
    return imports, classes


def _called(facts: FileFacts, of: Container[str]) -> set[KeptCall]:
    names = {index: facts.qualified_name(index) for index in range(len(facts.definitions))}
    return {
        (names[step.scope], call.function)
        for step in facts.steps
        if names[step.scope] in of
        for call in calls_in(step.value)
    }


def _bound_in(facts: FileFacts, changed: Container[str]) -> Iterator[str]:
    """What the changed functions of a file give values to, variables and members alike."""
    for step in facts.steps:
        target = step.target
        if isinstance(target, Name | Attribute) and facts.qualified_name(step.scope) in changed:
            yield target.id if isinstance(target, Name) else target.name


def _names_in(expr: Expr) -> Iterator[str]:
    for part in walk(expr):
        if isinstance(part, Name):
            yield part.id
        elif isinstance(part, Attribute):
            yield part.name
