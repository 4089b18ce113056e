"""One question to a program and its whole answer, both pipes of which are read while it is still being told."""

import os
import select
import subprocess
import time
from contextlib import suppress
from typing import IO, Final

_PIPEFUL: Final = 1 << 16
"""Bytes that a pipe holds, and so that are to be had at once."""
_PAUSE: Final = 0.001
"""Seconds in which git fills about half a pipe with small objects; woken for each, a reader takes as long as git does."""


class TooMuchError(Exception):
    """A process printed more than somebody wanted to hear."""


def converse(
    process: "subprocess.Popen[bytes]", given: bytes, *, seconds: float, most: int | None = None
) -> tuple[bytes, bytes]:
    """What a process prints on its output and on its errors while it is told `given`, until it has ended.

    Git is mostly told little and answers little, many times: `communicate` takes twice as long over it. Where `most` is
    given, much is to come, in pieces that git writes one by one: they are let come together.

    Raises:
        TimeoutError: it did not end within `seconds`; it still runs.
        TooMuchError: it printed more than `most` bytes; it still runs.
    """
    if not hasattr(select, "poll"):
        return _communicate(process, given, seconds=seconds, most=most)
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
    heard = 0
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
                heard += len(chunk)
                if most is not None:
                    _refuse_more(heard, most)
                    time.sleep(_PAUSE)
            else:
                poll.unregister(pipe)
                is_open -= 1
    _wait(process, seconds=max(0.0, until - time.monotonic()))
    output, errors = map(b"".join, printed.values())
    return output, errors


def _refuse_more(heard: int, most: int) -> None:
    if heard > most:
        raise TooMuchError


def _communicate(
    process: "subprocess.Popen[bytes]", given: bytes, *, seconds: float, most: int | None
) -> tuple[bytes, bytes]:
    """The same where pipes cannot be polled, as on Windows: there all of it is heard."""
    try:
        output, errors = process.communicate(given or None, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    if most is not None:
        _refuse_more(len(output), most)
    return output, errors


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
