"""A program that counts in a ledger's checkpoint, one append after another, as another process would.

Every state is whole when `tile/0/000.p/<n>` holds n bytes for the n of the checkpoint, and no other of them is there.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.git.repository import open_repository
from weighbridge.adapters.ledger.database import DatabaseFiles, open_database
from weighbridge.ledger.files import LedgerFiles, LedgerFilesError, LedgerMovedError


def count_on(ledger: LedgerFiles) -> int:
    """Append once after whatever stands there; the new count."""
    while True:
        before = ledger.read("checkpoint")
        count = int(before or 0) + 1
        files: dict[str, bytes | None] = {"checkpoint": b"%d" % count, f"tile/0/000.p/{count}": b"x" * count * 1_000}
        files |= {f"tile/0/000.p/{count - 1}": None, f"tile/entries/{count:03}": b"%d" % os.getpid()}
        files[f"personal/{count}"] = b"Ada"
        try:
            ledger.replace(files, expected=before)
        except LedgerMovedError:
            continue
        return count


def count_of(ledger: LedgerFiles) -> int:
    """The count of a ledger that is whole."""
    count = int(ledger.read("checkpoint") or 0)
    assert ledger.read(f"tile/0/000.p/{count + 1}") is None
    assert ledger.read(f"tile/0/000.p/{count - 1}") is None
    if count:
        assert ledger.read(f"tile/0/000.p/{count}") == b"x" * count * 1_000
    for number in range(1, count + 1):
        assert ledger.read(f"tile/entries/{number:03}"), number
        assert ledger.read(f"personal/{number}") == b"Ada"
    return count


def start(place: Path | str, times: int, *options: str) -> "subprocess.Popen[str]":
    """A process, first of its own group, that counts so often in a repository or database, and says each count."""
    return subprocess.Popen(
        [sys.executable, "-c", f"from {__name__} import main; main()", str(place), str(times), *options],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HOME": "/nonexistent"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def main() -> None:
    """What the process does: `--user N` gives up rights first, `--largest N` limits the bytes of any file."""
    place, times, *options = sys.argv[1:]
    chosen = dict(zip(options[::2], map(int, options[1::2]), strict=True))
    if "--user" in chosen:
        os.setgid(chosen["--user"])
        os.setuid(chosen["--user"])
    with opened(place) as ledger:
        count_of(ledger)
        if "--largest" in chosen:
            resource.setrlimit(resource.RLIMIT_FSIZE, (chosen["--largest"], chosen["--largest"]))
        try:
            for _ in range(int(times)):
                sys.stdout.write(f"{count_on(ledger)}\n")
                sys.stdout.flush()
        except LedgerFilesError as problem:
            sys.stderr.write(str(problem))
            sys.exit(3)


@contextmanager
def opened(place: str) -> Iterator[LedgerFiles]:
    """The ledger at an address, or in the repository of that folder."""
    if "://" in place:
        database = open_database(place)
        yield DatabaseFiles(database, ledger="shop")
        database.dispose()
    else:
        with open_repository(Path(place)) as repository:
            yield GitLedgerFiles(repository)
