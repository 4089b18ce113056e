"""Guards whose names do not say so: functions of this repository that stand before handlers and refuse there.

See `landscape.middleware` for what counts as a refusal. A function is one where it is given to a router (`app.use(restrict)`,
`app.get("/x", restrict, handler)`, `registry.addInterceptor(new Restrict())`), put on a function as a decorator, or put around
one (`mux.Handle("/x", restrict(page))`).
"""

from collections.abc import Collection as Members
from collections.abc import Container, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import without_lines
from weighbridge.facts.mentions import spelled_by
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Function, Import, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.file_names import FUNCTION_KINDS
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.guards import (
    Guard,
    GuardKind,
    Slot,
    function_names,
    guard_kind,
    is_named_for_access,
    is_unreachable,
    made_slots,
    mount_of,
    mounted_functions,
    route_path,
    spoken,
)
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.middleware import Answer, Middleware, asked_first, concerns
from weighbridge.landscape.values import Instance, Symbol, Values

_ROUTING: Final = frozenset({"get", "post", "put", "patch", "delete", "del", "all", "any", "head", "options", "route"})
_ROUTING_GO: Final = frozenset({"handle", "handlefunc", "method", "methodfunc"})
_BEFORE_ALL: Final = frozenset(
    {
        "use",
        "Use",
        "Group",
        "With",
        "add_middleware",
        "before_request",
        "before_app_request",
        "addHook",
        "middleware",
        "Append",
    }
    | {"addInterceptor", "addFilter", "addFilterBefore", "addFilterAfter", "addFilterAt", "setFilter", "register"}
)
_HOOKS: Final = frozenset(
    {"preHandler", "onRequest", "preValidation", "preParsing", "beforeHandle", "before", "middleware"}
)
"""Options of a route whose functions are called before its handler."""

_LISTED: Final = frozenset({"middleware", "middlewares"})
"""Arguments that name what is called before every handler."""

KeptStep = tuple[str, bytes]
"""The qualified name of a function, and a statement in it or a decorator on it."""


class Standing(Struct, frozen=True):
    """Something that is put before a slot, and whether it must be seen to stand there by what it does."""

    slot: Slot | None
    expr: Expr
    must_go_on: bool
    is_alone: bool = False


class Standers(Struct, frozen=True):
    """What one side of a file has before its slots."""

    slots: dict[Slot, dict[str, Guard]] = field(default_factory=dict)
    answers: dict[Slot, dict[str, Guard]] = field(default_factory=dict)
    """The refusals that stand in the slot's own code."""
    elsewhere: dict[Slot, set[str]] = field(default_factory=dict)
    """The same where it is not seen that the code stands before others."""
    unknown: dict[Slot, set[str]] = field(default_factory=dict)
    """What stands there too, and leads to nothing of this repository: it may refuse or not."""
    alone: set[Slot] = field(default_factory=set)
    """The mounts that put one function before whatever else is mounted below a path, and nothing there themselves."""


class Gatekeepers:
    """Answers for one side of a change; answers are remembered."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._answers: dict[RepoPath, tuple[FileFacts, tuple[Answer, ...]]] = {}

    def before(
        self, path: RepoPath, facts: FileFacts, *, of: Container[str], steps: Members[KeptStep] = frozenset()
    ) -> Standers:
        """The gatekeepers before each slot of a file, and the refusals in the functions named by `of` that are such.

        What a statement or decorator in `steps` puts somewhere is not looked at: it stands there on both sides.
        """
        found, mounted, functions = Standers(), mounted_functions(facts), function_names(facts)
        self._take_answers(found, facts, of=of, mounted=mounted)
        for index, definition in enumerate(facts.definitions):
            name = facts.qualified_name(index)
            for expr in definition.decorators if name in of else ():
                if steps and (name, without_lines(expr)) in steps:
                    continue
                standing = Standing(Slot(name), expr, must_go_on=True)
                self._take(found, standing, path=path, scope=max(definition.parent, 0), line=definition.line)
            if asked_first(definition) and self.refuses(Symbol(path, index)):
                guard = Guard(definition.name, GuardKind.DEED, definition.line)
                found.slots.setdefault(Slot(""), {}).setdefault(definition.name, guard)
        for step in facts.steps:
            around = function_around(facts, step.scope)
            name = facts.qualified_name(around)
            if around and facts.definitions[around].kind in FUNCTION_KINDS and name not in of:
                continue
            if is_unreachable(facts, step.line, scope=step.scope) or not any(_stands(step.value)):
                continue
            if steps and (name, without_lines(step.value)) in steps:
                continue
            around_it = mounted.get(step.scope) or Slot(name)
            for slot, value in made_slots(facts, step, around=around_it, functions=functions):
                for standing in _stands(value):
                    placed = (
                        standing if standing.slot else Standing(slot, standing.expr, must_go_on=standing.must_go_on)
                    )
                    self._take(found, placed, path=path, scope=step.scope, line=step.line)
        return found

    def refuses(self, symbol: Symbol, *, must_go_on: bool = True) -> bool:
        """Whether a function, or a method of a class, refuses as what stands before handlers."""
        found = self._refusals(symbol.path)
        if found is None:
            return False
        facts, answers = found
        return any(
            (answer.is_before_others or not must_go_on) and _is_inside(facts, answer.scope, index=symbol.index)
            for answer in answers
        )

    def _refusals(self, path: RepoPath) -> tuple[FileFacts, tuple[Answer, ...]] | None:
        if path not in self._answers:
            facts = self._view.landscape.facts(path)
            if facts is None:
                return None
            detailed = self._view.landscape.in_detail(path) if concerns(facts) else facts
            known = detailed or facts
            self._answers[path] = known, tuple(Middleware(known).answers())
        return self._answers[path]

    def _take_answers(
        self, found: Standers, facts: FileFacts, *, of: Container[str], mounted: Mapping[int, Slot]
    ) -> None:
        for answer in Middleware(facts).answers() if concerns(facts) else ():
            around = function_around(facts, answer.scope)
            name = facts.qualified_name(around)
            if (around and name not in of) or is_unreachable(facts, answer.line, scope=answer.scope):
                continue
            slot = mounted.get(answer.scope) or Slot(name)
            if answer.is_before_others:
                guard = Guard(answer.name, GuardKind.DEED, answer.line, is_own=True)
                found.answers.setdefault(slot, {}).setdefault(answer.name, guard)
            else:
                found.elsewhere.setdefault(slot, set()).add(answer.name)

    def _take(self, found: Standers, standing: Standing, *, path: RepoPath, scope: int, line: int) -> None:
        slot, expr = standing.slot, _unbound(standing.expr)
        name = spoken(expr)
        if slot is None or not name:
            return
        values = self._meaning(path, scope, expr=expr.function if isinstance(expr, Call) else expr)
        symbols = [Symbol(v.path, v.index) for v in values if isinstance(v, Symbol | Instance) and v.index]
        if standing.is_alone:
            found.alone.add(slot)
        is_known = len(symbols) == 1 == len(values)
        makers = list(self._makers(path, scope, expr=expr))
        given = (each for home, maker in makers for each in self._given_to(maker, home))
        is_check = any(
            guard_kind(spoken(maker)) is GuardKind.ACCESS or is_named_for_access(spoken(maker)) for _, maker in makers
        )
        if is_check or any(
            self.refuses(e, must_go_on=standing.must_go_on) for e in (*(symbols if is_known else ()), *given)
        ):
            found.slots.setdefault(slot, {}).setdefault(name, Guard(name, GuardKind.DEED, line))
        elif not is_known and not standing.must_go_on:
            found.unknown.setdefault(slot, set()).add(name)

    def _makers(self, path: RepoPath, scope: int, *, expr: Expr) -> Iterator[tuple[RepoPath, Call]]:
        """What makes this where it is bound for its whole file, and in which: `restrict = wrap(function)`."""
        facts = self._view.landscape.facts(path)
        match expr:
            case Name(id=name) if facts is not None:
                brought = [each for each in facts.imports if each.alias == name and each.name]
                modules = [(self._view.evaluator.modules.target(e, path, facts=facts), e.name) for e in brought]
                homes = modules or [(Symbol(path, 0), name)]
            case Attribute(of=of, name=name):
                homes = [(value, name) for value in self._view.evaluator.evaluate(path, scope, expr=of)]
            case _:
                homes = []
        for home, called in homes:
            known = self._view.landscape.facts(home.path) if isinstance(home, Symbol) and not home.index else None
            for step in known.steps if known is not None and isinstance(home, Symbol) else ():
                is_bound = step.kind == "bind" and not step.scope and _bound_name(step) == called
                if is_bound and isinstance(step.value, Call) and isinstance(home, Symbol):
                    yield home.path, step.value

    def _given_to(self, maker: Call, path: RepoPath) -> Iterator[Symbol]:
        """The functions that what makes something was given."""
        for each in (argument.value for argument in maker.arguments):
            if isinstance(each, Function):
                yield Symbol(path, each.definition)
            elif isinstance(each, Name | Attribute):
                values = self._view.evaluator.evaluate(path, 0, expr=each)
                yield from (value for value in values if isinstance(value, Symbol) and value.index)

    def _meaning(self, path: RepoPath, scope: int, *, expr: Expr) -> Values:
        match expr:
            case Attribute(of=Text(value=module), name=name):
                spelled = Import(0, module, name, name, 0)
                found = self._view.evaluator.brought(spelled, path, facts=self._view.landscape.facts(path))
                return Values(value for value in found if not isinstance(value, Symbol) or value.index)
            case _:
                return self._view.evaluator.evaluate(path, scope, expr=expr)


def _bound_name(step: Step) -> str:
    """The last name of what a statement binds for its file or for those that import it: `restrict`, `exports.restrict`."""
    target = step.target
    is_own = isinstance(target, Name) or (isinstance(target, Attribute) and last_name(target.of) == "exports")
    return last_name(target) if target is not None and is_own else ""


def both(one: FileFacts, other: FileFacts, *, of: Container[str]) -> frozenset[KeptStep]:
    """The statements and decorators of the same functions on both sides, of those named by `of`, that put something before handlers."""
    return _steps(one, of) & _steps(other, of) if one.imports == other.imports else frozenset()


def _steps(facts: FileFacts, of: Container[str]) -> frozenset[KeptStep]:
    named = ((facts.qualified_name(index), d.decorators) for index, d in enumerate(facts.definitions) if d.decorators)
    found = {(name, without_lines(expr)) for name, decorators in named if name in of for expr in decorators}
    for step in facts.steps:
        around = function_around(facts, step.scope)
        name = facts.qualified_name(around)
        if (not around or name in of) and any(_stands(step.value)):
            found.add((name, without_lines(step.value)))
    return frozenset(found)


def _stands(expr: Expr, slot: Slot | None = None) -> Iterator[Standing]:
    """What an expression puts before handlers: a router's arguments, what is called with a function, what a list names."""
    if isinstance(expr, Collection):
        for element in expr.elements:
            named = spelled_by(element.value) if isinstance(element.value, Text) else None
            if named is not None:
                yield Standing(slot, named, must_go_on=True)
            yield from _stands(element.value, slot)
    elif isinstance(expr, Call):
        given = [argument.value for argument in expr.arguments]
        around = slot
        if isinstance(expr.function, Attribute):
            yield from _stands(expr.function.of)
        if _is_before_all(expr) or _is_routing(expr):
            around = (_route_of(expr) or mount_of(expr)) if route_path(expr) else slot
            yield from _given(expr, given, slot=around)
        elif any(isinstance(each, Name | Attribute | Function | Call) for each in given):
            yield Standing(slot, expr, must_go_on=True)
        listed = [argument.value for argument in expr.arguments if argument.name in _LISTED]
        yield from (Standing(slot, each, must_go_on=False) for each in _flat(listed))
        for each in given:
            yield from _stands(each, around)


def _given(call: Call, given: list[Expr], *, slot: Slot | None) -> Iterator[Standing]:
    if _is_before_all(call):
        functions = list(_flat(given))
        is_alone = slot is not None and len(functions) == 1 and len(given) == len(functions) + 1
        yield from (Standing(slot, each, must_go_on=False, is_alone=is_alone) for each in functions)
    else:
        rest = given[1:] if given and isinstance(given[0], Text) else given
        yield from (Standing(slot, each, must_go_on=False) for each in _flat(rest[:-1]))
        yield from (Standing(slot, each, must_go_on=True) for each in _flat(rest[-1:]))


def _is_before_all(call: Call) -> bool:
    return isinstance(call.function, Attribute) and call.function.name in _BEFORE_ALL


def _route_of(call: Call) -> Slot | None:
    """The slot of a whole route, where something is put before each of its methods: `app.route("/x").all(f)`."""
    expr: Expr = call
    if not (isinstance(call.function, Attribute) and call.function.name == "all"):
        return None
    while isinstance(expr, Call) and isinstance(expr.function, Attribute):
        if expr.function.name == "route":
            return mount_of(expr)
        expr = expr.function.of
    return None


def _is_routing(call: Call) -> bool:
    """Whether a call puts functions at a path, its own or that of the route it is called on."""
    if not isinstance(call.function, Attribute):
        return False
    name = call.function.name.lower()
    return (name in _ROUTING or name in _ROUTING_GO) and bool(route_path(call))


def _flat(given: list[Expr]) -> Iterator[Expr]:
    """What is given to a router, lists and the hooks of options taken apart; paths and what is written there left out."""
    for each in given:
        if isinstance(each, Collection):
            inside = [e.value for e in each.elements if e.key.isdigit() or e.key in _HOOKS]
            yield from _flat(inside)
        elif isinstance(each, Name | Attribute | Call):
            yield each


def _unbound(expr: Expr) -> Expr:
    """A function without what binds it to an object: `auth.restrict` of `auth.restrict.bind(auth)`."""
    if isinstance(expr, Call) and isinstance(expr.function, Attribute) and expr.function.name == "bind":
        return expr.function.of
    return expr


def _is_inside(facts: FileFacts, scope: int, *, index: int) -> bool:
    while scope > 0 and scope != index:
        scope = facts.definitions[scope].parent
    return scope == index
