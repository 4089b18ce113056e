"""The program as a user runs it: a process of its own, with a home and a cache of its own, in a real repository."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.git.scratch import Scratch

SOURCE = Path(__file__).resolve().parents[3] / "src"
EVIL = 'role = "user"  # \u202e nimda \u2066\n'
"""A line whose shown order is not its stored one: a blocking finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one command did."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Program:
    """`weighbridge`, with everything it writes below one temporary folder."""

    home: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        """Where it keeps what it has read."""
        return self.home / "cache" / "weighbridge"

    def command(self, *arguments: str) -> list[str]:
        """The whole command line."""
        return [sys.executable, "-P", "-m", "weighbridge.entrypoints.cli", *arguments]

    def environment(self) -> dict[str, str]:
        """What it sees of the world."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCE),
            "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
            **self.more,
        }

    def run(self, folder: Path, *arguments: str, given: bytes | None = None) -> Ran:
        """Run it to its end."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=folder,
            env=self.environment(),
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            check=False,
            timeout=120,
        )
        return Ran(status=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def shop(folder: Path) -> Scratch:
    """A small repository: a price, who uses it, who tests that, and an unguarded neighbour."""
    scratch = Scratch.make(folder)
    scratch.write_all(
        {
            "shop/__init__.py": "",
            "shop/prices.py": "def price(article):\n    return article.cents\n\n\ndef unused():\n    return 1\n",
            "shop/cart.py": (
                "from shop.prices import price\n\n\ndef total(articles):\n    return sum(price(a) for a in articles)\n"
            ),
            "tests/test_cart.py": "from shop.cart import total\n\n\ndef test_nothing_costs_nothing():\n    assert total([]) == 0\n",
            "README.md": "# Shop\n",
        }
    )
    scratch.commit("Open the shop")
    return scratch
