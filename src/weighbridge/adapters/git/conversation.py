"""One question to a program and its whole answer, both pipes of which are read while it is still being told."""

import os
import select
import subprocess
import time
from contextlib import suppress
from typing import IO, Final

_PIPEFUL: Final = 1 << 16
"""Bytes that a pipe holds, and so that are to be had at once."""


def converse(process: "subprocess.Popen[bytes]", given: bytes, *, seconds: float) -> tuple[bytes, bytes]:
    """What a process prints on its output and on its errors while it is told `given`, until it has ended.

    Git is mostly told little and answers little, many times: `communicate` takes twice as long over it.

    Raises:
        TimeoutError: it did not end within `seconds`; it still runs.
    """
    if not hasattr(select, "poll"):
        return _communicate(process, given, seconds=seconds)
    assert process.stdout is not None
    assert process.stderr is not None
    until = time.monotonic() + seconds
    printed: dict[int, list[bytes]] = {process.stdout.fileno(): [], process.stderr.fileno(): []}
    poll = select.poll()
    for pipe in printed:
        poll.register(pipe, select.POLLIN)
    left = memoryview(given)
    if process.stdin is not None:
        os.set_blocking(process.stdin.fileno(), False)
        left = _tell(process.stdin, left, poll=poll)
    is_open = len(printed)
    while is_open:
        ready = poll.poll(max(0.0, until - time.monotonic()) * 1000)
        if not ready:
            raise TimeoutError
        for pipe, _ in ready:
            if pipe not in printed:
                assert process.stdin is not None
                left = _tell(process.stdin, left, poll=poll)
            elif chunk := os.read(pipe, _PIPEFUL):
                printed[pipe].append(chunk)
            else:
                poll.unregister(pipe)
                is_open -= 1
    _wait(process, seconds=max(0.0, until - time.monotonic()))
    output, errors = map(b"".join, printed.values())
    return output, errors


def _communicate(process: "subprocess.Popen[bytes]", given: bytes, *, seconds: float) -> tuple[bytes, bytes]:
    """The same where pipes cannot be polled, as on Windows."""
    try:
        return process.communicate(given or None, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None


def _wait(process: "subprocess.Popen[bytes]", *, seconds: float) -> None:
    """Waits for the end; one that closed both outputs may live on."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None


def _tell(pipe: IO[bytes], left: memoryview, *, poll: "select.poll") -> memoryview:
    """Hands over what fits, and gives what is left; the pipe is closed when nothing is, or when nobody listens."""
    try:
        while left:
            left = left[os.write(pipe.fileno(), left) :]
    except BlockingIOError:
        poll.register(pipe, select.POLLOUT)
        return left
    except BrokenPipeError:  # one that ended early says why on its errors
        left = left[:0]
    with suppress(KeyError):
        poll.unregister(pipe)
    with suppress(BrokenPipeError):
        pipe.close()
    return left
