"""Whatever the world around the program is like: where its output goes, how it is ended, what it was started with."""

import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program
from tests.acceptance.cli.test_bad_input import assert_clear
from tests.integration.git.scratch import Scratch


def test_a_pipe_is_written_to_and_not_replaced(program: Program, repository: Scratch, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()

    ran = program.run(repository.folder, "review", "-q", "--json", str(pipe))
    reader.join(timeout=60)

    assert ran.status in (0, 1), ran.err
    assert pipe.is_fifo()
    assert read[0].startswith("{")


def test_a_device_is_written_to_and_not_replaced(program: Program, repository: Scratch) -> None:
    leader, follower = os.openpty()
    device = Path(os.ttyname(follower))
    reader = threading.Thread(target=_drain, args=(leader,), daemon=True)
    reader.start()

    ran = program.run(repository.folder, "review", "-q", "--sarif", str(device))

    assert ran.status in (0, 1), ran.err
    assert device.is_char_device()
    os.close(follower)


def _drain(terminal: int, read: list[bytes] | None = None) -> None:
    try:
        while got := os.read(terminal, 1 << 16):
            (read if read is not None else []).append(got)
    except OSError:
        return  # the other end is gone


def test_a_file_that_is_there_is_still_replaced_as_a_whole(
    program: Program, repository: Scratch, tmp_path: Path
) -> None:
    target = tmp_path / "out.json"
    target.write_text("before")
    with target.open() as held:
        assert program.run(repository.folder, "review", "-q", "--json", str(target)).status in (0, 1)

        assert held.read() == "before"
    assert target.read_text().startswith("{")


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", [["check", "--json", "-"], ["--help"], ["explain", "integrity/git-folder"]])
def test_closed_standard_streams_are_no_defect(
    program: Program, repository: Scratch, closed: str, command: list[str]
) -> None:
    done = subprocess.run(
        ["bash", "-c", f'exec "$@" {closed}', "-", *program.command(*command)],
        cwd=repository.folder,
        env=program.environment(),
        capture_output=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0
    assert b"defect" not in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_program_that_is_told_to_end_leaves_nothing_behind(
    program: Program, tmp_path: Path, number: signal.Signals
) -> None:
    repository = Scratch.make(tmp_path / "large")
    body = "".join(f"def f{n}(x):\n    return f{n - 1}(x) + {n}\n\n\n" for n in range(1, 60))
    repository.write_all({f"package/m{n}.py": f"SEED = {n}\n{body}" for n in range(400)})
    repository.commit("Start")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with _minded(number):
        process = subprocess.Popen(
            program.command("review", "-q", "--json", str(tmp_path / "out.json")),
            cwd=repository.folder,
            env=program.environment() | {"TMPDIR": str(temporary)},
            stderr=subprocess.PIPE,
        )
    _wait_for(temporary)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)

    assert process.returncode in ((130,) if number is signal.SIGINT else (143,))
    assert b"Traceback" not in errors
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "out.json").exists()


@contextmanager
def _minded(number: signal.Signals) -> Iterator[None]:
    """A process started in here minds the signal, also where the tests themselves were started by `nohup`."""
    before = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, before)


def _wait_for(folder: Path) -> None:
    """Until the program has begun to work there."""
    until = time.monotonic() + 30
    while not any(folder.iterdir()) and time.monotonic() < until:
        time.sleep(0.01)


@pytest.mark.parametrize("place", [".", "shop", "/nonexistent"])
def test_wherever_temporary_files_are_to_lie_the_answer_is_the_same(
    program: Program, repository: Scratch, place: str
) -> None:
    elsewhere = Program(program.home, {"TMPDIR": place})

    assert elsewhere.run(repository.folder, "review").err == ""
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("what", ["nowhere", "empty", "passwd"])
def test_an_organisation_that_says_nothing_is_an_error(
    program: Program, repository: Scratch, tmp_path: Path, what: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "passwd").write_text("x")
    told = Program(program.home, {"WEIGHBRIDGE_ORGANISATION": str(tmp_path / what)})

    assert_clear(told.run(repository.folder, "review"), 2, "organisation", what)


@pytest.mark.parametrize(("pager", "colours"), [("less", True), ("more", False)])
def test_a_pager_gets_colours_where_it_shows_them(
    program: Program, repository: Scratch, tmp_path: Path, pager: str, *, colours: bool
) -> None:
    """`less` shows an escape sequence as `ESC[1m` until it is told not to."""
    fake = tmp_path / pager
    fake.write_text('#!/bin/sh\necho "LESS=$LESS"\ncat\n')
    fake.chmod(0o755)
    paged = Program(program.home, {"PAGER": str(fake), "TERM": "xterm"})
    leader, follower = os.openpty()
    read: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(leader, read), daemon=True)
    reader.start()

    done = subprocess.run(
        paged.command("explain", "sql/drop-column"),
        cwd=repository.folder,
        env=paged.environment(),
        stdin=follower,
        stdout=follower,
        check=True,
        timeout=60,
    )
    os.close(follower)
    reader.join(timeout=60)

    assert done.returncode == 0
    text = b"".join(read).decode()
    assert ("LESS=-R" in text, "\x1b[1m" in text) == (colours, colours)


@pytest.mark.parametrize(("redirected", "code"), [(">/dev/full", 2), (">&-", 0), ("", 0)])
def test_the_version_ends_as_other_commands_do_where_it_cannot_be_written(
    program: Program, tmp_path: Path, redirected: str, code: int
) -> None:
    words = " ".join(map(shlex.quote, map(str, program.command("--version"))))
    done = subprocess.run(
        ["sh", "-c", f"{words} {redirected}"], cwd=tmp_path, env=program.environment(), capture_output=True, check=False
    )

    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert b"ignored" not in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("command", "redirected", "code"),
    [
        ("explain", ">/dev/full", 2),
        ("explain", "2>/dev/full", 0),
        ("explain", ">/dev/full 2>/dev/full", 2),
        ("explain", ">/dev/full 2>&-", 2),
        ("explain", ">&- 2>/dev/full", 0),
        ("explain", "2> >(true)", 0),
        ("explain no/rule", "2>/dev/full", 2),
        ("explain no/rule", ">/dev/full 2>/dev/full", 2),
        ("explain no/rule", "2> >(true)", 2),
        ("no-command", "2>/dev/full", 2),
        ("doctor --json /dev/full", "2>/dev/full", 2),
        ("--help", ">/dev/full 2>/dev/full", 2),
        ("--version", ">/dev/full 2>/dev/full", 2),
        ("--version", ">/dev/full 2>&-", 2),
    ],
)
def test_the_exit_code_is_the_documented_one_whatever_can_be_written(
    program: Program, repository: Scratch, command: str, redirected: str, code: int, unbuffered: str
) -> None:
    words = " ".join(map(shlex.quote, map(str, program.command(*command.split()))))
    done = subprocess.run(
        ["bash", "-c", f"{words} {redirected}"],
        cwd=repository.folder,
        env=program.environment() | {"PYTHONUNBUFFERED": unbuffered},
        capture_output=True,
        check=False,
    )

    assert done.returncode == code
    assert b"ignored" not in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_in_the_middle_of_a_text_is_no_pass(
    program: Program, tmp_path: Path, unbuffered: str
) -> None:
    fcntl = pytest.importorskip("fcntl")
    reading, writing = os.pipe()
    fcntl.fcntl(writing, getattr(fcntl, "F_SETPIPE_SZ", 1031), 4096)
    process = subprocess.Popen(
        program.command("explain", "sql/drop-column", "--cases"),
        cwd=tmp_path,
        env=program.environment() | {"PYTHONUNBUFFERED": unbuffered},
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (141, b"")


def test_an_interrupt_is_the_pagers_while_it_reads(program: Program, repository: Scratch, tmp_path: Path) -> None:
    fake = tmp_path / "more"
    fake.write_text("#!/bin/sh\nfor _ in 1 2 3; do sleep 0.2; kill -INT $PPID; done\ncat >/dev/null\n")
    fake.chmod(0o755)
    paged = Program(program.home, {"PAGER": str(fake), "TERM": "xterm"})
    leader, follower = os.openpty()
    reader = threading.Thread(target=_drain, args=(leader,), daemon=True)
    reader.start()

    with _minded(signal.SIGINT):
        done = subprocess.run(
            paged.command("explain", "sql/drop-column", "--cases"),
            cwd=repository.folder,
            env=paged.environment(),
            stdin=follower,
            stdout=follower,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    os.close(follower)

    assert (done.returncode, done.stderr) == (0, b"")
