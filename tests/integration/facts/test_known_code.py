"""The code of a tree that was indexed is known to the next run, for as long as terms lead to it."""

import sqlite3
from pathlib import Path

from tests.integration.facts.shelves import Files, index_all, open_facts

from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.facts.housekeeping import CacheLimits
from weighbridge.adapters.facts.known_code import Known, pack, unpack
from weighbridge.adapters.facts.records import record_key
from weighbridge.app.ports import KnownCode
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.facts.extract import readers

FILES = Files.many(30)
TREE = ObjectId("a" * 40)


def code_of(files: Files) -> KnownCode:
    return KnownCode(tree=TREE, blobs={blob.path: blob for blob in files.blobs})


def keep(folder: Path, *, day: int = 1000) -> None:
    facts = open_facts(folder, FILES, day=day)
    facts.index(FILES.blobs)
    facts.keep_code(code_of(FILES))
    facts.close()


def test_the_next_run_knows_it_and_finds_its_files_by_term_without_being_given_them(tmp_path: Path) -> None:
    keep(tmp_path)

    facts = open_facts(tmp_path, FILES)

    assert facts.known_code() == code_of(FILES)
    assert facts.blobs_with("d:f7") == FILES.oids("pkg/m7.py")
    facts.close()


def test_another_repository_does_not_know_it(tmp_path: Path) -> None:
    keep(tmp_path)

    facts = open_facts(tmp_path, FILES, scope="other")

    assert facts.known_code() is None
    facts.close()


def test_it_is_forgotten_with_the_index(tmp_path: Path) -> None:
    keep(tmp_path)
    limits = CacheLimits(scope_days=10)
    later = open_facts(tmp_path, FILES, scope="other", day=1100, limits=limits)
    later.known_code()
    later.close()

    facts = open_facts(tmp_path, FILES, day=1100)

    assert facts.known_code() is None
    facts.close()


def test_a_row_that_was_damaged_is_not_believed(tmp_path: Path) -> None:
    keep(tmp_path)
    with sqlite3.connect(Database(tmp_path).path) as connection:
        connection.execute("UPDATE known SET payload = substr(payload, 1, length(payload) - 9) || zeroblob(9)")
    connection.close()

    facts = open_facts(tmp_path, FILES)

    assert facts.known_code() is None
    facts.close()


def test_a_file_that_goes_bad_meanwhile_is_made_up_for(tmp_path: Path) -> None:
    keep(tmp_path)
    facts = open_facts(tmp_path, FILES)
    facts.known_code()
    Database(tmp_path).path.write_bytes(b"nothing of ours" * 1000)

    assert facts.blobs_with("d:f7") == FILES.oids("pkg/m7.py")
    facts.close()


def test_a_cache_of_before_knows_no_tree(tmp_path: Path) -> None:
    index_all(tmp_path, FILES)
    with sqlite3.connect(Database(tmp_path).path) as connection:
        connection.execute("DROP TABLE known")
    connection.close()

    facts = open_facts(tmp_path, FILES)

    assert facts.known_code() is None
    facts.keep_code(code_of(FILES))
    facts.close()
    facts = open_facts(tmp_path, FILES)
    assert facts.known_code() == code_of(FILES)
    facts.close()


def test_what_other_readers_have_read_is_not_believed() -> None:
    code = code_of(FILES)

    keys = {"python": "python 1"}
    packed = pack(code, keys=keys, readers="one")
    found = unpack(packed, readers="one")

    assert (found.keys, found.code) == (keys, code)
    assert dict(found.by_record()) == {record_key(blob, "python 1"): blob for blob in FILES.blobs}
    assert unpack(packed, readers="another") == Known()


def test_modes_and_longer_ids_are_kept() -> None:
    blobs = [
        Blob(path=RepoPath(f"{mode.name}.py"), mode=mode, oid=ObjectId(str(number) * 64))
        for number, mode in enumerate(Mode)
    ]
    told = Blob(path=RepoPath("web/package.json"), mode=Mode.SYMLINK, oid=ObjectId("e" * 64))
    code = KnownCode(tree=ObjectId("f" * 64), blobs={blob.path: blob for blob in blobs}, manifests={told.path: told})

    found = unpack(pack(code, keys={"python": "python 1"}, readers="one"), readers="one")

    assert found.code == code
    assert {blob.mode for _, blob in found.by_record()} == set(Mode) - {Mode.SYMLINK, Mode.SUBMODULE}


def test_readers_are_told_apart_by_their_files() -> None:
    assert len(readers()) == 32
    assert readers() == readers()
