"""Which names a change takes from those who import a package of Python."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.arguments import decorator_name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import (
    REMOVED,
    ApiBreak,
    is_deprecated,
    place_of,
)
from weighbridge.landscape.contracts.code.packages import Published
from weighbridge.landscape.contracts.code.python_classes import (
    lost_attributes,
    set_anywhere,
)
from weighbridge.landscape.contracts.code.python_heirs import PythonHeirs
from weighbridge.landscape.contracts.code.python_kept import PythonKept
from weighbridge.landscape.contracts.code.python_modules import Address, PublicModules, given_to_all, listed_names
from weighbridge.landscape.contracts.code.python_names import concerns, concerns_name, is_member, may_give
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.openness import Openness
from weighbridge.landscape.values import Symbol

_REGISTERED: Final = frozenset({"command", "group", "route", "websocket"})


class PythonApi:
    """Answers for one package."""

    def __init__(self, landscapes: Landscapes, package: Published) -> None:
        self._landscapes = landscapes
        self._package = package
        self._before = PublicModules(landscapes.base, package)
        self._after = PublicModules(landscapes.head, package)
        self._openness = Openness(landscapes.head.evaluator)
        self._kept = PythonKept(landscapes, self._before)
        self._heirs = PythonHeirs(landscapes, self._before, kept=self._kept)

    def breaks(self, file: FileCode) -> Iterator[ApiBreak]:
        """What one changed file takes away."""
        facts, base = file.base, file.change.base
        if facts is None or base is None or self._before.address(base.path) is None:
            return
        own = self._before.public(base.path)
        if own is not None and self._after.file_of(own) is None and any(d.is_exported for d in facts.definitions[1:]):
            yield _module_gone(facts, own)
        yield from self._names(file, facts)
        if base.path.endswith("/__init__.py"):
            yield from self._no_longer_imported(file, facts)
        yield from self._no_longer_listed(file, facts)
        if file.head is not None:
            yield from self._kept.breaks(file, facts, head=file.head)
            yield from self._heirs.breaks(file, facts, head=file.head)
            yield from self._attributes(file, facts, head=file.head)

    def _names(self, file: FileCode, facts: FileFacts) -> Iterator[ApiBreak]:
        base, head = file.change.base, file.change.head
        is_moved = base is not None and head is not None and base.path != head.path
        gone = {symbol_name(s.symbol) for s in file.symbols if s.depth is ChangeDepth.REMOVED and concerns(s)}
        told: set[str] = set()
        for index, definition in enumerate(facts.definitions):
            name = facts.qualified_name(index)
            if not name or name in told or (name not in gone and not (is_moved and definition.parent == 0)):
                continue
            told.add(name)
            if definition.parent == 0:
                yield from self._name_gone(file, facts, index=index)
            elif is_member(facts, index):
                yield from self._member_gone(file, facts, index=index)

    def _name_gone(self, file: FileCode, facts: FileFacts, *, index: int) -> Iterator[ApiBreak]:
        definition = facts.definitions[index]
        exposure = self._before.exposure_of(file, facts, name=definition.name)
        if exposure is None or definition.kind not in ("function", "class", "variable"):
            return
        if not exposure.is_said and any(decorator_name(each) in _REGISTERED for each in definition.decorators):
            return  # people call it by what it is registered as
        lost = [a for a in exposure.all if not self._after.gives(a, definition.name)]
        modules = [a for a in exposure.all if a not in lost and self._after.is_module(a, definition.name)]
        left = [a for a in exposure.all if a not in lost and a not in modules]
        if not (lost or modules) or (lost == [exposure.own] and self._after.file_of(lost[0]) is None):
            return  # the module is told of
        address = f"{(lost or modules)[0].module}.{definition.name}"
        is_bad = not left and (exposure.is_meant or self._before.tells_of(definition.name))
        words = f"`{address}` is gone: whatever imports it fails when it is loaded"
        if not lost:
            words = f"`{address}` is a module now, and was a {definition.kind}: whatever uses it as one fails"
        elif left:
            words = f"`{definition.name}` is no longer in `{lost[0].module}`, only in `{left[0].module}`"
        yield ApiBreak(
            kind=REMOVED,
            severity=Severity.HIGH if is_bad else Severity.MEDIUM,
            confidence=exposure.confidence,
            words=words,
            place=place_of(file, facts, index=index, side=Side.BASE),
            address=address,
            stood=definition.name,
            is_deprecated=is_deprecated(facts, index),
        )

    def _member_gone(self, file: FileCode, facts: FileFacts, *, index: int) -> Iterator[ApiBreak]:
        definition = facts.definitions[index]
        name = facts.qualified_name(index)
        exposure = self._before.exposure_of(file, facts, name=name)
        owner = self._owner_now(file, name.rpartition(".")[0])
        if exposure is None or owner is None:
            return
        evaluator = self._landscapes.head.evaluator
        if self._landscapes.head.references.sites.holder(evaluator.order(owner), definition.name) is not None:
            return
        outside = evaluator.hierarchy.outside(owner)
        if self._openness.of_class(owner, definition.name):
            return
        is_given = may_give(outside, definition.name)
        if is_given:
            return
        address = f"{exposure.all[0].module}.{name}"
        yield ApiBreak(
            kind=REMOVED,
            severity=Severity.HIGH if exposure.means(definition) or self._before.tells_of(name) else Severity.MEDIUM,
            confidence=exposure.confidence if is_given is False else Confidence.LOW,
            words=f"`{address}` is gone: whatever asks an object for it fails when that line runs",
            place=place_of(file, facts, index=index, side=Side.BASE),
            address=address,
            owner=address.rpartition(".")[0],
            stood=name,
            is_deprecated=is_deprecated(facts, index),
        )

    def _attributes(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        """What objects had from the start, and do not have any more."""
        for owner_name, name, line in lost_attributes(facts, head):
            exposure = self._before.exposure_of(file, facts, name=owner_name) if concerns_name(owner_name) else None
            owner = self._owner_now(file, owner_name)
            if exposure is None or owner is None or self._has(owner, name):
                continue
            address = f"{exposure.all[0].module}.{owner_name}"
            yield ApiBreak(
                kind=REMOVED,
                severity=Severity.MEDIUM,
                confidence=exposure.confidence,
                words=f"`{address}.{name}` is gone: whatever asks an object for it fails when that line runs",
                place=Place(
                    path=file.change.base.path if file.change.base else file.change.path,
                    line=line,
                    end_line=line,
                    symbol=f"{owner_name}.{name}",
                    side=Side.BASE,
                ),
                address=f"{address}.{name}",
                owner=address,
                stood=f"{owner_name}.{name}",
            )

    def _has(self, owner: Symbol, name: str) -> bool:
        """Whether objects of a class of head have, or may have, something of a name."""
        evaluator = self._landscapes.head.evaluator
        if evaluator.hierarchy.outside(owner) or self._openness.of_class(owner, name):
            return True
        order = evaluator.order(owner)
        if self._landscapes.head.references.sites.holder(order, name) is not None:
            return True
        read = ((each, self._landscapes.head.landscape.facts(each.path)) for each in order)
        return any(of_file is None or name in set_anywhere(of_file, each.index) for each, of_file in read)

    def _owner_now(self, file: FileCode, name: str) -> Symbol | None:
        """The class of this name in head's file."""
        names = self._landscapes.head.evaluator.names(file.change.path) if file.head else None
        found = names.indexes.get(name, ()) if names else ()
        is_class = len(found) == 1 and names is not None and names.facts.definitions[found[0]].kind in CLASS_KINDS
        return Symbol(file.change.path, found[0]) if is_class else None

    def _no_longer_imported(self, file: FileCode, facts: FileFacts) -> Iterator[ApiBreak]:
        """What a package handed out from its own modules, and does not; what is for nobody outside may be handed on by others."""
        base = file.change.base
        here = self._before.address(base.path) if base else None
        if here is None:
            return
        own = self._before.public(here.path)
        now = {each.alias for each in file.head.imports} if file.head else set()
        stars = self._before.starred(here.path, facts, kept=file.head)
        for imported, name in (*((each, each.alias) for each in self._before.imported(here.path, facts)), *stars):
            if name in now or self._after.gives(here, name):
                continue
            for address in (own,) if own else self._lost(here.path, name)[:1]:
                yield ApiBreak(
                    kind=REMOVED,
                    severity=Severity.HIGH,
                    words=f"`{address.module}.{name}` is gone: whatever imports it fails when it is loaded",
                    place=Place(path=here.path, line=imported.line, end_line=imported.line, side=Side.BASE),
                    address=f"{address.module}.{name}",
                    stood=name,
                    is_handed_on=True,
                )

    def _lost(self, path: RepoPath, name: str) -> list[Address]:
        """The modules around a file of the base that handed on a name of it, and do not have it."""
        return [each for each in self._before.handing(path, name) if not self._after.gives(each, name)]

    def _no_longer_listed(self, file: FileCode, facts: FileFacts) -> Iterator[ApiBreak]:
        """What is still there, and no longer named among what a module gives to whoever asks for all of it."""
        base, head = file.change.base, file.change.head
        here = self._before.address(base.path) if base else None
        after = listed_names(file.head)
        if here is None or head is None or after is None:
            return
        own, before = self._before.public(here.path), listed_names(facts)
        for name in sorted((given_to_all(facts) if before is None else before) - after):
            if name.startswith("_") or not self._after.gives(here, name) or self._after.may_list(head.path, name):
                continue
            if own and self._after.is_module(own, name) and not self._before.is_module(own, name):
                continue  # told of what it was
            lost = self._lost(here.path, name)
            if not lost and (own is None or before is None):
                continue
            at = next((i for i, d in enumerate(facts.definitions) if d.parent == 0 and d.name == name), None)
            listing = next((i for i, d in enumerate(facts.definitions) if d.parent == 0 and d.name == "__all__"), 0)
            address = (lost[0] if lost else here).module
            words = f"`{address}.{name}` is gone: whatever imports it fails when it is loaded"
            yield ApiBreak(
                kind=REMOVED,
                severity=Severity.HIGH if lost else Severity.LOW,
                words=words if lost else f"`from {address} import *` no longer brings `{name}`, which is still there",
                place=place_of(file, facts, index=listing if at is None else at, side=Side.BASE),
                address=f"{address}.{name}",
                stood=name,
                is_deprecated=at is not None and is_deprecated(facts, at),
            )


def _module_gone(facts: FileFacts, own: Address) -> ApiBreak:
    severity = (
        Severity.HIGH if any(d.documentation and d.is_exported for d in facts.definitions[1:]) else Severity.MEDIUM
    )
    return ApiBreak(
        kind=REMOVED,
        severity=severity,
        confidence=Confidence.MEDIUM,
        words=f"the module `{own.module}` is gone: whatever imports it fails when it is loaded",
        place=Place(path=own.path, line=1, end_line=1, side=Side.BASE),
        address=own.module,
        is_deprecated=is_deprecated(facts, 0),
    )
