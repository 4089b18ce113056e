"""How a signal ends the program: at once, in order, or a moment later, by what it finds us at.

While we work it is an exception, so that whatever was begun is put away. Python drops an exception that comes up where nobody
can take it (in what is called when an object is forgotten), and one inside an import may come out as another: there the signal
waits for a moment. Before there is anything to put away it ends the process, and while things are put away it is only noted.
"""

import os
import signal
import sys
from enum import Enum
from types import FrameType
from typing import TYPE_CHECKING, Final

from weighbridge.entrypoints.cli.streams import flush_streams, say_at_once

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_USAGE: Final = 2
_INTERRUPTED: Final = 130
_TERMINATED: Final = 143
_A_MOMENT: Final = 0.01
"""Seconds."""

_TOLD: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals by which a system or a build server ends a process."""

_UNFIT: Final = (
    "<frozen importlib.",
    "<frozen zipimport",
    os.path.join(os.path.dirname(os.__file__), "importlib"),
    os.path.join(os.path.dirname(os.__file__), "weakref.py"),
    os.path.join(os.path.dirname(os.__file__), "_weakrefset.py"),
    os.path.join(os.path.dirname(os.__file__), "tempfile.py"),  # what it makes is ours to remove once we know its name
)
"""Where the files begin in which an exception may be lost, come out as another, or leave something behind."""


_OUTERMOST: Final = (os.path.join(os.path.dirname(__file__), "boundary.py"), "run")
"""Who calls everything that may raise; beyond it nobody takes an exception."""


class Terminated(BaseException):
    """The system or a build server told us to end: the same way out as Ctrl-C, so that nothing is left behind."""


class Phase(Enum):
    """What a signal finds us at."""

    STARTING = "nothing is there to put away"
    WORKING = "what was begun has to be put away"
    ENDING = "it is being put away"


class Signals:
    """Answers the signals that end a process, unless somebody chose otherwise: `nohup`, or a shell's background job."""

    def __init__(self) -> None:
        self._phase = Phase.STARTING
        self._raised = 0
        self._waiting = 0
        self._noted = 0
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._answer)
        for number in _TOLD:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._answer)
        sys.unraisablehook = self._unraisable

    def work(self) -> None:
        """From now on a signal is an exception: `KeyboardInterrupt` or `Terminated`."""
        self._phase = Phase.WORKING

    def end(self) -> None:
        """From now on it is noted; a second one ends the process at once."""
        self._phase = Phase.ENDING

    def code(self, otherwise: int) -> int:
        """The exit code, once all is put away; says what was noted since `end`."""
        return _say(self._noted) if self._noted and otherwise not in (_INTERRUPTED, _TERMINATED) else otherwise

    def leave(self, ended_with: list[int]) -> None:
        """Leave it to the system to free our memory, once all else is put away: object by object that is a tenth of a large review."""
        is_written = flush_streams()
        for code in ended_with:
            os._exit(self.code(code) or (0 if is_written else _USAGE))

    def _answer(self, number: int, frame: FrameType | None) -> None:
        if self._phase is Phase.STARTING or self._noted:
            os._exit(_say(number))
        if self._phase is Phase.ENDING:
            self._noted = number
        elif _is_fit(frame):
            self._raised, self._waiting = number, 0
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated
        else:
            self._wait(number)

    def _wait(self, number: int) -> None:
        self._waiting = number
        signal.signal(signal.SIGALRM, self._again)
        signal.setitimer(signal.ITIMER_REAL, _A_MOMENT)

    def _again(self, number: int, frame: FrameType | None) -> None:
        del number
        if self._waiting:
            self._answer(self._waiting, frame)

    def _unraisable(self, what: "UnraisableHookArgs") -> None:
        """Python could not raise ours: it waits. Whatever else that happens to is shown as it was."""
        if self._raised and issubclass(what.exc_type, KeyboardInterrupt | Terminated):
            self._wait(self._raised)
        else:
            sys.__unraisablehook__(what)


def _say(number: int) -> int:
    """Say what ended us; the exit code of it."""
    say_at_once("interrupted" if number == signal.SIGINT else "told to end")
    return _INTERRUPTED if number == signal.SIGINT else _TERMINATED


def _is_fit(frame: FrameType | None) -> bool:
    """Whether an exception that comes up here is taken by who called; where there is no timer it always has to be."""
    if not hasattr(signal, "setitimer"):
        return True
    if frame is not None and (frame.f_code.co_filename, frame.f_code.co_name) == _OUTERMOST:
        return False
    while frame is not None:
        code = frame.f_code
        if code.co_name == "__del__" or code.co_filename.startswith(_UNFIT):
            return False
        frame = frame.f_back
    return True
