"""The cache stays within its bounds, and what is used survives."""

from pathlib import Path
from random import Random

from tests.integration.facts.shelves import Files, ask, check_answers, index_all, open_facts

from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.facts.housekeeping import CacheLimits, size_of

FILES = Files.many(30)
OTHERS = Files(
    {f"x/{path}": text + f"x = '{Random(path).randbytes(900).hex()}'\n" for path, text in Files.many(60).texts.items()}
)
ROOMY = CacheLimits()
TIGHT = CacheLimits(size=1)


def visit(folder: Path, files: Files, *, day: int, scope: str = "s", limits: CacheLimits = ROOMY) -> None:
    """One run that indexes, reads everything and closes."""
    facts = open_facts(folder, files, day=day, scope=scope, limits=limits)
    check_answers(facts, files)
    facts.load(files.blobs)
    facts.close()
    assert facts.trouble == ""


def rows(folder: Path, table: str) -> int:
    found = ask(folder, lambda c: c.execute(f"SELECT COUNT(*) FROM {table}").fetchone())
    return int(found[0])


def size(folder: Path) -> int:
    return ask(folder, size_of)


def test_the_index_of_a_repository_not_seen_for_long_is_dropped(tmp_path: Path) -> None:
    visit(tmp_path, OTHERS, day=1000, scope="old")

    visit(tmp_path, FILES, day=1061, scope="new")

    assert rows(tmp_path, "segment") == 1
    assert rows(tmp_path, "blob") == 90, "its records stay while there is room: another clone may ask for them"


def test_the_index_of_a_repository_seen_within_the_time_is_kept(tmp_path: Path) -> None:
    visit(tmp_path, OTHERS, day=1000, scope="old")
    visit(tmp_path, OTHERS, day=1050, scope="old")

    visit(tmp_path, FILES, day=1061, scope="new")

    assert rows(tmp_path, "segment") == 2


def test_a_file_within_its_limit_loses_nothing(tmp_path: Path) -> None:
    visit(tmp_path, FILES, day=1000)

    visit(tmp_path, FILES, day=1001)

    assert rows(tmp_path, "blob") == 30


def test_a_file_over_its_limit_loses_what_was_unused_for_longest(tmp_path: Path) -> None:
    visit(tmp_path, OTHERS, day=1000, scope="old")
    visit(tmp_path, FILES, day=1001)
    limits = CacheLimits(size=size(tmp_path) - 1)

    visit(tmp_path, Files.many(1), day=1002, scope="new", limits=limits)

    assert size(tmp_path) <= limits.size
    kept = open_facts(tmp_path, FILES, day=1003)
    assert len(kept._store.recall(list(kept._indexed))) == 30
    kept.close()


def test_what_is_used_counts_as_new_from_then_on(tmp_path: Path) -> None:
    visit(tmp_path, FILES, day=1000)
    visit(tmp_path, OTHERS, day=1001, scope="other")
    visit(tmp_path, FILES, day=1020)

    visit(tmp_path, Files.many(1), day=1021, scope="new", limits=CacheLimits(size=size(tmp_path) - 1))

    kept = open_facts(tmp_path, FILES, day=1022)
    assert len(kept._store.recall(list(kept._indexed))) == 30
    kept.close()


def test_an_emptied_cache_answers_as_before(tmp_path: Path) -> None:
    visit(tmp_path, FILES, day=1000)
    visit(tmp_path, OTHERS, day=1001, scope="other", limits=TIGHT)
    assert rows(tmp_path, "segment") == 1

    visit(tmp_path, FILES, day=1002)

    assert rows(tmp_path, "segment") == 2


def test_what_is_used_today_stays_however_tight_the_limit(tmp_path: Path) -> None:
    visit(tmp_path, FILES, day=1000, limits=TIGHT)

    assert (rows(tmp_path, "blob"), rows(tmp_path, "segment")) == (30, 1)


def test_the_house_is_kept_once_a_day(tmp_path: Path) -> None:
    visit(tmp_path, FILES, day=1000)
    visit(tmp_path, OTHERS, day=1001, scope="other")

    visit(tmp_path, OTHERS, day=1001, scope="other", limits=TIGHT)

    assert rows(tmp_path, "blob") == 90


def test_room_that_was_made_is_given_back_to_the_disk(tmp_path: Path) -> None:
    visit(tmp_path, Files.many(400), day=1000, scope="old")
    before = Database(tmp_path).path.stat().st_size

    visit(tmp_path, FILES, day=1001, limits=TIGHT)

    assert Database(tmp_path).path.stat().st_size < before / 2


def test_a_second_clone_of_the_same_files_extracts_nothing(tmp_path: Path) -> None:
    visit(tmp_path, FILES, day=1000, scope="one")
    facts = open_facts(tmp_path, FILES, day=1000, scope="another")

    check_answers(facts, FILES)

    assert facts._pool._all == set(), "no extracting process was started"
    facts.close()


def test_a_new_version_of_the_index_extracts_nothing(tmp_path: Path) -> None:
    assert index_all(tmp_path, FILES) == ""
    ask(tmp_path, lambda c: c.execute("UPDATE segment SET scope = 's/0'"))
    facts = open_facts(tmp_path, FILES)

    check_answers(facts, FILES)

    assert facts._pool._all == set()
    facts.close()
