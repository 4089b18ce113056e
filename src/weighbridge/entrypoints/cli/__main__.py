"""Where `weighbridge` starts; what a hook calls often must not import what it does not need."""

import os
import sys

_NEW_OBJECTS = 5_000_000
"""After so many the collector looks for cycles: what we hold is hardly ever one, and lives until the end. Looking through it after every 50,000
took a seventeenth of a review."""


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from weighbridge import __version__  # noqa: PLC0415 - the answer must not wait for a command line to be imported

        _say_version(__version__)
    try:
        from weighbridge.entrypoints.cli.signals import Signals  # noqa: PLC0415 - the same

        signals = Signals()
    except KeyboardInterrupt:  # before anything of ours could take it
        os.write(2, b"weighbridge: interrupted\n")
        os._exit(130)
    import atexit  # noqa: PLC0415 - the same
    import gc  # noqa: PLC0415 - the same

    gc.set_threshold(_NEW_OBJECTS, 20, 100)
    ended_with: list[int] = []
    atexit.register(signals.leave, ended_with)  # the first to be named is the last to be called
    from weighbridge.entrypoints.cli.boundary import run  # noqa: PLC0415 - the same

    ended_with.append(run(sys.argv[1:], signals))
    sys.exit(ended_with[0])


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
        from weighbridge.entrypoints.cli.streams import say_at_once  # noqa: PLC0415 - the same

        say_at_once(f"nothing more can be written: {error.strerror}")
    os._exit(code)


if __name__ == "__main__":
    main()
