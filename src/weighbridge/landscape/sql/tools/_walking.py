"""Goes through what the code of a migration does, in order: into loops, functions and blocks, and no further than is affordable."""

from collections.abc import Callable
from functools import cached_property
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.facts.calls.forms import Block, Call, Form, Keyed, Listed, Name, Statement, Unknown
from weighbridge.landscape.sql.bound_names import Names, meant_call
from weighbridge.landscape.sql.rendered import Sheet
from weighbridge.landscape.sql.tools._dialect_conditions import Chain, DialectConditions
from weighbridge.landscape.sql.tools._repeated import MOST_TURNS, turns_of
from weighbridge.landscape.sql.tools._texts import text_of

MOST_CALLS: Final = 8
"""How far functions are followed that functions call."""
MOST_STEPS: Final = 3_000
"""Statements that are gone through again: in turns of loops, and in functions."""
OWN: Final = ("self", "this", "cls", "super()")
_TURNS: Final = (
    "each", "each_with_index", "each_pair", "find_each", "in_batches", "find_in_batches", "each_slice", "times", "loop", "in_groups_of",
    "step", "map", "forEach", "flatMap", "each_with_object", "flat_map", "collect", "each_value", "reduce", "upto",
)  # fmt: skip
_GROW: Final = ("append", "extend", "push", "concat")
"""What puts more into a list."""


class Scene(Struct, frozen=True, kw_only=True):
    """Where a statement stands: what names stand for there, how deep in functions, whether it is done for each of some rows."""

    names: Names
    depth: int = 0
    is_in_loop: bool = False
    is_maybe: bool = False
    """Whether a condition says if it is done at all."""
    followed: tuple[str, ...] = ()
    over: Form | None = None
    """What the innermost loop goes over whose turns are not written."""

    def within(self, names: Names, *, is_in_loop: bool = False) -> "Scene":
        """The same with other names."""
        return replace(self, names=names, is_in_loop=self.is_in_loop or is_in_loop)


class Reader(Protocol):
    """Who knows what a tool's calls do."""

    def knows(self, call: Call, scene: Scene) -> bool:
        """Takes down what a call does; false where it is not the tool's, so that what it is given is gone through."""

    def doubts(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call, which is not known, does nothing to the database; empty where it is."""

    def enters(self, statement: Statement, scene: Scene) -> Scene:
        """The scene within a `with`."""

    def leaves(self, statement: Statement, scene: Scene) -> None:
        """What is so again behind a `with`."""

    def gives(self, call: Call, block: Block, *, names: Names) -> None:
        """Let the names that a block takes stand for what the call gives it."""


class Walk:
    """Goes through statements for one reader."""

    def __init__(
        self,
        sheet: Sheet,
        reader: Reader,
        *,
        names: Names,
        is_by_name: bool = False,
        sets: Callable[[Statement, Scene], None] | None = None,
    ) -> None:
        self._sheet = sheet
        self._reader = reader
        self._names = names
        self._is_by_name = is_by_name
        """Whether a name alone calls the function of that name."""
        self._sets = sets
        """Who is told that something of a value is set: `row.name = …`."""
        self._left = MOST_STEPS
        self.rest: list[Call] = []
        """The calls further out in the chain of the one that is asked about, the last first."""

    def body(self, body: tuple[Statement, ...], scene: Scene) -> None:
        """What statements do, in order; what stands below a condition on the database is for those of which it holds."""
        had, chain = self._sheet.dialects, Chain(self._sheet.dialects)
        for each in body:
            if scene.depth:
                self._left -= 1
                if self._left <= 0:
                    if not self._left:
                        self._sheet.misses(
                            each.line, each.end_line, why="it does more, again and again, than is followed"
                        )
                    break
            scene.names.bind(each, is_sure=not scene.is_maybe)
            if self._sets is not None and each.kind == "bind" and "." in each.name:
                self._sets(each, scene)
            if each.kind == "loop":
                self._loop(each, scene)
            elif each.kind == "with":
                self._with(each, scene)
            elif each.kind not in ("def", "class", "import"):
                if each.value is not None and not (each.kind == "bind" and isinstance(each.value, Block)):
                    self.value(self._called(each, scene.names), scene)
                if each.kind == "if":
                    self._branch(each, scene, chain=chain)
                else:
                    self.body(each.body, scene)
        self._sheet.dialects = had

    def _branch(self, statement: Statement, scene: Scene, *, chain: "Chain") -> None:
        conditions = self._conditions if self._sheet.elsewhere is None else None
        if conditions is not None and conditions.are_there:
            self._sheet.dialects = chain.enters(statement, conditions)
        self.body(statement.body, replace(scene, is_maybe=True))
        self._sheet.dialects = chain.rest

    @cached_property
    def _conditions(self) -> DialectConditions:
        return DialectConditions(self._sheet.source)

    def _called(self, statement: Statement, names: Names) -> Form:
        """What a statement does: a name alone calls a method where nothing else is called so."""
        value = statement.value
        assert value is not None, "asked before"
        is_call = self._is_by_name and statement.kind == "do" and isinstance(value, Name) and names.of(value) is value
        if not is_call or not isinstance(value, Name) or not value.id[:1].islower() or value.id in _WORDS:
            return value
        first, _, name = value.id.rpartition(".")
        of = Name(first, value.line) if first else None
        return Call(name=name, of=of, line=statement.line, end_line=statement.end_line)

    def value(self, form: Form, scene: Scene) -> None:
        """What the calls of a value do."""
        match form:
            case Call():
                self._call(form, scene)
            case Block():  # one that takes nothing may be but brackets around statements
                self.body(form.body, scene.within(Names(outer=scene.names)) if form.takes else scene)
            case Listed(items=inner) | Unknown(parts=inner):
                for each in inner:
                    self.value(each, scene)
            case Keyed(pairs=pairs):
                for _, each in pairs:
                    self.value(each, scene)
            case Name() if self._is_by_name and self._function(form.id, scene) is not None:
                self._call(Call(name=form.id, line=form.line, end_line=form.line), scene)

    def _loop(self, loop: Statement, scene: Scene) -> None:
        if loop.value is not None:
            self.value(loop.value, scene)
        self._turn(loop.value, loop.takes, body=loop.body, scene=scene)

    def _turn(self, over: Form | None, takes: tuple[str, ...], *, body: tuple[Statement, ...], scene: Scene) -> None:
        items = turns_of(over, scene.names) if takes else ()
        for item in items:
            inner = Names(outer=scene.names)
            known = scene.names.of(item)
            if len(takes) > 1 and isinstance(known, Listed):
                for name, each in zip(takes, known.items, strict=False):
                    inner.give(name, each)
            elif known is not None:
                inner.give(takes[0], known)
            self.body(body, replace(scene.within(inner), depth=max(scene.depth, 1)))
        if items:
            return
        inner = Names(outer=scene.names)
        for name in takes:
            inner.give(name, Unknown((over,)) if over is not None else Unknown())
        self.body(body, replace(scene.within(inner, is_in_loop=True), over=over if takes else None))

    def _with(self, statement: Statement, scene: Scene) -> None:
        if statement.value is not None:
            self.value(statement.value, scene)
            if statement.name:
                scene.names.give(statement.name, statement.value)
        self.body(statement.body, self._reader.enters(statement, scene))
        self._reader.leaves(statement, scene)

    def _call(self, call: Call, scene: Scene) -> None:
        """A chain of calls, the first first."""
        chain: list[Call] = []
        current: Form | None = call
        while isinstance(current, Call):
            chain.append(current)
            current = current.of
        if current is not None and not (isinstance(current, Block) and not chain[-1].name):
            self.value(current, scene)
        for at in range(len(chain) - 1, -1, -1):
            self.rest = chain[:at]
            self._link(chain[at], scene)

    def _link(self, call: Call, scene: Scene) -> None:
        if call.name in _GROW and isinstance(call.of, Name) and isinstance(scene.names.of(call.of), Listed):
            self._grows(call, call.of.id, names=scene.names)
        meant = meant_call(call, scene.names)
        if self._follows(meant, scene) or self._reader.knows(meant, scene):
            return
        for each in meant.arguments:
            if isinstance(each.value, Block):
                self.block(meant, each.value, scene=scene)
            else:
                self.value(each.value, scene)
        if meant.block is not None:
            self.block(meant, meant.block, scene=scene)
        why = self._reader.doubts(meant, scene)
        if why:
            self._sheet.misses(meant.line, meant.end_line, why=why)

    def _grows(self, call: Call, name: str, *, names: Names) -> None:
        """What a list takes in: texts as they are by then, as what fills them may be another at the next turn."""
        given = names.of(call.arguments[0].value if call.arguments else None)
        if given is None:
            return
        if call.name in ("append", "push"):
            names.add(name, Listed((text_of(given, names) or given,)))
        else:
            names.add(name, given)

    def block(self, call: Call, block: Block, *, scene: Scene) -> None:
        """What a function does that a call is given."""
        if call.name in _TURNS:
            self._turn(call.of, block.takes, body=block.body, scene=scene)
            return
        inner = Names(outer=scene.names)
        for name in block.takes:
            inner.give(name, Unknown(() if call.of is None else (call.of,)))
        self._reader.gives(call, block, names=inner)
        self.body(block.body, scene.within(inner))

    def _function(self, name: str, scene: Scene) -> tuple[Block, Names] | None:
        return scene.names.function(name)

    def _follows(self, call: Call, scene: Scene) -> bool:
        """Whether a call is of a function that is written here, which is gone through."""
        is_own = call.of is None or (isinstance(call.of, Name) and call.of.id in OWN)
        if isinstance(call.of, Block) and not call.name:
            found: tuple[Block, Names] | None = (call.of, scene.names)
        else:
            found = self._function(call.name, scene) if is_own else None
        if found is None:
            return False
        self.follow(call, found, scene=scene)
        return True

    def follow(self, call: Call, found: tuple[Block, Names], *, scene: Scene) -> None:
        """What a function does that a call calls."""
        function, around = found
        if call.name in scene.followed:
            return
        if scene.depth >= MOST_CALLS:
            self._sheet.misses(call.line, call.end_line, why="functions are not followed that call each other so deep")
            return
        inner = Names(outer=around)
        named = {each.name: each.value for each in call.arguments if each.name}
        listed = [each.value for each in call.arguments if not each.name]
        takes = function.takes[1:] if function.takes[:1] in (("self",), ("cls",)) else function.takes
        for at, name in enumerate(takes):
            given = named.get(name, listed[at] if at < len(listed) else None)
            if given is not None and not isinstance(given, Block):
                self.value(given, scene)
            inner.give(name, Unknown() if given is None else _placed(given, scene.names))
        followed = (*scene.followed, call.name) if call.name else scene.followed
        self.body(function.body, replace(scene, names=inner, depth=scene.depth + 1, followed=followed))
        if call.block is not None:
            self.block(call, call.block, scene=scene)


def _placed(form: Form, names: Names) -> Form:
    """A value as it is known where it is given: the names that it begins with are followed there."""
    chain: list[Call] = []
    current: Form | None = form
    while len(chain) < MOST_TURNS:
        if isinstance(current, Call):
            chain.append(current)
            current = current.of
            continue
        known = names.meant(current) if isinstance(current, Name) else current
        if known is current or known in chain:
            break
        current = known
    if (
        not isinstance(current, Name)
        or chain
        or current.id in _WORDS
        or not current.id[:1].islower()
        or names.is_imported(current.id)
    ):
        made = current
    else:
        made = Unknown()
    for each in reversed(chain):
        made = replace(each, of=made) if each.of is not made else each
    return Unknown() if made is None else made


_WORDS: Final = ("true", "false", "nil", "null", "undefined", "self", "next", "break", "return")
