"""Queues, pools and crowds of tasks that take as much as comes."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import Argument, Attribute, Call, Collection, Expr, Name, Number, Opaque
from weighbridge.facts.names import last_name
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.resources.limits.reading import (
    SCRIPTS,
    Reading,
    Use,
    lambdas_in,
    method_of,
    root_of,
    spelled,
)
from weighbridge.landscape.resources.limits.requests import request_names
from weighbridge.landscape.resources.limits.seen import Spot

_MOST: Final = 5_000
"""Calls of one file that are looked at for what they begin."""
QUEUE: Final = "queue"
POOL: Final = "pool"
CROWD: Final = "crowd"
_SIZES: Final = {
    "queue.Queue": ("maxsize",),
    "gevent.queue.Queue": ("maxsize",),
    "asyncio.LifoQueue": ("maxsize",),
    "queue.LifoQueue": ("maxsize",),
    "queue.PriorityQueue": ("maxsize",),
    "asyncio.Queue": ("maxsize",),
    "asyncio.PriorityQueue": ("maxsize",),
    "asyncio.queues.Queue": ("maxsize",),
    "multiprocessing.Queue": ("maxsize",),
    "collections.deque": ("maxlen",),
}
_JAVA_QUEUES: Final = {
    "java.util.concurrent.LinkedBlockingQueue",
    "java.util.concurrent.LinkedBlockingDeque",
}
_POOLS: Final = {
    "java.util.concurrent.Executors.newCachedThreadPool": "makes a thread for every task that finds none free",
}
_NONE: Final = {
    ("sqlalchemy.create_engine", "max_overflow"): "opens a connection for everybody who asks",
    ("sqlalchemy.ext.asyncio.create_async_engine", "max_overflow"): "opens a connection for everybody who asks",
    ("sqlalchemy.create_engine", "pool_size"): "opens a connection for everybody who asks",
    ("aiohttp.TCPConnector", "limit"): "opens a connection for every request",
    ("httpx.Limits", "max_connections"): "opens a connection for every request",
}
_CROWDS: Final = ("asyncio.gather", "asyncio.wait", "Promise.all", "Promise.allSettled", "Bluebird.all")
_LIMITERS: Final = ("Semaphore", "p-limit", "p-map", "pLimit", "pMap", "Limiter", "throttle", "SetLimit", "bottleneck")


def queues(reading: Reading) -> Iterator[Spot]:
    """The queues of a file, each with whether it has a size."""
    for use in reading.uses:
        names = _SIZES.get(use.origin)
        if names is not None and reading.facts.language == "python":
            value = _argument(use.call, names[0], position=1 if use.origin.endswith("deque") else 0)
            if use.origin.endswith("deque") and value is None:
                continue
            yield _spot(reading, QUEUE, use=use, is_bounded=value is not None and not _is_none(value), words=_QUEUED)
        elif reading.facts.language == "java" and use.origin in _JAVA_QUEUES:
            is_bounded = bool(use.call.arguments)
            yield _spot(reading, QUEUE, use=use, is_bounded=is_bounded, words=_QUEUED)


_QUEUED: Final = "`{about}` has no size: where more is put in than is taken out, it grows until memory ends"


def pools(reading: Reading) -> Iterator[Spot]:
    """The pools of a file that grow with what is asked of them."""
    for use in reading.uses:
        if use.origin in _POOLS:
            yield _spot(reading, POOL, use=use, words="`{about}` " + _POOLS[use.origin])
        for each in use.call.arguments:
            said = _NONE.get((use.origin, each.name))
            if said is not None:
                text = f"`{{about}}` with `{each.name}={_written(each)}` {said}"
                yield _spot(reading, POOL, use=use, is_bounded=not _is_none(each.value), words=text)


def _written(given: Argument) -> str:
    return given.value.value if isinstance(given.value, Number) else "None"


def crowds(reading: Reading) -> Iterator[Spot]:
    """The tasks of a file that are begun all at once, one for each element of what came with a request."""
    asked = request_names(reading)
    limiters = [name for name in _limiters(reading) if name]
    for use in reading.uses[:_MOST]:
        if use.origin in _CROWDS or spelled(use.call.function) in _CROWDS:
            source = _source(reading, use)
            if source is None or (not _is_outside(reading, use) and not _is_limited(reading.text)):
                continue
            around = _around(reading, use)
            is_bounded = _is_limited(around) or any(f"{name}(" in around for name in limiters)
            said = _shown(source)
            is_asked = bool(asked & _roots(reading, source, scope=use.scope))
            yield _spot(
                reading,
                CROWD,
                use=use,
                is_bounded=is_bounded,
                is_grave=is_asked,
                words=f"`{{about}}` begins one task for each element of `{said}` at once: nothing says how many run at a time",
            )


def _limiters(reading: Reading) -> Iterator[str]:
    """The names of what lets so many tasks run and no more."""
    for step in reading.facts.steps:
        if step.kind == "bind" and isinstance(step.value, Call) and _is_limited(last_name(step.value.function)):
            yield last_name(step.target) if step.target is not None else ""


def _around(reading: Reading, use: Use) -> str:
    definition = reading.facts.definitions[function_around(reading.facts, use.scope)]
    return "\n".join(reading.lines[definition.line - 1 : definition.end_line])


def _is_limited(text: str) -> bool:
    return any(word in text for word in _LIMITERS)


def _roots(reading: Reading, source: Expr, *, scope: int) -> frozenset[str]:
    """The names that lead to a value, those that it was bound to among them."""
    found: set[str] = set()
    pending: list[Expr] = [source]
    while pending and len(found) < 20:
        expr = pending.pop()
        for name in (part.id for part in walk(expr) if isinstance(part, Name)):
            if name not in found:
                found.add(name)
                value = reading.given(name, scope)
                pending += [value] if value is not None else []
    return frozenset(found)


def _source(reading: Reading, use: Use) -> Expr | None:
    """What the tasks are made of, one for each element; None where they are counted in the text."""
    if not use.call.arguments:
        return None
    given = use.call.arguments[0]
    value = reading.literal(given.value, use.scope)
    if reading.facts.language in SCRIPTS:
        if isinstance(value, Call) and method_of(value) == "map" and isinstance(value.function, Attribute):
            of = reading.literal(value.function.of, use.scope)
            return None if isinstance(of, Collection) else value.function.of
        return None
    if (
        (given.name == "*" or use.origin == "asyncio.wait")
        and isinstance(value, Collection)
        and len(value.elements) == 1
        and not value.elements[0].key
    ):
        steps = [
            s
            for s in reading.steps_by_scope.get(use.scope, ())
            if s.kind == "iterate" and s.line >= use.line - 3 and s.line <= use.line + 3
        ]
        return steps[-1].value if steps else None
    return None


def _is_outside(reading: Reading, use: Use) -> bool:
    """Whether what is begun asks the world outside: only then a crowd hurts somebody."""
    lines = range(use.line, use.line + 1)
    value = reading.literal(use.call.arguments[0].value, use.scope)
    inner = list(lambdas_in(value)) if isinstance(value, Call) else []
    if inner:
        definition = reading.facts.definitions[inner[0]]
        lines = range(definition.line, definition.end_line + 1)
    return bool(reading.outside_between(lines.start, lines.stop - 1))


def _shown(source: Expr) -> str:
    return spelled(source) or root_of(source) or "a list"


def _argument(call: Call, name: str, *, position: int) -> Expr | None:
    named = next((each.value for each in call.arguments if each.name == name), None)
    plain = [each.value for each in call.arguments if not each.name]
    return named if named is not None else plain[position] if len(plain) > position else None


def _is_none(value: Expr) -> bool:
    return isinstance(value, Opaque) or (isinstance(value, Number) and value.value in ("0", "-1"))


def _spot(
    reading: Reading, kind: str, *, use: Use, words: str, is_bounded: bool = False, is_grave: bool = False
) -> Spot:
    about = use.origin or spelled(use.call.function)
    return Spot(
        kind=kind,
        about=about,
        symbol=reading.symbol(use.scope),
        line=use.line,
        scope=use.scope,
        text=without_lines(use.call),
        is_bounded=is_bounded,
        is_grave=is_grave,
        words=words.format(about=about),
    )
