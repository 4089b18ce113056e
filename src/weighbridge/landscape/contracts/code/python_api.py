"""What a change takes from those who import a package of Python."""

import builtins
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Either, FileFacts, Item, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.arguments import decorator_name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import (
    REMOVED,
    TYPE,
    ApiBreak,
    Difference,
    is_deprecated,
    merged,
    place_of,
    promised,
    yielding,
)
from weighbridge.landscape.contracts.code.failing_callers import FailingCallers
from weighbridge.landscape.contracts.code.packages import Published
from weighbridge.landscape.contracts.code.python_classes import (
    class_differences,
    lost_attributes,
    reordered,
    set_anywhere,
)
from weighbridge.landscape.contracts.code.python_fields import field_differences, is_made_of_fields
from weighbridge.landscape.contracts.code.python_forms import form_of, given_otherwise, no_longer_raised, other_form
from weighbridge.landscape.contracts.code.python_modules import Address, Exposure, PublicModules, listed_names
from weighbridge.landscape.contracts.code.python_parameters import differences
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.openness import Openness
from weighbridge.landscape.values import Symbol

_CALLED: Final = frozenset({"__init__", "__new__", "__call__"})
_USED: Final = _CALLED | frozenset(
    {"__enter__", "__exit__", "__aenter__", "__aexit__", "__iter__", "__aiter__", "__await__", "__len__"}
    | {"__getitem__", "__setitem__", "__contains__", "__bool__", "__next__", "__anext__", "__class_getitem__"}
)
"""Members with two underscores that others use by what they do with an object."""

_ENUMERATIONS: Final = frozenset({"IntEnum", "StrEnum", "Flag", "IntFlag"})
_FUNCTIONS: Final = ("function", "method")
_ACCESSORS: Final = frozenset({"setter", "deleter", "overload"})
_MANAGERS: Final = frozenset({"contextmanager", "asynccontextmanager"})
_KEEPING: Final = frozenset(
    {"abstractmethod", "override", "final", "cache", "lru_cache", "contextmanager", "deprecated", "overload"}
)
"""Decorators that may come or go, and a function takes what it says."""

_EITHER: Final = 2
"""How many the one and the other are."""

_OF_CLASSES: Final = frozenset({"classmethod", "staticmethod"})
_REGISTERED: Final = frozenset({"command", "group", "route", "websocket"})
_MAKING: Final = frozenset({"command", "group", "task", "shared_task", "fixture", "route", "websocket", "hookimpl"})
"""Decorators that make something else of a function, which nobody calls as it is written."""

_NO_PROMISE: Final = frozenset({"object", "Generic", "Protocol", "ABC", "TypedDict", "NamedTuple", "Any"})
"""Bases that give those who use a class nothing that they would miss."""


def concerns(symbol: ChangedSymbol) -> bool:
    """Whether somebody else may notice what a change does to a definition, by its name alone."""
    return "@" not in symbol.symbol.partition("#")[2] and concerns_name(symbol_name(symbol.symbol))


def concerns_name(name: str) -> bool:
    """The same of a qualified name."""
    return all(not part.startswith("_") or part in _USED for part in name.split("."))


class PythonApi:
    """Answers for one package."""

    def __init__(self, landscapes: Landscapes, package: Published) -> None:
        self._landscapes = landscapes
        self._package = package
        self._before = PublicModules(landscapes.base, package)
        self._after = PublicModules(landscapes.head, package)
        self._openness = Openness(landscapes.head.evaluator)
        self._failing = FailingCallers(landscapes.head)

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
            yield from self._kept(file, facts, head=file.head)
            yield from self._attributes(file, facts, head=file.head)

    def _exposure(self, file: FileCode, facts: FileFacts, *, name: str) -> Exposure | None:
        """Where the top-level name around a definition of the base could be imported from."""
        first = name.partition(".")[0]
        found = next((d for d in facts.definitions if d.parent == 0 and d.name == first), None)
        if found is None or file.change.base is None:
            return None
        return self._before.exposure(file.change.base.path, found, facts=facts)

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
            elif _is_member(facts, index):
                yield from self._member_gone(file, facts, index=index)

    def _name_gone(self, file: FileCode, facts: FileFacts, *, index: int) -> Iterator[ApiBreak]:
        definition = facts.definitions[index]
        exposure = self._exposure(file, facts, name=definition.name)
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
        is_bad = exposure.is_meant and not left
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
        exposure = self._exposure(file, facts, name=name)
        owner = self._owner_now(file, name.rpartition(".")[0])
        if exposure is None or owner is None:
            return
        evaluator = self._landscapes.head.evaluator
        if self._landscapes.head.references.sites.holder(evaluator.order(owner), definition.name) is not None:
            return
        outside = evaluator.hierarchy.outside(owner)
        if self._openness.of_class(owner, definition.name):
            return
        is_sure = all(each.rpartition(".")[2] in _NO_PROMISE for each in outside)
        address = f"{exposure.all[0].module}.{name}"
        yield ApiBreak(
            kind=REMOVED,
            severity=Severity.HIGH if exposure.means(definition) else Severity.MEDIUM,
            confidence=exposure.confidence if is_sure else Confidence.LOW,
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
            exposure = self._exposure(file, facts, name=owner_name) if concerns_name(owner_name) else None
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
        """What a package handed out from its own modules, and does not."""
        base = file.change.base
        address = self._before.public(base.path) if base else None
        if address is None:
            return
        now = {each.alias for each in file.head.imports} if file.head else set()
        stars = self._before.starred(address.path, facts, kept=file.head)
        for imported, name in (*((each, each.alias) for each in self._before.imported(address.path, facts)), *stars):
            if name not in now and not self._after.gives(address, name):
                yield ApiBreak(
                    kind=REMOVED,
                    severity=Severity.HIGH,
                    words=f"`{address.module}.{name}` is gone: whatever imports it fails when it is loaded",
                    place=Place(path=address.path, line=imported.line, end_line=imported.line, side=Side.BASE),
                    address=f"{address.module}.{name}",
                    stood=name,
                    is_handed_on=True,
                )

    def _no_longer_listed(self, file: FileCode, facts: FileFacts) -> Iterator[ApiBreak]:
        """What is still there, and no longer named among what a module gives to whoever asks for all of it."""
        before, after = listed_names(facts), listed_names(file.head)
        own = self._before.public(file.change.base.path) if file.change.base else None
        for name in sorted((before or set()) - after) if own and after is not None else ():
            if own is None or name.startswith("_") or not self._after.gives(own, name):
                continue
            if self._after.is_module(own, name) and not self._before.is_module(own, name):
                continue  # told of what it was
            at = next((i for i, d in enumerate(facts.definitions) if d.parent == 0 and d.name == name), None)
            exposure = self._exposure(file, facts, name=name)
            lost = [a for a in exposure.handed if not self._after.gives(a, name)] if exposure else []
            listing = next(i for i, d in enumerate(facts.definitions) if d.parent == 0 and d.name == "__all__")
            starred = f"`from {own.module} import *` no longer brings `{name}`, which is still there"
            yield ApiBreak(
                kind=REMOVED,
                severity=Severity.HIGH if lost else Severity.LOW,
                words=f"`{lost[0].module}.{name}` is gone: whatever imports it fails when it is loaded"
                if lost
                else starred,
                place=place_of(file, facts, index=listing if at is None else at, side=Side.BASE),
                address=f"{(lost[0] if lost else own).module}.{name}",
                stood=name,
                is_deprecated=at is not None and is_deprecated(facts, at),
            )

    def _kept(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        """What is still there, and not as it was."""
        told: set[str] = set()
        in_another_way = yielding(facts) ^ yielding(head)
        in_another_way |= {name for name, _ in promised(facts) - promised(head)} | reordered(facts, head)
        for symbol in file.symbols:
            name = symbol_name(symbol.symbol)
            if symbol.kind == "variable" and "." in name:
                name = name.rpartition(".")[0]  # a field counts for the class that is made of them
                in_another_way.add(name)
            is_other = symbol.before != symbol.after or name in in_another_way
            is_gone = symbol.depth is ChangeDepth.REMOVED and name == symbol_name(symbol.symbol)
            if name in told or not concerns(symbol) or not is_other or is_gone:
                continue
            told.add(name)
            before, after = _last(facts, name), _last(head, name)
            if (
                after is None
                or not _is_member(head, after)
                or (before is None and not _is_asked_newly(facts, head, at=after))
            ):
                continue
            exposure = self._exposure(file, facts, name=name)
            if exposure is None:
                continue
            for found in merged(self._differences(file, (facts, before), after=(head, after))):
                is_weak = not exposure.means(head.definitions[after]) and found.severity is Severity.HIGH
                shown = name.removesuffix(".__init__").removesuffix(".__new__")
                address = f"{exposure.all[0].module}.{shown}"
                yield ApiBreak(
                    kind=found.kind,
                    severity=Severity.MEDIUM if is_weak else found.severity,
                    broken_here=found.broken_here,
                    words=f"`{address}`: {found.words}",
                    place=place_of(file, head, index=after, side=Side.HEAD),
                    address=address,
                    stood=name,
                    symbol=Symbol(file.change.path, after),
                    confidence=exposure.confidence,
                    is_deprecated=before is not None and is_deprecated(facts, before),
                )

    def _differences(
        self, file: FileCode, before: tuple[FileFacts, int | None], *, after: tuple[FileFacts, int]
    ) -> Iterator[Difference]:
        new = after[0].definitions[after[1]]
        if before[1] is None:
            words = "it is asked of whoever derives from it: classes outside that do not define it cannot be used"
            yield Difference(TYPE, Severity.MEDIUM, words)
            return
        old = before[0].definitions[before[1]]
        if old.kind in CLASS_KINDS or new.kind in CLASS_KINDS:
            yield from self._of_class(file, (before[0], before[1]), after=after)
        elif old.kind in _FUNCTIONS and new.kind in _FUNCTIONS:
            for each in _of_function((before[0], before[1]), after=after):
                function = Symbol(file.change.path, after[1])
                yield replace(each, broken_here=self._failing.of(function, each.gives)) if each.gives else each
        elif old.kind in _FUNCTIONS and (meant := _meant(*after)) is not None:
            for each in _of_function((before[0], before[1]), after=(after[0], meant)):
                words = f"it is `{after[0].definitions[meant].name}` now, and {each.words}"
                yield Difference(each.kind, each.severity, words)

    def _of_class(
        self, file: FileCode, before: tuple[FileFacts, int], *, after: tuple[FileFacts, int]
    ) -> Iterator[Difference]:
        old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
        if old.kind in CLASS_KINDS and new.kind in _FUNCTIONS:
            words = "it is a function now: what derives from it, or asks whether an object is one, fails"
            yield Difference(TYPE, Severity.HIGH, words)
        if old.kind not in CLASS_KINDS or new.kind not in CLASS_KINDS:
            return
        if is_made_of_fields(old) and is_made_of_fields(new):
            yield from field_differences(before, after)
        yield from class_differences(before, after)
        evaluator = self._landscapes.head.evaluator
        owner = Symbol(file.change.path, after[1])
        above = {a for each in evaluator.hierarchy.outside(owner) for a in _above_outside(each.rpartition(".")[2])}
        for symbol in evaluator.order(owner):
            facts = self._landscapes.head.landscape.facts(symbol.path)
            above.add(facts.definitions[symbol.index].name if facts else "")
        above |= {a for base in new.bases for a in _above_outside(last_name(base))}
        for name in (last_name(base) for base in old.bases):
            if name and not name.startswith("_") and name not in above | _NO_PROMISE:
                caught = name.endswith(("Error", "Exception", "Warning"))
                severity = Severity.HIGH if caught else Severity.MEDIUM
                what = "what catches that one does not catch it" if caught else "what takes that one may not take it"
                yield Difference(TYPE, severity, f"it is no longer a `{name}`: {what}")


def _meant(facts: FileFacts, index: int) -> int | None:
    """The function of the same file that a name was merely given to, as its only value."""
    given = [step for step in facts.steps if step.scope == 0 and step.target == Name(facts.definitions[index].name)]
    if len(given) != 1 or type(given[0].value) is not Name:
        return None
    found = _last(facts, given[0].value.id)
    return found if found is not None and facts.definitions[found].kind in _FUNCTIONS else None


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


def _of_function(before: tuple[FileFacts, int], *, after: tuple[FileFacts, int]) -> Iterator[Difference]:
    old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
    was, now = form_of(*before), form_of(*after)
    is_context = bool(_MANAGERS & {decorator_name(each) for each in old.decorators})
    if is_context and "generator" in now:
        yield Difference(TYPE, Severity.HIGH, "it is no context manager any more: `with` fails")
    elif was != now:
        yield from other_form(was, now)
    yield from no_longer_raised(before, after)
    yield from given_otherwise(old, new, facts=before[0])
    if "property" in (was, now):
        return
    if new.is_abstract and not old.is_abstract:
        yield Difference(TYPE, Severity.HIGH, "it is abstract now: classes that do not define it cannot be used")
    marked = {decorator_name(d) for d in old.decorators} ^ {decorator_name(d) for d in new.decorators}
    is_called = not new.name.startswith("__") or new.name in _CALLED
    is_made = any(decorator_name(d) in _MAKING for d in new.decorators)
    if is_called and not is_made and marked <= _KEEPING:
        names = {parameter.name for parameter in new.parameters}
        given = ((s.target.id, s.value) for s in after[0].steps if s.scope == after[1] and isinstance(s.target, Name))
        instead = (
            _instead(*after)
            if names - {parameter.name for parameter in old.parameters}
            else frozenset[tuple[str, str]]()
        )
        yield from differences(old, new, instead=instead, later={name: value for name, value in given if name in names})
    elif is_called and not is_made and _OF_CLASSES & marked & {decorator_name(d) for d in old.decorators}:
        yield Difference(TYPE, Severity.HIGH, "it is asked of an object now: what calls it on the class fails")


def _instead(facts: FileFacts, index: int) -> frozenset[tuple[str, str]]:
    """The names of which a function takes the one or the other."""
    found: set[tuple[str, str]] = set()
    for step in facts.steps:
        for each in walk(step.value) if step.scope == index else ():
            options = each.options if type(each) is Either else ()
            names = [option.id for option in options if type(option) is Name]
            if len(set(names)) == len(options) == _EITHER:
                found |= {(names[0], names[1]), (names[1], names[0])}
    return frozenset(found)


def _is_asked_newly(facts: FileFacts, head: FileFacts, *, at: int) -> bool:
    """Whether a member that comes must be defined by those who have a class of the same name already."""
    definition = head.definitions[at]
    owner = head.definitions[definition.parent]
    is_protocol = any(last_name(base.of if isinstance(base, Item) else base) == "Protocol" for base in owner.bases)
    was_there = _last(facts, head.qualified_name(definition.parent)) is not None
    is_asked = definition.is_abstract or (is_protocol and definition.kind in ("method", "variable"))
    return definition.parent > 0 and was_there and is_asked


def _is_member(facts: FileFacts, index: int) -> bool:
    """Whether a definition stands at the top level, or in classes that do."""
    parent = facts.definitions[index].parent
    while parent > 0 and facts.definitions[parent].kind in CLASS_KINDS:
        parent = facts.definitions[parent].parent
    return parent == 0


def _above_outside(name: str) -> set[str]:
    """A class that Python brings, and those that it derives from."""
    known = getattr(builtins, name, None)
    if isinstance(known, type):
        return {each.__name__ for each in known.__mro__}
    return {name, "Enum"} if name in _ENUMERATIONS else {name}


def _last(facts: FileFacts, name: str) -> int | None:
    """The definition of a name that counts: the last that is no overload and no setter."""
    found = None
    for index, definition in enumerate(facts.definitions):
        if facts.qualified_name(index) == name and not _ACCESSORS & {decorator_name(d) for d in definition.decorators}:
            found = index
    return found
