"""A person at a terminal: the program under a pseudo-terminal that controls it, with answers given as it asks."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERRUPT = "\x03"
"""Ctrl-C."""
_A_MOMENT = 0.2
"""Seconds that nobody is quicker than: Python drops a signal between its last look at them and the reading of a line."""
_LONGEST = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What came of it: the exit code, and everything that the terminal showed."""

    status: int
    shown: str


def talk(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    answers: Sequence[tuple[str, str]] = (),
    columns: int = 80,
) -> Talk:
    """Run `command`; whenever the first of `answers` left is asked for, its answer is typed."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(command[0], list(command), dict(environment))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    shown, waiting, ends = "", list(answers), time.monotonic() + _LONGEST
    seen = 0
    while time.monotonic() < ends:
        ready, _, _ = select.select([terminal], [], [], 0.5)
        if ready:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data.decode("utf-8", "replace")
        if waiting and waiting[0][0] in shown[seen:]:
            _, answer = waiting.pop(0)
            seen = len(shown)
            if answer == INTERRUPT:
                time.sleep(_A_MOMENT)
            os.write(terminal, answer.encode() if answer == INTERRUPT else f"{answer}\n".encode())
    else:
        os.kill(process, signal.SIGKILL)  # it waits for an answer that nobody gives
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    return Talk(status=os.waitstatus_to_exitcode(status), shown=shown.replace("\r\n", "\n"))
