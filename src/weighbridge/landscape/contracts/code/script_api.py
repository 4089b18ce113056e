"""What a change takes from those who import a package of npm: functions, classes, and the types that they state."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import Definition, FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import (
    NARROWED,
    REMOVED,
    TYPE,
    ApiBreak,
    Difference,
    is_deprecated,
    merged,
    place_of,
)
from weighbridge.landscape.contracts.code.packages import Published
from weighbridge.landscape.contracts.code.script_classes import bases_lost, closed, is_for_heirs
from weighbridge.landscape.contracts.code.script_parameters import (
    differences,
    is_same_alias,
    member_differences,
)
from weighbridge.landscape.contracts.code.script_surface import Surface
from weighbridge.landscape.contracts.code.script_uses import failing_readers
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.script_aliases import may_hold
from weighbridge.landscape.values import Symbol

_HIDDEN: Final = LatePattern(r"\A(?:export )?private\b|@internal")
_CALLED: Final = ("function", "method")
_GIVEN: Final = LatePattern(r"(?:Options|Config|Configuration|Props|Params|Args|Init|Input|Settings)\Z")
"""What those who use a package fill."""


class ScriptApi:
    """Answers for one package."""

    def __init__(self, landscapes: Landscapes, package: Published) -> None:
        self._landscapes = landscapes
        self._package = package

    @cached_property
    def _before(self) -> Surface:
        return Surface(self._landscapes.base, self._package)

    @cached_property
    def _after(self) -> Surface:
        return Surface(self._landscapes.head, self._package)

    def breaks(self, file: FileCode) -> Iterator[ApiBreak]:
        """What one changed file takes away."""
        facts, base = file.base, file.change.base
        if facts is None or base is None:
            return
        stays = {each.name for each in file.head.definitions if each.parent == 0} if file.head else set()
        for index, definition in enumerate(facts.definitions):
            address = self._before.address(base.path, definition.name) if definition.parent == 0 and index else ""
            if address and not self._after.gives(address):
                yield self._gone(file, facts, index=index, address=address)
            elif address and definition.name not in stays:
                yield from self._elsewhere(facts, index, address=address)
        yield from self._handed_on(file, facts)
        if file.head is not None:
            yield from self._members(file, facts, head=file.head)
            yield from self._kept(file, facts, head=file.head)
            yield from self._asked(file, facts, head=file.head)

    def _gone(self, file: FileCode, facts: FileFacts, *, index: int, address: str) -> ApiBreak:
        name = facts.qualified_name(index)
        is_type = facts.definitions[index].kind in ("type", "interface")
        what = "what names it does not compile" if is_type else "whatever imports it fails"
        return ApiBreak(
            kind=REMOVED,
            severity=Severity.HIGH,
            words=f"`{_called(address)}` is gone from `{address.partition(' ')[0]}`: {what}",
            place=place_of(file, facts, index=index, side=Side.BASE),
            address=address,
            stood=name,
            is_deprecated=is_deprecated(facts, index),
        )

    def _elsewhere(self, facts: FileFacts, index: int, *, address: str) -> Iterator[ApiBreak]:
        """What calls lose of something that stands in another file now: itself, or what makes one of a class, and its methods."""
        found = self._after.definition(address)
        head = self._landscapes.head.landscape.facts(found[0]) if found else None
        if found is None or head is None:
            return
        name = facts.definitions[index].name
        for at, old in enumerate(facts.definitions):
            member = facts.qualified_name(at).removeprefix(name)
            is_part = at == index or (old.parent == index and not _is_hidden(facts, at) and not is_for_heirs(old))
            after = _index(head, found[1] + member) if is_part else None
            if after is None or old.kind not in _CALLED or head.definitions[after].kind not in _CALLED:
                continue
            for each in merged(differences(old, head.definitions[after])):
                definition = head.definitions[after]
                shown = _called(address) + member.removesuffix(".constructor")
                yield ApiBreak(
                    kind=each.kind,
                    severity=each.severity,
                    words=f"`{shown}` of `{address.partition(' ')[0]}`: {each.words}",
                    place=Place(
                        path=found[0], line=definition.line, end_line=definition.line, symbol=found[1] + member
                    ),
                    address=f"{address}{member}",
                    stood=name + member,
                    symbol=Symbol(found[0], after),
                    is_deprecated=is_deprecated(facts, at),
                )

    def _handed_on(self, file: FileCode, facts: FileFacts) -> Iterator[ApiBreak]:
        """What a file handed on of others, and nothing hands out any more."""
        base = file.change.base
        if base is None or not facts.exports:
            return
        for line, address in self._before.handed_by(base.path):
            if self._after.gives(address):
                continue
            defined = self._before.definition(address)
            own = self._landscapes.base.landscape.facts(defined[0]) if defined else None
            at = _index(own, defined[1]) if own and defined else None
            entry, _, name = address.partition(" ")
            yield ApiBreak(
                kind=REMOVED,
                severity=Severity.HIGH,
                words=f"`{name}` is gone from `{entry}`: whatever imports it fails",
                place=Place(path=base.path, line=line, end_line=line, symbol=name, side=Side.BASE),
                address=address,
                owner=f"{base.path}:{line}",
                stood=name,
                is_deprecated=own is not None and at is not None and is_deprecated(own, at),
                is_handed_on=True,
            )

    def _address(self, file: FileCode, name: str) -> str:
        """What others call what a name begins with, where they have it still."""
        base = file.change.base
        address = self._before.address(base.path, name.partition(".")[0]) if base else ""
        return address if address and self._after.gives(address) else ""

    def _members(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        names = {head.qualified_name(index): index for index in range(len(head.definitions))}
        for symbol in file.symbols:
            name = symbol_name(symbol.symbol)
            owner = name.rpartition(".")[0]
            if symbol.depth is not ChangeDepth.REMOVED or not owner or "@" in name or owner not in names:
                continue
            index = _index(facts, name)
            address = self._address(file, name)
            holder = head.definitions[names[owner]]
            is_hidden = index is None or _is_hidden(facts, index)
            if is_hidden or index is None or not address or holder.kind not in (*CLASS_KINDS, "interface"):
                continue
            if holder.kind == "type" and may_hold(holder, facts.definitions[index].name):
                continue  # an interface that is written as a type now
            evaluator = self._landscapes.head.evaluator
            symbol_now = Symbol(file.change.path, names[owner])
            member = facts.definitions[index].name
            is_inherited = is_for_heirs(facts.definitions[index])
            whom = "what derives from it and uses it" if is_inherited else "what uses it"
            if member == "constructor" and not facts.definitions[index].parameters:
                continue  # a class without one is made alike
            if self._landscapes.head.references.sites.holder(evaluator.order(symbol_now), member) is not None:
                continue
            is_open = bool(evaluator.hierarchy.outside(symbol_now))
            shown = _called(address) + name[len(name.partition(".")[0]) :]
            yield ApiBreak(
                kind=REMOVED,
                severity=Severity.LOW if is_inherited else Severity.HIGH,
                confidence=Confidence.LOW if is_open else Confidence.HIGH,
                words=f"`{shown}` is gone from `{address.partition(' ')[0]}`: {whom} does not compile",
                place=place_of(file, facts, index=index, side=Side.BASE),
                address=f"{address.partition(' ')[0]} {shown}",
                owner=address,
                stood=name,
                is_deprecated=is_deprecated(facts, index),
            )

    def _kept(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        told: set[str] = set()
        for symbol in file.symbols:
            name = symbol_name(symbol.symbol)
            if symbol.before == symbol.after or not symbol.before or not symbol.after or name in told or "@" in name:
                continue
            told.add(name)
            before, after = _index(facts, name), _index(head, name)
            address = self._address(file, name)
            if before is None or after is None or not address or _is_hidden(facts, before):
                continue
            new = head.definitions[after]
            found = self._differences(file, name, before=(facts, before), after=(head, after))
            shown = _called(address) + name[len(name.partition(".")[0]) :]
            for each in merged(found):
                yield ApiBreak(
                    kind=each.kind,
                    severity=each.severity,
                    broken_here=each.broken_here,
                    words=f"`{shown.removesuffix('.constructor')}` of `{address.partition(' ')[0]}`: {each.words}",
                    place=place_of(file, head, index=after, side=Side.HEAD),
                    address=f"{address.partition(' ')[0]} {shown}",
                    stood=name,
                    symbol=Symbol(file.change.path, after) if new.kind in _CALLED else None,
                    is_deprecated=is_deprecated(facts, before),
                )

    def _differences(
        self, file: FileCode, name: str, *, before: tuple[FileFacts, int], after: tuple[FileFacts, int]
    ) -> list[Difference]:
        """In what one thing that is still there is otherwise."""
        old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
        if (closes := list(closed(old, new))) or is_for_heirs(old):
            return closes
        if old.kind == new.kind and old.kind in ("class", "interface") and file.change.base is not None:
            was = (self._landscapes.base, Symbol(file.change.base.path, before[1]))
            return list(bases_lost(old, was, after=(self._landscapes.head, Symbol(file.change.path, after[1]))))
        if "." in name and old.kind == new.kind == "variable":
            is_filled = bool(_GIVEN.search(name.rpartition(".")[0]))
            found = member_differences(old, new, is_filled=is_filled)
            return [replace(each, broken_here=self._failing(file, after[1], gives=each.gives)) for each in found]
        if old.kind in ("function", "method") and new.kind in ("function", "method"):
            others = list(differences(old, new))
            if any(each.kind == NARROWED for each in others) and self._was_asked(file, name, new=new):
                others = [each for each in others if each.kind != NARROWED]
            return others
        is_respelled = old.kind == "method" and new.kind == "variable" and "=>" in new.signature
        words = ""
        if old.kind != new.kind and "interface" not in (old.kind, new.kind) and not is_respelled:
            words = f"it was a {old.kind} and is a {new.kind}"
        elif old.kind == "type" == new.kind and "." not in name and not is_same_alias(old, new):
            words = "it is another type: what has one of the old may not fit"
        return [Difference(TYPE, Severity.MEDIUM, words)] if words else []

    def _failing(self, file: FileCode, index: int, *, gives: str) -> tuple[Place, ...]:
        """Who reads a property here and fails by what it is now."""
        was, _, now = gives.rpartition(" ")
        return (
            failing_readers(Symbol(file.change.path, index), was, now=now, view=self._landscapes.head) if gives else ()
        )

    def _was_asked(self, file: FileCode, name: str, *, new: Definition) -> bool:
        """Whether what a member asks for was asked for already by what its class derives from or implements."""
        owner, _, member = name.rpartition(".")
        index = _index(file.base, owner) if owner and file.base else None
        if index is None or file.change.base is None:
            return False
        view = self._landscapes.base
        order = view.evaluator.order(Symbol(file.change.base.path, index))[1:]
        for each in order:
            facts = view.landscape.facts(each.path)
            at = _index(facts, f"{facts.qualified_name(each.index)}.{member}") if facts else None
            if facts and at is not None and facts.definitions[at].kind in ("method", "function"):
                return all(found.kind != NARROWED for found in differences(facts.definitions[at], new))
        return False

    def _asked(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        """What an interface asks for as well, of those who make or implement one."""
        for symbol in file.symbols:
            name = symbol_name(symbol.symbol)
            owner = name.rpartition(".")[0]
            index, before = _index(head, name), _index(facts, owner) if owner else None
            if symbol.depth is not ChangeDepth.ADDED or index is None or before is None:
                continue
            member, address = head.definitions[index], self._address(file, name)
            is_needed = (
                member.kind in ("variable", "method")
                and "?" not in member.signature.partition(":")[0].partition("(")[0]
            )
            if (
                facts.definitions[before].kind != "interface"
                or not is_needed
                or not address
                or file.change.base is None
            ):
                continue
            above = self._landscapes.base.evaluator.order(Symbol(file.change.base.path, before))[1:]
            if self._landscapes.base.references.sites.holder(above, member.name) is not None:
                continue  # what stood above it asked for it
            is_filled = bool(_GIVEN.search(owner))
            yield ApiBreak(
                kind=TYPE,
                severity=Severity.HIGH if is_filled else Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
                words=f"`{_called(address)}` of `{address.partition(' ')[0]}` asks for `{member.name}` as well:"
                " what is given as one without it does not compile",
                place=place_of(file, head, index=index, side=Side.HEAD),
                address=f"{address} {member.name}",
                owner=address,
                stood=name,
            )


def _called(address: str) -> str:
    return address.partition(" ")[2]


def _index(facts: FileFacts, name: str) -> int | None:
    return next((i for i in range(1, len(facts.definitions)) if facts.qualified_name(i) == name), None)


def _is_hidden(facts: FileFacts, index: int) -> bool:
    while index > 0:
        definition = facts.definitions[index]
        is_marked = _HIDDEN.search(definition.signature) or "@internal" in definition.documentation
        if is_marked or definition.name.startswith(("#", "_")):
            return True
        index = definition.parent
    return False
