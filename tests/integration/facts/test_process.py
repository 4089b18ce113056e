"""How extracting processes are started, and what a forked one keeps of its parent."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.integration.facts.shelves import Files

from weighbridge.adapters.facts.pool import ExtractionPool
from weighbridge.adapters.facts.process import Forked, Process, spawned, start
from weighbridge.adapters.facts.worker import ANSWER, COUNT, REQUEST

ROOT = Path(__file__).resolve().parents[3]
MEMORY = 2_000_000_000
ASKED = COUNT.pack(1) + REQUEST.pack(6, 6, 0) + b"python" + b"x = 1\n"


def answered(process: Process) -> int:
    """The size of the record that a process gives for a small file."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(ASKED)
    process.stdin.flush()
    record, terms = ANSWER.unpack(process.stdout.read(ANSWER.size))
    process.stdout.read(record + terms)
    return int(record)


@pytest.fixture
def forked() -> Forked:
    """A forked process of which the test closes what it does not need."""
    return Forked(MEMORY, 30.0)


def ended(process: Process) -> int:
    """Close the pipes and wait: the exit code of a process that nobody asks any more."""
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()
    return process.wait()


def test_beside_another_thread_an_interpreter_is_started() -> None:
    found: list[Process] = []
    thread = threading.Thread(target=lambda: found.append(start(MEMORY, 30.0)))
    thread.start()
    thread.join()

    assert isinstance(found[0], subprocess.Popen)
    assert answered(found[0]) > 0
    assert ended(found[0]) == 0


def test_a_program_with_one_thread_forks_itself() -> None:
    code = """
import weighbridge.adapters.facts.process as process
print(type(process.start(2_000_000_000, 30.0)).__name__)
"""

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout == "Forked\n"


def test_a_forked_process_answers_what_a_fresh_one_does(forked: Forked) -> None:
    fresh = spawned(MEMORY, 30.0)

    assert answered(forked) == answered(fresh)
    assert (ended(forked), ended(fresh)) == (0, 0)


def test_a_forked_process_holds_none_of_the_parents_files_nor_its_folder() -> None:
    reading, writing = os.pipe()
    process = Forked(MEMORY, 30.0)
    answered(process)  # it is at work now
    of = Path(f"/proc/{process.pid}")
    os.close(writing)

    assert os.read(reading, 1) == b""  # nobody else can write into it
    assert sorted(os.listdir(of / "fd")) == ["0", "1", "2"]
    assert os.readlink(of / "cwd") == "/"
    assert os.getsid(process.pid) == process.pid
    os.close(reading)
    ended(process)


def test_a_forked_process_does_not_answer_signals_as_its_parent_does() -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    try:
        process = Forked(MEMORY, 30.0)
        answered(process)
        os.kill(process.pid, signal.SIGTERM)

        assert process.wait() == -signal.SIGTERM
        assert seen == []
    finally:
        signal.signal(signal.SIGTERM, before)
    ended(process)


def test_an_ended_process_may_be_killed_and_waited_for_again(forked: Forked) -> None:
    forked.kill()

    assert forked.wait() == -signal.SIGKILL
    forked.kill()
    assert forked.wait() == -signal.SIGKILL
    ended(forked)


def test_a_pool_forks_before_it_has_threads() -> None:
    started: list[int] = []

    def counting(memory: int, seconds: float) -> Process:
        started.append(threading.active_count())
        return spawned(memory, seconds)

    files = Files.many(30)
    before = threading.active_count()
    pool = ExtractionPool(files.repository.read, processes=2, start=counting)
    try:
        list(pool.extract(files.blobs))
    finally:
        pool.close()

    assert started == [before, before]


@pytest.mark.parametrize("closed", [(0,), (0, 1), (0, 1, 2), (1,), (2,)])
def test_a_forked_process_works_where_our_own_streams_are_closed(tmp_path: Path, *, closed: tuple[int, ...]) -> None:
    code = f"""
import os
for each in {closed}:
    os.close(each)
from pathlib import Path
from tests.integration.facts.test_process import MEMORY, answered, ended
from weighbridge.adapters.facts.process import Forked
process = Forked(MEMORY, 30.0)
size = answered(process)
Path({str(tmp_path / "size")!r}).write_text(f"{{size}} {{ended(process)}}")
"""

    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60)

    size, status = (tmp_path / "size").read_text().split()
    assert int(size) > 0
    assert status == "0"
