"""Which formats are read, shown on real public files: `python -m benchmarks.coverage FOLDER` keeps what came of each.

`coverage.toml` beside this names them: each cell three files at least, of two projects at least, by repository and revision. The
folder holds git repositories called OWNER+NAME, fetched when this is run: no file of theirs is kept here.
"""

import argparse
import importlib
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import keep

CELLS: Final = ROOT / "benchmarks" / "coverage.toml"
LEAST_FILES, LEAST_PROJECTS = 3, 2
NAME: Final = "coverage-formats"

Read = Callable[[bytes, str], Sequence[str]]
"""What of a file, given its bytes and its path, is not understood, in words."""


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One format of a family that is claimed: `reads` is the reader (`module:function`), `test` our own test of it."""

    family: str
    format: str
    reads: str
    test: str
    files: tuple[str, ...]
    """Each as `owner/name@revision:path`."""

    @property
    def item(self) -> str:
        """What a result's row calls it."""
        return f"{self.family}: {self.format}"

    @property
    def projects(self) -> frozenset[str]:
        """The repositories that the files come from."""
        return frozenset(file.partition("@")[0] for file in self.files)


def read_cells() -> list[Cell]:
    """Every cell, checked for form."""
    return msgspec.convert(tomllib.loads(CELLS.read_text("utf-8"))["cell"], type=list[Cell])


def rows(folder: Path) -> Iterator[Row]:
    """A row a cell: how many of its files are read without a word that is not understood."""
    for cell in read_cells():
        read = _reader(cell.reads)
        left = {file: _left(read, folder, file=file) for file in cell.files}
        for file, words in left.items():
            for each in words[:3]:
                sys.stderr.write(f"{cell.item}: {file}: {each}\n")
        understood = [file for file, words in left.items() if not words]
        projects = {file.partition("@")[0] for file in understood}
        yield Row(
            item=cell.item,
            figure=len(understood) if len(projects) >= LEAST_PROJECTS else 0,
            unit="files",
            goal=LEAST_FILES,
            more_is_better=True,
            note=f"of {len(cell.files)}, in {len(projects)} projects",
        )


def _reader(name: str) -> Read:
    module, _, function = name.partition(":")
    found: Read = getattr(importlib.import_module(module), function)
    return found


def _left(read: Read, folder: Path, *, file: str) -> list[str]:
    repository, _, rest = file.partition("@")
    revision, _, path = rest.partition(":")
    place = folder / repository.replace("/", "+")
    place = place / "repo" if (place / "repo").is_dir() else place
    done = subprocess.run(["git", "-C", str(place), "show", f"{revision}:{path}"], capture_output=True, check=False)
    if done.returncode:
        return [f"it cannot be had: {done.stderr.decode('utf-8', 'replace').strip()[:200]}"]
    return list(read(done.stdout, path))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read them all, and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    keep(NAME, list(rows(given.folder)), command="python -m benchmarks.coverage FOLDER")
    return 0


if __name__ == "__main__":
    sys.exit(main())
