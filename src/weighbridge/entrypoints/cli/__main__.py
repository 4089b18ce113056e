"""Where `weighbridge` starts; what a hook calls often must not import what it does not need."""

import os
import sys

_NEW_OBJECTS = 50_000
"""After so many the collector looks for cycles: what we hold is hardly ever one, and looking was a seventh of a review."""


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from weighbridge import __version__  # noqa: PLC0415 - the answer must not wait for a command line to be imported

        _say_version(__version__)
    import atexit  # noqa: PLC0415 - the same

    ended_with: list[int] = []
    atexit.register(_leave, ended_with)  # the first to be named is the last to be called
    try:
        code = _run()
    except KeyboardInterrupt:  # before anything of ours could take it, or while what happened was being said
        _end_at_once(0, None)
    ended_with.append(code)
    sys.exit(code)


def _say_version(version: str) -> None:
    """Say it and end, as the boundary would: nobody who listens is no error, and a full disk is."""
    code = 0
    try:
        if sys.stdout is not None:
            sys.stdout.write(f"weighbridge {version}\n")
            sys.stdout.flush()
    except BrokenPipeError:
        code = 141
    except OSError as error:
        code = 2
        sys.stderr.write(f"weighbridge: nothing more can be written: {error.strerror}\n")
    os._exit(code)


def _run() -> int:
    """The exit code; an interrupt ends the process at once where there is nothing yet, or nothing any more, to put away.

    Raised as an exception there, it would come up inside an import, of C code too, or while the interpreter ends, and
    show wherever that happens to be.
    """
    import gc  # noqa: PLC0415 - the version must not wait for it
    import signal  # noqa: PLC0415 - the same

    gc.set_threshold(_NEW_OBJECTS, 20, 100)

    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # a shell's background job ignores it
    if is_ours:
        signal.signal(signal.SIGINT, _end_at_once)
    from weighbridge.entrypoints.cli.boundary import run  # noqa: PLC0415 - the same

    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    code = run(sys.argv[1:])
    if is_ours:
        signal.signal(signal.SIGINT, _end_at_once)
    return code


def _leave(ended_with: list[int]) -> None:
    """Leave it to the system to free our memory, once all else is put away: object by object that is a tenth of a large review."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        return  # a stream is missing or closed, or nobody reads it: the interpreter has its own way to end then
    for code in ended_with:
        os._exit(code)


def _end_at_once(number: int, frame: object) -> None:
    del number, frame
    try:
        os.write(2, b"weighbridge: interrupted\n")
    finally:
        os._exit(130)


if __name__ == "__main__":
    main()
