"""What stands before handlers and lets requests on or not, told by what it does, and the refusals in it.

A function stands before others where it can let a request go on: it calls what comes next (`next()`, `c.Next()`,
`next.ServeHTTP`, `chain.doFilter`, `call_next`, the function a decorator was given) or stops the chain (`c.Abort()`). There, and
only there, more than a 401 or 403 is a refusal:

- a 401, 403 or 407 by whatever call or status it is told;
- an error, or an answer, whose text says so: `next(new Error('Unauthorized'))`;
- being sent to where people log in: `res.redirect('/login')`;
- not going on, where that is decided by who asks: `if (!req.session.user) return res.redirect('/')`. What the function has
  found and put there itself (`req.user = load(id)`) says whether there is such a thing, not who asks.

What ends a request for other reasons is none: a file or a cached page that is served, a 404, a 400 for what is malformed, another
address, another method. Whoever may ask is not told by them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import (
    Attribute,
    Call,
    Collection,
    Conditional,
    Definition,
    Expr,
    FileFacts,
    Function,
    Name,
    Number,
    Opaque,
    Step,
    Text,
)
from weighbridge.facts.names import last_name
from weighbridge.landscape.conditions import Form, form_of
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import FUNCTION_KINDS, calls_in
from weighbridge.landscape.guards import refusal_of, refused_by


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SCRIPTS: Final = ("javascript", "typescript", "tsx")
_NEXT: Final = frozenset({"next", "done"})
_NEXT_RESPONSE: Final = Attribute(Name("NextResponse"), "next")
"""What Next.js lets a request go on by."""
_REQUESTS: Final = frozenset({"req", "_req", "request"})
_CONTEXTS: Final = frozenset({"ctx", "context", "c"})
_PASSING: Final = {
    "python": frozenset({"call_next", "get_response", "dispatch", "wrapped"}),
    "go": frozenset({"Next", "ServeHTTP", "next"}),
    "java": frozenset({"doFilter", "proceed"}),
}
GOING_ON: Final = _NEXT.union(*_PASSING.values())
"""By what names a request is let go on."""
_STOPPING: Final = frozenset(
    {"Abort", "AbortWithStatus", "AbortWithStatusJSON", "AbortWithStatusPureJSON", "AbortWithError", "abortWith"}
)
ASKED_BY_NAME: Final = frozenset({"canActivate", "preHandle", "before_request", "process_request", "process_view"})
"""Functions that frameworks ask before a handler by these names."""

_ASKED_FIRST: Final = frozenset({"before_request", "before_app_request", "middleware", "on_request"})
"""The decorators that put a function before all handlers."""

_CODES: Final = frozenset({"401", "403", "407"})
_CODE_ENDS: Final = ("unauthorized", "forbidden", "proxyauthrequired", "proxyauthenticationrequired")
_STATUS: Final = frozenset({"status", "statusCode", "status_code", "code"})
_REDIRECTING: Final = frozenset(
    {"redirect", "sendredirect", "httpresponseredirect", "redirectresponse", "redirecttologin", "temporaryredirect"}
)
_LOGIN: Final = frozenset(
    {"login", "signin", "logon", "auth", "sso", "authenticate", "unauthorized", "denied", "forbidden"}
)
_SIGN_IN: Final = frozenset({"sign", "in"})
TELLING: Final = frozenset({"log", "logger", "logging", "console", "debug", "print", "slog", "zap", "metrics", "span"})
"""What is told by these is told to those who run the program."""
_SAYS_NO: Final = LatePattern(
    r"\b(unauthori[sz]ed|unauthenticated|forbidden|(access|permission) (is |was )?denied|access is restricted"
    r"|not (allowed|permitted|authori[sz]ed|authenticated|logged in|signed in|an? (admin|administrator|owner|member))"
    r"|(log ?in|sign ?in|authentication|permission|admin|administrator)s? (is |are )?required"
    r"|(must|have to|need to|please) (be )?(log|logged|sign|signed)[ -]?in"
    r"|(insufficient|missing|no) (permissions?|privileges?|rights|scopes?))\b",
    re.IGNORECASE,
)
_LONGEST_SAID: Final = 120
_SHOWN: Final = 40
_ORDERS: Final = LatePattern(r"\s[<>]=?\s")
_ABSENT: Final = LatePattern(r"(==|===|\bis) (null|nil|None|undefined|''|\"\"|0|false|False)$|^len\(.*\) == 0$")
_WHO: Final = _set(
    """authenticated authorized authorised admin superuser staff role roles permission permissions principal session token jwt
    authorization credentials scopes owner"""
)
_LOGGED: Final = frozenset({"logged", "signed"})
_USER: Final = frozenset({"user", "account", "identity", "member"})
_OF_THE_REQUEST: Final = frozenset(
    {"req", "request", "ctx", "context", "c", "g", "session", "state", "locals", "self", "this", "r"}
)
_MEMBER: Final = LatePattern(r"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*(?:\(\))?)*")


class Answer(Struct, frozen=True):
    """A refusal in something that stands before handlers, or that could: its name says what it does."""

    name: str
    scope: int
    line: int
    last: int
    """The last line of what is done where it is refused."""
    is_before_others: bool
    """Whether it stands in what can let a request go on."""


class Middleware:
    """The functions of one file that stand before handlers, and the refusals in all of its functions."""

    def __init__(self, facts: FileFacts) -> None:
        self._facts = facts
        self._steps: dict[int, list[Step]] = {}
        for step in facts.steps:
            self._steps.setdefault(step.scope, []).append(step)
        self._parents = {i: d.parent for i, d in enumerate(facts.definitions) if d.kind in FUNCTION_KINDS}
        self._passing = {scope: lines for scope in self._parents if (lines := self._going_on(scope))}
        self._before = self._standing_before()

    @property
    def before_others(self) -> frozenset[int]:
        """The functions that can let a request go on."""
        return self._before

    def answers(self) -> Iterator[Answer]:
        """Every refusal, in the order of the functions."""
        for scope in self._parents:
            is_before = scope in self._before
            told: set[int] = set()
            for step in self._steps.get(scope, ()):
                name = _refusal_in(step, heeds_words=is_before)
                if name:
                    told.add(step.line)
                    yield Answer(name, scope, step.line, step.line, is_before)
            if is_before:
                yield from self._decided_by_who(scope, told=told)

    def _going_on(self, scope: int) -> list[int]:
        """The lines on which a function lets a request go on, or stops the chain."""
        if self._facts.definitions[scope].name in ASKED_BY_NAME:
            definition = self._facts.definitions[scope]
            return [line for line, value in self._facts.constant_results if value and _holds(definition, line)]
        names = self._names_of_next(scope)
        own = _given_by_position(self._facts.definitions[scope]) if self._facts.language == "python" else frozenset()
        return [
            call.line
            for step in self._steps.get(scope, ())
            for call in walk(step.value)
            if isinstance(call, Call)
            and (
                _called(call) in names
                or (_called(call) in own and _passes_all_on(call))
                or last_name(call.function) in _PASSING.get(self._facts.language, ())
                or call.function == _NEXT_RESPONSE
            )
            and not (self._facts.language in SCRIPTS and _says_why(call))
        ]

    def _names_of_next(self, scope: int) -> frozenset[str]:
        """The names by which a function, or one around it, was given what comes next."""
        found: set[str] = set()
        at = scope
        while at > 0 and at in self._parents:
            definition = self._facts.definitions[at]
            names = [p.name for p in definition.parameters]
            is_given = at != scope and (self._facts.language == "python" or self._hands_out(at, scope))
            if is_given:
                found.update(names)
            if self._facts.language in SCRIPTS:
                found.update(names[-1:] if _is_given_next(names) else ())
            elif self._facts.language != "python":
                found.update(_NEXT & set(names))
            at = definition.parent
        return frozenset(found)

    def _hands_out(self, outer: int, inner: int) -> bool:
        """Whether a function's result is made of one that is written in it: what it was given is what comes next there."""
        results = (step.value for step in self._steps.get(outer, ()) if step.kind == "return")
        return any(isinstance(part, Function) and part.definition == inner for value in results for part in walk(value))

    def _standing_before(self) -> frozenset[int]:
        """Functions that go on, or hold one that does, such as a callback; those named or used so."""
        found: set[int] = set()
        for scope in self._parents:
            definition = self._facts.definitions[scope]
            stops = any(
                last_name(c.function) in _STOPPING for s in self._steps.get(scope, ()) for c in calls_in(s.value)
            )
            if (
                stops
                or scope in self._passing
                or definition.name in ASKED_BY_NAME
                or asked_first(definition)
                or _is_marked(definition)
            ):
                at = scope
                found.add(at)
                while (at := self._parents.get(at, 0)) in self._parents:
                    found.add(at)
        inside = [scope for scope in self._parents if self._parents[scope] in found and self._is_callback(scope)]
        return frozenset(found.union(inside))

    def _is_callback(self, scope: int) -> bool:
        """Whether a function without a name stands in one that was given what comes next."""
        return self._facts.definitions[scope].kind == "lambda" and bool(self._names_of_next(self._parents[scope]))

    # What is decided by who asks

    def _decided_by_who(self, scope: int, *, told: set[int]) -> Iterator[Answer]:
        """Conditions on who asks under which a function does not go on, where it does otherwise."""
        own: set[str] | None = None
        for each in self._asked.get(scope, ()):
            who = _absent(form_of(each.condition))
            if not who or any(line in told for line in range(each.first, each.last + 1)):
                continue
            if own is None:
                own = {spelled(s.target) for s in self._steps.get(scope, ()) if isinstance(s.target, Attribute)}
            if who not in own and self._stops_at(scope, each):
                yield Answer(who, scope, each.line, each.last, is_before_others=True)

    @cached_property
    def _asked(self) -> Mapping[int, Sequence[Conditional]]:
        """What each function asks, without what is asked in those inside it."""
        found: dict[int, list[Conditional]] = {}
        starting = sorted(
            self._parents, key=lambda i: (self._facts.definitions[i].line, -self._facts.definitions[i].end_line)
        )
        around: list[int] = []
        at = 0
        for each in self._facts.conditionals:
            while at < len(starting) and self._facts.definitions[starting[at]].line <= each.line:
                around.append(starting[at])
                at += 1
            while around and self._facts.definitions[around[-1]].end_line < each.line:
                around.pop()
            if around:
                found.setdefault(around[-1], []).append(each)
        return found

    def _stops_at(self, scope: int, each: Conditional) -> bool:
        """Whether a branch answers and does not go on, and what else is done goes on."""
        lines = self._passing.get(scope, ())
        goes_on = any(each.first <= line <= each.last for line in lines)
        elsewhere = any(not each.first <= line <= each.last for line in lines)
        if goes_on or not elsewhere:
            return False
        follows = [line for line in lines if line > each.last]
        return bool(each.leaves) or not follows


def asked_first(definition: Definition) -> bool:
    """Whether a decorator puts a function before all handlers: Flask's `@app.before_request`."""
    registered = (d for d in definition.decorators if isinstance(d, Call) or last_name(d) != "middleware")
    return any(last_name(d.function if isinstance(d, Call) else d) in _ASKED_FIRST for d in registered)


def _is_marked(definition: Definition) -> bool:
    """Whether a decorator says that a function is called before handlers, wherever it is put there: aiohttp's `@middleware`."""
    return any(last_name(d) == "middleware" for d in definition.decorators)


def concerns(facts: FileFacts) -> bool:
    """Whether anything in a file may stand before handlers: most files are not looked at further."""
    known = mentions_in(facts)
    if facts.language == "python":
        passing = any(
            (d.parent > 0 and d.kind == "function") or (len(d.parameters) > 1 and d.parameters[-1].kind == "**")
            for d in facts.definitions
        )
        return passing or not known.keys().isdisjoint(_PASSING["python"] | _ASKED_FIRST)
    if any(step.kind == "return" and _hands_out_a_function(step.value) for step in facts.steps):
        return True
    names = _PASSING.get(facts.language, _NEXT) | _STOPPING | ASKED_BY_NAME
    if not known.keys().isdisjoint(names) or any(d.name in ASKED_BY_NAME for d in facts.definitions):
        return True
    return facts.language in SCRIPTS and any(_is_given_next([p.name for p in d.parameters]) for d in facts.definitions)


def _hands_out_a_function(value: Expr) -> bool:
    given = [argument.value for argument in value.arguments] if isinstance(value, Call) else [value]
    return any(isinstance(each, Function) for each in given)


def refusing_lines(facts: FileFacts) -> frozenset[int]:
    """The lines on which what stands before handlers in a file refuses."""
    return lines_of_answers(facts)[0]


def lines_of_answers(facts: FileFacts) -> tuple[frozenset[int], frozenset[int]]:
    """The lines on which what stands before handlers in a file refuses, and those on which anything in it does."""
    if not concerns(facts):
        return frozenset(), frozenset()
    before: set[int] = set()
    every: set[int] = set()
    for answer in Middleware(facts).answers():
        lines = range(answer.line, answer.last + 1)
        every.update(lines)
        before.update(lines if answer.is_before_others else ())
    return frozenset(before), frozenset(every)


def _called(call: Call) -> str:
    """The bare name that is called; what is called on an object has none."""
    return call.function.id if isinstance(call.function, Name) else ""


def _given_by_position(definition: Definition) -> frozenset[str]:
    return frozenset(p.name for p in definition.parameters if p.kind.startswith("positional"))


def _passes_all_on(call: Call) -> bool:
    """Whether a function that was given is called with all that it would have been: `view(*args, **kwargs)`."""
    return any(argument.name == "**" for argument in call.arguments)


def _is_given_next(names: list[str]) -> bool:
    """Whether the last of a script's parameters is what comes next: `(req, res, next)`, `(ctx, next)`."""
    if not names or names[-1] in _NEXT:
        return bool(names)
    is_second = len(names) == 2 and names[0] in _CONTEXTS and names[1] not in _CONTEXTS
    return is_second or (len(names) == 3 and names[0] in _REQUESTS)


def _says_why(call: Call) -> bool:
    """Whether what comes next is told that something is wrong: `next(error)`, not `next()` or `done(null, user)`."""
    return bool(call.arguments) and not isinstance(call.arguments[0].value, Opaque)


def _holds(definition: Definition, line: int) -> bool:
    return definition.line <= line <= definition.end_line


def _refusal_in(step: Step, *, heeds_words: bool) -> str:
    """What a statement refuses by, in words; empty where it does not. Elsewhere than before handlers, words mean little."""
    if isinstance(step.target, Attribute) and step.target.name in _STATUS and (code := _code(step.value)):
        return f"{step.target.name}({code})"
    if step.kind == "return" and isinstance(step.value, Collection):  # Flask's `return "no", 403`
        code = next((found for e in step.value.elements if (found := _code(e.value))), "")
        return f"return({code})" if code else ""
    raised = refused_by(step.value) if step.kind == "raise" else ""
    return raised or next(
        (said for call in calls_in(step.value) if (said := _refusal_by(call, heeds_words=heeds_words))), ""
    )


def _refusal_by(call: Call, *, heeds_words: bool) -> str:
    """What a call refuses by."""
    if name := refusal_of(call):
        return name
    last = last_name(call.function)
    plain = "".join(words_of(last))
    if plain in _REDIRECTING and (to := _login_in(call)):
        return f"redirect({to})"
    code = next((found for a in call.arguments if (found := _code(a.value))), "") if plain not in TELLING else ""
    is_told = bool(TELLING & set(words_of(_spoken_root(call.function))))
    said = code or (_said_no(call) if heeds_words and not is_told else "")
    return f"{last}({said})" if said else ""


def _code(expr: Expr) -> str:
    match expr:
        case Number(value=code) if code in _CODES:
            return code
        case Attribute(name=name) if "".join(words_of(name)).endswith(_CODE_ENDS):
            return name
        case Call(function=Attribute(of=Attribute() as of)):  # `HttpStatus.UNAUTHORIZED.value()`
            return _code(of)
        case Collection(elements=elements):
            return next((found for e in elements if e.key in _STATUS and (found := _code(e.value))), "")
        case _:
            return ""


def _login_in(call: Call) -> str:
    """The place where people log in that a call names; a function's own name may say it."""
    if "login" in words_of(last_name(call.function)):
        return "login"
    for argument in call.arguments:
        for part in walk(argument.value):
            said = part.value if isinstance(part, Text) else last_name(part)
            words = set(words_of(said))
            if words & _LOGIN or words >= _SIGN_IN:
                return said[:_SHOWN]
    return ""


def _said_no(call: Call) -> str:
    """What a call is told that says that somebody may not, of its own arguments and the values in a collection among them."""
    for argument in call.arguments:
        given = argument.value
        for each in (given, *(e.value for e in given.elements)) if isinstance(given, Collection) else (given,):
            if isinstance(each, Text) and len(each.value) <= _LONGEST_SAID and _SAYS_NO.search(each.value):
                return each.value[:_SHOWN]
    return ""


def spelled(expr: Expr | None) -> str:
    """A member with all that it is of, as it is written: `req.session.user`; what is no chain of names is cut."""
    if isinstance(expr, Attribute):
        return f"{spelled(expr.of)}.{expr.name}"
    return expr.id if isinstance(expr, Name) else ""


def _spoken_root(expr: Expr) -> str:
    """The first name of what is called: `console` of `console.log`."""
    while isinstance(expr, Attribute | Call):
        expr = expr.of if isinstance(expr, Attribute) else expr.function
    return last_name(expr)


def _absent(form: Form) -> str:
    """What of who asks a condition says to be missing or another: `req.session.user`; empty where it is about something else."""
    if form.kind != "is":
        return next((who for part in sorted(form.parts, key=str) if (who := _absent(part))), "")
    text = form.text
    if _ORDERS.search(text) or not (form.is_negated or _ABSENT.search(text)):
        return ""
    return next((found[0] for found in _MEMBER.finditer(text) if _is_who(found[0])), "")


def _is_who(path: str) -> bool:
    """Whether a member, or the name of a header, is about who asks or what they may do."""
    names = path.replace("?", "").replace("()", "").split(".")
    for at, name in enumerate(names):
        words = set(words_of(name))
        if words & _WHO or (words & _LOGGED and "in" in words):
            return True
        if name.lower() in _USER and at and names[at - 1] in _OF_THE_REQUEST:
            return True
    return False
