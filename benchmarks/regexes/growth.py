"""Whether a text takes a pattern as long in its real engine as it was said to, and a search for such texts by chance."""

import random
from collections.abc import Callable, Iterator
from math import log
from typing import Final

from benchmarks.regexes.engines import LIMIT, Engine, EngineError
from weighbridge.landscape.resources.patterns.judging import Verdict
from weighbridge.landscape.resources.patterns.written import Written

_FEW: Final = range(6, 62, 5)
_FIRST: Final = 200
_LONGEST: Final = 200_000
_ENOUGH: Final = 0.04
_SLOPE: Final = 1.6
_STEEPEST: Final = 9.0
_ALWAYS: Final = " a0_-\n\t\"'!<>=/.,:;(){}[]\\*"

Text = Callable[[int], str]


def confirmed(engine: Engine, written: Written, *, verdict: Verdict) -> bool:
    """Whether the engine takes as long as the verdict says: past any limit on few repetitions, or by its power."""
    if verdict.degree == 0:
        return explodes(engine, written, text=verdict.text)
    power = slope(engine, written, text=verdict.text)
    return power is not None and power > _SLOPE


def explodes(engine: Engine, written: Written, *, text: Text) -> bool:
    """Whether some dozens of repetitions take longer than can be waited for."""
    try:
        for count in _FEW:
            if _time(engine, written, text=text(count)) >= LIMIT:
                return True
    except EngineError:
        return False
    return False


def slope(engine: Engine, written: Written, *, text: Text) -> float | None:
    """To which power of its length the time grows; None where it never takes long."""
    count, before, best = _FIRST, 0.0, None
    if len(text(1)) > _FIRST:
        return None
    try:
        while len(text(count)) < _LONGEST:
            now = _time(engine, written, text=text(count))
            if now >= LIMIT and before == 0.0:
                return _STEEPEST
            if now > _ENOUGH and before > _ENOUGH / 8:
                best = max(best or 0.0, log(now / before, 2))
                if best > _SLOPE or now >= LIMIT:
                    break
            before = now
            count *= 2
    except EngineError:
        return None
    return best


def _time(engine: Engine, written: Written, *, text: str) -> float:
    taken = _once(engine, written, text=text)
    return taken if taken > _ENOUGH * 3 else min(taken, _once(engine, written, text=text))


def _once(engine: Engine, written: Written, *, text: str) -> float:
    return engine.times(written.text, [text], flags=flags_of(written), manner=written.manner)[0]


def flags_of(written: Written) -> str:
    """The flags that change how a text is matched once."""
    return written.flags.replace("g", "") if written.dialect == "javascript" else written.flags


def by_chance(engine: Engine, written: Written, *, chance: random.Random, times: int) -> Text | None:
    """A text that takes long, found by trying; another way than by looking at the pattern."""
    pool = [*_ALWAYS, *(each for each in written.text if each.isalnum())] * 2 + list(written.text)
    texts = list(_drawn(pool, chance, times=times))
    try:
        quick = engine.times(
            written.text, [text(1_500) for text in texts], flags=flags_of(written), manner=written.manner, limit=0.1
        )
    except EngineError:
        return None
    for text, taken in zip(texts, quick, strict=True):
        if taken > 0.004:
            power = slope(engine, written, text=text)
            if power is not None and power > _SLOPE:
                return text
    return None


def _drawn(pool: list[str], chance: random.Random, *, times: int) -> Iterator[Text]:
    for _ in range(times):
        prefix = "".join(chance.choices(pool, k=chance.randint(0, 2)))
        pump = "".join(chance.choices(pool, k=chance.choice((1, 1, 1, 2, 2, 3, 4))))
        suffix = "".join(chance.choices(pool, k=chance.randint(0, 2)))
        yield _repeated(prefix, pump, suffix=suffix)


def _repeated(prefix: str, pump: str, *, suffix: str) -> Text:
    return lambda count: prefix + pump * count + suffix
