"""The guards that a change takes away: from what is still there, or as their own last users go."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts, Function
from weighbridge.landscape.callers import Callers
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.guards import (
    Guard,
    GuardKind,
    Guards,
    Slot,
    bound_values,
    mount_of,
    mounted_functions,
    route_handlers,
    spoken,
)
from weighbridge.landscape.kept import FUNCTIONS, indexes_by_name
from weighbridge.landscape.kept_calls import kept_calls, moved_names
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.refusals import Refusals, refusals, stands_before
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol
from weighbridge.landscape.weakened_checks import WeakenedChecks

if TYPE_CHECKING:
    from weighbridge.landscape.deed_changes import DeedChanges

_Slots = Mapping[Slot, Mapping[str, Guard]]


class LostGuard(Struct, frozen=True, kw_only=True):
    """A guard that stood before a slot on the base and does not in head."""

    path: RepoPath
    file: FileCode
    slot: Slot
    guard: Guard

    @property
    def stood(self) -> Place:
        """Where the check stood."""
        assert self.file.change.base is not None, "a lost guard stood on the base"
        path, line = self.file.change.base.path, self.guard.line
        return Place(path=path, line=line, end_line=line, side=Side.BASE)

    @property
    def place(self) -> Place:
        """Where head shows that it is missing: the definition or the route it stood before."""
        facts = self.file.head
        line = _line_of(facts, self.slot) if facts else 0
        line = line or min((added.start for added in self.file.change.added), default=1)
        return Place(path=self.path, line=line, end_line=line, symbol="" if self.slot.is_mount else self.slot.name)


class Orphan(Struct, frozen=True, kw_only=True):
    """A check of this repository that nothing uses any more, and what used it last."""

    name: str
    place: Place
    user: str


def _may_lose(file: FileCode) -> bool:
    """Whether anything that stood in a file changed: what is only added takes no check away."""
    kept = (ChangeDepth.TEXT, ChangeDepth.ADDED)
    if any(symbol.depth not in kept for symbol in file.symbols):
        return True
    before, after = file.base, file.head  # what is written at a route is the same code at any other
    return before is not None and after is not None and set(route_handlers(before)) != set(route_handlers(after))


class GuardChanges:
    """Both sides' guards of the changed files."""

    def __init__(self, code: CodeChange, landscapes: Landscapes) -> None:
        self._head = landscapes.head
        self._guards = Guards(landscapes.head)
        self._callers = Callers(landscapes.head)
        files = {path: file for path, file in code.files.items() if not landscapes.is_test(path)}
        self._files = files if any(_may_lose(file) for file in files.values()) else {}
        self._before: dict[RepoPath, dict[Slot, dict[str, Guard]]] = {}
        self._after: dict[RepoPath, dict[Slot, dict[str, Guard]]] = {}
        self._base = landscapes.base
        base = Guards(landscapes.base)
        self._deeds: DeedChanges | None = None
        moved = moved_names(code) if self._files else frozenset()
        for path, file in self._files.items():
            changed = {symbol_name(symbol.symbol).partition("@")[0] for symbol in file.symbols}
            kept = kept_calls(file, of=changed, moved=moved)
            if file.base is not None and file.change.base is not None:
                self._before[path] = base.slots(file.change.base.path, file.base, of=changed, kept=kept)
            if file.head is not None:
                self._after[path] = self._guards.slots(path, file.head, of=changed, kept=kept)
            if _may_lose_deeds(file):
                self._deeds = self._deeds or _deeds(landscapes)
                known = self._before.get(path, {}), self._after.get(path, {})
                self._deeds.take(path, file, of=changed, known=known)

    def lost(self) -> Iterator[LostGuard]:
        """The guards gone from what is still there, neither replaced by another of their kind nor moved."""
        for path, before in self._before.items():
            for slot, guards in before.items():
                left = self._after.get(path, {}).get(slot, {})
                gained = {_looking_at(left[name].kind) for name in left.keys() - guards.keys()}
                deeds = self._deeds
                stands = self._stands(path, slot)
                for name in sorted(guards.keys() - left.keys()):
                    if not stands and not (deeds is not None and deeds.stood_alone(path, slot, guard=guards[name])):
                        continue
                    lost = LostGuard(path=path, file=self._files[path], slot=slot, guard=guards[name])
                    is_made_up = _looking_at(guards[name].kind) in gained or _is_among(name, left)
                    may_stand = deeds is not None and deeds.may_stand(path, slot, guard=lost.guard)
                    if not is_made_up and not may_stand and not self._is_moved(lost):
                        yield lost

    def exposed(self) -> Iterator[LostGuard]:
        """The guards that a route's code is no longer behind, though they stand where they stood: it was moved from there."""
        for path, file in self._files.items():
            was, now = self._behind(file.base, self._before.get(path)), self._behind(file.head, self._after.get(path))
            for told, (before, guards) in was.items():
                slot, left = now.get(told, (before, {}))
                guard = next((g for g in guards.values() if _looking_at(g.kind) is GuardKind.ACCESS), None)
                kinds = {_looking_at(g.kind) for g in left.values()}
                if guard is None or slot == before or GuardKind.ACCESS in kinds:
                    continue
                lost = LostGuard(path=path, file=file, slot=slot, guard=guard)
                if not self._is_moved(lost):
                    yield lost

    def _behind(self, facts: FileFacts | None, slots: _Slots | None) -> dict[str, tuple[Slot, Mapping[str, Guard]]]:
        """What the routes of a file run, each once, with the guards it is behind."""
        found: dict[str, tuple[Slot, Mapping[str, Guard]]] = {}
        twice: set[str] = set()
        for told, slot in route_handlers(facts) if facts is not None and slots is not None else ():
            twice |= {told} & found.keys()
            found[told] = slot, (slots or {}).get(slot, {})
        return {told: each for told, each in found.items() if told not in twice}

    def refused_no_more(self) -> Iterator[LostGuard]:
        """The tests that are gone from what stands before others, neither made elsewhere nor left to what is called."""
        before = {(r.path, r.name): r for r in self._refusals(Side.BASE)}
        after = {(r.path, r.name): r for r in self._refusals(Side.HEAD)}
        none: frozenset[str] = frozenset()
        gained = {n for at, r in after.items() for n in r.looks_at - (before[at].looks_at if at in before else none)}
        for (path, name), refused in before.items():
            left = after.get((path, name))
            lost = [test for test in refused.lost(left) if _last(test.name) not in gained] if left else []
            if lost and stands_before(self._base, name):
                file = self._files[path]
                yield from (LostGuard(path=path, file=file, slot=Slot(name), guard=test) for test in lost)

    def _refusals(self, side: Side) -> Iterator[Refusals]:
        """How the changed functions refuse, on one side, by the paths they have in head."""
        for path, file in self._files.items():
            facts = file.base if side is Side.BASE else file.head
            changed = {symbol_name(symbol.symbol).partition("@")[0] for symbol in file.symbols}
            yield from refusals(path, facts, of=changed) if facts is not None else ()

    def orphans(self) -> Iterator[Orphan]:
        """Checks of who may do what, whose last user is removed altogether."""
        told: set[str] = set()
        for path, before in self._before.items():
            for slot, guards in before.items():
                for guard in guards.values() if not self._stands(path, slot) else ():
                    if guard.kind is GuardKind.ACCESS and guard.name not in told and self.is_unused(guard.name):
                        told.add(guard.name)
                        place = self._defined(guard.name.rpartition(".")[2])
                        if place is not None:
                            yield Orphan(name=guard.name, place=place, user=slot.name or path)

    def is_unused(self, name: str) -> bool:
        """Whether a check of this repository has no user left in head, tests aside."""
        last = name.rpartition(".")[2]
        users = self._head.landscape.files_with("m:" + last)
        return self._defined(last) is not None and not any(self._mentions(path, last) for path in users)

    # Whether it is still there, somewhere

    def _is_moved(self, lost: LostGuard) -> bool:
        """Whether the check stands at every caller, in something called, or before all of them at once."""
        name = lost.guard.name
        for path, slots in self._after.items():
            for slot, guards in slots.items():
                was = self._before.get(path, {}).get(slot, {})
                is_gained = _is_among(name, guards) and not _is_among(name, was)
                if is_gained and (self._is_wide(path, slot, before=lost) or self._meets(lost, slot, path=path)):
                    return True
        return self._is_left_to_callers(lost)

    def _is_left_to_callers(self, lost: LostGuard) -> bool:
        indexes = indexes_by_name(lost.file.head).get(lost.slot.name) if lost.file.head else None
        if not indexes or lost.slot.is_mount:
            return False
        callers = [c for c in self._callers.of(Symbol(lost.path, indexes[-1])) if not is_test(c.path)]
        return bool(callers) and all(_is_among(lost.guard.name, self._at(c.path, c.symbol)) for c in callers)

    def _at(self, path: RepoPath, symbol: str) -> Mapping[str, Guard]:
        facts = self._head.landscape.in_detail(path)
        return self._guards.slots(path, facts, of={symbol}).get(Slot(symbol), {}) if facts else {}

    def _stands(self, path: RepoPath, slot: Slot) -> bool:
        facts = self._files[path].head
        return facts is not None and (_line_of(facts, slot) > 0 or not slot.name)

    def _is_wide(self, path: RepoPath, slot: Slot, *, before: LostGuard) -> bool:
        """Whether a slot stands before many: a module, a class, a mount that is not another route's."""
        facts = self._files[path].head
        if before.slot.is_mount and slot.is_mount:
            return _said(before.slot).startswith(_said(slot).rstrip("/*"))
        if slot.is_mount or not slot.name or facts is None or (before.slot.is_mount and path == before.path):
            return True
        return any(d.kind == "class" and facts.qualified_name(i) == slot.name for i, d in enumerate(facts.definitions))

    def _meets(self, lost: LostGuard, slot: Slot, *, path: RepoPath) -> bool:
        """Whether what gained the check is called by what lost it, or calls it."""
        gained, name = slot.name.rpartition(".")[2], lost.slot.name.rpartition(".")[2]
        return self._calls(lost.path, lost.slot.name, wanted=gained) or self._calls(path, slot.name, wanted=name)

    def _calls(self, path: RepoPath, symbol: str, *, wanted: str) -> bool:
        facts = self._files[path].head
        if facts is None:
            return False
        made = {scope for scope, slot in mounted_functions(facts).items() if slot == Slot(symbol)}
        inside = (
            step
            for step in facts.steps
            if step.scope in made or f"{facts.qualified_name(step.scope)}.".startswith(f"{symbol}.")
        )
        return any(_last(spoken(call)) == wanted for step in inside for call in calls_in(step.value))

    # Who uses a check

    def _mentions(self, path: RepoPath, name: str) -> bool:
        """Whether code, and not a test or the check itself, names it."""
        facts = self._head.landscape.facts(path)
        if facts is None or is_test(path):
            return False
        mentions = self._head.references.mentions_of(path, name)
        return any(facts.definitions[mention.source].name != name for mention in mentions)

    def _defined(self, name: str) -> Place | None:
        for path in self._head.landscape.files_with("d:" + name):
            facts = self._head.landscape.facts(path)
            for index, definition in enumerate(facts.definitions if facts else ()):
                if facts and definition.name == name and definition.kind in FUNCTIONS and not is_test(path):
                    line = definition.line
                    return Place(path=path, line=line, end_line=line, symbol=facts.qualified_name(index))
        return None


def asked_no_more(checks: WeakenedChecks) -> Iterator[LostGuard]:
    """The conditions that were refused for, and that nothing looks at any more."""
    for test in checks.lost():
        guard = Guard(test.name, GuardKind.REFUSAL, test.line, is_own=True)
        yield LostGuard(path=test.file.change.path, file=test.file, slot=test.slot, guard=guard)


def _may_lose_deeds(file: FileCode) -> bool:
    """Whether anything that refuses by what it does may be gone: taken out, or behind what leaves before it."""
    if file.base is None or file.head is None:
        return False
    return bool(file.change.removed) or len(file.head.unreachable) > len(file.base.unreachable)


def _deeds(landscapes: Landscapes) -> "DeedChanges":
    from weighbridge.landscape.deed_changes import DeedChanges  # noqa: PLC0415 - what is only added takes nothing away

    return DeedChanges(landscapes)


def _looking_at(kind: GuardKind) -> GuardKind:
    """What a guard is for: one that is told by what it does looks at who asks, as those do that are told by their names."""
    return GuardKind.ACCESS if kind is GuardKind.DEED else kind


def _is_among(name: str, guards: Mapping[str, Guard]) -> bool:
    """Whether a check of this name is among some, whatever object it is called on."""
    return any(_last(other) == _last(name) for other in guards)


def _said(mount: Slot) -> str:
    """The path of a mount."""
    return mount.name.partition(" ")[2]


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _line_of(facts: FileFacts, slot: Slot) -> int:
    """The line a slot stands at; 0 where it does not."""
    if slot.is_mount:
        calls = (call for step in facts.steps for call in calls_in(step.value))
        return next((call.line for call in calls if mount_of(call) == slot), 0)
    defined = (d.line for i, d in enumerate(facts.definitions) if i and facts.qualified_name(i) == slot.name)
    mounted = (facts.definitions[i].line for i, s in mounted_functions(facts).items() if s == slot)
    return next(defined, 0) or next(mounted, 0) or next(_members(facts, slot.name), 0)


def _members(facts: FileFacts, name: str) -> Iterator[int]:
    """The lines of what a file gives to a name of several parts, which is no definition: `exports.remove`."""
    for step in facts.steps if "." in name else ():
        for told, value in bound_values(facts, step) if step.kind == "bind" else ():
            if told == name:
                yield facts.definitions[value.definition].line if isinstance(value, Function) else step.line
