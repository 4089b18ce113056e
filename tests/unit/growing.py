"""How time grows with what is read: twice measured, eightfold apart, so that the square of it cannot hide."""

import time
from collections.abc import Callable

STEP = 8
"""How many times as much is read the second time: linear work takes as many times as long, squared work 64 times."""
MOST = 28
_TRIALS = 3


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times as long `work(8 * size)` takes as `work(size)`, the best of some trials each; what is made is not counted.

    `work` is given a size and does what is measured. The trials take turns, for the machine may be slow for a while.
    """
    trials = [(_taken(work, size), _taken(work, STEP * size)) for _ in range(_TRIALS)]
    return min(large for _, large in trials) / max(min(small for small, _ in trials), 1e-3)


def _taken(work: Callable[[int], object], size: int) -> float:
    began = time.process_time()
    work(size)
    return time.process_time() - began
