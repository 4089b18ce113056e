"""Whatever happens to the cache file, the next answer is right and the file is whole again."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.integration.facts.shelves import Files, Silent, ask, check_answers, index_all, open_facts

from weighbridge.adapters.facts.database import SCHEMA_VERSION, Database

FILES = Files.many(40)
ROOT = Path(__file__).resolve().parents[3]
ASK = (
    "from pathlib import Path; from tests.integration.facts.shelves import Files, check_answers, open_facts;"
    "files = Files.many({count}); facts = open_facts(Path(sys.argv[1]), files);"
    "check_answers(facts, files); facts.close(); print(facts.trouble)"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a cache of all files."""
    assert index_all(tmp_path, FILES) == ""
    return tmp_path


def the_file(folder: Path) -> Path:
    return Database(folder).path


def with_random_bytes(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(50_000))


def with_a_random_page(file: Path) -> None:
    data = bytearray(file.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = random.Random(2).randbytes(4096)
    file.write_bytes(data)


def with_every_other_page_random(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for start in range(4096, len(data), 8192):
        data[start : start + 4096] = random.Random(start).randbytes(4096)
    file.write_bytes(data)


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def cut_within_a_page(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 1000)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def with_a_log_of_rubbish(file: Path) -> None:
    file.with_name(file.name + "-wal").write_bytes(random.Random(3).randbytes(30_000))


def with_another_shape(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.executescript("DROP TABLE posting; CREATE TABLE posting (others TEXT)")
    connection.close()


def with_rows_of_another_form(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.executescript("UPDATE segment SET members = 'text'; UPDATE blob SET payload = 7")
    connection.close()


def with_a_schema_that_is_no_text(file: Path) -> None:
    data = file.read_bytes()
    assert b"CREATE TABLE" in data
    file.write_bytes(data.replace(b"CREATE TABLE", b"CREATE \x8b\xff\xfe\x00\x80"))


def deleted(file: Path) -> None:
    shutil.rmtree(file.parent)


DAMAGES = [
    with_random_bytes,
    with_a_random_page,
    with_every_other_page_random,
    cut_short,
    cut_within_a_page,
    emptied,
    with_a_log_of_rubbish,
    with_another_shape,
    with_rows_of_another_form,
    with_a_schema_that_is_no_text,
    deleted,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_begun_anew_and_the_answers_are_right(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(the_file(folder))

    facts = open_facts(folder, FILES)
    check_answers(facts, FILES)
    facts.close()

    assert facts.trouble == ""
    assert is_whole(folder)
    assert list(folder.glob("*damaged*")) == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_while_it_is_open_does_not_change_an_answer(folder: Path, damage: Callable[[Path], None]) -> None:
    facts = open_facts(folder, FILES)
    facts.index(FILES.blobs[:20])
    damage(the_file(folder))

    check_answers(facts, FILES)
    facts.close()

    again = open_facts(folder, FILES)
    check_answers(again, FILES)
    again.close()
    assert again.trouble == ""


def test_a_healthy_file_is_left_as_it_is(folder: Path) -> None:
    before = os.stat(the_file(folder)).st_ino

    assert index_all(folder, FILES) == ""

    assert os.stat(the_file(folder)).st_ino == before


def test_a_newer_versions_cache_is_left_alone(tmp_path: Path) -> None:
    newer = tmp_path / f"facts-{SCHEMA_VERSION + 1}" / "facts.sqlite"
    newer.parent.mkdir()
    newer.write_bytes(b"of another age")

    assert index_all(tmp_path, FILES) == ""

    assert newer.read_bytes() == b"of another age"


def test_a_folder_that_cannot_be_made_is_said_and_the_answers_are_right(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    facts = open_facts(tmp_path / "file", FILES)
    check_answers(facts, FILES)
    facts.close()

    assert str(tmp_path) in facts.trouble


def test_a_read_only_folder_is_said_and_the_answers_are_right() -> None:
    with tempfile.TemporaryDirectory() as place, read_only(Path(place)) as folder:
        facts = open_facts(folder, FILES)

    check_answers(facts, FILES)
    facts.close()

    assert "readonly" in facts.trouble


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A cache nobody may write, seen by another user than root, to whom nothing is read-only."""
    assert index_all(folder, FILES) == ""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)
        the_file(folder).parent.chmod(0o755)


def test_a_full_disk_is_said_and_the_answers_are_right(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: writing fails in the middle of the work."""
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000));" + ASK.format(count=200)
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd="/",
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.stderr == ""
    assert "facts.sqlite: " in done.stdout
    assert index_all(tmp_path, FILES) == "", "with room again, the file serves again"


def test_four_processes_at_once_all_answer_right_and_leave_one_whole_file(tmp_path: Path) -> None:
    started = [start_indexing(tmp_path, 120) for _ in range(4)]

    assert [process.wait(120) for process in started] == [0, 0, 0, 0]

    assert is_whole(tmp_path)
    facts = open_facts(tmp_path, Files.many(120))
    assert facts.unindexed(Files.many(120).blobs) == []
    check_answers(facts, Files.many(120))
    facts.close()


@pytest.mark.parametrize("after", [0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3])
def test_killed_while_indexing_the_next_run_is_right_and_the_file_whole(tmp_path: Path, after: float) -> None:
    process = start_indexing(tmp_path, 300)
    time.sleep(after)
    process.kill()
    process.wait()

    assert not the_file(tmp_path).exists() or is_whole(tmp_path)
    assert start_indexing(tmp_path, 300).wait(120) == 0


def start_indexing(folder: Path, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.integration.facts.indexing", str(folder), str(count)]
    return subprocess.Popen(command, cwd=ROOT, env=environment())


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def is_whole(folder: Path) -> bool:
    found = ask(folder, lambda c: c.execute("PRAGMA integrity_check").fetchall())
    return [tuple(row) for row in found] == [("ok",)]


def test_each_file_that_was_read_is_told(tmp_path: Path) -> None:
    told: list[int] = []

    class Telling(Silent):
        def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
            del words, total, at
            told.append(done)

    facts = open_facts(tmp_path, FILES, progress=Telling())
    try:
        facts.index(FILES.blobs)
    finally:
        facts.close()

    assert told == list(range(41))
