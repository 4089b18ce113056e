"""Which function calls which, as read from a small repository held in memory."""

from collections.abc import Mapping

from tests.unit.landscape.linked import sight

from weighbridge.landscape.call_sites import CallSites, call_edges
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.values import External, Symbol, Value

SETTING_CLASS = "class K:\n    def run(self): pass\n"


def view_of(files: Mapping[str, str]) -> View:
    """The tree of these files."""
    landscapes = sight({}, files).landscapes
    assert isinstance(landscapes, Landscapes)
    return landscapes.head


def called(files: Mapping[str, str], path: str = "a.py", *, caller: str = "") -> set[str]:
    """What `caller` of `path` calls, by qualified names; a file's top level is the empty name."""
    return {callee for one, callee in edges(files, path) if one == caller}


def edges(files: Mapping[str, str], path: str = "a.py") -> set[tuple[str, str]]:
    """The (caller, callee) that the calls of `path` show, by qualified names, those outside the repository by dotted ones."""
    evaluator = Evaluator(view_of(files).landscape)
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
