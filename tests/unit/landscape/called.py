"""Which function calls which, as read from a small repository held in memory."""

from collections.abc import Mapping

from tests.unit.landscape.linked import sight

from weighbridge.landscape.call_sites import CallSites, call_edges
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.values import External, Symbol, Value


def called(files: Mapping[str, str], path: str = "a.py", caller: str = "") -> set[str]:
    """What `caller` of `path` calls, by qualified names; a file's top level is the empty name."""
    return {callee for one, callee in edges(files, path) if one == caller}


def edges(files: Mapping[str, str], path: str = "a.py") -> set[tuple[str, str]]:
    """The (caller, callee) that the calls of `path` show, by qualified names, those outside the repository by dotted ones."""
    landscapes = sight({}, files).landscapes
    assert isinstance(landscapes, Landscapes)
    evaluator = Evaluator(landscapes.head.landscape)
    evaluator.call_sites = sites = CallSites(evaluator)
    where = next(each for each in evaluator.landscape.tree.blobs if each == path)
    return {
        (_name(evaluator, one), name)
        for one, other in call_edges(evaluator, sites, path=where)
        if (name := _name(evaluator, other))
    }


def _name(evaluator: Evaluator, value: Value) -> str:
    match value:
        case Symbol(path=path, index=index):
            facts = evaluator.landscape.facts(path)
            return facts.qualified_name(index) if facts else ""
        case External(name=name):
            return name
        case _:
            return ""
