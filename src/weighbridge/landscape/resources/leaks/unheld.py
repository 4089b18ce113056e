"""What goes on by itself and is held by nobody: tasks without a name, and what a component starts and never ends."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Function, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._origins import Origins
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.resources.leaks.opened import spelled

_TASKS: Final = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
_EFFECTS: Final = frozenset({"useEffect", "useLayoutEffect"})
_ENDING: Final[Mapping[str, frozenset[str]]] = {
    "setInterval": frozenset({"clearInterval"}),
    "addEventListener": frozenset({"removeEventListener", "abort"}),
    "subscribe": frozenset({"unsubscribe"}),
}
"""What an effect starts, and the names of what ends it: an ending that goes by any other name is handed out by the effect."""
_LASTING: Final = frozenset({"window", "document", "globalThis", "navigator", "mediaQuery", "mql", "socket", "ws"})
"""What outlives a component: listeners of its own elements go with those."""

What = Literal["task", "setInterval", "addEventListener", "subscribe"]


class Unheld(Struct, frozen=True):
    """Something that is started on a line and that nobody holds or ends."""

    what: What
    symbol: str
    line: int
    call: str
    has_cleanup: bool = False


def new_unheld(file: FileCode, *, after: Sequence[str], before: Sequence[str]) -> Iterator[Unheld]:
    """What a change starts so."""
    if file.head is None:
        return
    head = list(unheld(file.head, after))
    if not head:
        return
    known = (
        Counter((each.what, each.call) for each in unheld(file.base, before)) if file.base is not None else Counter()
    )
    for each in head:
        if known[each.what, each.call] > 0:
            known[each.what, each.call] -= 1
        else:
            yield each


def unheld(facts: FileFacts, lines: Sequence[str]) -> Iterator[Unheld]:
    """All that is started so in a file."""
    if facts.language == "python":
        yield from _tasks(facts, lines)
    elif facts.language in ("javascript", "typescript", "tsx"):
        yield from _effects(facts)


def _tasks(facts: FileFacts, lines: Sequence[str]) -> Iterator[Unheld]:
    origins = Origins(facts)
    for step in facts.steps:
        if (
            step.kind != "use"
            or type(step.value) is not Call
            or last_name(step.value.function)
            not in (
                "create_task",
                "ensure_future",
            )
        ):
            continue
        if origins.of(step.value.function, step.scope) in _TASKS and step.scope > 0 and not _is_awaited(step, lines):
            given = step.value.arguments[0].value if step.value.arguments else None
            name = spelled(given.function if type(given) is Call else given) if given is not None else ""
            yield Unheld("task", facts.qualified_name(step.scope), step.line, name)


def _is_awaited(step: Step, lines: Sequence[str]) -> bool:
    return step.line <= len(lines) and "await " in lines[step.line - 1]


def _effects(facts: FileFacts) -> Iterator[Unheld]:
    """What effects of React start: those that hand out what ends it, do."""
    bodies = dict(_bodies(facts))
    if not bodies:
        return
    within: dict[int, list[Step]] = {each: [] for each in bodies}
    owner = dict(zip(bodies, bodies, strict=True))
    for index, definition in enumerate(facts.definitions):
        if definition.parent in owner and index not in owner:
            owner[index] = owner[definition.parent]
    for step in facts.steps:
        if step.scope in owner:
            within[owner[step.scope]].append(step)
    for body, steps in within.items():
        yield from _of_effect(facts, body, steps=steps)


def _bodies(facts: FileFacts) -> Iterator[tuple[int, int]]:
    for step in facts.steps:
        if type(step.value) is Call and last_name(step.value.function) in _EFFECTS and step.value.arguments:
            given = step.value.arguments[0].value
            if type(given) is Function:
                yield given.definition, step.line


def _of_effect(facts: FileFacts, body: int, *, steps: list[Step]) -> Iterator[Unheld]:
    called = {last_name(each.function) for step in steps for each in walk(step.value) if type(each) is Call}
    named = {each.name for step in steps for each in walk(step.value) if type(each) is Attribute} | called
    handed = [step.value for step in steps if step.scope == body and step.kind == "return"]
    cleans = any(type(each) in (Function, Name, Attribute, Call) for each in handed)
    for step in steps:
        if step.scope != body or type(step.value) is not Call:
            continue
        name = last_name(step.value.function)
        if name not in _ENDING or _ENDING[name] & named or not _lasts(step, name):
            continue
        if cleans and (name == "subscribe" or not _ends_only_others(facts, handed)):
            continue
        what: What = (
            "setInterval" if name == "setInterval" else "subscribe" if name == "subscribe" else "addEventListener"
        )
        yield Unheld(what, facts.qualified_name(body), step.line, _words(step.value), cleans)


def _ends_only_others(facts: FileFacts, handed: Sequence[Expr]) -> bool:
    """Whether what an effect hands out is a function that is written there, so that all it ends is known."""
    return bool(handed) and all(type(each) is Function for each in handed) and bool(facts.definitions)


def _lasts(step: Step, name: str) -> bool:
    """Whether what is started goes on when the component is gone."""
    match step.value:
        case Call(function=Attribute(of=of)) if name == "addEventListener":
            return last_name(of) in _LASTING and not _is_bound_to_end(step.value)
        case Call(function=Attribute()) if name == "subscribe":
            return step.kind == "use"
        case Call(function=Name() | Attribute(of=Name(id="window" | "globalThis"))):
            return name == "setInterval"
    return False


def _is_bound_to_end(call: Call) -> bool:
    """Whether a listener is taken off by itself: after the first time, or by a signal."""
    return any(
        type(given.value) is Collection and any(each.key in ("once", "signal") for each in given.value.elements)
        for given in call.arguments
    )


def _words(call: Call) -> str:
    first = call.arguments[0].value if call.arguments else None
    about = f"({first.value!r})" if type(first) is Text else ""
    return f"{spelled(call.function)}{about}"
