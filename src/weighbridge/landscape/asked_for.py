"""Checks that still stand, by the same name and before the same code, and ask for something else: `hasRole("user")`."""

from collections.abc import Container, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Name, Number, Text
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.dependencies import DEPENDING
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.guards import (
    GuardKind,
    Slot,
    guard_kind,
    is_named_for_access,
    is_open,
    mount_of,
    mounted_functions,
    refusal_of,
    route_path,
    spoken,
)
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.pairing import left_over
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STRONG: Final = _set(
    """admin admins administrator administrators superuser superadmin root owner owners staff manager managers manage
    write delete edit destroy sudo super"""
)
_WEAK: Final = _set(
    """user users guest guests viewer viewers member members reader readers read view list anonymous authenticated public
    everyone anyone any customer"""
)
_ANY_OF: Final = _set("any role roles authority authorities allowed")
"""Words of checks that let in whoever has one of what they list."""
_ALL_OF: Final = _set("all permission permissions scope scopes")
"""Words of checks that ask for all of what they list."""
_SHOWN: Final = 60


class Asked(Struct, frozen=True):
    """One call of a check: its name, what it asks for, its line, and the scope it stands in."""

    name: str
    wants: tuple[str, ...]
    line: int
    call: Call
    scope: int

    def __str__(self) -> str:
        return ", ".join(f"`{want}`" for want in self.wants)[:_SHOWN] or "nothing in particular"

    def is_constant(self, want: str) -> bool:
        """Whether what is wanted is named, not written out."""
        named = (part for argument in self.call.arguments for part in walk(argument.value))
        return any(isinstance(part, Name | Attribute) and spoken(part) == want for part in named)

    @property
    def told(self) -> tuple[str, ...]:
        """What it asks for, a constant by its own name alone: it stands for a text that often is the same."""
        named = (want.rpartition(".")[2] if self.is_constant(want) else want for want in self.wants)
        return tuple("".join(words_of(want)) for want in named)

    @property
    def words(self) -> frozenset[str]:
        """The words of what it asks for."""
        return frozenset(word for want in self.wants for word in words_of(want))


class AskedOtherwise(Struct, frozen=True, kw_only=True):
    """A check that asks for something else than it did."""

    path: RepoPath
    base: RepoPath
    slot: Slot
    before: Asked
    now: Asked

    @property
    def place(self) -> Place:
        """Where it asks."""
        symbol = "" if self.slot.is_mount else self.slot.name
        return Place(path=self.path, line=self.now.line, end_line=self.now.line, symbol=symbol)

    @property
    def stood(self) -> Place:
        """Where it asked."""
        return Place(path=self.base, line=self.before.line, end_line=self.before.line, side=Side.BASE)

    @property
    def is_weaker(self) -> bool:
        """Whether more people have what is asked for now, as far as the words tell."""
        old, new = self.before.words, self.now.words
        return bool(old & _STRONG and not new & _STRONG) or bool(new & _WEAK and not old & _WEAK)

    @property
    def is_stronger(self) -> bool:
        """Whether fewer people have it."""
        old, new = self.before.words, self.now.words
        if bool(new & _STRONG and not old & _STRONG) or bool(old & _WEAK and not new & _WEAK):
            return True
        listed, among = set(self.before.wants), set(self.now.wants)
        about = frozenset(words_of(self.now.name))
        return (among < listed and bool(about & _ANY_OF)) or (listed < among and bool(about & _ALL_OF))


def asked_otherwise(code: CodeChange, landscapes: Landscapes) -> Iterator[AskedOtherwise]:
    """The checks of the changed files that ask for something else, and are not seen to ask for more."""
    for path, file in code.files.items():
        if is_test(path) or file.base is None or file.head is None or not (file.change.base and file.change.removed):
            continue
        changed = {symbol_name(symbol.symbol) for symbol in file.symbols}
        old, new = _asked(file.base, changed), _asked(file.head, changed)
        for place in old.keys() & new.keys():
            gone = left_over(old[place], new[place], by=_told)
            come = left_over(new[place], old[place], by=_told)
            for before, now in zip(gone, come, strict=False):
                found = AskedOtherwise(path=path, base=file.change.base.path, slot=place[0], before=before, now=now)
                is_kept = not found.is_weaker and _is_renamed(before, now, landscapes=landscapes)
                if not found.is_stronger and not is_kept and _is_check(file, now, landscapes=landscapes):
                    yield found


def _told(asked: Asked) -> tuple[str, ...]:
    return asked.told


def _asked(facts: FileFacts, of: Container[str]) -> Mapping[tuple[Slot, str], list[Asked]]:
    """The calls of checks, and of what may be one where it is put before a handler, that say what they ask for."""
    found: dict[tuple[Slot, str], list[Asked]] = {}
    mounted = mounted_functions(facts)
    for index, definition in enumerate(facts.definitions):
        slot = Slot(facts.qualified_name(index))
        for call in (c for each in (definition.decorators if slot.name in of else ()) for c in calls_in(each)):
            _take(found, slot, call=call, scope=max(definition.parent, 0), is_before=True)
    for step in facts.steps:
        around = function_around(facts, step.scope)
        if around and facts.qualified_name(around) not in of:
            continue
        slot = mounted.get(step.scope) or Slot(facts.qualified_name(around))
        taken: set[int] = set()
        for call in calls_in(step.value):
            mount = mount_of(call) if route_path(call) else None
            inner = [c for argument in call.arguments for c in calls_in(argument.value)] if mount else []
            for each in inner:
                _take(found, mount or slot, call=each, scope=step.scope, is_before=True)
            if id(call) not in taken:
                _take(found, slot, call=call, scope=step.scope, is_before=False)
            taken |= {id(each) for each in inner}
    return found


def _take(found: dict[tuple[Slot, str], list[Asked]], slot: Slot, *, call: Call, scope: int, is_before: bool) -> None:
    name = spoken(call.function)
    if not name or not (is_before or guard_kind(name) is GuardKind.ACCESS) or refusal_of(call) or is_open(call):
        return
    wants = tuple(_wants(call))
    if wants:
        found.setdefault((slot, name), []).append(Asked(name, wants, call.line, call, scope))


def _wants(call: Call) -> Iterator[str]:
    """What a call names as such: texts, constants, numbers; a sentence is told to people."""
    for argument in call.arguments:
        for each in _listed(argument.value):
            match each:
                case Text(value=text, parts=()) if text and (" " not in text.strip() or "(" in text):
                    yield text
                case Number(value=number):
                    yield number
                case Attribute(of=Name(id=owner), name=name) if owner[:1].isupper() or name.isupper():
                    yield f"{owner}.{name}"
                case Name(id=name) if name.isupper():
                    yield name


def _listed(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Collection):
        for element in expr.elements:
            yield from _listed(element.value)
    else:
        yield expr


def _is_renamed(before: Asked, now: Asked, *, landscapes: Landscapes) -> bool:
    """Whether constants that are asked for no more are named nowhere in head: they bear other names now."""
    gone, come = ([w for w in some.wants if w not in other.wants] for some, other in ((before, now), (now, before)))
    is_constant = [before.is_constant(want) for want in gone]
    if not gone or len(gone) != len(come) or not all(is_constant):
        return False
    landscape = landscapes.head.landscape
    return not any(landscape.files_with("m:" + want.rpartition(".")[2]) for want in gone)


def _is_check(file: FileCode, asked: Asked, *, landscapes: Landscapes) -> bool:
    """Whether a call is one of a check, by its name or by what it does."""
    if guard_kind(asked.name) is GuardKind.ACCESS or is_named_for_access(asked.name) or asked.name in DEPENDING:
        return True
    from weighbridge.landscape.gatekeepers import Gatekeepers  # noqa: PLC0415 - few changes come here

    values = landscapes.head.evaluator.evaluate(file.change.path, asked.scope, expr=asked.call.function)
    ours = [value for value in values if isinstance(value, Symbol) and value.index]
    return len(ours) == 1 == len(values) and Gatekeepers(landscapes.head).refuses(ours[0])
