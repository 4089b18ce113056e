"""How time grows with what is read: twice measured, eightfold apart, so that the square of it cannot hide."""

import time
from collections.abc import Callable

STEP = 8
"""How many times as much is read the second time: linear work takes as many times as long, squared work 64 times."""
MOST = 28
_TRIALS = 2


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times as long `work(8 * size)` takes as `work(size)`, the best of some trials each; what is made is not counted.

    `work` is given a size and does what is measured.
    """
    return _least(work, STEP * size) / max(_least(work, size), 1e-3)


def _least(work: Callable[[int], object], size: int) -> float:
    taken = []
    for _ in range(_TRIALS):
        began = time.process_time()
        work(size)
        taken.append(time.process_time() - began)
    return min(taken)
