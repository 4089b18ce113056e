"""Which bindings of a name can hold where it is used: straight lines hide, branches add.

Within a scope a binding hides the ones before it from what comes after it, unless it stands in a branch that may be passed
over. In a loop, what is bound later holds too, for it was bound the time before. A nested function runs later: it sees what
holds where it is defined, and all that is bound after. From outside, a module or a class is seen as it is when it has been
run through. These are reaching definitions (Aho, Sethi, Ullman, section 10.5) of structured code, read off its nesting.

What a file does not tell the order of (other languages than Python, what a function binds elsewhere by `global`) neither
hides nor is hidden; nor is a declared type hidden, for it holds throughout.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import OPAQUE, Branch, Expr, FileFacts, Import, Name, Step
from weighbridge.landscape.file_names import Binding, BoundParameter, FileNames
from weighbridge.landscape.values import ANYWHERE

AT_END: Final = 2**62
"""In the place of a turn: when the scope has been run through."""

_ORDERED: Final = frozenset({"python"})
_NO_BRANCH: Final = -1


class _Timed(Struct, frozen=True):
    """A binding with its turn and its innermost branch; `hides` those before it, `lasts` through those after it."""

    turn: int
    binding: Binding
    branch: int
    hides: bool
    lasts: bool


class _Branches:
    """The branches of one scope, outer ones first."""

    def __init__(self, branches: Sequence[Branch]) -> None:
        self.all = branches
        self._firsts = [branch.first for branch in branches]
        self._outer: list[int] = []
        around: list[int] = []
        for index, branch in enumerate(branches):
            while around and branches[around[-1]].end <= branch.first:
                around.pop()
            self._outer.append(around[-1] if around else _NO_BRANCH)
            around.append(index)

    def around(self, turn: int) -> list[int]:
        """The branches that hold a turn, innermost first."""
        index = bisect_right(self._firsts, turn) - 1
        found: list[int] = []
        while index != _NO_BRANCH:
            if self.all[index].first <= turn < self.all[index].end:
                found.append(index)
            index = self._outer[index]
        return found

    def is_never(self, turn: int) -> bool:
        """Whether a turn stands in a branch that is not run."""
        return any(self.all[index].is_never for index in self.around(turn))


class Flow:
    """Answers for one file; what was asked is remembered."""

    def __init__(self, names: FileNames) -> None:
        self._names = names
        self._facts = names.facts
        self._timed: dict[tuple[int, str], tuple[list[_Timed], list[_Timed]]] = {}
        self._held: dict[tuple[int, str, int, bool], Sequence[Binding]] = {}
        self.is_ordered = names.facts.language in _ORDERED

    def turn_of(self, step: Step) -> int:
        """When a step of this file is done."""
        return self._turns.get(id(step), ANYWHERE) if self.is_ordered else ANYWHERE

    def holding(self, home: int, name: str, *, at: int, is_later: bool = False) -> Sequence[Binding]:
        """The bindings of `name` in the scope `home` that can hold at a turn; `is_later`, at that turn or any after."""
        bindings = self._names.bound_in(home).get(name, ())
        if len(bindings) < 2 or not self.is_ordered:
            return bindings
        key = (home, name, at, is_later)
        if key not in self._held:
            self._held[key] = self._find(home, name, at=at, is_later=is_later)
        return self._held[key]

    def expressions(self) -> Iterator[tuple[int, int, Expr]]:
        """(scope, turn, expression) for every outermost expression of the file, declarations' own ones included.

        What stands in a definition's head is evaluated around it, when it is defined; annotations at any time.
        """
        for definition in self._facts.definitions:
            scope, turn = max(definition.parent, 0), definition.turn
            defaults = (p.default for p in definition.parameters)
            for head in (*definition.bases, *definition.decorators, *defaults):
                if head is not None:
                    yield scope, turn, head
            for stated in (definition.returns, *(p.annotation for p in definition.parameters)):
                if stated is not None:
                    yield scope, ANYWHERE, stated
        for step in self._facts.steps:
            turn = self.turn_of(step)
            for part, at in ((step.value, turn), (step.target, turn), (step.annotation, ANYWHERE)):
                if part is not None:
                    yield step.scope, at, part

    def turns(self, home: int, name: str, *, at: int) -> list[int]:
        """The turns of the bindings of `name` in `home` that can hold at a turn."""
        if not self._names.bound_in(home).get(name):
            return []
        held = {id(binding) for binding in self.holding(home, name, at=at)}
        return [each.turn for each in self._in_order(home, name)[0] if id(each.binding) in held]

    def is_certain(self, scope: int, turn: int, *, at: int) -> bool:
        """Whether what `scope` does at `turn` has been done, and not only may have been, when it comes to the turn `at`."""
        if ANYWHERE in (turn, at) or turn >= at:
            return False
        branches = self._branches(scope)
        return not (around := branches.around(turn)) or around[0] in branches.around(at)

    @cached_property
    def may_lack(self) -> bool:
        """Whether the file takes names away, or binds some where it says itself that it does not run."""
        return self.is_ordered and bool(self._deleted or any(branch.is_never for branch in self._facts.branches))

    def gives(self, home: int, name: str) -> bool:
        """Whether a name that a scope binds has a value when that has been run through, unless it certainly has none."""
        if not self.may_lack or not self._names.bound_in(home).get(name):
            return True
        branches = self._branches(home)
        deleted = max((turn for turn in self._deleted.get((home, name), ()) if not branches.around(turn)), default=-1)
        return any(
            each.turn == ANYWHERE or (each.turn > deleted and not branches.is_never(each.turn))
            for each in self._in_order(home, name)[0]
        )

    def lost_at(self, home: int, name: str) -> int:
        """The line at which a scope takes a name away for good; 0 where it never has it."""
        steps = (s for s in self._facts.steps if s.kind == "delete" and s.scope == home and s.value == Name(name))
        return max((step.line for step in steps), default=0)

    def _find(self, home: int, name: str, *, at: int, is_later: bool) -> Sequence[Binding]:
        timed, lasting = self._in_order(home, name)
        if at == ANYWHERE:
            return [each.binding for each in timed]
        branches = self._branches(home)
        around = branches.around(at)
        loops = [index for index in around if branches.all[index].is_loop]
        if is_later and loops:
            at = branches.all[loops[-1]].first
            around, loops = around[around.index(loops[-1]) + 1 :], []
        held, hidden_before = _reaching(timed, at, around=around)
        found = [*(each for each in lasting if each.turn < hidden_before), *held]
        again = [branches.all[index].end for index in loops if branches.all[index].first > hidden_before]
        until = AT_END if is_later else max(again, default=at)
        first, last = (bisect_left(timed, turn, key=lambda each: each.turn) for turn in (at, until))
        return [each.binding for each in (*found, *timed[first:last])]

    def _in_order(self, home: int, name: str) -> tuple[list[_Timed], list[_Timed]]:
        """A name's bindings by their turns; and those of them that are never hidden."""
        key = (home, name)
        if key not in self._timed:
            made = (self._with_turn(home, name, binding=binding) for binding in self._names.bound_in(home)[name])
            timed = sorted(made, key=lambda each: each.turn)
            self._timed[key] = timed, [each for each in timed if each.lasts]
        return self._timed[key]

    def _with_turn(self, home: int, name: str, *, binding: Binding) -> _Timed:
        turn, hides, lasts = ANYWHERE, True, False
        match binding:
            case int():
                definition = self._facts.definitions[binding]
                turn = definition.turn
                # `@x.setter` makes the new `x` of the old one
                hides = not any(mentions(decorator, name) for decorator in definition.decorators)
            case Import():
                turn = binding.turn
            case Step():
                turn = self.turn_of(binding) if binding.scope == home else ANYWHERE
                lasts = binding.annotation is not None
                hides = not lasts or binding.value != OPAQUE
            case BoundParameter():
                turn = self._facts.definitions[home].turn
                lasts = binding.parameter.annotation is not None
        if turn == ANYWHERE:
            return _Timed(turn, binding, _NO_BRANCH, hides=False, lasts=True)
        around = self._branches(home).around(turn)
        return _Timed(turn, binding, around[0] if around else _NO_BRANCH, hides=hides, lasts=lasts)

    @cached_property
    def _turns(self) -> dict[int, int]:
        """The turn of every step: what imports and definitions leave."""
        return dict(zip(map(id, self._facts.steps), step_turns(self._facts), strict=True))

    @cached_property
    def _deleted(self) -> dict[tuple[int, str], list[int]]:
        """The turns at which scopes take names away."""
        found: dict[tuple[int, str], list[int]] = {}
        for step in self._facts.steps:
            if step.kind == "delete" and isinstance(step.value, Name):
                found.setdefault((step.scope, step.value.id), []).append(self.turn_of(step))
        return found

    @cached_property
    def _by_scope(self) -> dict[int, _Branches]:
        found: dict[int, list[Branch]] = {}
        for branch in self._facts.branches:
            found.setdefault(branch.scope, []).append(branch)
        return {scope: _Branches(branches) for scope, branches in found.items()}

    def _branches(self, scope: int) -> _Branches:
        return self._by_scope.get(scope) or _NONE


_NONE: Final = _Branches(())


def _reaching(timed: Sequence[_Timed], at: int, *, around: Sequence[int]) -> tuple[list[_Timed], int]:
    """What was bound before a turn that stands in the branches `around`, and not hidden; and where hiding begins."""
    position = last = bisect_left(timed, at, key=lambda each: each.turn)
    while position > 0:
        position -= 1
        each = timed[position]
        if each.hides and each.branch in (_NO_BRANCH, *around):
            return list(timed[position:last]), each.turn
    return list(timed[:last]), ANYWHERE


def step_turns(facts: FileFacts) -> list[int]:
    """The turns of a file's steps, in their order."""
    taken = {definition.turn for definition in facts.definitions} | {imported.turn for imported in facts.imports}
    found: list[int] = []
    turn = 0
    for _ in facts.steps:
        while turn in taken:
            turn += 1
        found.append(turn)
        turn += 1
    return found


def mentions(expr: Expr, name: str) -> bool:
    """Whether a bare name stands in an expression."""
    return any(isinstance(each, Name) and each.id == name for each in walk(expr))
