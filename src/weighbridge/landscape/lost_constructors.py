"""Calls that pass arguments to the constructor of a Java class that states none any more: what is left takes nothing."""

from collections.abc import Iterator

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.landscape.callers import Callers
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Symbol


def calls_of_lost_constructors(head: View, path: RepoPath, *, owner: str) -> Iterator[Place]:
    """The calls that make an object of a class of this qualified name, with what no constructor takes."""
    facts = head.landscape.facts(path)
    names = head.evaluator.names(path)
    index = next(iter(names.indexes.get(owner, ())), 0) if names else 0
    if facts is None or not index or facts.definitions[index].parameters:
        return  # a record's constructor is its head
    if any(imported.module.partition(".")[0] == "lombok" for imported in facts.imports):
        return
    yield from (caller.place() for caller in Callers(head).of(Symbol(path, index)) if caller.call.arguments)
