"""The checks that still stand and keep out less: turned round, asked less often, passed by, or answered before they ask."""

from collections.abc import Container, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import Attribute, Call, Conditional, FileFacts, Name, Step, Text
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.conditions import Form, asked_in, form_of, holds_less_often, joined_to, names_in, opposite
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import FUNCTION_KINDS, calls_in
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.guards import (
    GuardKind,
    Slot,
    asks_who,
    checks_by_verb,
    guard_kind,
    is_unreachable,
    mounted_functions,
    refusal_lines,
    spoken,
)
from weighbridge.landscape.middleware import SCRIPTS, lines_of_answers
from weighbridge.landscape.surfaces.names import access_word_in_path, speaks_of_access

_GOING_ON: Final = frozenset({"next", "call_next", "Next", "doFilter", "ServeHTTP", "get_response"})
"""What a middleware calls to let a request through."""
_ASKING_FOR_MORE: Final = (("need",), ("needs",), ("require",), ("requires",), ("should",))
"""How names begin of functions whose yes keeps somebody out: `needs_login`."""
_FAULTS: Final = frozenset({"err", "error", "exc", "errors"})


class Weakening(StrEnum):
    """How a check keeps out less."""

    TURNED = "turned"
    LESS = "less"
    NARROWED = "narrowed"
    DROPPED = "dropped"
    PASSED_BY = "passed-by"
    UNHEEDED = "unheeded"
    ALWAYS = "always"
    SAYS_YES = "says-yes"
    GOES_ON = "goes-on"
    SWALLOWED = "swallowed"
    GRANTED = "granted"
    LATE = "late"


class WeakenedCheck(Struct, frozen=True, kw_only=True):
    """A check that keeps out less than it did; `before` and `now` are conditions in words, or names."""

    kind: Weakening
    place: Place
    stood: Place | None
    subject: str
    before: str = ""
    now: str = ""


class LostTest(Struct, frozen=True, kw_only=True):
    """Something that a function refused for, and does not look at any more."""

    file: FileCode
    slot: Slot
    name: str
    line: int


class _Asked(Struct, frozen=True):
    """A condition of one slot, and what hangs on it."""

    form: Form
    line: int
    last: int
    leaves: str
    refuses: bool
    checks: frozenset[str]
    """The checks it names."""
    does: tuple[bytes, ...]
    """What is done where it holds."""
    turns_away: bool
    """Whether a handler sends somebody away there, or says no: it may do so for other reasons than who asks."""

    @property
    def is_check(self) -> bool:
        return self.refuses or bool(self.checks)


class _Side(Struct, frozen=True, kw_only=True):
    """What one side of a file asks in each slot."""

    facts: FileFacts
    asked: Mapping[Slot, Sequence[_Asked]]
    steps: Mapping[Slot, Sequence[Step]]
    results: Mapping[Slot, Sequence[tuple[int, bool]]]
    """The results that are always the same."""
    answers: Mapping[Slot, Mapping[Form, int]]
    """What else is answered, with its line."""

    @classmethod
    def of(cls, path: RepoPath, facts: FileFacts) -> "_Side":
        """Sort a file's conditionals and steps by the slots they stand in."""
        slots = _Slots(facts)
        lines = _Lines.of(facts)
        asked: dict[Slot, list[_Asked]] = {}
        for each in facts.conditionals:
            slot = slots.at(each.line)
            if not slots.is_dead(each.line):
                is_guard = is_check_itself(slot.name, path)
                asked.setdefault(slot, []).append(_asked(each, lines, is_in_guard=is_guard))
        steps: dict[Slot, list[Step]] = {}
        for step in facts.steps:
            if not is_unreachable(facts, step.line, scope=step.scope):
                steps.setdefault(slots.of_scope(step.scope), []).append(step)
        results: dict[Slot, list[tuple[int, bool]]] = {}
        for line, value in facts.constant_results:
            if not slots.is_dead(line):
                results.setdefault(slots.at(line), []).append((line, value))
        answers: dict[Slot, dict[Form, int]] = {}
        for result in facts.results:
            if not slots.is_dead(result.line):
                answers.setdefault(slots.at(result.line), {})[form_of(result.condition)] = result.line
        return cls(facts=facts, asked=asked, steps=steps, results=results, answers=answers)


class _Slots:
    """Which slot each line of a file belongs to."""

    def __init__(self, facts: FileFacts) -> None:
        self._facts = facts
        self._mounted = mounted_functions(facts)
        self._scopes = [0] * (facts.lines + 2)
        functions = [(d.line, -d.end_line, i) for i, d in enumerate(facts.definitions) if d.kind in FUNCTION_KINDS]
        for first, last, index in sorted(functions):
            for line in range(first, min(-last, facts.lines) + 1):
                self._scopes[line] = index

    def of_scope(self, scope: int) -> Slot:
        around = function_around(self._facts, scope)
        return self._mounted.get(scope) or Slot(self._facts.qualified_name(around))

    def at(self, line: int) -> Slot:
        return self.of_scope(self._scopes[min(line, len(self._scopes) - 1)])

    def is_dead(self, line: int) -> bool:
        return is_unreachable(self._facts, line, scope=self._scopes[min(line, len(self._scopes) - 1)])


def is_check_itself(name: str, path: RepoPath) -> bool:
    """Whether a function of this name refuses for a living: `require_admin`, `verify` in a file about tokens."""
    last = name.rpartition(".")[2]
    if guard_kind(last) is GuardKind.ACCESS or asks_who(last):
        return True
    return checks_by_verb(last) and bool(access_word_in_path(path))


def _asked(each: Conditional, lines: "_Lines", *, is_in_guard: bool) -> _Asked:
    form = form_of(each.condition)
    checks = frozenset(name for name in names_in(form) if guard_kind(name) is GuardKind.ACCESS)
    branch = range(each.first, each.last + 1)
    says_no = any(line in lines.no for line in branch)
    refuses = any(line in lines.refusing for line in branch) or (is_in_guard and (each.leaves == "raise" or says_no))
    is_no = checks and each.leaves in ("return", "raise") and _denies(form, checks)
    is_apart = each.line == each.last  # all stands on one line
    does = (step for line in branch if is_apart or line != each.line for step in lines.steps.get(line, ()))
    done = tuple(without_lines(step.value) for step in does) if checks or refuses else ()
    sends = any(line in lines.turning_away for line in branch)
    return _Asked(form, each.line, each.last, each.leaves, bool(refuses or is_no), checks, done, sends)


class _Lines(Struct, frozen=True, kw_only=True):
    """What stands on the lines of a file: statements, refusals, the answer no."""

    steps: Mapping[int, Sequence[Step]]
    refusing: frozenset[int]
    turning_away: frozenset[int]
    no: frozenset[int]

    @classmethod
    def of(cls, facts: FileFacts) -> "_Lines":
        """Sort a file's statements by their lines."""
        steps: dict[int, list[Step]] = {}
        for step in facts.steps:
            steps.setdefault(step.line, []).append(step)
        no = frozenset(line for line, value in facts.constant_results if not value)
        before, every = lines_of_answers(facts)
        return cls(steps=steps, refusing=refusal_lines(facts) | before, turning_away=every, no=no)


def _denies(form: Form, checks: frozenset[str]) -> bool:
    """Whether one of the checks is named in a negated part."""
    if form.kind == "is":
        return form.is_negated and bool(names_in(form) & checks)
    return any(_denies(part, checks) for part in form.parts)


class WeakenedChecks:
    """Both sides' conditions of the changed files."""

    def __init__(self, code: CodeChange, of_tests: Container[RepoPath]) -> None:
        self._files = [file for path, file in code.files.items() if path not in of_tests and file.base and file.head]
        self._sides: list[tuple[FileCode, _Side, _Side]] = []
        for file in self._files:
            before, after = file.base, file.head
            if before is not None and after is not None and _may_differ(before, after):
                path = file.change.path
                self._sides.append((file, _Side.of(path, before), _Side.of(path, after)))

    def weakened(self) -> Iterator[WeakenedCheck]:
        """The checks that keep out less, each once."""
        for file, before, after in self._sides:
            for slot in before.steps.keys() & after.steps.keys():
                yield from _weakened(file, slot, before=before, after=after)
        for file in self._files:
            if file.base is not None and file.head is not None and _may_swallow(file.base, file.head):
                yield from _swallowed(file, file.base, after=file.head)

    def lost(self) -> Iterator[LostTest]:
        """What is refused for no more, where nothing that is called for the first time could see to it."""
        seen = {name for _, before, after in self._sides for name in _gained(before, after)}
        for file, before, after in self._sides:
            for slot, asked in before.asked.items():
                if slot in after.steps and not _calls(after, slot) - _calls(before, slot):
                    yield from _lost(file, slot, asked=asked, after=after, seen=seen)


def _may_differ(before: FileFacts, after: FileFacts) -> bool:
    """Whether the sides ask or answer otherwise, wherever it stands."""
    return _courses(before) != _courses(after)


def _may_swallow(before: FileFacts, after: FileFacts) -> bool:
    """Whether a change touches what catches errors, or calls that stand for themselves: in Go these are forgotten so."""
    if after.language == "go":
        return _may_differ(before, after)
    return len(before.attempts) != len(after.attempts) or _catching(before) != _catching(after)


def _catching(facts: FileFacts) -> tuple[object, ...]:
    caught = [(each.types, each.leaves) for attempt in facts.attempts for each in attempt.caught]
    by_method = facts.language in SCRIPTS and mentions_in(facts).get("catch")
    return caught, len(by_method or ())


def _swallowed(file: FileCode, before: FileFacts, *, after: FileFacts) -> Iterator[WeakenedCheck]:
    from weighbridge.landscape.swallowed import unheeded  # noqa: PLC0415 - few changes touch what catches errors

    for found in unheeded(before, after):
        slot = Slot(found.symbol)
        place = _place(file, slot, line=found.line)
        subject = found.symbol or file.change.path
        yield WeakenedCheck(kind=Weakening.SWALLOWED, place=place, stood=None, subject=subject, before=found.check)


def _courses(facts: FileFacts) -> tuple[object, ...]:
    asked = [(each.condition, each.leaves) for each in facts.conditionals]
    answers = [value for _, value in facts.constant_results], [each.condition for each in facts.results]
    return asked, answers, len(facts.unreachable)


def _weakened(file: FileCode, slot: Slot, *, before: _Side, after: _Side) -> Iterator[WeakenedCheck]:
    old, new = before.asked.get(slot, ()), after.asked.get(slot, ())
    known = {asked.form for asked in old}
    kept = {asked.form for asked in new}
    fresh = [asked for asked in new if asked.form not in known]
    for asked in old:
        if (asked.is_check or asked.turns_away) and asked.form not in kept:
            found = _compared(asked, fresh)
            if found is not None:
                kind, now = found
                yield _found(kind, file, slot=slot, asked=asked, now=now)
    yield from _goes_on(file, slot, old=old, after=after)
    yield from _passed_by(file, slot, fresh=fresh, before=before, after=after)
    yield from _unheeded(file, slot, before=before, after=after)
    yield from _answered_otherwise(file, slot, before=before, after=after)
    if _is_answered(slot, before=before, after=after):
        line = after.results[slot][0][0]
        yield WeakenedCheck(
            kind=Weakening.ALWAYS, place=_place(file, slot, line=line), stood=None, subject=slot.name, before=slot.name
        )


def _compared(asked: _Asked, fresh: Sequence[_Asked]) -> tuple[Weakening, _Asked] | None:
    """What became of a condition: turned round, or one that holds less often."""
    for other in fresh if asked.is_check else ():
        is_alike = other.leaves == asked.leaves and other.refuses == asked.refuses
        does_same = other.leaves == asked.leaves and other.does == asked.does
        if other.form == opposite(asked.form) and (does_same or (is_alike and asked.refuses)):
            return Weakening.TURNED, other
        if asked.form.kind == "is" and is_alike and asked.refuses and _turns_part(other.form, asked.form):
            return Weakening.TURNED, other
    for other in fresh:
        is_alike = (asked.refuses and other.refuses) or (asked.turns_away and other.turns_away)
        if is_alike and holds_less_often(other.form, asked.form):
            return Weakening.LESS, other
    return None


def _turns_part(form: Form, of: Form) -> bool:
    """Whether a form is another, turned round, with more joined to it."""
    return form.kind == "and" and opposite(of) in form.parts


def _goes_on(file: FileCode, slot: Slot, *, old: Sequence[_Asked], after: _Side) -> Iterator[WeakenedCheck]:
    """Conditions under which a function refuses as before, and does not leave any more: what is behind them is done all the same."""
    left = {asked.form for asked in old if asked.refuses and asked.leaves}
    new = after.asked.get(slot, ())
    forms = {asked.form for asked in new}
    for asked in new:
        if asked.form in left and asked.refuses and not asked.leaves and opposite(asked.form) not in forms:
            left.discard(asked.form)
            if any(step.line > asked.last and _does(step) for step in after.steps[slot]):
                yield _found(Weakening.GOES_ON, file, slot=slot, asked=asked, now=asked)


def _does(step: Step) -> bool:
    return step.kind != "return" or _says(step)


def _passed_by(
    file: FileCode, slot: Slot, *, fresh: Sequence[_Asked], before: _Side, after: _Side
) -> Iterator[WeakenedCheck]:
    """New ways out of a function before what it refuses for."""
    kept = {asked.form: asked for asked in after.asked.get(slot, ()) if asked.refuses}
    stood = [asked for asked in before.asked.get(slot, ()) if asked.refuses and asked.form in kept]
    if not stood:
        return
    checked = min(stood, key=lambda asked: kept[asked.form].line)
    line = kept[checked.form].line
    for asked in fresh:
        is_before = asked.last < line and asked.leaves == "return" and not asked.refuses
        if (
            is_before
            and not names_in(asked.form) & _FAULTS
            and _lets_through(file, slot, asked=asked, before=before, after=after)
        ):
            yield _found(Weakening.PASSED_BY, file, slot=slot, asked=checked, now=asked)


def _lets_through(file: FileCode, slot: Slot, *, asked: _Asked, before: _Side, after: _Side) -> bool:
    """Whether a way out goes on as if the check had been passed: a middleware, a check itself, or with the same result."""
    inside = [step for step in after.steps[slot] if asked.line <= step.line <= asked.last]
    if any(_called(step) & _GOING_ON for step in inside):
        return True
    last = slot.name.rpartition(".")[2]
    if is_check_itself(slot.name, file.change.path) and not asks_who(last):
        return True
    given = {without_lines(step.value) for step in before.steps[slot] if step.kind == "return" and _says(step)}
    return any(step.kind == "return" and without_lines(step.value) in given for step in inside)


def _says(step: Step) -> bool:
    """Whether a result is more than nothing."""
    return any(
        isinstance(part, Call | Name | Attribute) or (isinstance(part, Text) and part.value)
        for part in walk(step.value)
    )


def _unheeded(file: FileCode, slot: Slot, *, before: _Side, after: _Side) -> Iterator[WeakenedCheck]:
    """Checks whose answer decided and that are now asked for nothing."""
    if after.asked.get(slot) == before.asked.get(slot):
        return
    heeded = {name for asked in after.asked.get(slot, ()) for name in names_in(asked.form)}
    for asked in before.asked.get(slot, ()):
        for name in sorted(asked.checks - heeded):
            used = [step for step in after.steps[slot] if name in _called(step)]
            if used and all(step.kind == "use" and isinstance(step.value, Call) for step in used):
                place = _place(file, slot, line=used[0].line)
                yield WeakenedCheck(
                    kind=Weakening.UNHEEDED,
                    place=place,
                    stood=_stood(file, asked.line),
                    subject=slot.name or file.change.path,
                    before=name,
                )


def _called(step: Step) -> frozenset[str]:
    return frozenset(spoken(call).rpartition(".")[2] for call in calls_in(step.value))


def _answered_otherwise(file: FileCode, slot: Slot, *, before: _Side, after: _Side) -> Iterator[WeakenedCheck]:
    """Answers of a function that decides who may do what, that are turned round or yes more often."""
    if not _decides(slot):
        return
    old, new = before.answers.get(slot, {}), after.answers.get(slot, {})
    for was, stood in old.items():
        for now, line in new.items():
            if was in new or now in old:
                continue
            is_turned = now == opposite(was)
            if is_turned or holds_less_often(was, now):
                yield WeakenedCheck(
                    kind=Weakening.TURNED if is_turned else Weakening.SAYS_YES,
                    place=_place(file, slot, line=line),
                    stood=_stood(file, stood),
                    subject=slot.name or file.change.path,
                    before=str(was),
                    now=str(now),
                )


def _decides(slot: Slot) -> bool:
    return not slot.is_mount and decides(slot.name)


def decides(name: str) -> bool:
    """Whether the answer yes of a function lets somebody in, as far as its name tells."""
    last = name.rpartition(".")[2]
    is_about_access = guard_kind(last) is GuardKind.ACCESS or speaks_of_access(last)
    return is_about_access and words_of(last)[:1] not in _ASKING_FOR_MORE


def _is_answered(slot: Slot, *, before: _Side, after: _Side) -> bool:
    """Whether a function that decides who may do what says yes without asking anything, and did ask."""
    results = after.results.get(slot, ())
    if not _decides(slot) or not results or not all(value for _, value in results) or after.asked.get(slot):
        return False
    lines = {line for line, _ in results}
    others = [step for step in after.steps.get(slot, ()) if step.kind in ("return", "raise") and step.line not in lines]
    constant = {line for line, _ in before.results.get(slot, ())}
    asked = [
        step for step in before.steps.get(slot, ()) if step.kind in ("return", "raise") and step.line not in constant
    ]
    return not others and bool(asked or before.asked.get(slot))


def _lost(
    file: FileCode, slot: Slot, *, asked: Sequence[_Asked], after: _Side, seen: Container[str]
) -> Iterator[LostTest]:
    left = after.asked.get(slot, ())
    looked = {name for other in left for name in asked_in(other.form)}
    looked |= {name for step in after.steps[slot] if step.kind in ("return", "assert") for name in _named(step)}
    for each in asked:
        if not each.refuses or each.form in {other.form for other in left}:
            continue
        gone = [name for name in sorted(asked_in(each.form)) if name not in looked and name not in seen]
        if gone and sum(other.refuses for other in left) < sum(other.refuses for other in asked):
            name = next((n for n in gone if guard_kind(n) is GuardKind.ACCESS), str(each.form))
            yield LostTest(file=file, slot=slot, name=name, line=each.line)


def _named(step: Step) -> frozenset[str]:
    return frozenset(spoken(part).rpartition(".")[2] for part in walk(step.value))


def _gained(before: _Side, after: _Side) -> Iterator[str]:
    """What the conditions of one side look at for the first time in their slot."""
    for slot, asked in after.asked.items():
        known = {name for each in before.asked.get(slot, ()) for name in asked_in(each.form)}
        yield from (name for each in asked for name in asked_in(each.form) if name not in known)


def _calls(side: _Side, slot: Slot) -> frozenset[str]:
    return frozenset(name for step in side.steps.get(slot, ()) for name in _called(step))


def _found(kind: Weakening, file: FileCode, *, slot: Slot, asked: _Asked, now: _Asked) -> WeakenedCheck:
    before, after = str(asked.form), str(now.form)
    if kind is Weakening.LESS and (more := joined_to(now.form, "and", than=asked.form)):
        kind, after = Weakening.NARROWED, more
    elif kind is Weakening.LESS and (gone := joined_to(asked.form, "or", than=now.form)):
        kind, before = Weakening.DROPPED, gone
    return WeakenedCheck(
        kind=kind,
        place=_place(file, slot, line=now.line),
        stood=_stood(file, asked.line),
        subject=slot.name or file.change.path,
        before=before,
        now=after,
    )


def _place(file: FileCode, slot: Slot, *, line: int) -> Place:
    return Place(path=file.change.path, line=line, end_line=line, symbol="" if slot.is_mount else slot.name)


def _stood(file: FileCode, line: int) -> Place | None:
    base = file.change.base
    return Place(path=base.path, line=line, end_line=line, side=Side.BASE) if base is not None else None
