"""What facts depend on is told by an earlier run, for as long as the same files read."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.integration.facts.shelves import Files, open_facts

from weighbridge.adapters.facts.database import Database

FILES = Files.many(3)
_TELL = """
import sys
from pathlib import Path
from tests.integration.facts.shelves import Files, open_facts
facts = open_facts(Path(sys.argv[1]), Files.many(3))
print(len(facts.unindexed(Files.many(3).blobs)), "weighbridge.facts.languages.python" in sys.modules)
facts.close()
"""


def told(folder: Path) -> str:
    """What a process of its own says of how much is unread, and whether a reader was imported for it."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", _TELL, folder], env=env, capture_output=True, check=True, text=True)
    return run.stdout.strip()


def test_the_next_run_tells_what_is_unread_without_importing_a_reader(tmp_path: Path) -> None:
    assert told(tmp_path) == "3 True"
    assert told(tmp_path) == "3 False"


def test_keys_that_were_damaged_are_found_out_anew(tmp_path: Path) -> None:
    told(tmp_path)
    with closing(sqlite3.connect(Database(tmp_path).path)) as connection, connection:
        connection.execute("UPDATE known SET payload = substr(payload, 1, length(payload) - 9) || zeroblob(9)")

    assert told(tmp_path) == "3 True"


def test_what_was_indexed_is_found_by_the_keys_of_before(tmp_path: Path) -> None:
    facts = open_facts(tmp_path, FILES)
    facts.index(FILES.blobs)
    facts.close()

    assert told(tmp_path) == "0 False"
