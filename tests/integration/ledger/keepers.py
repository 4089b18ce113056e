"""Every place that can keep a ledger, empty, with as many sights of it as a test asks for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.ledger.memory import MemoryFiles
from weighbridge.ledger.files import LedgerFiles

Sights = Callable[[], LedgerFiles]
"""Another reader's and writer's sight of one and the same ledger."""


@contextmanager
def in_memory(folder: Path) -> Iterator[Sights]:
    del folder
    yield MemoryFiles().another


@contextmanager
def in_git(folder: Path, *options: str) -> Iterator[Sights]:
    scratch = Scratch.make(folder, *options)
    with ExitStack() as opened:
        yield lambda: GitLedgerFiles(opened.enter_context(scratch.open()))


@contextmanager
def in_git_with_sha256(folder: Path) -> Iterator[Sights]:
    with in_git(folder, "--object-format=sha256") as sights:
        yield sights


@contextmanager
def in_bare_git(folder: Path) -> Iterator[Sights]:
    with in_git(folder, "--bare") as sights:
        yield sights
