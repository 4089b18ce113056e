"""A program is told everything and heard out, however much it is and in whatever order."""

import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git.conversation import TooMuchError, converse
from weighbridge.adapters.git.process import end

ECHO = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
MEGABYTE = 1 << 20


def started(code: str, *, is_told: bool = True) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE if is_told else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )


def said(code: str, given: bytes = b"", *, is_told: bool = True, seconds: float = 30) -> tuple[bytes, bytes, int]:
    process = started(code, is_told=is_told)
    try:
        output, errors = converse(process, given, seconds=seconds)
    finally:
        end(process)
    return output, errors, process.returncode


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 5 * MEGABYTE])
def test_what_is_told_comes_back_whole(size: int) -> None:
    assert said(ECHO, b"x" * size) == (b"x" * size, b"", 0)


def test_who_speaks_while_being_told_is_heard() -> None:
    code = (
        "import sys\n"
        "while data := sys.stdin.buffer.read1(1000):\n"
        "    sys.stdout.buffer.write(data); sys.stdout.flush()\n"
        "    sys.stderr.buffer.write(data); sys.stderr.flush()\n"
    )

    assert said(code, b"y" * MEGABYTE) == (b"y" * MEGABYTE, b"y" * MEGABYTE, 0)


def test_much_on_the_errors_does_not_stop_the_output() -> None:
    code = "import os; os.write(1, b'a'); [os.write(2, b'e' * 4096) for _ in range(500)]; os.write(1, b'b'); exit(3)"

    assert said(code, is_told=False) == (b"ab", b"e" * 4096 * 500, 3)


def test_who_does_not_listen_says_why() -> None:
    code = "import os, sys; os.close(0); sys.stderr.write('no room'); sys.exit(7)"

    assert said(code, b"z" * 5 * MEGABYTE) == (b"", b"no room", 7)


def test_who_does_not_end_is_not_waited_for() -> None:
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        said("import time; time.sleep(60)", b"z" * 5 * MEGABYTE, seconds=0.5)

    assert time.monotonic() - began < 20


def test_who_closes_both_outputs_and_lives_on_is_not_waited_for() -> None:
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        said("import os, time; os.close(1); os.close(2); time.sleep(60)", is_told=False, seconds=1)

    assert time.monotonic() - began < 20


def test_it_is_the_same_where_pipes_cannot_be_polled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(select, "poll")

    assert said(ECHO, b"x" * MEGABYTE) == (b"x" * MEGABYTE, b"", 0)
    assert said(ECHO) == (b"", b"", 0)
    assert said("print('a', end='')", is_told=False) == (b"a", b"", 0)
    with pytest.raises(TimeoutError):
        said("import os, time; os.close(1); os.close(2); time.sleep(60)", is_told=False, seconds=1)


def test_git_has_no_advice_for_us(tmp_path: Path) -> None:
    scratch = Scratch.make(tmp_path / "shop")
    scratch.git("commit", "-q", "--allow-empty", "-m", "one")
    with scratch.open() as repository:
        process = repository.named.start(("log", "--format=%s"))
        output, errors = converse(process, b"", seconds=30)
        end(process)

    assert (output, errors) == (b"one\n", b"")


def test_who_prints_more_than_is_wanted_is_heard_no_longer() -> None:
    process = started("import os\nwhile True: os.write(1, b'z' * 4096)", is_told=False)
    try:
        with pytest.raises(TooMuchError):
            converse(process, b"", seconds=30, most=MEGABYTE)
    finally:
        end(process)


def test_as_much_as_is_wanted_is_heard_whole() -> None:
    process = started(ECHO)
    try:
        assert converse(process, b"x" * MEGABYTE, seconds=30, most=MEGABYTE) == (b"x" * MEGABYTE, b"")
    finally:
        end(process)
