"""What interfaces of Go ask for as well, of types outside that were one: by a method of their own, or of one that they take in."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import REMOVED, TYPE, ApiBreak, is_deprecated, place_of
from weighbridge.landscape.contracts.code.go_words import told_of
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.values import Package, Symbol

_MOST_MAKERS: Final = 20
_MOST_HEIRS: Final = 5
"""Types of which it is told that they have something from one that others cannot name."""


class _Heir(Struct, frozen=True):
    """What others can use and takes in what they cannot, on both sides."""

    address: str
    name: str
    before: Symbol
    after: Symbol


class GoImplementers:
    """Answers for one module."""

    def __init__(
        self,
        landscapes: Landscapes,
        *,
        is_theirs: Callable[[RepoPath, FileFacts], bool],
        address: Callable[[RepoPath], str],
    ) -> None:
        self._landscapes = landscapes
        self._is_theirs = is_theirs
        self._address = address

    def asked(self, file: FileCode, symbol: ChangedSymbol, *, address: str, severity: Severity) -> Iterator[ApiBreak]:
        """A method more that an interface of the base asks for, where others can have it."""
        name = symbol_name(symbol.symbol)
        owner = name.rpartition(".")[0]
        base, head = file.base, file.head
        before = base.only(owner) if owner and base is not None else None
        if before is None or base is None or head is None or file.change.base is None:
            return
        if base.definitions[before].kind == "interface":
            heir = _Heir(address, owner, Symbol(file.change.base.path, before), Symbol(file.change.path, 0))
            yield from self._asked(file, heir, name=name, severity=severity)

    def through(self, file: FileCode, symbol: ChangedSymbol, *, severity: Severity) -> Iterator[ApiBreak]:
        """What is otherwise in what others cannot name, for those who have what takes it in."""
        name = symbol_name(symbol.symbol)
        owner, _, member = name.rpartition(".")
        base, head = file.base, file.head
        before = base.only(owner) if owner and member[:1].isupper() and base is not None else None
        if before is None or base is None or file.change.base is None:
            return
        is_interface = base.definitions[before].kind == "interface"
        heirs = self._heirs(Symbol(file.change.base.path, before), kind=base.definitions[before].kind)
        for heir in islice(heirs, _MOST_HEIRS):
            had, has = (
                self._has(self._landscapes.base, heir.before, member=member),
                self._has(self._landscapes.head, heir.after, member=member),
            )
            if had and not has:
                yield from self._gone(file, heir, name=name, severity=severity)
            elif is_interface and has and not had and head is not None:
                yield from self._asked(file, heir, name=name, severity=severity)
            elif (
                had
                and has
                and symbol.before != symbol.after
                and symbol.depth is ChangeDepth.SIGNATURE
                and head is not None
            ):
                yield from self._otherwise(file, heir, symbol=symbol, severity=severity)

    def _heirs(self, owner: Symbol, *, kind: str) -> Iterator[_Heir]:
        view = self._landscapes.base
        for each in view.evaluator.hierarchy.descendants(owner):
            facts = view.landscape.facts(each.path)
            definition = facts.definitions[each.index] if facts else None
            if facts is None or definition is None or definition.kind != kind or definition.parent:
                continue
            folder = Package(RepoPath(folder_of(each.path)), "go")
            found = self._landscapes.head.evaluator.modules.package_member(folder, definition.name)
            after = [one for one in found if isinstance(one, Symbol)]
            if definition.name[:1].isupper() and self._is_theirs(each.path, facts) and len(after) == 1:
                yield _Heir(self._address(each.path), definition.name, each, after[0])

    @staticmethod
    def _has(view: View, owner: Symbol, *, member: str) -> bool:
        """Whether a type has a member, of its own or of what it takes in; an interface where it asks for it."""
        facts = view.landscape.facts(owner.path)
        if facts is not None and facts.definitions[owner.index].kind == "interface":
            return member in view.evaluator.hierarchy.fit.asked_by(owner)
        return bool(view.evaluator.member(owner, member))

    def _gone(self, file: FileCode, heir: _Heir, *, name: str, severity: Severity) -> Iterator[ApiBreak]:
        facts = file.base
        index = facts.only(name) if facts else None
        if facts is None or index is None:
            return
        member = name.rpartition(".")[2]
        yield ApiBreak(
            kind=REMOVED,
            severity=severity,
            words=f"`{heir.address}.{heir.name}.{member}` is gone: what uses it does not compile",
            place=place_of(file, facts, index=index, side=Side.BASE),
            address=f"{heir.address}.{heir.name}.{member}",
            owner=f"{heir.address}.{heir.name}",
            stood=name,
            is_deprecated=is_deprecated(facts, index),
        )

    def _otherwise(
        self, file: FileCode, heir: _Heir, *, symbol: ChangedSymbol, severity: Severity
    ) -> Iterator[ApiBreak]:
        name = symbol_name(symbol.symbol)
        told, head = told_of(symbol), file.head
        index = head.only(name) if head else None
        if told is None or head is None or index is None:
            return
        kind, worst, words = told
        yield ApiBreak(
            kind=kind,
            severity=max(worst, severity, key=lambda each: each.rank),
            words=f"`{heir.address}.{heir.name}.{name.rpartition('.')[2]}`: {words}",
            place=place_of(file, head, index=index, side=Side.HEAD),
            address=f"{heir.address}.{heir.name}.{name.rpartition('.')[2]}",
            stood=name,
            symbol=Symbol(file.change.path, index),
        )

    def _asked(self, file: FileCode, heir: _Heir, *, name: str, severity: Severity) -> Iterator[ApiBreak]:
        head = file.head
        after = head.only(name) if head else None
        if head is None or after is None or self._is_closed(heir.before):
            return  # nobody else can have what is not exported
        owner, _, member = name.rpartition(".")
        made = self._are_made(head, owner, path=file.change.path)
        yield ApiBreak(
            kind=TYPE,
            severity=Severity.MEDIUM if made else severity,
            because="what is one here is made from messages alone, which have it" if made else "",
            confidence=Confidence.MEDIUM,
            words=f"`{heir.address}.{heir.name}` asks for `{member}` as well: types outside that were one are none",
            place=place_of(file, head, index=after, side=Side.HEAD),
            address=f"{heir.address}.{heir.name}.{member}",
            owner=f"{heir.address}.{heir.name}",
            stood=name,
        )

    def _is_closed(self, interface: Symbol) -> bool:
        """Whether an interface of the base asks, itself or by what it takes in, for a method that only its package can have."""
        view = self._landscapes.base
        for each in view.evaluator.order(interface):
            facts = view.landscape.facts(each.path)
            if facts and any(d.parent == each.index and not d.name[:1].isupper() for d in facts.definitions):
                return facts.definitions[each.index].kind == "interface"
        return False

    def _are_made(self, head: FileFacts, owner: str, *, path: RepoPath) -> bool:
        """Whether all that an interface asks for is defined here by code that a tool made, and by nobody else."""
        index = head.only(owner)
        names = [each.name for each in head.definitions if each.parent == index] if index is not None else []
        landscape = self._landscapes.head.landscape
        for name in names:
            others = [each for each in landscape.files_with(f"d:{name}") if each != path and each.endswith(".go")]
            facts = [landscape.facts(each) for each in others[:_MOST_MAKERS]]
            if (
                not others
                or len(others) > _MOST_MAKERS
                or not all(each is not None and each.is_generated for each in facts)
            ):
                return False
        return bool(names)
