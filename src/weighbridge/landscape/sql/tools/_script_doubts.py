"""Whether a call in JavaScript may do something to a database that nobody here knows: as for Python, by what leads to the database."""

from collections.abc import Callable
from typing import Final

from weighbridge.facts.calls.forms import Block, Call, Form, Keyed, Listed, Name, Unknown, called
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.tools._walking import OWN, Scene

_BUILT_IN: Final = frozenset(
    [
        "require",
        "parseInt",
        "parseFloat",
        "isNaN",
        "isFinite",
        "encodeURIComponent",
        "decodeURIComponent",
        "structuredClone",
        "setTimeout",
        "setInterval",
        "clearTimeout",
        "clearInterval",
        "setImmediate",
        "queueMicrotask",
        "super",
        "import",
        "fetch",
        "atob",
        "btoa",
        "define",
    ]
)
_TAKEN_IN: Final = frozenset(
    [
        "all",
        "allSettled",
        "race",
        "resolve",
        "reject",
        "then",
        "catch",
        "finally",
        "log",
        "info",
        "warn",
        "error",
        "debug",
        "push",
        "unshift",
        "concat",
        "includes",
        "map",
        "forEach",
        "filter",
        "reduce",
        "each",
        "stringify",
        "isArray",
        "keys",
        "values",
        "entries",
        "from",
        "assign",
        "get",
        "set",
        "has",
        "add",
        "bind",
    ]
)
_LOGS: Final = ("log", "info", "warn", "error", "debug", "trace")
_RUN_ANYTHING: Final = ("child_process", "node:child_process", "vm", "node:vm", "execa", "shelljs", "worker_threads")
_NEAR: Final = (".", "/", "@/", "~/", "src/", "#")


class ScriptDoubts:
    """Answers for one tool: `is_handle` says of a name what leads to the database, `reads` are a handle's calls that change nothing."""

    def __init__(self, is_handle: Callable[[str], bool], *, reads: frozenset[str], yields: tuple[str, ...]) -> None:
        self._is_handle = is_handle
        self._reads = reads
        self._yields = yields

    def of_handle(self, form: Form | None, names: Names) -> bool:
        """Whether a value leads to the database."""
        match form:
            case Listed(items=items):
                return any(self.of_handle(each, names) for each in items)
            case Keyed(pairs=pairs):
                return any(self.of_handle(each, names) for _, each in pairs)
            case Name() | Call() | Unknown():
                return self._is_handle(names.root(form, yields=self._yields, through=()))
        return False

    def why(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call does nothing to the database; empty where it is."""
        names = scene.names
        said = f"what `{_short(called(call))}` does is not known here"
        if call.of is not None and self.of_handle(call.of, names):
            return "" if call.name in self._reads or call.name == "bind" else said
        root = names.root(call.of if call.of is not None else Name(call.name), yields=self._yields)
        full = f"{root}.{call.name}" if call.of is not None else root
        if call.name in _LOGS:
            return ""
        if (names.is_imported(root) or names.is_imported(full)) and root.startswith((*_NEAR, *_RUN_ANYTHING)):
            return f"what `{_short(called(call))}` does stands in another file"
        if call.of is None and not self._is_plain(call, names):
            return said
        if call.name in _TAKEN_IN:
            return ""
        given = [each.value for each in call.arguments if not isinstance(each.value, Block)]
        return said if any(self.of_handle(each, names) for each in given) else ""

    def _is_plain(self, call: Call, names: Names) -> bool:
        """Whether a function that is called by its name alone is JavaScript's, of a package, or what the code around was given."""
        name = call.name
        if (
            not name
            or name[:1].isupper()
            or name in _BUILT_IN
            or name in OWN
            or self._is_handle(names.root(Name(name)))
        ):
            return True
        known = names.of(Name(name))
        return not isinstance(known, Name) or known.id != name or names.is_imported(name)


def _short(name: str) -> str:
    name = name.replace("@", "")
    return name if len(name) <= 60 else f"…{name[-58:]}"
