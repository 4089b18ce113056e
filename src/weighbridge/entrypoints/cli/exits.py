"""The exit codes: what the process says to whoever started it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """0 the gate is satisfied, or there was nothing to weigh; 130 is what a shell says of Ctrl-C."""

    PASS = 0
    GATE = 1
    USAGE = 2
    COULD_NOT_LOOK = 3
    DEFECT = 4
    INTERRUPTED = 130
