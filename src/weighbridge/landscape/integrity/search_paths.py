"""Where a program is told to look for modules: statements of Python, and what a line of configuration sets."""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Item, Name, Step
from weighbridge.facts.names import dotted, imported_names

_PATHS: Final = frozenset({"sys.path", "sys.meta_path", "sys.path_hooks", "sys.path_importer_cache", "__path__"})
_FIRST: Final = frozenset({"insert", "appendleft", "reverse", "sort"})
_LAST: Final = frozenset({"append", "extend"})
_FOLDERS: Final = frozenset({"site.addsitedir"})
_LOADERS: Final = frozenset({"_resolveFilename", "_load"})
_SET: Final = LatePattern(
    r"\b(PYTHONPATH|PYTHONSTARTUP|PYTHONHOME|NODE_PATH|NODE_OPTIONS|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_INSERT_LIBRARIES"
    r"|JAVA_TOOL_OPTIONS|CLASSPATH|GOFLAGS|RUBYLIB|PERL5LIB)\b[\"'\]]*\s*(?:[:+]?=(?!=)|:|,|\s(?=[/$.]))\s*(\S.*)"
)
_LOADING: Final = LatePattern(r"--(?:require|import|loader|experimental-loader)\b|(?:^|\s|[\"'])-r\b")
_BUILDING: Final = LatePattern(r"-(?:overlay|modfile|toolexec)\b")
_AGENT: Final = LatePattern(r"-(?:javaagent|agentpath|agentlib|Xbootclasspath)")
_ASKED_OF: Final = {"NODE_OPTIONS": _LOADING, "GOFLAGS": _BUILDING, "JAVA_TOOL_OPTIONS": _AGENT}
"""Variables that set many things, and what in them loads code from elsewhere."""


class Weight(IntEnum):
    """How much a statement can put in the place of what is found without it."""

    AFTER = 1
    """What it adds is looked through last."""
    BEFORE = 2
    INSTEAD = 3
    """It says what a module is."""


class SearchPath(Struct, frozen=True, kw_only=True):
    """A statement that says where modules are looked for."""

    line: int
    what: str
    weight: Weight


def search_paths(facts: FileFacts) -> Iterator[SearchPath]:
    """The statements of a file that change where modules are found."""
    if facts.language == "python":
        names = imported_names(facts)
        for step in facts.steps:
            yield from _of_python(step, names)
    else:
        for step in facts.steps:
            if step.kind == "bind" and isinstance(step.target, Attribute) and step.target.name in _LOADERS:
                yield SearchPath(line=step.line, what=f"{step.target.name} = …", weight=Weight.INSTEAD)


def _of_python(step: Step, names: Mapping[str, str]) -> Iterator[SearchPath]:
    for call in walk(step.value):
        if isinstance(call, Call) and (found := _called(call, names)) is not None:
            yield found
    target = step.target
    if step.kind != "bind" or target is None:
        return
    what = dotted(target.of if isinstance(target, Item) else target, names)
    if what == "sys.modules":
        yield SearchPath(line=step.line, what=f"{what}[…] = …", weight=Weight.INSTEAD)
    elif what in _PATHS:
        is_added = any(_is(each, what, names=names) for each in walk(step.value))
        yield SearchPath(line=step.line, what=f"{what} = …", weight=Weight.AFTER if is_added else Weight.BEFORE)


def _called(call: Call, names: Mapping[str, str]) -> SearchPath | None:
    what = dotted(call.function, names)
    owner, _, method = what.rpartition(".")
    if what in _FOLDERS or (owner in _PATHS and method in _LAST):
        return SearchPath(line=call.line, what=f"{what}(…)", weight=Weight.AFTER)
    if owner in _PATHS and method in _FIRST:
        return SearchPath(line=call.line, what=f"{what}(…)", weight=Weight.BEFORE)
    if owner == "sys.modules" and method in ("update", "setdefault"):
        return SearchPath(line=call.line, what=f"{what}(…)", weight=Weight.INSTEAD)
    return None


def _is(expr: Expr, what: str, *, names: Mapping[str, str]) -> bool:
    return isinstance(expr, Attribute | Name) and dotted(expr, names) == what


def variable_set(line: str) -> str:
    """The variable that a line of configuration sets, by which code is loaded from elsewhere; empty where none is."""
    found = _SET.search(line)
    if found is None or line.lstrip().startswith(("#", "//", "*")):
        return ""
    asked = _ASKED_OF.get(found[1])
    return found[1] if asked is None or asked.search(found[2]) else ""
