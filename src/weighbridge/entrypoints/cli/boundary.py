"""Where exceptions end: one place, few exit codes, and a message that says what, where and the way out.

0 the gate is satisfied (or there was nothing to weigh) · 1 it is not · 2 usage or configuration · 3 something could
not look · 4 a defect of Weighbridge · 130 interrupted · 141 whoever read the output went away · 143 told to end.
"""

import errno
import os
import sys
from collections.abc import Sequence
from typing import Final

from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.signals import Signals, Terminated
from weighbridge.entrypoints.cli.streams import forget_output, prepare_streams
from weighbridge.review.visible import inert, one_line

_EXPECTED: Final = {
    "RepositoryError": ExitCode.USAGE,
    "UnreadableObjectError": ExitCode.COULD_NOT_LOOK,
    "UnreachableTrustError": ExitCode.COULD_NOT_LOOK,
    "ConfigurationError": ExitCode.USAGE,
    "ProvenanceSettingsError": ExitCode.USAGE,
    "BaselineError": ExitCode.USAGE,
    "UnknownKindError": ExitCode.USAGE,
    "UnknownNameError": ExitCode.USAGE,
    "TargetError": ExitCode.USAGE,
    "NoSuchDocumentError": ExitCode.USAGE,
    "NotebookError": ExitCode.USAGE,
    "RuleError": ExitCode.USAGE,
    "PackageError": ExitCode.USAGE,
    "NotCountedError": ExitCode.USAGE,
    "OutputError": ExitCode.USAGE,
    "SigningError": ExitCode.USAGE,
    "EnrolmentError": ExitCode.USAGE,
    "AdmissionError": ExitCode.GATE,
    "DeployedListError": ExitCode.USAGE,
    "NoLedgerError": ExitCode.COULD_NOT_LOOK,
    "NoSuchEntryError": ExitCode.USAGE,
    "LedgerError": ExitCode.GATE,
    "LedgerPlaceError": ExitCode.USAGE,
    "LedgerFilesError": ExitCode.COULD_NOT_LOOK,
}
"""Errors that are the user's to mend, by the name of their class or a parent's: naming them imports nothing."""

_NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO))

_SHORT: Final = 29
"""Characters that need no folding on any terminal, as `weighbridge: interrupted` does not."""

_REFUSED: Final = frozenset((errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM))


def run(arguments: Sequence[str], signals: Signals) -> int:
    """Run the command line; the exit code."""
    prepare_streams()
    try:
        code = _outcome(arguments, signals)
    except KeyboardInterrupt:  # while what happened was being said
        code = ExitCode.INTERRUPTED
    except Terminated:
        code = ExitCode.TERMINATED
    signals.end()
    return code


def _outcome(arguments: Sequence[str], signals: Signals) -> int:
    try:
        signals.work()
        code = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _say("interrupted", ExitCode.INTERRUPTED)
    except Terminated:
        code = _say("told to end", ExitCode.TERMINATED)
    except (BrokenPipeError, SystemExit):  # click itself exits, and only then, when it meets a closed pipe first
        forget_output()
        code = ExitCode.READER_GONE
    except Exception as error:  # noqa: BLE001 - the boundary
        code = _explain(error)
    return code


def _run(arguments: Sequence[str]) -> int:
    if list(arguments) == ["check"]:  # as hooks call it
        from weighbridge.entrypoints.cli.checking import check_staged  # noqa: PLC0415 - only hooks need it

        return check_staged()
    from weighbridge.entrypoints.cli.application import answer  # noqa: PLC0415 - options cost a hook an eighth of its time

    return answer(arguments)


def _explain(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        forget_output()
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
    text = inert(f"weighbridge: {lines[0]}\n" + "".join(f"  {line}\n" for line in lines[1:]))
    if len(text) > _SHORT:
        from weighbridge.entrypoints.cli.telling import fold_for  # noqa: PLC0415 - most runs have nothing to say here

        text = fold_for(text, sys.stderr)
    sys.stderr.write(text)
    return code
