"""Where functions are called from, and with what: lets values flow through parameters."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Definition, Expr, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.conventions import is_accessor
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.file_names import CLASS_KINDS, SCRIPTS, BoundParameter, calls_in
from weighbridge.landscape.terms import is_asking
from weighbridge.landscape.values import ANYWHERE, NOTHING, External, Instance, Symbol, Value, Values

MANY_FILES: Final = 40
"""A function whose name more files mention than this gets no values from its callers: its callers are anyone."""


class Site(Struct, frozen=True):
    """A call where it stands, and the turn at which it is done (see `landscape.flow`)."""

    path: RepoPath
    scope: int
    call: Call
    at: int = ANYWHERE


class CallSites:
    """Answers for one evaluator, which it is given to."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._sites: dict[RepoPath, list[Site]] = {}

    def arguments(self, function: Symbol, bound: BoundParameter) -> Values:
        """Everything that any call of `function` passes for the parameter."""
        found: set[Value] = set()
        for site in self._calls_of(function):
            for given in self._given(function, bound, site=site):
                found |= self._evaluator.evaluate(site.path, site.scope, expr=given, at=site.at)
        found |= self._decorated_by(function, bound)
        return Values(found)

    def in_file(self, path: RepoPath) -> list[Site]:
        """Every call in a file."""
        if path not in self._sites:
            flow = self._evaluator.flow(path)
            outer = flow.expressions() if flow else ()
            self._sites[path] = [Site(path, scope, call, at) for scope, at, expr in outer for call in calls_in(expr)]
        return self._sites[path]

    def _calls_of(self, function: Symbol) -> Iterator[Site]:
        definition = self._definition(function)
        if definition is None:
            return
        name = self._called_as(function, definition)
        files = self._evaluator.landscape.files_with("m:" + name) if name else (function.path,)
        if len(files) > MANY_FILES:
            return
        for path in files:
            for site in self.in_file(path):
                if self._may_call(site, name) and self._calls(site, function):
                    yield site

    def _called_as(self, function: Symbol, definition: Definition) -> str:
        """The name that calls use: a constructor goes by its class's."""
        if definition.name in ("__init__", "__new__", "<init>", "constructor"):
            return self._owner_name(function, definition)
        return "" if definition.kind == "lambda" else definition.name

    def _owner_name(self, function: Symbol, definition: Definition) -> str:
        owner = self._definition(Symbol(function.path, definition.parent))
        return owner.name if owner else ""

    def _may_call(self, site: Site, name: str) -> bool:
        """Whether what is called could be the function: by its name, or through a variable, an item, a result."""
        called = last_name(site.call.function)
        if called == name or not called:
            return True
        if isinstance(site.call.function, Attribute):
            return False
        return self._is_variable(site, called)

    def _is_variable(self, site: Site, name: str) -> bool:
        names = self._evaluator.names(site.path)
        for home in names.enclosing(site.scope) if names else ():
            bindings = names.bound_in(home).get(name, ()) if names else ()
            if bindings:
                return not all(isinstance(b, int) for b in bindings)
        return False

    def _calls(self, site: Site, function: Symbol) -> bool:
        for value in self._evaluator.evaluate(site.path, site.scope, expr=site.call.function, at=site.at):
            if value == function:
                return True
            if isinstance(value, Symbol) and self._evaluator.is_class(value):
                for maker in ("__init__", "__new__", "<init>", "constructor"):
                    if function in self._evaluator.member(value, maker):
                        return True
            if isinstance(value, Instance) and function in self._evaluator.member(value, "__call__"):
                return True
        return False

    def _given(self, function: Symbol, bound: BoundParameter, *, site: Site) -> Iterator[Expr]:
        definition = self._definition(function)
        if definition is None:
            return
        offset = 1 if definition.kind == "method" and not self._is_bare(function, definition, site=site) else 0
        positional = [a.value for a in site.call.arguments if not a.name]
        position = bound.position - offset
        if bound.parameter.kind == "*":
            yield from positional[max(position, 0) :]
            return
        yield from (a.value for a in site.call.arguments if a.name == bound.parameter.name)
        if 0 <= position < len(positional) and bound.parameter.kind != "keyword-only":
            yield positional[position]

    def _is_bare(self, function: Symbol, definition: Definition, *, site: Site) -> bool:
        """Whether a method is called with its object written as the first argument, or has none among its parameters."""
        names = self._evaluator.names(function.path)
        if names is None or names.facts.language != "python":
            return True
        if any(isinstance(d, Name) and d.id == "staticmethod" for d in definition.decorators):
            return True
        if not definition.parameters or definition.parameters[0].name in ("", "this"):
            return True
        if not isinstance(site.call.function, Attribute):
            return False
        owners = self._evaluator.evaluate(site.path, site.scope, expr=site.call.function.of, at=site.at)
        is_class_method = any(isinstance(d, Name) and d.id == "classmethod" for d in definition.decorators)
        return not is_class_method and any(isinstance(o, Symbol) and self._evaluator.is_class(o) for o in owners)

    def _decorated_by(self, function: Symbol, bound: BoundParameter) -> Values:
        """A decorator's first parameter stands for what it decorates."""
        if bound.position != 0:
            return NOTHING
        definition = self._definition(function)
        name = definition.name if definition else ""
        found: set[Value] = set()
        paths = (
            self._evaluator.landscape.files_with("m:" + name)
            if name and definition and definition.kind != "lambda"
            else ()
        )
        for path in (paths if len(paths) <= MANY_FILES else ()) or (function.path,):
            facts = self._evaluator.landscape.facts(path)
            for index, decorated in enumerate(facts.definitions if facts else ()):
                for position, decorator in enumerate(decorated.decorators):
                    scope = max(decorated.parent, 0)
                    if function in self._evaluator.evaluate(path, scope, expr=decorator, at=decorated.turn):
                        found |= self._evaluator.decorated(Symbol(path, index), skip=position + 1)
        return Values(found)

    def _definition(self, symbol: Symbol) -> Definition | None:
        facts = self._evaluator.landscape.facts(symbol.path)
        return facts.definitions[symbol.index] if facts else None


def call_edges(evaluator: Evaluator, sites: CallSites, *, path: RepoPath) -> Iterator[tuple[Symbol, Value]]:
    """Every (caller, callee) that the calls of a file show; calling a class calls its constructor where it has one.

    The caller is the innermost definition that runs the call: a class's body runs where the class stands, so its
    calls are the enclosing scope's.
    """
    for site in sites.in_file(path):
        caller = _runner(evaluator, site)
        values = evaluator.evaluate(path, site.scope, expr=site.call.function, at=site.at)
        for value in values:
            yield from ((caller, callee) for callee in callees(evaluator, value))
            yield from ((caller, callee) for callee in _called_back(evaluator, site, callee=value))
        yield from ((caller, callee) for callee in _called_by_script(evaluator, site, values=values))
    yield from _implicit_edges(evaluator, path)
    yield from _looked_at(evaluator, path)
    facts = evaluator.landscape.facts(path)
    for index, definition in enumerate(facts.definitions if facts else ()):
        caller = _runner(evaluator, Site(path, definition.parent, Call(Name(""), (), definition.line)))
        for decorator in definition.decorators if index else ():
            for value in evaluator.evaluate(path, max(definition.parent, 0), expr=decorator, at=definition.turn):
                if not (isinstance(value, External) and value.name.startswith("builtins.")):
                    yield from ((caller, callee) for callee in callees(evaluator, value))


def _looked_at(evaluator: Evaluator, path: RepoPath) -> Iterator[tuple[Symbol, Value]]:
    """The properties that are called by being looked at, or by being given a value."""
    flow, facts = evaluator.flow(path), evaluator.landscape.facts(path)
    given = {id(step.target) for step in (facts.steps if facts else ()) if step.kind == "bind"}
    for scope, at, outer in flow.expressions() if flow else ():
        for expr in walk(outer):
            if isinstance(expr, Attribute):
                values = evaluator.evaluate(path, scope, expr=expr.of, at=at)
                members = (m for v in values if isinstance(v, Instance) for m in evaluator.member(v, expr.name))
                found = (m for m in members if isinstance(m, Symbol))
                for member in (m for m in found if _is_run(evaluator, m, is_given=id(expr) in given)):
                    yield _runner(evaluator, Site(path, scope, Call(expr, (), 0))), member


def _is_run(evaluator: Evaluator, member: Symbol, *, is_given: bool) -> bool:
    """Whether looking at a member runs it, or giving it a value does."""
    names = evaluator.names(member.path)
    if is_given and names is not None and names.facts.language in SCRIPTS:
        return is_accessor(names.facts.definitions[member.index], "set")
    return evaluator.is_property(member)


def _implicit_edges(evaluator: Evaluator, path: RepoPath) -> Iterator[tuple[Symbol, Value]]:
    """What statements call without a call being written: a raised class's constructor, an iterated or entered object."""
    facts = evaluator.landscape.facts(path)
    for step in facts.steps if facts else ():
        if step.kind not in ("raise", "iterate", "enter"):
            continue
        caller = _runner(evaluator, Site(path, step.scope, Call(Name(""), (), step.line)))
        for value in evaluator.of_step(path, step):
            if step.kind == "raise" and isinstance(value, Symbol) and evaluator.is_class(value):
                yield from ((caller, callee) for callee in callees(evaluator, value))
            elif isinstance(value, Instance):
                for name in _PROTOCOLS[step.kind]:
                    yield from ((caller, m) for m in evaluator.member(value, name) if isinstance(m, Symbol))


_PROTOCOLS: Final = {
    "raise": (),
    "iterate": ("__iter__", "__next__", "__aiter__", "__anext__"),
    "enter": ("__enter__", "__exit__", "__aenter__", "__aexit__"),
}
"""The methods that a statement runs on the object it is about."""

_ASKS: Final = {
    f"builtins.{name}": (f"__{name}__",)
    for name in (
        "next",
        "iter",
        "len",
        "str",
        "repr",
        "bool",
        "hash",
        "abs",
        "int",
        "float",
        "reversed",
        "anext",
        "aiter",
    )
} | dict.fromkeys(("builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted"), ("__iter__",))
"""The methods that Python's own functions run on their first argument."""

_CALLS_BACK: Final = frozenset(
    "builtins." + name for name in ("map", "filter", "sorted", "min", "max", "functools.reduce")
)


def _called_back(evaluator: Evaluator, site: Site, *, callee: Value) -> Iterator[Value]:
    """Functions handed to one of Python's own that calls them at once, and methods that it runs on an object."""
    if isinstance(callee, External) and callee.name in _CALLS_BACK:
        for argument in site.call.arguments:
            values = evaluator.evaluate(site.path, site.scope, expr=argument.value, at=site.at)
            yield from (v for v in values if isinstance(v, Symbol) and v.index)
    elif isinstance(callee, External) and callee.name in _ASKS and site.call.arguments:
        asked = evaluator.evaluate(site.path, site.scope, expr=site.call.arguments[0].value, at=site.at)
        for value in (v for v in asked if isinstance(v, Instance)):
            for name in _ASKS[callee.name]:
                yield from (m for m in evaluator.member(value, name) if isinstance(m, Symbol))


_CALLS_BACK_IN_SCRIPTS: Final = frozenset(
    {
        *("every", "filter", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "forEach", "map", "reduce"),
        *("reduceRight", "replace", "replaceAll", "some", "sort", "toSorted", "from", "Promise"),
    }
)
"""Methods and constructors of JavaScript's own that call a function among their arguments before they return."""


def _called_by_script(evaluator: Evaluator, site: Site, *, values: Values) -> Iterator[Value]:
    """What JavaScript's own functions call at once, and the constructor that `super(…)` runs; `values` is what is called."""
    names = evaluator.names(site.path)
    if names is None or names.facts.language == "python":
        return
    if site.call.function == Name("super"):
        owner = names.enclosing_class(site.scope)
        above = evaluator.order(Symbol(site.path, owner))[1:2] if owner is not None else ()
        yield from (callee for base in above for callee in callees(evaluator, base))
    elif names.facts.language in SCRIPTS and last_name(site.call.function) in _CALLS_BACK_IN_SCRIPTS:
        if any(isinstance(value, Symbol) for value in values):
            return
        for argument in site.call.arguments:
            given = evaluator.evaluate(site.path, site.scope, expr=argument.value, at=site.at)
            yield from (v for v in given if isinstance(v, Symbol) and v.index and not evaluator.is_class(v))


def overriding(evaluator: Evaluator, method: Symbol) -> Iterator[Symbol]:
    """The methods of subclasses that a call of `method` runs where the object is of theirs."""
    names = evaluator.names(method.path)
    definition = names.facts.definitions[method.index] if names else None
    if names is None or definition is None or definition.kind != "method":
        return
    owner = Symbol(method.path, definition.parent)
    for fitting in evaluator.hierarchy.fit.types(owner) if is_asking(names.facts.definitions[owner.index]) else ():
        yield from (m for m in evaluator.member(fitting, definition.name) if isinstance(m, Symbol))
    for heir in evaluator.hierarchy.descendants(owner):
        there = evaluator.names(heir.path)
        for index in there.defined.get((heir.index, definition.name), ()) if there else ():
            yield Symbol(heir.path, index)


def callees(evaluator: Evaluator, value: Value) -> Iterator[Value]:
    """What runs when a value is called."""
    if isinstance(value, Symbol) and evaluator.is_class(value):
        makers = [
            m for maker in ("__init__", "__new__", "<init>", "constructor") for m in evaluator.member(value, maker)
        ]
        yield from (m for m in makers if isinstance(m, Symbol))
        if not makers or not any(isinstance(m, Symbol) for m in makers):  # a base outside the repository may have it
            outside = sorted(evaluator.hierarchy.outside(value))
            yield from (External(f"{name}.__init__") for name in outside if not name.startswith("builtins."))
    elif isinstance(value, Instance):
        yield from (m for m in evaluator.member(value, "__call__") if isinstance(m, Symbol))
    elif not (isinstance(value, External) and "[]" in value.name):
        yield value  # what a container of others holds is unknown, and no name


def _runner(evaluator: Evaluator, site: Site) -> Symbol:
    names = evaluator.names(site.path)
    for scope in names.enclosing(site.scope) if names else ():
        if names and names.facts.definitions[scope].kind not in (*CLASS_KINDS, "variable"):
            return Symbol(site.path, scope)
    return Symbol(site.path, 0)
