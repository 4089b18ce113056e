"""Extracting processes break, hang, are killed and interrupted; the reasons are right and nothing is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.integration.facts.shelves import Files, Silent, open_facts

from weighbridge.adapters.facts.cached import CachedFacts
from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.facts.pool import ExtractionLimits, ExtractionPool, PoolClosedError
from weighbridge.adapters.facts.process import Forked, spawned
from weighbridge.adapters.facts.records import open_record
from weighbridge.adapters.facts.store import FactStore
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.model import FileFacts

ROOT = Path(__file__).resolve().parents[3]
SLOW = "x = [" + "[" * 400 + "]" * 400 + "]\n" + "f(1, 2, 3)\n" * 250_000


def extracted(files: Files, limits: ExtractionLimits, *, processes: int = 1) -> dict[str, FileFacts | Reason]:
    """What came of each file, by path: the same from a fresh interpreter and from a fork."""
    found = _extracted(files, ExtractionPool(files.repository.read, limits=limits, processes=processes, start=spawned))
    if sys.platform == "linux":
        pool = ExtractionPool(files.repository.read, limits=limits, processes=processes, start=Forked)
        assert _extracted(files, pool) == found
    return found


def _extracted(files: Files, pool: ExtractionPool) -> dict[str, FileFacts | Reason]:
    try:
        found = {blob.path: open_record(one.record) for blob, one in pool.extract(files.blobs)}
    finally:
        pool.close()
    assert children() == []
    return {path: one.reason if isinstance(one, CouldNotLook) else one for path, one in found.items()}


def children() -> list[int]:
    """The extracting processes of this one that still live."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    return [int(line.split()[0]) for line in found.stdout.splitlines() if "python" in line]


def test_a_file_over_the_limit_of_size_is_a_limit_and_the_next_is_read() -> None:
    files = Files({"large.py": "x = 1\n" * 1000, "small.py": "x = 1\n"})

    found = extracted(files, ExtractionLimits(size=1000))

    assert found["large.py"] is Reason.LIMIT
    assert isinstance(found["small.py"], FileFacts)


def test_after_much_time_was_lost_less_is_given() -> None:
    files = Files({f"slow{n}.py": SLOW + str(n) for n in range(3)})
    pool = ExtractionPool(
        files.repository.read, limits=ExtractionLimits(seconds=1.0, lost=2.0, hurried=0.5), processes=1
    )

    try:
        found = [open_record(one.record) for _, one in pool.extract(files.blobs)]
    finally:
        pool.close()

    assert [why.detail.rpartition("than ")[2] for why in found if isinstance(why, CouldNotLook)] == [
        "1 s",
        "1 s",
        "0.5 s",
    ]


def test_what_takes_too_long_is_timed_out_and_the_next_is_read() -> None:
    files = Files({"slow.py": SLOW, "small.py": "x = 1\n"})

    found = extracted(files, ExtractionLimits(seconds=1.5))

    assert found["slow.py"] is Reason.TIMED_OUT
    assert isinstance(found["small.py"], FileFacts)


def test_whoever_waits_for_a_slow_file_is_told_which_it_is(tmp_path: Path) -> None:
    told: set[tuple[int, int, str]] = set()

    class Telling(Silent):
        def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
            del words
            told.add((done, total, at))

    files = Files({"small.py": "x = 1\n", "slow.py": SLOW})
    facts = open_facts(tmp_path, files, progress=Telling())
    try:
        facts.load(files.blobs)
    finally:
        facts.close()

    assert (1, 2, "slow.py") in told
    assert {at for _, _, at in told} == {"", "slow.py"}


def test_what_takes_too_much_memory_is_a_limit_and_the_next_is_read() -> None:
    files = Files({"slow.py": SLOW, "small.py": "x = 1\n"})

    found = extracted(files, ExtractionLimits(memory=150_000_000))

    assert found["slow.py"] is Reason.LIMIT
    assert isinstance(found["small.py"], FileFacts)


def test_a_process_that_cannot_even_start_is_a_limit_for_each_file() -> None:
    files = Files.many(3)
    limits = ExtractionLimits(memory=1_000_000)

    found = _extracted(files, ExtractionPool(files.repository.read, limits=limits, processes=1, start=spawned))

    assert set(found.values()) == {Reason.LIMIT}


def test_a_file_that_is_no_text_of_its_language_is_read_with_its_errors_or_unparsed() -> None:
    found = extracted(Files({"a.py": "\x00\x01\x02" * 50, "b.ts": "}}}{{{((("}), ExtractionLimits())

    assert all(isinstance(one, FileFacts) or one is Reason.UNPARSED for one in found.values())


NESTED = {
    "brackets.py": "x = " + "(" * 10_000 + ")" * 10_000 + "\n",
    "lists.py": "x = " + "[" * 10_000 + "]" * 10_000 + "\n",
    "calls.py": "x = " + "f(" * 10_000 + ")" * 10_000 + "\n",
    "chain.py": "x = a" + ".b" * 10_000 + "\n",
    "chained.py": "x = a" + ".b()" * 10_000 + "\n",
    "sum.py": "x = " + " + ".join(["a"] * 10_000) + "\n",
    "ifs.py": "".join("  " * n + f"if a{n}:\n" for n in range(90)) + "  " * 90 + "pass\n",
    "lambdas.py": "x = " + "lambda: " * 10_000 + "1\n",
    "blocks.js": "{" * 10_000 + "}" * 10_000,
    "functions.ts": "function f(){" * 10_000 + "}" * 10_000,
    "brackets.go": "package p\nvar x = " + "(" * 10_000 + "1" + ")" * 10_000 + "\n",
    "blocks.java": "class A { void m() " + "{" * 10_000 + "}" * 10_000 + "}",
    "elements.tsx": "const x = " + "<a>" * 10_000 + "</a>" * 10_000,
}


@pytest.mark.parametrize("path", NESTED)
def test_ten_thousand_fold_nesting_is_read_or_a_reason_and_never_a_crash(path: str) -> None:
    (found,) = extracted(Files({path: NESTED[path]}), ExtractionLimits()).values()

    assert isinstance(found, FileFacts) or found in (Reason.LIMIT, Reason.UNPARSED)


def test_many_files_are_read_by_two_processes_each_once() -> None:
    files = Files.many(200)

    found = extracted(files, ExtractionLimits(), processes=2)

    assert sorted(found) == sorted(files.texts)
    assert all(isinstance(one, FileFacts) for one in found.values())


def test_processes_killed_while_they_read_are_replaced() -> None:
    files = Files.many(900)
    pool = ExtractionPool(files.repository.read, processes=2)
    killed = rounds = 0
    found = {}
    try:
        for blob, one in pool.extract(files.blobs):
            found[blob.path] = open_record(one.record)
            if rounds < 3 and len(found) > 30 * rounds and (reading := children()):
                rounds += 1  # from the first answer on: on a busy machine the rest is read before we look again
                for child in reading:
                    with suppress(ProcessLookupError):  # it was killed the round before, and is gone by now
                        os.kill(child, signal.SIGKILL)
                        killed += 1
    finally:
        pool.close()

    lost = [path for path, one in found.items() if isinstance(one, CouldNotLook)]
    assert killed
    assert len(found) == 900
    assert len(lost) <= killed
    assert children() == []


def test_a_failure_to_read_ends_the_extraction_and_the_pool_can_be_asked_again() -> None:
    files = Files.many(50)
    broken = files.blob("pkg/m7.py").oid

    def read(oid: ObjectId, limit: int) -> bytes | CouldNotLook:
        if oid == broken:
            raise OSError("gone")
        return files.repository.read(oid, limit)

    pool = ExtractionPool(read, processes=2)
    with pytest.raises(OSError, match="gone"):
        list(pool.extract(files.blobs))

    rest = [blob for blob in files.blobs if blob.oid != broken]
    assert len(list(pool.extract(rest))) == 49
    pool.close()
    assert children() == []


def test_a_closed_pool_says_so_and_does_not_wait() -> None:
    files = Files.many(3)
    pool = ExtractionPool(files.repository.read)
    pool.close()

    with pytest.raises(PoolClosedError):
        list(pool.extract(files.blobs))


def test_closing_in_the_middle_of_a_slow_file_does_not_wait_for_it() -> None:
    files = Files({"slow.py": SLOW})
    pool = ExtractionPool(files.repository.read)
    waiting = threading.Thread(target=lambda: list(pool.extract(files.blobs)), daemon=True)
    waiting.start()
    time.sleep(0.6)

    began = time.monotonic()
    pool.close()

    assert time.monotonic() - began < 5
    assert children() == []


def test_what_an_interrupted_extraction_leaves_is_ended_by_closing(tmp_path: Path) -> None:
    files = Files({**{f"s{n}.py": SLOW + str(n) for n in range(2)}, **Files.many(60).texts})
    facts = open_facts(tmp_path, files)
    main = threading.main_thread().ident
    assert main is not None
    threading.Timer(1.0, lambda: signal.pthread_kill(main, signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        facts.load(files.blobs)
    facts.close()

    assert children() == []
    assert threads_of_pools() == []


def test_a_program_interrupted_while_extracting_leaves_no_process(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.facts.indexing", str(tmp_path), "40000"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        stderr=subprocess.PIPE,
    )
    workers = list(appearing(process.pid))

    process.send_signal(signal.SIGINT)

    process.communicate(timeout=30)
    assert process.returncode != 0
    assert workers
    assert [pid for pid in workers if is_alive(pid)] == []


def test_a_process_whose_parent_is_killed_ends_by_itself(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.facts.indexing", str(tmp_path), "40000"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
    )
    workers = list(appearing(process.pid))

    process.kill()
    process.wait()

    for _ in range(100):
        if not any(is_alive(pid) for pid in workers):
            break
        time.sleep(0.1)
    assert workers
    assert [pid for pid in workers if is_alive(pid)] == []


def test_what_timed_out_is_tried_again_on_another_day_only(tmp_path: Path) -> None:
    files = Files({"slow.py": "x = 1\n" * 10_000})  # no answer is there at once
    reads: list[ObjectId] = []

    def read(oid: ObjectId, limit: int) -> bytes | CouldNotLook:
        reads.append(oid)
        return files.repository.read(oid, limit)

    def visit(day: int, limits: ExtractionLimits) -> FileFacts | CouldNotLook:
        store = FactStore(Database(tmp_path), "s", day=lambda: day)
        facts = CachedFacts(store, ExtractionPool(read, limits=limits), progress=Silent())
        try:
            return facts.facts(files.blob("slow.py"))
        finally:
            facts.close()

    first = visit(1000, ExtractionLimits(seconds=0.0))
    second = visit(1000, ExtractionLimits())
    third = visit(1001, ExtractionLimits())

    assert isinstance(first, CouldNotLook)
    assert first.reason is Reason.TIMED_OUT
    assert second == first
    assert isinstance(third, FileFacts)
    assert len(reads) == 2


def appearing(parent: int) -> Iterator[int]:
    """The extracting processes that another program starts, once there are any."""
    for _ in range(200):
        listed = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False).stdout
        if listed:
            time.sleep(0.3)
            yield from (int(pid) for pid in listed.split())
            return
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def threads_of_pools() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.endswith("(_work)")]
