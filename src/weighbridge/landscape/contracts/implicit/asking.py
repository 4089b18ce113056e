"""Who in the repository requests the routes that a changed piece of code answers, and reads a key of the answer."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Function, Item, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite
from weighbridge.landscape.contracts.implicit.users import who_leans
from weighbridge.landscape.contracts.uses import is_particular
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.references import Reference
from weighbridge.landscape.terms import expressions
from weighbridge.landscape.test_files import is_test

ANSWERS: Final = frozenset(
    {"jsonify", "JSONResponse", "ORJSONResponse", "JsonResponse", "Response", "json", "send", "JSON"}
)
"""What is called to answer with what it is given."""

_MOST_HANDLERS: Final = 10


class Asking(Struct, frozen=True):
    """A route as its method and path, empty where none is known, and who requests it or others that lead to the same code."""

    route: str
    references: tuple[Reference, ...]


def who_asks(each: Rewrite, landscapes: Landscapes) -> Asking:
    """Who requests the routes through what was rewritten."""
    unnamed = [*unnamed_handlers(each)]
    if unnamed:
        routed = landscapes.head.requests.routes_of(each.file.change.path)
        handled = [one for one in routed if type(one.handler) is Function and one.handler.definition in unnamed]
        if not handled:
            return Asking("", ())
        found = (reference for one in handled for reference in landscapes.head.requests.requesting(one))
        return Asking(f"{handled[0].route.method} {handled[0].route.path}", tuple(found))
    leaning = who_leans(landscapes, each.file, symbol=each.symbol)
    route = next((name for name in leaning.names if " /" in name), "").removeprefix("http ")
    places = leaning.places[:_MOST_HANDLERS] if route else ()
    return Asking(route, tuple(one for place in places for one in requesting(place, landscapes.head)))


def unnamed_handlers(each: Rewrite) -> Iterator[int]:
    """The functions without a name around what head does there, which may be given to a route where it is added."""
    facts, at = each.file.head, each.then.scope if each.then else 0
    while facts is not None and at > 0 and facts.definitions[at].kind == "lambda":
        yield at
        at = facts.definitions[at].parent


def requesting(place: Place, view: View) -> tuple[Reference, ...]:
    """Who requests a route that the definition at a place handles."""
    facts = view.landscape.facts(place.path)
    holder, _, name = place.symbol.rpartition(".")
    known = range(len(facts.definitions)) if facts else ()
    scope = next((at for at in known if facts and facts.qualified_name(at) == holder), 0)
    return view.requests.to((place.path, scope, name)) if name else ()


def is_handed_out(each: Rewrite) -> bool:
    """Whether what was rewritten is what a route answers with, or what a function hands out."""
    called = [slot.of.function for slot in each.slots if type(slot.of) is Call]
    if any(last_name(function) in ANSWERS for function in called):
        return True
    builds = type(each.before) is Call and last_name(each.before.function) == "jsonify"
    if builds or each.step.kind != "return" or called:
        return builds
    inner = [*unnamed_handlers(each)][:1]
    return not inner or _is_put_into_answer(each.file.head, inner[0])


def _is_put_into_answer(facts: FileFacts | None, made_by: int) -> bool:
    """Whether what a function without a name hands out stands in an answer: `res.json(rows.map((row) => ({ … })))`."""
    names: set[str] = set()
    for step in facts.steps if facts else ():
        wholes = [part for part in walk(step.value) if _is_answer(part)] if step.kind != "return" else [step.value]
        for part in (part for whole in wholes for part in walk(whole)):
            if (type(part) is Function and part.definition == made_by) or (type(part) is Name and part.id in names):
                return True
        is_made = any(type(part) is Function and part.definition == made_by for part in walk(step.value))
        if step.kind == "bind" and is_made and type(step.target) is Name:
            names.add(step.target.id)
    return False


def _is_answer(expr: Expr) -> bool:
    return type(expr) is Call and last_name(expr.function) in ANSWERS


def readers(each: Rewrite, key: str, *, asking: Asking, view: View, must_find: bool = False) -> tuple[Place, ...]:
    """Who requests a route and names the key, tests left out; one place in each file.

    `must_find`: only those that fail where it is missing, not those that ask for it by `get`.
    """
    found: dict[Place, None] = {}
    for reference in asking.references:
        path = reference.source.path
        facts = None if is_test(path) or path == each.file.change.path else view.landscape.facts(path)
        if facts is not None:
            found.update(dict.fromkeys(reading(facts, path, key=(key, must_find), scope=reference.source.index)))
    return tuple(found)


def reading(facts: FileFacts, path: RepoPath, *, key: tuple[str, bool], scope: int) -> Iterator[Place]:
    """The first place of a file that reads a member of this name; where the name says little, only in the code that requests.

    A key in brackets is read from what came from outside, wherever in the file it stands.
    """
    name, must_find = key
    written = {
        id(step.target) for step in facts.steps if step.kind == "bind" and type(step.target) in (Attribute, Item)
    }
    for where, line, expr in expressions(facts):
        if id(expr) in written:
            continue  # who gives it a value does not read it
        is_near = is_particular(name) or where == scope or _is_inside(facts, where, outer=scope)
        asking = [part for part in walk(expr) if reads_key(part, name) and not (must_find and type(part) is Call)]
        if any(is_near or type(part) is Item for part in asking):
            yield Place(path=path, line=line, end_line=line)
            return


def _is_inside(facts: FileFacts, inner: int, *, outer: int) -> bool:
    while inner > 0 and inner != outer:
        inner = facts.definitions[inner].parent
    return inner == outer > 0


def reads_key(expr: Expr, key: str) -> bool:
    """Whether an expression asks something for a member of this name."""
    if type(expr) is Attribute:
        return expr.name == key
    if type(expr) is Item:
        return type(expr.key) is Text and expr.key.value == key
    if type(expr) is Call and last_name(expr.function) == "get" and expr.arguments:
        first = expr.arguments[0].value
        return type(first) is Text and first.value == key
    return False
