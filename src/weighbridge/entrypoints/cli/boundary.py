"""Where exceptions end: one place, few exit codes, and a message that says what, where and the way out.

0 the gate is satisfied (or there was nothing to weigh) · 1 it is not · 2 usage or configuration · 3 something could
not look · 4 a defect of Weighbridge · 130 interrupted · 141 whoever read the output went away · 143 told to end.
"""

import errno
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Final, NoReturn

import click

from weighbridge.entrypoints.cli.application import application
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.review.visible import inert, one_line

_EXPECTED: Final = {
    "RepositoryError": ExitCode.USAGE,
    "UnreadableObjectError": ExitCode.COULD_NOT_LOOK,
    "ConfigurationError": ExitCode.USAGE,
    "ProvenanceSettingsError": ExitCode.USAGE,
    "BaselineError": ExitCode.USAGE,
    "UnknownNameError": ExitCode.USAGE,
    "TargetError": ExitCode.USAGE,
    "NotebookError": ExitCode.USAGE,
    "RuleError": ExitCode.USAGE,
    "PackageError": ExitCode.USAGE,
    "OutputError": ExitCode.USAGE,
}
"""Errors that are the user's to mend, by the name of their class or a parent's: naming them imports nothing."""

_TOLD: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals by which a system or a build server ends a process."""

_NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO))

_REFUSED: Final = frozenset((errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; the exit code."""
    _open_closed_streams()
    try:
        _end_in_order_when_told()
        _refuse_empty(arguments)
        result = application.main(list(arguments), prog_name="weighbridge", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort, Terminated) as stop:
        told = isinstance(stop, Terminated)
        return _say("told to end", ExitCode.TERMINATED) if told else _say("interrupted", ExitCode.INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # click itself exits, and only then, when it meets a closed pipe first
        _forget_output()
        return ExitCode.READER_GONE
    except Exception as error:  # noqa: BLE001 - the boundary
        return _explain(error)
    finally:
        _end_at_once_when_told()
    return int(result) if isinstance(result, int) else ExitCode.PASS


def _refuse_empty(arguments: Sequence[str]) -> None:
    """Taken for none it would weigh another change, write no file, or trust another branch, and nobody would notice."""
    if any(not text or (text.startswith("--") and text.endswith("=")) for text in arguments):
        raise click.UsageError("an argument is empty: was a variable not set? Leave it out, or give it a value")


class Terminated(BaseException):
    """The system or a build server told us to end: the same way out as Ctrl-C, so that nothing is left behind."""


def _end_in_order_when_told() -> None:
    """Without this a build that is cancelled would leave a folder of ours and, for seconds, its extracting processes."""
    for number in _TOLD:
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has chosen otherwise
            signal.signal(number, _terminate)


def _end_at_once_when_told() -> None:
    """Nothing is left to put away, and nobody would take the exception."""
    for number in _TOLD:
        if signal.getsignal(number) is _terminate:
            signal.signal(number, signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise Terminated


def _explain(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        _forget_output()
        named = f"{error.filename}: " if error.filename else ""
        return _say(f"{named}nothing more can be written: {error.strerror}", ExitCode.USAGE)
    if isinstance(error, OSError) and error.errno in _REFUSED:
        return _say(f"the system gives no more: {error.strerror} (see `ulimit -a`)", ExitCode.USAGE)
    for kind in type(error).__mro__:
        if kind.__name__ in _EXPECTED:
            return _say(str(error), _EXPECTED[kind.__name__])
    import traceback  # noqa: PLC0415 - costs a hook more than all else here, and is hardly ever needed

    if os.environ.get("WEIGHBRIDGE_TRACEBACK"):
        traceback.print_exception(error)
    where = traceback.extract_tb(error.__traceback__)[-1:]
    place = f" ({os.path.basename(where[0].filename)}:{where[0].lineno})" if where else ""
    words = f"a defect of weighbridge: {type(error).__name__}: {error}{place}"
    hint = "set WEIGHBRIDGE_TRACEBACK=1 and run again to see where, and please report it"
    return _say(f"{words}\n{hint}", ExitCode.DEFECT)


def _say(message: str, code: ExitCode) -> ExitCode:
    lines = [one_line(line) for line in message.splitlines()] or [""]
    sys.stderr.write(inert(f"weighbridge: {lines[0]}\n" + "".join(f"  {line}\n" for line in lines[1:])))
    return code


def _open_closed_streams() -> None:
    """Give a process that was started with closed standard streams (`>&-`) empty ones.

    Without them the next files that are opened, the cache among them, would get their numbers, and what is said on
    standard error would be written into one.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is the closed stream's
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _forget_output() -> None:
    """Whoever read our output is gone; keep Python from complaining when it flushes at exit."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it stays open until the process ends
