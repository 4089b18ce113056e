"""Decisions that a function asked for and kept under a name, and that it takes for granted now: `trusted = true`."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, FileFacts, Name, Step, Switch
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.conditions import form_of
from weighbridge.landscape.functions import named_around, steps_by_function
from weighbridge.landscape.guards import is_unreachable, refusal_lines, spoken
from weighbridge.landscape.middleware import spelled
from weighbridge.landscape.predicates import danger_in
from weighbridge.landscape.weakened_checks import WeakenedCheck, Weakening

_SAID: Final = {True: "yes", False: "no"}


def taken_for_granted(code: CodeChange, of_tests: Container[RepoPath]) -> Iterator[WeakenedCheck]:
    """The names that hold what always lets somebody in, where they held what a check had answered."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or path in of_tests:
            continue
        added = [s for s in file.head.switches if any(a.start <= s.line <= a.end for a in file.change.added)]
        kept = {spelled(step.target) for step in file.base.steps if _keeps(step)} if added else set()
        granted = [switch for switch in added if switch.name in kept]
        if granted:
            sides = _Sides(file.base, file.head)
            yield from (check for switch in granted for check in _granted(path, file, switch=switch, sides=sides))


class _Now(Struct, frozen=True):
    """What a function does now: how often it keeps an answer under each name, how often it asks what, the names it reads."""

    kept: Counter[str]
    asked: Counter[str]
    read: AbstractSet[str]


class _Sides:
    """The statements of both sides of a file, by the function they belong to."""

    def __init__(self, base: FileFacts, head: FileFacts) -> None:
        self.head = head
        self._bound = {(step.line, spelled(step.target)): step for step in reversed(head.steps)}
        self._after = steps_by_function(head)
        self._before: dict[tuple[str, str], list[Step]] = {}
        for symbol, steps in steps_by_function(base).items():
            for step in filter(_keeps, steps):
                self._before.setdefault((symbol, spelled(step.target)), []).append(step)
        self._now: dict[str, _Now] = {}

    def bound(self, switch: Switch) -> Step | None:
        """The statement of head that gives a variable what a switch tells."""
        return self._bound.get((switch.line, switch.name))

    def kept(self, symbol: str, name: str) -> Sequence[Step]:
        """The statements of a function's base that keep an answer under a name."""
        return self._before.get((symbol, name), ())

    def now(self, symbol: str) -> _Now:
        """What a function does in head."""
        if symbol not in self._now:
            steps = self._after.get(symbol, ())
            parts = (part for step in steps for part in walk(step.value))
            self._now[symbol] = _Now(
                Counter(spelled(step.target) for step in steps if _keeps(step)),
                Counter(name for step in steps for name in _asked(step)),
                {part.id for part in parts if isinstance(part, Name)},
            )
        return self._now[symbol]


def _granted(path: RepoPath, file: FileCode, *, switch: Switch, sides: _Sides) -> Iterator[WeakenedCheck]:
    bound = sides.bound(switch)
    if bound is None or is_unreachable(sides.head, switch.line, scope=bound.scope):
        return
    symbol, name = named_around(sides.head, bound.scope), switch.name
    now = sides.now(symbol)
    is_read = "." in name or name in now.read  # what is kept in an object is there for others
    itself = Counter(_asked(bound))  # `belongs(account, user) or True` asks in vain
    is_kept = now.kept[name] > bool(itself)
    for step in sides.kept(symbol, name) if is_read and not is_kept else ():
        asked = next((each for each in _asked(step) if now.asked[each] <= itself[each]), "")
        if asked and _danger(asked, name, facts=sides.head) is switch.is_on:
            stood = file.change.base
            yield WeakenedCheck(
                kind=Weakening.GRANTED,
                place=Place(path=path, line=switch.line, end_line=switch.line, symbol=symbol),
                stood=Place(path=stood.path, line=step.line, end_line=step.line, side=Side.BASE) if stood else None,
                subject=symbol or path,
                before=asked,
                now=_SAID[switch.is_on],
            )
            return


def _keeps(step: Step) -> bool:
    """Whether a statement gives a name something that it asks for."""
    return step.kind == "bind" and next(_asked(step), None) is not None


def _asked(step: Step) -> Iterator[str]:
    """What a statement asks, calls first: a function, a member of an object."""
    for kind in (Call, Attribute):
        yield from (name for part in walk(step.value) if isinstance(part, kind) and (name := spoken(part)))


def _danger(call: str, name: str, *, facts: FileFacts) -> bool | None:
    """Which answer lets somebody in, by the words of the question or the name it is kept under, or by what is refused for."""
    for told in (call.rpartition(".")[2], name.rpartition(".")[2]):
        danger = danger_in(told)
        if danger is not None:
            return danger
    refusing = refusal_lines(facts)
    for each in facts.conditionals if refusing else ():
        form = form_of(each.condition)
        if form.kind == "is" and form.text == name and any(each.first <= line <= each.last for line in refusing):
            return form.is_negated
    return None
