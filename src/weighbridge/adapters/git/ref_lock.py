"""Keeps writers of our refs apart on one machine, and clears away what a killed git left in their way."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # pragma: no cover - a system without it keeps writers apart by git's own locks alone
    fcntl = None  # type: ignore[assignment] # the module is asked for before it is used

STALE_AFTER: Final = 60
"""Seconds after which the lock of a ref is of a git that was killed: git holds one for milliseconds."""


@contextmanager
def let_in(common: Path, refs: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Waits until no other of our writers is inside; gives the handle that a git started meanwhile must inherit.

    It ends with the last process that holds it, so whoever is inside knows that a lock of one of `refs` is of no git that
    Weighbridge started. Git itself waits for locks that are younger than `STALE_AFTER`.
    """
    handle = None
    with suppress(OSError):
        handle = os.open(common / "objects", os.O_RDONLY)
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        for ref in refs:
            _clear(common / f"{ref}.lock")
        yield () if handle is None else (handle,)
    finally:
        if handle is not None:
            os.close(handle)


def _clear(lock: Path) -> None:
    with suppress(OSError):
        if time.time() - lock.lstat().st_mtime > STALE_AFTER:
            lock.unlink()
