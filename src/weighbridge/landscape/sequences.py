"""What happens at an entry point, before and after: calls between components, stores and the outside, in order.

Read from the handler's own statements and, through calls that can be resolved, from those of what it calls. Steps inside
one component are left out, except calls of code that the change touches: they are what the picture is for.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath, SymbolId, symbol_id, symbol_name, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, Impact, Reached, ReachedKind
from weighbridge.domain.package import Message, Sequence
from weighbridge.facts.expressions import subexpressions, without_lines
from weighbridge.facts.model import Access, Call, EntryPoint, Expr
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.kept import indexes_by_name
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.model_tables import ModelTables
from weighbridge.landscape.terms import ENTRIES
from weighbridge.landscape.values import Symbol
from weighbridge.landscape.walk import id_of

MOST_SEQUENCES: Final = 6
MOST_TOLD: Final = 30
"""Entry points that are told before those are chosen where something differs."""
MOST_MESSAGES: Final = 40
DEEPEST: Final = 5
MOST_FILES: Final = 300
"""Files with entry points that are searched for one whose handler's class alone has changed."""

_FUNCTIONS: Final = frozenset(("function", "method"))
_GIVING: Final = frozenset(("return", "yield"))
_ANSWERING: Final = frozenset(
    [
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "head",
        "options",
        "list",
        "retrieve",
        "create",
        "update",
        "partial_update",
        "destroy",
        "dispatch",
        "handle",
    ]
)
_OUTSIDE: Final = {
    "reads": ("table", "read"),
    "writes": ("table", "write"),
    "publishes": ("topic", "publish"),
    "consumes": ("topic", "consume"),
}


def draw_sequences(landscapes: Landscapes, code: CodeChange, *, impact: Impact) -> tuple[Sequence, ...]:
    """The sequences of the entry points whose behaviour the change touches: those that differ first, then the nearest."""
    sides = _Sides.of(landscapes, code, impact=impact)
    reached = [r for r in impact.reached if r.kind is ReachedKind.ENTRY_POINT]
    gone = tuple(_gone(sides, code))
    entries = {r.name: r for r in (*gone, *sorted(reached, key=lambda e: len(e.path)))}
    may_differ = bool(gone) or any(_leads_elsewhere(sides, file) for file in code.files.values())
    found: list[Sequence] = []
    for entry in list(entries.values())[:MOST_TOLD]:
        sequence = _sequence(sides, entry, may_differ=may_differ)
        if sequence is not None:
            found.append(sequence)
        if sum(_differs(told) or not may_differ for told in found) == MOST_SEQUENCES:
            break
    return tuple(sorted(found, key=lambda sequence: not _differs(sequence))[:MOST_SEQUENCES])


def _leads_elsewhere(sides: "_Sides", file: FileCode) -> bool:
    """Whether what a file's changed functions call, use and give back is not what it was; else no picture is expected to differ."""
    change = file.change
    if file.base is None or file.head is None or change.base is None or change.head is None:
        return True
    if [(i.module, i.name, i.alias) for i in file.base.imports] != [
        (i.module, i.name, i.alias) for i in file.head.imports
    ]:
        return True
    changed = [symbol for symbol in file.symbols if symbol.depth is not ChangeDepth.TEXT]
    if any(symbol.kind not in _FUNCTIONS or not symbol.before or not symbol.after for symbol in changed):
        return True
    names = [symbol_name(symbol.symbol) for symbol in changed]
    before, after = sides.before.lead(change.base.path, names), sides.after.lead(change.head.path, names)
    return before != after


def _differs(sequence: Sequence) -> bool:
    return any(message.mark for message in (*sequence.before, *sequence.after))


class _Sides(Struct):
    """Both sides of the change."""

    before: "_Side"
    after: "_Side"

    @classmethod
    def of(cls, landscapes: Landscapes, code: CodeChange, *, impact: Impact) -> "_Sides":
        """With the entry points of changed files and their dependents, and of others if one that is reached is not found."""
        paths = dict.fromkeys((*code.files, *(symbol_path(d.symbol) for d in impact.dependents)))
        if not set(impact.names(ReachedKind.ENTRY_POINT)) <= _by_name(landscapes.head, paths).keys():
            paths |= dict.fromkeys(landscapes.head.landscape.files_with(ENTRIES)[:MOST_FILES])
        bases = {f.change.path: f.change.base.path for f in code.files.values() if f.change.base is not None}
        touched = frozenset(s.symbol for s in code.symbols if s.depth is not ChangeDepth.TEXT)
        before = _by_name(landscapes.base, (bases.get(path, path) for path in paths))
        after = _by_name(landscapes.head, paths)
        return cls(
            before=_Side(landscapes.base, landscapes.components, touched=touched, known=before),
            after=_Side(landscapes.head, landscapes.components, touched=touched, known=after),
        )


def _by_name(view: View, paths: Iterable[RepoPath]) -> Mapping[str, list[tuple[RepoPath, EntryPoint]]]:
    found: dict[str, list[tuple[RepoPath, EntryPoint]]] = {}
    for path in paths:
        facts = view.landscape.facts(path)
        for entry in facts.entry_points if facts else ():
            for name, _ in view.mounts.names(entry, path):
                found.setdefault(name, []).append((path, entry))
    return found


def _sequence(sides: _Sides, entry: Reached, *, may_differ: bool) -> Sequence | None:
    after = _Telling(sides.after).tell(entry)
    before = _Telling(sides.before).tell(entry) if may_differ else after
    if len(before.messages) < 2 and len(after.messages) < 2:
        return None
    told_before, told_after = _marked(before.messages, after.messages)
    participants = dict.fromkeys(p for m in (*before.messages, *after.messages) for p in (m.source, m.target))
    return Sequence(
        entry_point=entry.name,
        participants=tuple(participants),
        before=tuple(told_before),
        after=tuple(told_after),
        truncated=before.truncated or after.truncated,
    )


def _gone(sides: _Sides, code: CodeChange) -> Iterator[Reached]:
    """The entry points of changed files that head has no more: nothing in head leads to them."""
    changed = {f.change.base.path for f in code.files.values() if f.change.base is not None}
    for name, where in sides.before.known.items():
        path = where[0][0]
        if name not in sides.after.known and path in changed:
            component = sides.before.component(path)
            yield Reached(kind=ReachedKind.ENTRY_POINT, name=name, certainty=Certainty.SEEN, component=component)


def _marked(before: list[Message], after: list[Message]) -> tuple[list[Message], list[Message]]:
    """Both tellings with what only one of them has marked as removed or added."""
    told_before, told_after = [], []
    for kind, b1, b2, a1, a2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = kind == "equal"
        told_before += before[b1:b2] if same else [_with(m, "removed") for m in before[b1:b2]]
        told_after += after[a1:a2] if same else [_with(m, "added") for m in after[a1:a2]]
    return told_before, told_after


def _in_order(expr: Expr) -> list[Call]:
    """The calls of an expression as they happen: what a call is made on and given, from left to right, before the call."""
    found: list[Call] = []
    pending = [expr]
    while pending:
        current = pending.pop()
        if isinstance(current, Call):
            found.append(current)
        pending.extend(subexpressions(current))
    return found[::-1]


def _with(message: Message, mark: str) -> Message:
    return Message(source=message.source, target=message.target, words=message.words, mark=mark)


class _Called(Struct, frozen=True):
    """A function that a call leads to: its component, and its name there where the call is told of."""

    function: Symbol
    there: str
    name: str


class _Side:
    """What is known of one side, whichever entry point is told: many lead through the same functions."""

    def __init__(
        self,
        view: View,
        components: ComponentMap,
        *,
        touched: frozenset[SymbolId],
        known: Mapping[str, list[tuple[RepoPath, EntryPoint]]],
    ) -> None:
        self.known = known
        self.silent: dict[Symbol, int] = {}
        """Functions that say nothing from so deep on, nor deeper: a picture need not go through them again."""
        self._view = view
        self._components = components
        self._touched = touched
        self._models = ModelTables(view)
        self._done: dict[Symbol, tuple[tuple[_Called, ...] | Access, ...]] = {}

    def component(self, path: RepoPath) -> str:
        """The name of the component that a file belongs to."""
        return self._components.component_of(path).name

    def handlers(self, entry: Reached) -> Iterator[Symbol]:
        """The functions that answer at an entry point; none where this side has no such entry point."""
        for path, point in self.known.get(entry.name, ()):
            values = self._view.evaluator.evaluate(path, point.scope, expr=point.handler)
            for value in values:
                if isinstance(value, Symbol) and value.index:
                    yield from self._functions_of(value)

    def done_by(self, function: Symbol) -> tuple[tuple[_Called, ...] | Access, ...]:
        """What a function's own statements call, each call with all it can lead to, and access, in order of lines."""
        if function not in self._done:
            events = sorted(self._events(function), key=lambda event: event[0])
            self._done[function] = tuple(
                what if isinstance(what, Access) else self._called(function, what) for _, what in events
            )
        return self._done[function]

    def lead(self, path: RepoPath, names: Iterable[str]) -> list[object]:
        """What the functions of these names in a file lead to, in a form that can be compared between sides."""
        facts = self._view.landscape.facts(path)
        known = indexes_by_name(facts) if facts else {}
        found: list[object] = []
        for name in names:
            function = Symbol(path, known.get(name, (0,))[-1])
            for what in self.done_by(function):
                if isinstance(what, Access):
                    found.append((what.kind, what.key))
                else:
                    found.append(sorted(id_of(self._view, called.function) for called in what))
            given = (step for step in facts.steps if step.kind in _GIVING) if facts else ()
            found += [without_lines(step.value) for step in given if step.scope == function.index]
        return found

    def _functions_of(self, handler: Symbol) -> Iterator[Symbol]:
        """A handler that is a class answers by its methods: those named as requests are, else those that changed."""
        facts = self._view.landscape.facts(handler.path)
        if facts is None or facts.definitions[handler.index].kind not in CLASS_KINDS:
            yield handler
            return
        methods = [i for i, d in enumerate(facts.definitions) if d.parent == handler.index and d.kind == "method"]
        answering = [i for i in methods if facts.definitions[i].name in _ANSWERING]
        changed = [i for i in methods if symbol_id(handler.path, facts.qualified_name(i)) in self._touched]
        yield from (Symbol(handler.path, i) for i in answering or changed)

    def _events(self, function: Symbol) -> Iterator[tuple[int, Call | Access]]:
        names = self._view.evaluator.names(function.path)
        if names is None:
            return
        own = names.own_scopes(function.index)
        steps = names.steps_in(own)
        yield from ((call.line, call) for step in steps for call in _in_order(step.value))
        for access in names.facts.accesses:
            # What a class says of its table is no use of it.
            if access.scope in own and not self._models.stands_for(function.path, access.scope):
                yield access.line, self._models.declared(function.path, access)
        for step in steps:
            used = self._models.used(function.path, step.scope, expr=step.value, line=step.line)
            yield from ((step.line, access) for access in used)

    def _called(self, function: Symbol, call: Call) -> tuple[_Called, ...]:
        values = self._view.evaluator.evaluate(function.path, function.index, expr=call.function)
        return tuple(self._leading(function, value) for value in values if isinstance(value, Symbol) and value.index)

    def _leading(self, function: Symbol, called: Symbol) -> _Called:
        facts = self._view.landscape.facts(called.path)
        name = facts.qualified_name(called.index) if facts else ""
        there = self.component(called.path)
        is_told = there != self.component(function.path) or symbol_id(called.path, name) in self._touched
        return _Called(called, there, name if is_told else "")


class _Telling(Struct):
    """One side's messages from one entry point on."""

    side: _Side
    messages: list[Message] = field(default_factory=list)
    truncated: str = ""
    _on_path: set[Symbol] = field(default_factory=set)
    _turned_back: int = 0

    def tell(self, entry: Reached) -> "_Telling":
        """Tell who calls and what the entry point's handlers do; nothing where this side has no such entry point."""
        for handler in self.side.handlers(entry):
            if not self.messages:
                self._say(Message(source="caller", target=entry.component, words=entry.name))
            self._inside(handler, depth=0)
        return self

    def _inside(self, function: Symbol, *, depth: int) -> None:
        silent = self.side.silent
        self._turned_back += function in self._on_path
        if function in self._on_path or depth > DEEPEST or silent.get(function, DEEPEST + 1) <= depth or self.truncated:
            return
        told = len(self.messages), self._turned_back
        self._on_path.add(function)
        here = self.side.component(function.path)
        for what in self.side.done_by(function):
            if isinstance(what, Access):
                self._say_access(here, what)
                continue
            for called in what:
                if called.name:
                    self._say(Message(source=here, target=called.there, words=called.name))
                self._inside(called.function, depth=depth + 1)
            if self.truncated:
                break
        self._on_path.discard(function)
        if (len(self.messages), self._turned_back) == told and not self.truncated:
            silent[function] = depth

    def _say_access(self, here: str, access: Access) -> None:
        if access.kind == "requests":
            host = access.key.partition("://")[2].partition("/")[0] or access.key
            self._say(Message(source=here, target=host, words=access.key))
        else:
            what, verb = _OUTSIDE[access.kind]
            self._say(Message(source=here, target=f"{what} {access.key}", words=verb))

    def _say(self, message: Message) -> None:
        if len(self.messages) < MOST_MESSAGES:
            self.messages.append(message)
        else:
            self.truncated = f"only the first {MOST_MESSAGES} messages are shown"
