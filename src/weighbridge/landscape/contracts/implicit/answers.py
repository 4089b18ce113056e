"""Keys that a handler's answer no longer holds, and who here requests the handler and reads them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Collection, EntryPoint, Expr, FileFacts, Function, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.asking import ANSWERS, is_handed_out, readers, unnamed_handlers, who_asks
from weighbridge.landscape.contracts.implicit.held_keys import Keys, is_list, keys_of
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten, Slot
from weighbridge.landscape.contracts.implicit.sent import held_keys
from weighbridge.landscape.contracts.implicit.units import changes_of
from weighbridge.landscape.contracts.uses import is_particular
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test

_AROUND: Final = frozenset({"int", "float", "round", "str", "Number", "String"})
"""Calls around a value that leave it under its key."""


class LostKey(Struct, frozen=True, kw_only=True):
    """One key that an answer no longer holds, or only at times; `now` is the one that came in its place."""

    rewrite: Rewrite
    key: str
    now: str
    route: str
    readers: tuple[Place, ...]
    is_at_times: bool = False
    is_list: bool = False
    """Whether a list is answered where the object with the key was."""


class ChangedAnswer(Struct, frozen=True, kw_only=True):
    """One key under which something of another type or unit is answered, with what is said of it in words."""

    rewrite: Rewrite
    key: str
    words: str
    route: str
    readers: tuple[Place, ...]


class KeysChanged(Struct, frozen=True):
    """The keys that went, those that came, and those that are there only at times now."""

    gone: list[str]
    come: list[str]
    at_times: list[str]


def lost_keys(rewritten: Rewritten, landscapes: Landscapes) -> Iterator[LostKey]:
    """Every key that went from what a route answers with."""
    for each in map(_as_answered, rewritten):
        changed = keys_changed(each)
        gone = [key for key in changed.gone if not _is_left(each, key)] if changed.gone else []
        lost = [*gone, *changed.at_times]
        if not lost or not is_handed_out(each) or not _may_answer(each, lost, view=landscapes.head):
            continue
        asking = who_asks(each, landscapes)
        for key in lost if asking.route else ():
            found = readers(each, key, asking=asking, view=landscapes.head, must_find=key not in gone)
            if found or _is_handler(each):
                now = changed.come[0] if len(gone) == len(changed.come) == 1 and key in gone else ""
                yield LostKey(
                    rewrite=each,
                    key=key,
                    now=now,
                    route=asking.route,
                    readers=found,
                    is_at_times=key not in gone,
                    is_list=is_list(each.after),
                )


def changed_answers(rewritten: Rewritten, landscapes: Landscapes, *, code: CodeChange) -> Iterator[ChangedAnswer]:
    """Every key under which a route answers with something of another type or unit."""
    for each in rewritten:
        key = _key_around(each) if each.after is not None else ""
        words = next(changes_of(each.before, each.after), "") if key and each.after is not None else ""
        if not words or not is_handed_out(each) or not _may_answer(each, [key], view=landscapes.head):
            continue
        asking = who_asks(each, landscapes)
        found = readers(each, key, asking=asking, view=landscapes.head) if asking.route else ()
        left = tuple(place for place in found if place.path not in code.files)
        if left or (asking.route and _is_handler(each)):
            yield ChangedAnswer(rewrite=each, key=key, words=words, route=asking.route, readers=left)


def _key_around(each: Rewrite) -> str:
    """The key under which a value stands."""
    for slot in reversed(each.slots):
        if type(slot.of) is Call and last_name(slot.of.function) in _AROUND:
            continue
        is_key = slot.key.isidentifier()
        return slot.key if is_key and (type(slot.of) is Collection or keys_of(slot.of) is not None) else ""
    return ""


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


def keys_changed(each: Rewrite) -> KeysChanged:
    """What changed among the keys of an object; nothing where it cannot be told."""
    old = keys_of(each.before) or _held(each, Side.BASE)
    new = keys_of(each.after) or _held(each, Side.HEAD)
    new = {} if old and is_list(each.after) and not is_list(each.before) else new
    if not old or new is None:
        return KeysChanged([], [], [])
    gone = [key for key in old if key not in new and key.isidentifier()]
    come = [key for key in new if key not in old]
    return KeysChanged(gone, come, [key for key in old if old[key] and not new.get(key, True)])


def _as_answered(each: Rewrite) -> Rewrite:
    """A change of what a name is given first, as one of what is handed out by the name: `out = {…}`, and `return jsonify(out)`."""
    step, then, head, base = each.step, each.then, each.file.head, each.file.base
    is_object = type(each.before) is Collection and type(each.after) is Collection and not each.slots
    if not is_object or step.kind != "bind" or type(step.target) is not Name or then is None or not head or not base:
        return each
    before, after = _handing(base, step), _handing(head, then)
    if before is None or after is None or then.target != step.target:
        return each
    name, slots = step.target, tuple(Slot(of=call, key="0") for call in _answering(before, step.target))
    return replace(each, step=before, then=after, before=name, after=name, line=after.line, slots=slots)


def _handing(facts: FileFacts, bound: Step) -> Step | None:
    """The one statement that hands out what a name was given."""
    target = bound.target
    found = [
        one
        for one in facts.steps
        if one.scope == bound.scope
        and target is not None
        and ((one.kind == "return" and one.value == target) or _answering(one, target))
    ]
    return found[0] if len(found) == 1 else None


def _answering(step: Step, name: Expr) -> list[Call]:
    """The calls of a statement that answer with what a name was given."""
    calls = (part for part in walk(step.value) if type(part) is Call and last_name(part.function) in ANSWERS)
    return [call for call in calls if any(given.value == name for given in call.arguments)]


def _held(each: Rewrite, side: Side) -> Keys | None:
    """The keys of an object that is handed out by a name, each with whether it is always put in."""
    facts = each.file.on(side)
    expr, step = (each.before, each.step) if side is Side.BASE else (each.after, each.then)
    if facts is None or step is None or type(expr) is not Name:
        return None
    found = held_keys(facts, step, value=expr)
    return {key: not kept.is_left_out for key, kept in found.items()} if found else None


def _is_left(each: Rewrite, key: str) -> bool:
    """Whether the definition still names the key: it may be put in by other means."""
    facts = each.file.head
    if facts is None:
        return True
    within = [*unnamed_handlers(each)]
    return any(
        key in _words(part)
        for step in facts.steps
        if (
            _is_within(facts, step.scope, within=within)
            if within
            else facts.qualified_name(step.scope).startswith(each.symbol)
        )
        for whole in (step.value, step.target)
        if whole is not None
        for part in walk(whole)
    )


def _is_within(facts: FileFacts, scope: int, *, within: list[int]) -> bool:
    while scope > 0 and scope not in within:
        scope = facts.definitions[scope].parent
    return scope > 0


def _words(expr: Expr) -> list[str]:
    """The keys that an expression itself names."""
    if type(expr) is Collection:
        return [element.key for element in expr.elements]
    if type(expr) is Call:
        return [given.name for given in expr.arguments]
    return [expr.value] if type(expr) is Text else []
