"""Risk out of real histories: read once, kept, and read again where what was kept is lost or broken."""

import multiprocessing
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.cache.history import SqliteHistoryCache
from weighbridge.app.assess_risk import assess_risk
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.change import Change, ChangeKind
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.risk import Risk
from weighbridge.risk.past import PastChange

ROW = PastChange(
    author="a@x",
    time=1,
    is_fix=False,
    files=1,
    folders=1,
    subsystems=("api",),
    entropy=0.0,
    added=3,
    removed=1,
    paths=("api/a.py",),
)
OID = ObjectId("a" * 40)


class Told:
    """Keeps what progress was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Keep it."""
        assert words
        assert not at
        self.steps.append((done, total))


class Forgetful:
    """A cache that keeps nothing."""

    def load(self, repository: str, oids: Sequence[ObjectId]) -> Mapping[ObjectId, PastChange]:
        """Nothing."""
        del repository, oids
        return {}

    def store(self, repository: str, changes: Mapping[ObjectId, PastChange]) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    made = Scratch.make(tmp_path_factory.mktemp("shop"))
    text = []
    for number in range(45):
        who, size = f"Dev {number % 3} <d{number % 3}@x>", number % 9 + 1
        body = "".join(f"{number} {line}\n" for line in range(size))
        text.append(
            f"commit refs/heads/main\ncommitter {who} {1_700_000_000 + number * 9000} +0000\n"
            f"data 7\nChange\n\nM 100644 inline api/f{number % 5}.py\ndata {len(body)}\n{body}\n"
        )
    made.git("fast-import", "--quiet", given="".join(text).encode())
    made.git("reset", "-q", "--hard")
    return made


def assessed(
    scratch: Scratch, cache: SqliteHistoryCache | Forgetful, *, text: str = "HEAD~1..HEAD", told: Told | None = None
) -> Risk:
    with scratch.open() as repository:
        change = repository.change(ChangeRequest(range_text=text, staged=not text))
        return assess_risk(repository, change, cache=cache, progress=told or Told())


def test_a_second_look_reads_nothing_and_says_the_same(scratch: Scratch, tmp_path: Path) -> None:
    cache, first, second = SqliteHistoryCache(tmp_path), Told(), Told()

    one = assessed(scratch, cache, told=first)
    other = assessed(scratch, cache, told=second)

    assert one == other
    assert (one.sample, one.refused) == (44, "")
    assert (first.steps, second.steps) == ([(0, 44)], [])


def test_what_is_new_since_is_read_and_the_figures_are_those_of_a_new_start(scratch: Scratch, tmp_path: Path) -> None:
    cache, told = SqliteHistoryCache(tmp_path), Told()
    assessed(scratch, cache, text="HEAD~6..HEAD~5")

    going_on = assessed(scratch, cache, told=told)

    assert told.steps == [(0, 5)]
    assert going_on == assessed(scratch, Forgetful())


def test_an_older_change_is_compared_with_what_was_before_it_only(scratch: Scratch, tmp_path: Path) -> None:
    cache = SqliteHistoryCache(tmp_path)
    assessed(scratch, cache)

    older = assessed(scratch, cache, text="HEAD~10..HEAD~9")

    assert older.sample == 35
    assert older == assessed(scratch, Forgetful(), text="HEAD~10..HEAD~9")


def test_a_staged_change_is_nobodys_and_has_its_percentile(scratch: Scratch, tmp_path: Path) -> None:
    file = scratch.write("api/f0.py", "new\n" * 30)
    scratch.git("add", "-A")

    found = assessed(scratch, SqliteHistoryCache(tmp_path), text="")
    scratch.git("reset", "-q", "--hard")

    assert file.exists()
    assert found.percentile is not None
    assert "EXP" not in {c.feature for c in found.contributions}


def test_the_first_commit_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    small = Scratch.make(tmp_path / "small")
    small.commit("Begin", **{"a.py": "a\n"})

    assert "nothing came before" in assessed(small, Forgetful(), text="HEAD").refused


def test_a_shallow_clone_is_refused(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "-q", "--depth", "40", scratch.folder.as_uri(), str(tmp_path / "clone"))

    found = assessed(Scratch(tmp_path / "clone"), Forgetful())

    assert (found.percentile, found.sample) == (None, 39)
    assert "--unshallow" in found.refused


def test_a_clone_without_its_blobs_is_refused_and_not_a_failure(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("config", "uploadpack.allowFilter", "true")
    options = ("--filter=blob:none", "--no-checkout")
    scratch.git("clone", "-q", *options, scratch.folder.as_uri(), str(tmp_path / "clone"))
    clone = Scratch(tmp_path / "clone")

    with clone.open() as repository:
        found = assess_risk(repository, partial_change(clone), cache=Forgetful(), progress=Told())

    assert found.percentile is None
    assert "the history could not be read" in found.refused


def partial_change(clone: Scratch) -> Change:
    """A change whose files nobody could read."""
    base, head = (ObjectId(oid) for oid in clone.git("rev-parse", "HEAD~1", "HEAD").split())
    trees = [ObjectId(oid) for oid in clone.git("rev-parse", "HEAD~1^{tree}", "HEAD^{tree}").split()]
    return Change(
        repository="shop",
        kind=ChangeKind.RANGE,
        range_text="",
        base_tree=trees[0],
        head_tree=trees[1],
        base_commit=base,
        head_commit=head,
        files=(),
    )


def cache_file(folder: Path) -> Path:
    SqliteHistoryCache(folder).store("r", {OID: ROW})
    (found,) = folder.glob("*.sqlite3")
    return found


def test_what_is_kept_is_given_back_and_nothing_else(tmp_path: Path) -> None:
    cache = SqliteHistoryCache(tmp_path / "made" / "here")
    cache.store("r", {OID: ROW})

    assert cache.load("r", [OID, ObjectId("b" * 40)]) == {OID: ROW}
    assert cache.load("other", [OID]) == {}
    assert cache.load("r", []) == {}


@pytest.mark.parametrize(
    "data", [b"not a database, and long enough to be looked at" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_broken_file_is_put_away_and_begun_anew(tmp_path: Path, data: bytes) -> None:
    cache_file(tmp_path).write_bytes(data)
    cache = SqliteHistoryCache(tmp_path)

    assert cache.load("r", [OID]) == {}
    cache.store("r", {OID: ROW})
    assert cache.load("r", [OID]) == {OID: ROW}


def test_a_row_that_cannot_be_read_costs_the_file_and_no_more(tmp_path: Path) -> None:
    with sqlite3.connect(cache_file(tmp_path)) as connection:
        connection.execute("update past set change = ?", (b"\xff\xff",))
    connection.close()
    cache = SqliteHistoryCache(tmp_path)

    assert cache.load("r", [OID]) == {}
    cache.store("r", {OID: ROW})
    assert cache.load("r", [OID]) == {OID: ROW}


def test_a_folder_that_cannot_be_written_costs_time_only(scratch: Scratch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert assessed(scratch, SqliteHistoryCache(tmp_path / "file")) == assessed(scratch, Forgetful())


def test_no_more_than_the_newest_are_kept(tmp_path: Path) -> None:
    cache = SqliteHistoryCache(tmp_path)
    oids = [ObjectId(f"{number:040x}") for number in range(20_100)]
    cache.store("r", dict.fromkeys(oids, ROW))

    kept = cache.load("r", oids)

    assert len(kept) == 20_000
    assert oids[0] not in kept
    assert oids[-1] in kept


def write_many(folder: str, worker: int) -> None:
    """What one of several processes does."""
    cache = SqliteHistoryCache(Path(folder))
    for number in range(20):
        cache.store("r", {ObjectId(f"{worker:020x}{number:020x}"): ROW})


def test_many_processes_keep_theirs_side_by_side(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_many, args=(str(tmp_path), worker)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    oids = [ObjectId(f"{worker:020x}{number:020x}") for worker in range(4) for number in range(20)]
    assert len(SqliteHistoryCache(tmp_path).load("r", oids)) == 80
