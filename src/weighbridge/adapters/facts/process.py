"""Extracting processes: a fresh interpreter, or this one forked where that is safe and starts in a third of the time.

Forking is safe where nothing but the forking thread runs, for a lock that another thread holds would stay locked in the child
for ever; and on Linux, for libraries of macOS break in forked children. A forked process keeps nothing of ours but its
memory: it closes every file, leaves our session and folder, and forgets our signal handlers and environment.
"""

import gc
import os
import signal
import subprocess
import sys
import threading
from typing import IO, Final, NoReturn, Protocol

from weighbridge.adapters.facts import worker


class Process(Protocol):
    """What a pool needs of an extracting process; `subprocess.Popen` has it."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """Where requests are written."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """Where answers are read."""

    def kill(self) -> None:
        """End it at once; nothing happens where it ended before."""

    def wait(self) -> int:
        """Wait for its end, and give back its exit code."""


def start(memory: int, seconds: float) -> Process:
    """A process that may take `memory` bytes of address space and `seconds` for one blob. Raises `OSError`."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return Forked(memory, seconds)
    return spawned(memory, seconds)


def spawned(memory: int, seconds: float) -> Process:
    """A fresh interpreter that extracts."""
    # -P: without it Python would import from the current folder, which may be the repository under review
    command = [sys.executable, "-P", "-m", worker.__name__, str(memory), str(seconds)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        cwd=os.path.abspath(os.sep),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment() | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,  # Ctrl-C is for the parent, which ends us in order
    )


class Forked:
    """A copy of this process that extracts; the caller's must be the only thread that holds any lock."""

    def __init__(self, memory: int, seconds: float) -> None:
        their_requests, our_requests = os.pipe()
        our_answers, their_answers = os.pipe()
        # what arrives meanwhile must not be answered by the child as if it were us
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _TO_THE_PARENT)
        self.pid = os.fork()
        if not self.pid:
            _serve(their_requests, their_answers, memory=memory, seconds=seconds)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(their_requests)
        os.close(their_answers)
        self.stdin: IO[bytes] | None = os.fdopen(our_requests, "wb")
        self.stdout: IO[bytes] | None = os.fdopen(our_answers, "rb")
        self._code: int | None = None

    def kill(self) -> None:
        """End it at once."""
        if self._code is None:  # until it was waited for, nobody else has its number
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end."""
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code


_TO_THE_PARENT: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that our program may answer in a way of its own."""

_FIRST_FILE: Final = 3
"""The first file number after the standard ones."""


def _serve(requests: int, answers: int, *, memory: int, seconds: float) -> NoReturn:
    """Be an extracting process until the requests end; whatever happens, never return to what the parent was doing."""
    code = 1
    try:
        os.setsid()
        os.chdir(os.sep)
        for name in (*_TO_THE_PARENT, signal.SIGALRM):
            signal.signal(name, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TO_THE_PARENT)
        # where our own streams were closed before we began, `requests` may be one of the first three: it is moved first
        os.dup2(requests, 0)
        os.dup2(answers, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.closerange(_FIRST_FILE, os.sysconf("SC_OPEN_MAX"))
        kept = _environment()
        os.environ.clear()
        os.environ.update(kept)
        gc.freeze()  # what we were born with is not ours to look through, or to close
        worker.run(memory, seconds)
        code = 0
    finally:
        os._exit(code)


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL") if name in os.environ}
