"""What a gate costs beside a long ledger: `python -m benchmarks.ledger_gate [--entries 100000]`, in CPU seconds of the commands;
of `approve`, which a person waits for, on the clock too.

A change is reviewed, approved from a laptop that nobody but an enrolled person's statement vouches for, decided in CI, and
admitted, in a repository whose ledger holds nothing, some, and many statements of other changes. The first look at a ledger
makes the index that later ones use; it stands by itself.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from scripts.write_status import ROOT, Row
from tests.samples.ledger import ORIGIN, WRITER

from benchmarks.ledger import mixed_of
from benchmarks.measuring import WEIGHBRIDGE, keep, used_by
from weighbridge.adapters.git import open_repository
from weighbridge.adapters.git.ledger_files import GitLedgerFiles

SIZES: Final = (0, 10_000, 100_000)
MOST_ADDED: Final = 0.3
"""CPU seconds by which a command may be slower than beside an empty ledger."""
LONGEST_WAIT: Final = 0.6
"""Seconds that `approve` takes besides the human and the network."""
_CLOCK: Final = "approve, on the clock"
_PEOPLE: Final = ("ana", "ben")
_POLICY: Final = """version: 1
name: shop
extends: starter
rules:
  - name: two-people
    when: touches("src/**")
    because: code of the shop
    require:
      - approval: {count: 2}
environments:
  production: {level: production}
"""


class Shop:
    """A repository with a change, its people and its CI, below one folder."""

    def __init__(self, folder: Path, *, more_signers: Mapping[str, str] | None = None, more_policy: str = "") -> None:
        self._folder = folder
        self.repository = folder / "shop"
        self.repository.mkdir()
        self._git("init", "-q", "-b", "main")
        home = folder / "home"
        home.mkdir()
        for name in _PEOPLE:
            keygen = shutil.which("ssh-keygen") or "ssh-keygen"
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(home / name)], check=True)
        ci = subprocess.run(
            [*WEIGHBRIDGE, "ledger", "key"],
            check=True,
            capture_output=True,
            text=True,
            cwd=self.repository,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | self._environment("ci"),
        ).stdout.strip()
        keys = {name: _public(home / name) for name in _PEOPLE} | dict(more_signers or {})
        signers = "".join(f"{name}@example.org {key}\n" for name, key in keys.items())
        self._write(".weighbridge/allowed_signers", signers)
        writers = f"writers:\n  - {ci}\n  - {WRITER.verifier}\n"
        self._write(".weighbridge/ledger.yaml", f"version: 1\norigin: {ORIGIN}\n{writers}")
        self._write(".weighbridge/policy.yaml", _POLICY + more_policy)
        self._write("src/cart.py", "def total(x):\n    return x\n")
        self._commit("Begin")
        self._git("switch", "-q", "-c", "fix")
        self._write("src/cart.py", "def total(x):\n    return round(x, 2)\n")
        self._commit("Round totals")

    def fill(self, count: int) -> None:
        """Keep so many statements of other changes in the ledger."""
        if count:
            with open_repository(self.repository) as repository:
                made = mixed_of(count).files
                GitLedgerFiles(repository).replace(dict(made), expected=None)
            self._git("gc", "-q")

    def cpu(self, who: str, *arguments: str) -> float:
        """What one command takes."""
        return used_by((*WEIGHBRIDGE, *arguments), cwd=self.repository, env=self._environment(who)).cpu

    def wait(self, who: str, *arguments: str) -> float:
        """How long somebody waits for one command."""
        began = time.perf_counter()
        self.cpu(who, *arguments)
        return time.perf_counter() - began

    def key_of(self, name: str) -> str:
        """The file of a person's key."""
        return str(self._folder / "home" / name)

    def _environment(self, who: str) -> dict[str, str]:
        folders = {f"WEIGHBRIDGE_{kind}": str(self._folder / who / kind) for kind in ("CONFIG", "CACHE", "STATE")}
        return {"HOME": str(self._folder / "home"), **folders}

    def _git(self, *arguments: str) -> None:
        git = shutil.which("git") or "git"
        settings = ("-c", "user.name=Dev", "-c", "user.email=dev@example.org")
        subprocess.run([git, *settings, *arguments], cwd=self.repository, check=True, capture_output=True)

    def _write(self, path: str, text: str) -> None:
        file = self.repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def _commit(self, words: str) -> None:
        self._git("add", "-A")
        self._git("commit", "-q", "-m", words)


def _public(key: Path) -> str:
    return " ".join(key.with_suffix(".pub").read_text().split()[:2])


def took(count: int, *, repeat: int) -> dict[str, float]:
    """What each command takes beside so many entries."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        shop.fill(count)
        first = {}
        for name in _PEOPLE:
            first[name] = shop.cpu(name, "review", "main..fix", "--keep", "-q")
            shop.cpu(name, "approve", "fix", "--key", shop.key_of(name), "--yes", "--reason", "it looks right")
        shop.cpu("ci", "review", "main..fix", "--record", "-q")
        approve = ("approve", "fix", "--key", shop.key_of("ana"), "--yes", "--reason")
        runs = {
            "review": [shop.cpu("ana", "review", "main..fix", "-q") for _ in range(repeat)],
            "approve": [shop.cpu("ana", *approve, f"look {number}") for number in range(repeat)],
            _CLOCK: [shop.wait("ana", *approve, f"wait {number}") for number in range(repeat)],
            "admit": [shop.cpu("ci", "admit", "--environment", "production", "--commit", "fix") for _ in range(repeat)],
        }
        return {"the first look": first["ana"], **{name: median(figures) for name, figures in runs.items()}}


def rows(sizes: Sequence[int], *, repeat: int) -> Iterator[Row]:
    """Each command beside an empty ledger, and by how much longer ones make it slower."""
    none = took(0, repeat=repeat)
    for name, figure in none.items():
        if name == _CLOCK:
            yield _waited(figure, size=0, repeat=repeat)
        else:
            yield Row(item=f"{name}, no entries", figure=round(figure, 3), unit="CPU s", note="")
    for size in sizes:
        for name, figure in took(size, repeat=repeat).items():
            if name == _CLOCK:
                yield _waited(figure, size=size, repeat=repeat)
                continue
            goal = MOST_ADDED if name in ("review", "approve", "admit") else None
            note = f"{figure:.3f} in all, median of {repeat}" if goal else "once for each clone"
            added = round(figure - none[name], 3)
            yield Row(item=f"{name}, more with {size:,} entries", figure=added, unit="CPU s", goal=goal, note=note)


def _waited(figure: float, *, size: int, repeat: int) -> Row:
    item = f"{_CLOCK}, with {size:,} entries"
    return Row(item=item, figure=round(figure, 3), unit="s", goal=LONGEST_WAIT, note=f"median of {repeat}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, action="append", default=[])
    parser.add_argument("--repeat", type=int, default=7)
    asked = parser.parse_args(arguments)
    sizes = asked.entries or SIZES[1:]
    keep("ledger-gate", rows(sizes, repeat=asked.repeat), command="python -m benchmarks.ledger_gate")


if __name__ == "__main__":
    main()
