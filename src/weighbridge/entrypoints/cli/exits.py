"""The exit codes: what the process says to whoever started it."""

from enum import IntEnum

from weighbridge.domain.gate import Gate, GateState


class ExitCode(IntEnum):
    """0 the gate is satisfied, or there was nothing to weigh; 130 and up are what a shell says of signals.

    A reader that goes away must not turn a gate green, so that is no 0.
    """

    PASS = 0
    GATE = 1
    USAGE = 2
    COULD_NOT_LOOK = 3
    DEFECT = 4
    INTERRUPTED = 130
    READER_GONE = 141
    TERMINATED = 143


def exit_code_of(gate: Gate) -> ExitCode:
    """What a gate means for whoever started us; could not look beats not satisfied."""
    if gate.report_only:
        return ExitCode.PASS
    states = {requirement.state for requirement in gate.requirements} | {gate.state}
    if GateState.ERROR in states:
        return ExitCode.COULD_NOT_LOOK
    return ExitCode.GATE if GateState.UNSATISFIED in states else ExitCode.PASS
