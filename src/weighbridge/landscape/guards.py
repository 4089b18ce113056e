"""What keeps callers out of code: checks of who asks, what they may do and whether what they give is sound.

A guard is told by its name (`require_role`, `@login_required`, `jwt.verify`, `UseGuards`), by what it answers (a refusal
with 401 or 403), or, where it is a small function of this repository, by what it does: it calls a guard and little else.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import (
    Argument,
    Attribute,
    Call,
    Collection,
    Definition,
    Element,
    Expr,
    FileFacts,
    Function,
    Name,
    Number,
    Step,
    Text,
)
from weighbridge.facts.names import dotted
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.dependencies import DEPENDING, depended_on
from weighbridge.landscape.file_names import FUNCTION_KINDS, calls_in
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Symbol

SMALL: Final = 15
"""A function of no more lines, that calls a guard and has no effect of its own, is a guard itself."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_VERBS: Final = _set(
    "require requires required check checks ensure ensures verify verifies validate assert enforce restrict must guard"
)
_OBJECTS: Final = _set(
    """role roles permission permissions perm perms access admin superuser staff owner ownership token tokens jwt session
    login logged auth authn authz authenticated authentication authorized authorised authorization scope scopes csrf
    signature tenant mfa otp credential credentials password can may allowed identity acl rbac apikey"""
)
_KNOWN: Final = _set(
    """authenticate authorize authorise userpassestest csrfprotect haspermission haspermissions hasperm hasperms hasrole
    hasanyrole hasauthority preauthorize postauthorize secured rolesallowed useguards loginrequired permissionrequired
    isauthenticated isstaff issuperuser isadmin getserversession constructevent comparedigest timingsafeequal"""
)
_BEFORE_A_HANDLER: Final = _set(
    """auth authn authz authenticate authenticated authentication authorize authorized authorise authorised authorization
    jwt oauth oauth2 oidc saml csrf acl rbac apikey login admin superuser permission permissions role roles scopes"""
)
"""Words that make a guard of what stands before a handler: middleware, a decorator's argument, a dependency."""
_WHO: Final = (
    _set("current active logged authenticated"),
    _set("user superuser admin principal account identity staff"),
)
"""Two words of what a framework is asked for before a handler runs: `get_current_user`, `CurrentUser`."""
_REFUSALS: Final = _set(
    """permissiondenied permissionerror notauthenticated notauthenticatederror notallowederror forbidden forbiddenerror
    forbiddenexception httpforbidden unauthorized unauthorizederror unauthorizedexception httpunauthorized
    accessdeniedexception accessdenied"""
)
_ERRORS: Final = (("error",), ("exception",), ("failed",), ("denied",), ("failure",))
"""How the names of errors end that a repository has of its own."""
_REFUSED_FOR: Final = _set(
    "auth authn authz authentication authorization authorisation credential credentials login permission unauthenticated forbidden"
)
_ANSWERS: Final = ("401", "403", "407")
_ANSWERS_BY_NAME: Final = _set(
    """statusunauthorized statusforbidden unauthorized forbidden http401unauthorized http403forbidden
    statusproxyauthrequired proxyauthenticationrequired http407proxyauthenticationrequired"""
)
_ANSWERING: Final = _set(
    """abort httpexception httperror status sendstatus abortwithstatus response json jsonresponse httpresponse error
    abortwithstatusjson abortwithstatuserror newhttperror senderror responsestatusexception writeheader"""
)
_STATUS: Final = ("status", "statusCode", "status_code")
_ROUTING: Final = _set("get post put patch delete all any head options route handle handlefunc method methodfunc")
_MIDDLEWARE: Final = frozenset({"use", "Use", "With", "add_middleware", "before_request", "dependencies"})
_EXPORTS: Final = Attribute(Name("module"), "exports")
_MOUNTING: Final = frozenset({"include_router", "register_blueprint"})
"""What puts a router, given first, below another: each has a slot of its own."""
_VALUES: Final = _set("status err error exception code key event message header")
"""Words of a name that is a value to be given, and no check: `http.StatusProxyAuthRequired`, `ErrLoginRequired`."""
_VALIDATES: Final = frozenset({"validate", "validates", "sanitize", "sanitise", "disallowed"})
_PRECONDITIONS: Final = frozenset({"Assert", "Preconditions", "Validate"})
"""Classes that hold nothing but statements of what must be so: `Assert.notNull(owner)`."""
_OPEN: Final = frozenset({"permitAll", "permitAll()", "IS_AUTHENTICATED_ANONYMOUSLY", "isAnonymous()"})
"""What a check may be told to let everybody in."""


class GuardKind(StrEnum):
    """What a guard looks at."""

    ACCESS = "access"
    INPUT = "input"
    REFUSAL = "refusal"
    """Something else that a request is refused for (see `landscape.refusals`)."""
    DEED = "deed"
    """Something that refuses by what it does, whatever it is called (see `landscape.gatekeepers`)."""


class Guard(Struct, frozen=True):
    """One guard where it is used."""

    name: str
    kind: GuardKind
    line: int
    is_own: bool = False
    """Whether the slot's own code refuses there, by what `name` says, rather than something of that name which stands before it."""


class Slot(Struct, frozen=True):
    """What guards stand before: a definition by its qualified name, or a call that mounts a route by what it says."""

    name: str
    is_mount: bool = False


KeptCall = tuple[str, Expr]
"""The qualified name of a function, and what a call in it calls."""


@lru_cache(maxsize=10_000)
def guard_kind(name: str) -> GuardKind | None:
    """What something by this name guards, if anything; `name` may be dotted."""
    words = words_of(name)
    known = set(words)
    if "".join(words_of(name.rpartition(".")[2])) in _KNOWN or (known & _VERBS and known & _OBJECTS):
        return GuardKind.ACCESS
    owner, _, last = name.rpartition(".")
    is_stated = owner in _PRECONDITIONS or words_of(last) == ("require", "non", "null")
    return GuardKind.INPUT if known & _VALIDATES or is_stated else None


def _is_value(name: str) -> bool:
    """Whether a name that is not called is that of a constant: a status, an error, a key."""
    last = name.rpartition(".")[2]
    return last.isupper() or not _VALUES.isdisjoint(words_of(last))


def is_open(call: Call) -> bool:
    """Whether a check is told to let everything through: `@PreAuthorize("permitAll()")`, `setDisallowedFields()`."""
    given = [argument.value for argument in call.arguments]
    if not given:
        return spoken(call.function).rpartition(".")[2].startswith("set")
    return all(isinstance(value, Text) and value.value in _OPEN for value in given)


def is_named_for_access(name: str) -> bool:
    """Whether what stands before a handler or a class by this name is a check: `@Roles`, `auth`."""
    words = frozenset(words_of(name.rpartition(".")[2])) - {"with"}
    return bool(words) and words <= _BEFORE_A_HANDLER


def checks_by_verb(name: str) -> bool:
    """Whether the name of a function is that of a check, whatever it checks: `verify`, `ensureActive`."""
    return not _VERBS.isdisjoint(words_of(name)[:1])


def refusal_lines(facts: FileFacts) -> frozenset[int]:
    """The lines on which a file refuses, by a 401 or 403 or an error that says as much."""
    raised = {step.line for step in facts.steps if step.kind == "raise" and refused_by(step.value)}
    calls = (call for step in facts.steps for call in calls_in(step.value))
    return frozenset(raised | {call.line for call in calls if refusal_of(call)})


def asks_who(name: str) -> bool:
    """Whether a name is that of what finds out who asks: `get_current_user`."""
    words = frozenset(words_of(name))
    return all(words & each for each in _WHO)


class Guards:
    """Answers for one side of a change; answers are remembered. Without a view, names alone tell."""

    def __init__(self, view: View | None = None) -> None:
        self._view = view
        self._small: dict[Symbol, GuardKind | None] = {}

    def slots(
        self,
        path: RepoPath,
        facts: FileFacts,
        *,
        of: Container[str] | None = None,
        kept: Container[KeptCall] = frozenset(),
    ) -> dict[Slot, dict[str, Guard]]:
        """Every guard of a file by the slot it stands before; of the functions named by `of` only, where it is given.

        What a call in `kept` leads to is not looked at: it counts where its name says that it guards.
        """
        found, functions = _Found(facts, kept, mounted=mounted_functions(facts)), function_names(facts)
        for index, definition in enumerate(facts.definitions):
            slot = Slot(facts.qualified_name(index))
            if of is not None and definition.kind in FUNCTION_KINDS and slot.name not in of:
                continue
            for expr in _heads(definition):
                self._take(found, slot, path=path, scope=max(definition.parent, 0), expr=expr)
                for name in _asked_before(expr):
                    found.add(slot, Guard(name, GuardKind.ACCESS, definition.line))
        for step in facts.steps:
            place = found.slot_at(step.scope, of=of)
            if place is None or is_unreachable(facts, step.line, scope=step.scope):
                continue
            if step.kind == "raise" and (name := refused_by(step.value)):
                found.add(place, Guard(name, GuardKind.ACCESS, step.line, is_own=True))
            for slot, value in made_slots(facts, step, around=place, functions=functions):
                if slot != place and is_named_for_access(spoken(value)):
                    found.add(slot, Guard(spoken(value), GuardKind.ACCESS, step.line))
                self._take(found, slot, path=path, scope=step.scope, expr=value, line=step.line)
        return found.slots

    def _take(self, found: "_Found", slot: Slot, *, path: RepoPath, scope: int, expr: Expr, line: int = 0) -> None:
        called = {id(call.function) for call in calls_in(expr)}
        mount = mount_of(expr) if line and _mounts(expr) else None  # a decorator's call mounts what it stands on
        for name in _middleware(expr) if line else ():
            found.add(mount or slot, Guard(name, GuardKind.ACCESS, line))
        for part in walk(expr):
            if isinstance(part, Call):
                line = part.line
                refusal = refusal_of(part)
                name = refusal or spoken(part.function)
                is_kept = found.keeps(slot, part, scope=scope)
                kind = GuardKind.ACCESS if refusal else self._kind(path, scope, call=part, is_kept=is_kept)
                if kind is not None and not is_open(part):
                    found.add(slot, Guard(name, kind, part.line, is_own=bool(refusal)))
                for asked in self._depended_on(path, scope, call=part):
                    found.add(mount or slot, Guard(asked, GuardKind.ACCESS, part.line))
                for asked in _asked_before(part) if spoken(part).rpartition(".")[2] in DEPENDING else ():
                    found.add(mount or slot, Guard(asked, GuardKind.ACCESS, part.line))
            elif isinstance(part, Name | Attribute) and id(part) not in called:
                kind = guard_kind(spoken(part))
                if kind is GuardKind.ACCESS and not _is_value(spoken(part)):
                    found.add(mount or slot, Guard(spoken(part), kind, line))

    def _depended_on(self, path: RepoPath, scope: int, *, call: Call) -> Iterator[str]:
        """What a router or a route is to ask before all else, and takes no answer of: `dependencies=[Depends(who)]`.

        It is there for what it refuses; where it is of this repository and refuses nothing, it is no guard.
        """
        if self._view is None:
            return
        for called in depended_on(call):
            values = self._view.evaluator.evaluate(path, scope, expr=called)
            functions = [value for value in values if isinstance(value, Symbol)]
            if spoken(called) and (not functions or any(self._refuses(function) for function in functions)):
                yield spoken(called)

    def _refuses(self, function: Symbol) -> bool:
        facts = self._view.landscape.facts(function.path) if self._view else None
        if facts is None:
            return True
        definition = facts.definitions[function.index]
        raised = (step for step in facts.steps if step.kind == "raise" or guard_kind(spoken(step.value)))
        return any(definition.line <= step.line <= definition.end_line for step in raised)

    def _kind(self, path: RepoPath, scope: int, *, call: Call, is_kept: bool) -> GuardKind | None:
        name = spoken(call.function)
        if not name:
            return None
        kind = guard_kind(name)
        if kind is not None or self._view is None or is_kept:
            return kind
        values = self._view.evaluator.evaluate(path, scope, expr=call.function)
        functions = [v for v in values if isinstance(v, Symbol) and v.index]
        return self._of_small(functions[0]) if len(functions) == 1 == len(values) else None

    def _of_small(self, function: Symbol) -> GuardKind | None:
        """The kind of a small function that calls a guard by name; what has effects does more than guard."""
        if function not in self._small:
            facts = self._view.landscape.facts(function.path) if self._view else None
            self._small[function] = _kind_of_small(facts, function.index) if facts else None
        return self._small[function]


class _Found(Struct, frozen=True):
    """The slots of one file while it is read."""

    facts: FileFacts
    kept: Container[KeptCall]
    mounted: Mapping[int, "Slot"]
    slots: dict[Slot, dict[str, Guard]] = field(default_factory=dict)
    known: dict[int, Slot | None] = field(default_factory=dict)

    def slot_at(self, scope: int, *, of: Container[str] | None) -> Slot | None:
        """The slot that what a scope does stands before; None where its function is not asked about."""
        if scope not in self.known:
            around = function_around(self.facts, scope)
            name = self.facts.qualified_name(around)
            is_asked = of is None or self.facts.definitions[around].kind not in FUNCTION_KINDS or name in of
            self.known[scope] = (self.mounted.get(scope) or Slot(name)) if is_asked else None
        return self.known[scope]

    def keeps(self, slot: Slot, call: Call, *, scope: int) -> bool:
        """Whether a call stands there on both sides; what is bound for the whole file is the file's."""
        return (slot.name, call.function) in self.kept or (not scope and ("", call.function) in self.kept)

    def add(self, slot: Slot, guard: Guard) -> None:
        """Keep the first guard of each name."""
        self.slots.setdefault(slot, {}).setdefault(guard.name, guard)


def _kind_of_small(facts: FileFacts, index: int) -> GuardKind | None:
    definition = facts.definitions[index]
    is_small = definition.kind in FUNCTION_KINDS and definition.end_line - definition.line < SMALL
    if not is_small or any(effect.scope == index for effect in facts.effects):
        return None
    for step in facts.steps:
        for part in walk(step.value) if step.scope == index else ():
            if isinstance(part, Call) and (refusal_of(part) or guard_kind(spoken(part.function)) is GuardKind.ACCESS):
                return GuardKind.ACCESS
    return None


def _asked_before(head: Expr) -> Iterator[str]:
    """The checks a definition's head names without a verb: `Depends(get_current_user)`, `CurrentUser`, `@Roles("a")`."""
    is_call = isinstance(head, Call)
    for part in walk(head):
        name = spoken(part) if isinstance(part, Name | Attribute) else ""
        is_called = is_call and part is getattr(head, "function", None)
        if asks_who(name.rpartition(".")[2]) or (is_called and is_named_for_access(name)):
            yield name


def _middleware(expr: Expr) -> Iterator[str]:
    """The checks that stand before handlers: `router.use(auth)`, `g.Use(middleware.JWT())`, `r.get("/x", auth, handler)`."""
    if not isinstance(expr, Call) or not isinstance(expr.function, Attribute):
        return
    given = [argument.value for argument in expr.arguments]
    if expr.function.name not in _MIDDLEWARE:
        is_route = expr.function.name.lower() in _ROUTING and isinstance(given[0] if given else None, Text)
        given = given[1:-1] if is_route else []
    for each in given:
        for part in each.elements if isinstance(each, Collection) else (Element("", each),):
            name = spoken(part.value)
            if set(words_of(name)) & _BEFORE_A_HANDLER:
                yield name


def _heads(definition: Definition) -> Iterator[Expr]:
    yield from definition.decorators
    yield from definition.bases
    for parameter in definition.parameters:
        yield from (e for e in (parameter.default, parameter.annotation) if e is not None)


def is_unreachable(facts: FileFacts, line: int, *, scope: int) -> bool:
    """Whether what stands on a line of a function is never run; a function that stands there as a whole may be."""
    began = facts.definitions[scope].line if scope else 0
    return any(began < first <= line <= last for first, last in facts.unreachable)


def mounted_functions(facts: FileFacts) -> Mapping[int, Slot]:
    """The functions that are written where a route is mounted, with that route: each is behind guards of its own.

    So are those that are given to a function which makes what a name is bound to: `const requireAdmin = wrap(async (req, …) => …)`.
    """
    found: dict[int, Slot] = {}
    if not any(definition.kind == "lambda" for definition in facts.definitions):
        return found
    for step in facts.steps:
        for name, value in bound_values(facts, step):
            made = Slot(name) if name else None
            for call in calls_in(value):
                mount = route_mount(call)
                if slot := mount or made:
                    for each in _functions_given(call.arguments, is_deep=mount is not None):
                        found.setdefault(each, slot)
    for index, definition in enumerate(facts.definitions):
        if definition.kind == "lambda" and definition.parent in found:
            found.setdefault(index, found[definition.parent])
    return found


def bound_values(facts: FileFacts, step: Step) -> Iterator[tuple[str, Expr]]:
    """The value of a statement, with the qualified name that it is bound to for a whole file or class; of an object, its members'."""
    target, scope = step.target, facts.definitions[step.scope]
    if step.kind != "bind" or target is None or scope.kind not in ("module", "class"):
        yield "", step.value
        return
    name = "exports" if target == _EXPORTS else dotted(target, {})
    if name and scope.kind == "class":
        name = f"{facts.qualified_name(step.scope)}.{name}"
    if not name or not isinstance(step.value, Collection):
        yield name, step.value
        return
    yield from ((f"{name}.{e.key}" if e.key.isidentifier() else name, e.value) for e in step.value.elements)


def made_slots(facts: FileFacts, step: Step, *, around: Slot, functions: Container[str]) -> Iterator[tuple[Slot, Expr]]:
    """The value of a statement with the slot that it stands before: what is put around a function stands before the name that
    it is bound to, `remove = require_admin(function)`; of an object, before that of its member. `functions` are the file's.
    """
    is_kept = step.kind == "bind" and facts.definitions[step.scope].kind in ("module", "class")
    parts = list(bound_values(facts, step)) if is_kept and isinstance(step.value, Call | Collection) else []
    if not any(name and _wraps(value, functions) for name, value in parts):
        yield around, step.value
        return
    yield from ((Slot(name) if name and _wraps(value, functions) else around, value) for name, value in parts)


def function_names(facts: FileFacts) -> frozenset[str]:
    """The names of a file's functions."""
    return frozenset(each.name for each in facts.definitions if each.kind in FUNCTION_KINDS)


def _wraps(value: Expr, functions: Container[str]) -> bool:
    """Whether a call is given a function, written there or by its name alone, or a call that is."""
    return isinstance(value, Call) and any(
        isinstance(given, Function) or (isinstance(given, Name) and given.id in functions) or _wraps(given, functions)
        for given in (each.value for each in value.arguments)
    )


def _functions_given(arguments: Iterable[Argument], *, is_deep: bool) -> Iterator[int]:
    """The functions written among arguments, and among those of what is called there."""
    for argument in arguments:
        if isinstance(argument.value, Function):
            yield argument.value.definition
        elif isinstance(argument.value, Call) and is_deep:
            yield from _functions_given(argument.value.arguments, is_deep=True)


def route_mount(call: Call) -> Slot | None:
    """The slot of a call that puts one route at its path: `app.get("/orders", handler)`."""
    function = call.function
    is_route = isinstance(function, Attribute) and function.name.lower() in _ROUTING
    first = call.arguments[0].value if call.arguments else None
    return mount_of(call) if is_route and isinstance(first, Text) and first.value.startswith("/") else None


def route_handlers(facts: FileFacts) -> Iterator[tuple[str, Slot]]:
    """What each route of a file runs, told by its name or, where it is written there, by what it does."""
    for step in facts.steps:
        for call in calls_in(step.value):
            mount = route_mount(call)
            if mount is not None and len(call.arguments) > 1:
                handler = call.arguments[-1].value
                inner = next(_functions_given(call.arguments[-1:], is_deep=True), 0)
                told = facts.definitions[inner].body if inner else spoken(handler)
                if told:
                    yield told, mount


def mount_of(expr: Expr) -> Slot | None:
    """`router.get("/x", guard, handler)`: what is mounted where, so that each route has guards of its own."""
    if not isinstance(expr, Call):
        return None
    first = expr.arguments[0].value if expr.arguments else None
    if not isinstance(first, Text) and isinstance(expr.function, Attribute) and expr.function.name in _MIDDLEWARE:
        return None  # it stands before whatever else the code around it mounts
    said = first.value if isinstance(first, Text) else route_path(expr)
    if isinstance(expr.function, Attribute) and expr.function.name in _MOUNTING and first is not None:
        said = said or spoken(first)
    return Slot(f"{spoken(expr.function)} {said}".strip(), is_mount=True) if spoken(expr.function) else None


def _mounts(expr: Expr) -> bool:
    """Whether a call puts something at a path, or below another router; any other is a statement like those around it."""
    if not isinstance(expr, Call):
        return False
    last = spoken(expr.function).rpartition(".")[2]
    is_at_path = bool(expr.arguments) and isinstance(expr.arguments[0].value, Text)
    is_for_all = any(argument.name in _MIDDLEWARE for argument in expr.arguments)
    return is_at_path or is_for_all or last.lower() in _ROUTING or last in _MOUNTING


def route_path(call: Call) -> str:
    """The path that a call puts functions at: given first, or to the `route` that it is called on: `r.route("/x").get(f)`."""
    function = call.function
    while isinstance(function, Attribute) and isinstance(function.of, Call):
        match function.of:
            case Call(function=Attribute(name="route"), arguments=(Argument(value=Text(value=path)), *_)):
                return path
            case Call(function=inner):
                function = inner
    match call.arguments:
        case (Argument(value=Text(value=path)), *_) if path.rpartition(" ")[2].startswith("/"):
            return path
        case _:
            return ""


def refused_by(raised: Expr) -> str:
    """The name of a refusal that is raised: told by its words, or, where it is made of a code, by that: `AppError(UNAUTHORIZED)`."""
    name = spoken(raised).rpartition(".")[2]
    words = words_of(name)
    is_own = words[-1:] in _ERRORS and not _REFUSED_FOR.isdisjoint(words)
    if is_own or "".join(words) in _REFUSALS:
        return name
    code = next(_codes(raised), "") if isinstance(raised, Call) and words[-1:] in _ERRORS else ""
    return f"{name}({code})" if code else ""


def is_answer(name: str) -> bool:
    """Whether a guard's name is that of a refusal, not of what is looked at before one: `status(403)`, `PermissionError`."""
    return "(" in name or bool(refused_by(Name(name)))


def refusal_of(call: Call) -> str:
    """The name of a refusal that is answered or raised: `ForbiddenException`, `abort(403)`."""
    name = spoken(call.function).rpartition(".")[2]
    plain = "".join(words_of(name))
    if plain in _REFUSALS:
        return name
    code = next(_codes(call), "") if plain in _ANSWERING else ""
    return f"{name}({code})" if code else ""


def _codes(call: Call) -> Iterator[str]:
    """The refusing codes a call is given, as numbers or by their names, also as an option of its own."""
    for argument in call.arguments:
        given = [argument.value]
        if isinstance(argument.value, Collection):
            given = [e.value for e in argument.value.elements if e.key in _STATUS]
        for each in given:
            match each:
                case Number(value=code) if code in _ANSWERS:
                    yield code
                case Attribute(name=name) if "".join(words_of(name)) in _ANSWERS_BY_NAME:
                    yield name


def spoken(expr: Expr) -> str:
    """The last two names of an expression, without `self` and the like."""
    match expr:
        case Call(function=function):
            return spoken(function)
        case Name(id=name) | Attribute(of=Name(id="self" | "this" | "cls"), name=name):
            return name
        case Attribute(of=Name(id=owner), name=name) | Attribute(of=Attribute(name=owner), name=name):
            return f"{owner}.{name}"
        case Attribute(name=name):
            return name
        case _:
            return ""
