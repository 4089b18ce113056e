"""Keys that a handler's answer no longer holds, and who here requests the handler and reads them."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import (
    Attribute,
    Call,
    Collection,
    EntryPoint,
    Expr,
    FileFacts,
    Function,
    Item,
    Text,
)
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten
from weighbridge.landscape.contracts.implicit.users import Leaning, who_leans
from weighbridge.landscape.contracts.uses import is_particular
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.terms import expressions
from weighbridge.landscape.test_files import is_test

_BUILDERS: Final = frozenset({"jsonify", "dict"})
_ANSWERS: Final = frozenset(
    {"jsonify", "JSONResponse", "ORJSONResponse", "JsonResponse", "Response", "json", "send", "JSON"}
)
_MOST_HANDLERS: Final = 10


class LostKey(Struct, frozen=True, kw_only=True):
    """One key that an answer no longer holds; `now` is the one that came in its place, `readers` read the old one."""

    rewrite: Rewrite
    key: str
    now: str
    route: str
    readers: tuple[Place, ...]


def lost_keys(rewritten: Rewritten, landscapes: Landscapes) -> Iterator[LostKey]:
    """Every key that went from what a route answers with."""
    for each in rewritten:
        gone, come = keys_changed(each)
        gone = [key for key in gone if not is_left(each, key)] if gone and _is_handed_out(each) else []
        if not gone or not _may_answer(each, gone, view=landscapes.head):
            continue
        leaning = who_leans(landscapes, each.file, symbol=each.symbol)
        route = next((name for name in leaning.names if " /" in name), "")
        for key in gone if route else ():
            readers = tuple(dict.fromkeys(_readers(each, key, leaning=leaning, view=landscapes.head)))
            if readers or _is_handler(each):
                now = come[0] if len(gone) == len(come) == 1 else ""
                yield LostKey(rewrite=each, key=key, now=now, route=route.removeprefix("http "), readers=readers)


def _is_handler(each: Rewrite) -> bool:
    """Whether a route is handled by the very function: what others hand out may be put into another form on its way."""
    entries = each.file.head.entry_points if each.file.head else ()
    name = each.symbol.rpartition(".")[2]
    return any(entry.kind == "http" and handler_name(entry, each.file.head) == name for entry in entries)


def handler_name(entry: EntryPoint, facts: FileFacts | None) -> str:
    """What the function that handles an entry point is called."""
    if facts is not None and type(entry.handler) is Function:
        return facts.definitions[entry.handler.definition].name
    return last_name(entry.handler)


def _may_answer(each: Rewrite, gone: list[str], *, view: View) -> bool:
    """Whether routes are beside it, or other code names what went: to follow who leads here takes long."""
    if each.file.head is not None and any(entry.kind == "http" for entry in each.file.head.entry_points):
        return True
    named = (path for key in gone if is_particular(key) for path in view.landscape.files_with(f"m:{key}"))
    return any(path != each.file.change.path and not is_test(path) for path in named)


def keys_changed(each: Rewrite) -> tuple[list[str], list[str]]:
    """The keys that went and those that came; none where it cannot be told."""
    old, new = _held(each.before), _held(each.after)
    if old is None or new is None or "" in new or "*" in new or "**" in new:
        return [], []
    gone = [key for key in old if key not in new and key.isidentifier()]
    return gone, [key for key in new if key not in old]


def _held(expr: Expr | None) -> Mapping[str, Expr] | None:
    if type(expr) is Collection:
        return {element.key: element.value for element in expr.elements}
    if type(expr) is Call and last_name(expr.function) in _BUILDERS and all(given.name for given in expr.arguments):
        return {given.name: given.value for given in expr.arguments}
    return None


def _is_handed_out(each: Rewrite) -> bool:
    called = [slot.of.function for slot in each.slots if type(slot.of) is Call]
    if any(last_name(function) in _ANSWERS for function in called):
        return True
    builds = type(each.before) is Call and last_name(each.before.function) == "jsonify"
    return builds or (each.step.kind == "return" and not called)


def is_left(each: Rewrite, key: str) -> bool:
    """Whether the definition still names the key: it may be put in by other means."""
    facts = each.file.head
    if facts is None:
        return True
    return any(
        key in _words(part)
        for step in facts.steps
        if facts.qualified_name(step.scope).startswith(each.symbol)
        for whole in (step.value, step.target)
        if whole is not None
        for part in walk(whole)
    )


def _words(expr: Expr) -> list[str]:
    """The keys that an expression itself names."""
    if type(expr) is Collection:
        return [element.key for element in expr.elements]
    if type(expr) is Call:
        return [given.name for given in expr.arguments]
    return [expr.value] if type(expr) is Text else []


def _readers(each: Rewrite, key: str, *, leaning: Leaning, view: View) -> Iterator[Place]:
    """Who requests a route that answers with it, and names the key."""
    for place in leaning.places[:_MOST_HANDLERS]:
        facts = view.landscape.facts(place.path)
        holder, _, name = place.symbol.rpartition(".")
        names = range(len(facts.definitions)) if facts else ()
        scope = next((at for at in names if facts and facts.qualified_name(at) == holder), 0)
        for reference in view.requests.to((place.path, scope, name)) if name else ():
            path = reference.source.path
            reading = None if is_test(path) or path == each.file.change.path else view.landscape.facts(path)
            if reading is not None:
                yield from _reading(reading, path, key=key, scope=reference.source.index)


def _reading(facts: FileFacts, path: RepoPath, *, key: str, scope: int) -> Iterator[Place]:
    """The first place of a file that reads a member of this name; where the name says little, only in the code that requests."""
    written = {
        id(step.target) for step in facts.steps if step.kind == "bind" and type(step.target) in (Attribute, Item)
    }
    for where, line, expr in expressions(facts):
        if id(expr) in written:
            continue  # who gives it a value does not read it
        is_near = is_particular(key) or where == scope or _is_inside(facts, where, outer=scope)
        if is_near and any(reads_key(part, key) for part in walk(expr)):
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
