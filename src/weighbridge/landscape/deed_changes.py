"""What a change does to guards whose names do not say that they guard."""

from collections.abc import Container, Iterator, Mapping, Sequence

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Call, FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import named_around
from weighbridge.landscape.gatekeepers import Gatekeepers, Standers, both
from weighbridge.landscape.guards import Guard, GuardKind, Slot, guard_kind, mounted_functions, route_path, spoken
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.middleware import GOING_ON, TELLING
from weighbridge.landscape.values import Symbol

_Slots = dict[Slot, dict[str, Guard]]
_Calls = Mapping[Slot, Sequence[tuple[int, Call]]]
"""The calls of each function, by its slot, with the scopes they stand in."""


class DeedChanges:
    """Adds gatekeepers to the guards of both sides, and says of one that is lost whether it may stand there yet."""

    def __init__(self, landscapes: Landscapes) -> None:
        self._head_view = landscapes.head
        self._base, self._head = Gatekeepers(landscapes.base), Gatekeepers(landscapes.head)
        self._files: dict[RepoPath, FileCode] = {}
        self._found: dict[RepoPath, tuple[Standers, Standers]] = {}
        self._calls: dict[RepoPath, tuple[_Calls, _Calls]] = {}

    def take(self, path: RepoPath, file: FileCode, *, of: Container[str], known: tuple[_Slots, _Slots]) -> None:
        """Put the gatekeepers of a file's sides among its guards; what refuses on the line of a known guard is that guard."""
        base = file.change.base
        if base is None or file.base is None or file.head is None:
            return
        steps = both(file.base, file.head, of=of)
        old = self._base.before(base.path, file.base, of=of, steps=steps)
        new = self._head.before(path, file.head, of=of, steps=steps)
        self._files[path], self._found[path] = file, (old, new)
        for found, guards in zip((old, new), known, strict=True):
            for slot, answers in found.answers.items():
                among = guards.setdefault(slot, {})
                lines = {guard.line for guard in among.values()}
                among.update((n, g) for n, g in answers.items() if n not in among and g.line not in lines)
            for slot, standing in found.slots.items():
                guards[slot] = {**standing, **guards.get(slot, {})}

    def may_stand(self, path: RepoPath, slot: Slot, *, guard: Guard) -> bool:
        """Whether a gatekeeper that is not seen in head may be there: something unknown is, or is called, in its place."""
        if guard.kind is not GuardKind.DEED or path not in self._found:
            return False
        old, new = self._found[path]
        unknown = new.unknown.get(slot, set())
        if guard.name in new.elsewhere.get(slot, ()):
            return True
        if guard.name in unknown or unknown - old.unknown.get(slot, set()):
            return True
        return guard.name in old.answers.get(slot, {}) and self._is_left_to_new(path, slot)

    def stood_alone(self, path: RepoPath, slot: Slot, *, guard: Guard) -> bool:
        """Whether a mount that is gone put one function before others, and some of these are, or may be, still there.

        A router may be called `authRoute`: by its name, what is put there is a check only where that says what it does.
        """
        if guard.kind is not GuardKind.DEED and guard_kind(guard.name) is not GuardKind.ACCESS:
            return False
        if path not in self._found or slot not in self._found[path][0].alone:
            return False
        below = slot.name.partition(" ")[2].rstrip("/*")
        old, new = (set(_paths(facts)) for facts in (self._files[path].base, self._files[path].head) if facts)
        is_below = [any(p.startswith(below) for p in paths - {slot.name.partition(" ")[2]}) for paths in (old, new)]
        return is_below[1] or not is_below[0]

    def _is_left_to_new(self, path: RepoPath, slot: Slot) -> bool:
        """Whether the code of a slot calls something that it did not call before, and that may refuse."""
        if path not in self._calls:
            file = self._files[path]
            self._calls[path] = _calls_by_slot(file.base), _calls_by_slot(file.head)
        old, new = (calls.get(slot, []) for calls in self._calls[path])
        known = {spoken(call) for _, call in old}
        return any(spoken(call) not in known and self._may_refuse(path, scope, call=call) for scope, call in new)

    def _may_refuse(self, path: RepoPath, scope: int, *, call: Call) -> bool:
        name = spoken(call)
        if not name or name.rpartition(".")[2] in GOING_ON or name.partition(".")[0] in TELLING:
            return False
        values = self._head_view.evaluator.evaluate(path, scope, expr=call.function)
        ours = [value for value in values if isinstance(value, Symbol)]
        return len(ours) < max(len(values), 1) or any(self._head.refuses(each, must_go_on=False) for each in ours)


def _paths(facts: FileFacts) -> Iterator[str]:
    """What the file mounts anything at."""
    calls = (call for step in facts.steps for call in calls_in(step.value))
    return (path for call in calls if (path := route_path(call)))


def _calls_by_slot(facts: FileFacts | None) -> _Calls:
    found: dict[Slot, list[tuple[int, Call]]] = {}
    if facts is None:
        return found
    mounted = mounted_functions(facts)
    for step in facts.steps:
        slot = mounted.get(step.scope) or Slot(named_around(facts, step.scope))
        found.setdefault(slot, []).extend((step.scope, call) for call in calls_in(step.value))
    return found
