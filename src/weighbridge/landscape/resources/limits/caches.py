"""Stores that live as long as the process, are filled by what functions are given, and are never emptied."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import (
    OPAQUE,
    Attribute,
    Call,
    Collection,
    Definition,
    Either,
    Expr,
    Item,
    Name,
)
from weighbridge.facts.names import dotted, imported_names, last_name
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.resources.limits.reading import SCRIPTS, Reading, Use, method_of, names_in, spelled
from weighbridge.landscape.resources.limits.seen import Spot

_MOST: Final = 100
"""Stores of one file that are looked at."""
KIND: Final = "store"
MEMO: Final = "memo"
_MADE: Final = {
    "python": frozenset(
        {"dict", "set", "list", "collections.defaultdict", "collections.OrderedDict", "collections.deque"}
    ),
    "javascript": frozenset({"Map", "Set"}),
    "go": frozenset({"map", "sync.Map"}),
    "java": frozenset({"HashMap", "ConcurrentHashMap", "LinkedHashMap", "TreeMap", "HashSet", "ArrayList"}),
}
_IN: Final = ("in", "not in")
_PUTS: Final = frozenset({"set", "put", "Store", "setdefault", "computeIfAbsent", "putIfAbsent", "LoadOrStore"})
_ASKS: Final = frozenset({"get", "has", "containsKey", "Load", "getOrDefault"})
_FILLS_ONCE: Final = frozenset({"setdefault", "computeIfAbsent", "putIfAbsent", "LoadOrStore"})
_EMPTIES: Final = frozenset(
    {
        "pop",
        "popitem",
        "clear",
        "delete",
        "remove",
        "Delete",
        "popleft",
        "evict",
        "removeIf",
        "Clear",
        "LoadAndDelete",
        "removeEldestEntry",
    }
)
_FEW: Final = frozenset({"cls", "klass", "type", "clazz", "class", "model", "func", "fn", "function"})
"""Last words of keys of which a program has as many as it has code."""
_OF_TYPES: Final = ("Class", "type", "Type", "bool", "Enum", "boolean", "Literal")
_BUILDERS: Final = (
    "com.google.common.cache.CacheBuilder.newBuilder",
    "com.github.benmanes.caffeine.cache.Caffeine.newBuilder",
)
_BOUNDS: Final = frozenset(
    {
        "maximumSize",
        "maximumWeight",
        "expireAfterWrite",
        "expireAfterAccess",
        "expireAfter",
        "weakKeys",
        "softValues",
        "weakValues",
    }
)
_CACHES: Final = ("functools.lru_cache", "functools.cache")


class _Store(Struct, frozen=True, kw_only=True):
    """A name that is bound once for the whole process, and the calls and statements that use it."""

    name: str
    owner: int
    line: int


def stores(reading: Reading) -> Iterator[Spot]:
    """The stores of a file that only grow, each where it is filled."""
    known = {each.name: each for each in islice(_made(reading), _MOST)}
    if not known:
        return
    emptied, handed_on = _emptied(reading, known), _handed_on(reading, known)
    asked = _asked(reading, known)
    for scope, line, name, key, value, fills_once in _filled(reading, known):
        function = function_around(reading.facts, scope)
        if not function or name in handed_on or not (fills_once or (name, function) in asked):
            continue
        if _is_few(reading, key, scope=scope) or _is_given(reading, value, scope=scope):
            continue
        yield Spot(
            kind=KIND,
            about=name,
            symbol=reading.symbol(scope),
            line=line,
            scope=scope,
            text=name.encode(),
            is_bounded=name in emptied,
            words=f"`{name}` lives as long as the process and keeps an entry for every `{_shown(key)}`: nothing takes one out",
        )


def _made(reading: Reading) -> Iterator[_Store]:
    """What a file, or a class for all its objects, holds as an empty store."""
    facts = reading.facts
    language = "javascript" if facts.language in SCRIPTS else facts.language
    classes = {index for index, each in enumerate(facts.definitions) if each.kind == "class"}
    statics = {
        (d.parent, d.name) for d in facts.definitions if d.kind == "variable" and "static" in d.signature.split()
    }
    imported = imported_names(facts)
    for step in facts.steps:
        if step.kind != "bind" or type(step.target) is not Name:
            continue
        is_shared = step.scope == 0 or (
            step.scope in classes and (language == "python" or (step.scope, step.target.id) in statics)
        )
        if is_shared and _is_store(step.value, language, imported=imported):
            yield _Store(name=step.target.id, owner=step.scope, line=step.line)


def _is_store(value: Expr, language: str, *, imported: Mapping[str, str]) -> bool:
    match value:
        case Collection(elements=()):
            return language in ("python", "javascript")
        case Call(function=function, arguments=arguments):
            function = function.of if isinstance(function, Item) else function
            made = dotted(function, imported)
            made = made.rpartition(".")[2] if language == "java" else made
            is_bare = not arguments or language == "go" or made == "collections.defaultdict"
            return made in _MADE.get(language, ()) and is_bare and not any(a.name == "maxlen" for a in arguments)
    return False


def _name_of(expr: Expr, known: Mapping[str, _Store]) -> str:
    """The store that an expression names: by itself, or as a member of the class or object."""
    said = spelled(expr)
    last = said.rpartition(".")[2]
    store = known.get(last)
    if store is None:
        return ""
    return last if said == last or (store.owner and said.count(".") == 1) else ""


def _emptied(reading: Reading, known: Mapping[str, _Store]) -> frozenset[str]:
    """The stores of which something is taken, or whose size is asked for."""
    found: set[str] = set()
    for use in reading.uses:
        function = use.call.function
        if isinstance(function, Attribute) and function.name in _EMPTIES:
            found.add(_name_of(function.of, known))
        elif method_of(use.call) in ("len", "delete", "clear") and use.call.arguments:
            found.add(_name_of(use.call.arguments[0].value, known))
    for step in reading.facts.steps:
        parts = walk(step.value)
        found.update(_name_of(p.of, known) for p in parts if isinstance(p, Attribute) and p.name in ("size", "length"))
        if isinstance(step.value, Either) and step.value.operator in ("del", "delete"):
            found.update(_name_of(o.of, known) for o in step.value.options if isinstance(o, Item | Attribute))
    found |= {name for name in known if any(f"{word} {name}[" in reading.text for word in ("del", "delete"))}
    return frozenset(found)


def _handed_on(reading: Reading, known: Mapping[str, _Store]) -> frozenset[str]:
    """The stores that others are given, who may empty them, and those that are bound anew."""
    found: set[str] = set()
    owners = {0, *(each.owner for each in known.values())}
    for use in reading.uses:
        if method_of(use.call) not in ("len", "delete", "clear"):
            found.update(_name_of(each.value, known) for each in use.call.arguments)
    for step in reading.facts.steps:
        if step.kind == "bind" and step.target is not None and step.scope not in owners:
            found.add(_name_of(step.target, known))
        if step.kind in ("return", "yield"):
            found.add(_name_of(step.value, known))
    return frozenset(found)


def _asked(reading: Reading, known: Mapping[str, _Store]) -> frozenset[tuple[str, int]]:
    """The stores that are asked whether they have something, each with the function that asks."""
    found: set[tuple[str, int]] = set()
    for use in reading.uses:
        function = use.call.function
        if isinstance(function, Attribute) and function.name in _ASKS:
            found.add((_name_of(function.of, known), function_around(reading.facts, use.scope)))
    for step in reading.facts.steps:
        around = function_around(reading.facts, step.scope)
        for part in walk(step.value):
            if isinstance(part, Either) and part.operator in _IN:
                found.update((_name_of(option, known), around) for option in part.options[1:])
            elif isinstance(part, Item):
                found.add((_name_of(part.of, known), around))
    return frozenset(found)


_Filled = tuple[int, int, str, Expr, Expr, bool]


def _filled(reading: Reading, known: Mapping[str, _Store]) -> Iterator[_Filled]:
    """(scope, line, store, key, value, whether only what is missing is put) of all that is put into a store."""
    for step in reading.facts.steps:
        if step.kind == "bind" and isinstance(step.target, Item):
            name = _name_of(step.target.of, known)
            if name:
                yield step.scope, step.line, name, step.target.key, step.value, False
    for use in reading.uses:
        function, given = use.call.function, use.call.arguments
        if isinstance(function, Attribute) and function.name in _PUTS and len(given) > 1:
            name = _name_of(function.of, known)
            if name:
                yield use.scope, use.line, name, given[0].value, given[1].value, function.name in _FILLS_ONCE


def _is_few(reading: Reading, key: Expr, *, scope: int) -> bool:
    """Whether keys are as many as the program has parts: constants, classes, functions."""
    named = set(names_in(key))
    members = {part.name for part in walk(key) if isinstance(part, Attribute)}
    if not named - {"self", "this"} and not members:
        return True
    if any(map(_names_few, named | members)) or any(
        isinstance(p, Call) and last_name(p.function) in ("type", "getClass", "TypeOf") for p in walk(key)
    ):
        return True
    given = reading.parameters(scope)
    if not any(name in given or reading.given(name, scope) is not None for name in named):
        return True
    return any(_is_of_few(each) for each in _parameters(reading, scope) if each[0] in named)


def _names_few(name: str) -> bool:
    """Whether a name says that it is one of the program's parts: a class, a function."""
    return bool(_FEW & set(words_of(name)[-1:]))


def _parameters(reading: Reading, scope: int) -> Iterator[tuple[str, Expr]]:
    while scope > 0:
        for each in reading.facts.definitions[scope].parameters:
            if each.annotation is not None:
                yield each.name, each.annotation
        scope = reading.facts.definitions[scope].parent


def _is_of_few(named: tuple[str, Expr]) -> bool:
    return any(last_name(part) in _OF_TYPES or last_name(part).endswith("Enum") for part in walk(named[1]))


def _is_given(reading: Reading, value: Expr, *, scope: int) -> bool:
    """Whether what is kept is what a function was given: registers are filled so, once for each part of a program."""
    return isinstance(value, Name) and value.id in reading.parameters(scope)


def _shown(key: Expr) -> str:
    said = spelled(key)
    return said or " and ".join(dict.fromkeys(n for n in names_in(key) if n not in ("self", "this"))) or "key"


def memos(reading: Reading) -> Iterator[Spot]:
    """Results that are kept for every argument: memories without a size, and caches that are built without one."""
    facts = reading.facts
    if facts.language == "python":
        imported = imported_names(facts)
        for index, definition in enumerate(facts.definitions):
            for decorator in definition.decorators:
                if dotted(decorator, imported).removesuffix("()") in _CACHES:
                    yield from _memo(
                        reading,
                        index,
                        definition=definition,
                        decorator=decorator,
                        origin=dotted(decorator, imported).removesuffix("()"),
                    )
    elif facts.language == "java":
        for use in reading.uses:
            start = next((each for each in _BUILDERS if use.origin.startswith(f"{each}.")), "")
            if start and method_of(use.call) == "build":
                around = reading.methods_by_function.get(function_around(facts, use.scope), frozenset())
                members = around | set(use.origin.split("."))
                yield _built(reading, use, start=start, is_bounded=bool(members & _BOUNDS))


def _memo(reading: Reading, index: int, *, definition: Definition, decorator: Expr, origin: str) -> Iterator[Spot]:
    given = [each for each in definition.parameters if each.name not in ("cls",)]
    is_method = bool(given) and given[0].name == "self"
    keys = given[1:] if is_method else given
    keys = [k for k in keys if not _names_few(k.name) and not (k.annotation and _is_of_few((k.name, k.annotation)))]
    if not keys and not is_method:
        return
    size = _size_of(decorator, origin=origin)
    what = " and ".join(f"`{each.name}`" for each in keys[:3]) or "object"
    kept = " and every object of its class" if is_method and keys else ""
    yield Spot(
        kind=MEMO,
        about=origin,
        symbol=reading.facts.qualified_name(index),
        line=decorator.line if isinstance(decorator, Call) else definition.line,
        scope=index,
        text=f"{origin} {definition.name}".encode(),
        is_bounded=size,
        words=f"`{definition.name}` keeps its result for every {what}{kept} as long as the process lives",
    )


def _size_of(decorator: Expr, *, origin: str) -> bool:
    """Whether a memory has a size: `lru_cache` has one by itself."""
    if origin.endswith(".cache"):
        return False
    if not isinstance(decorator, Call):
        return True
    given = next((a.value for a in decorator.arguments if a.name in ("maxsize", "")), None)
    return given != OPAQUE


def _built(reading: Reading, use: Use, *, start: str, is_bounded: bool) -> Spot:
    name = start.rpartition(".")[0].rpartition(".")[2]
    return Spot(
        kind=MEMO,
        about=name,
        symbol=reading.symbol(use.scope),
        line=use.line,
        scope=use.scope,
        text=without_lines(use.call),
        is_bounded=is_bounded,
        words=f"a cache that `{name}` builds has neither a size nor an age at which it lets go of an entry",
    )
