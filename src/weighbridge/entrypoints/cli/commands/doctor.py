"""`weighbridge doctor`: what is configured, what could not look, and how to mend it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click
import msgspec

from weighbridge.app.diagnose import Diagnosis, Health, blind
from weighbridge.app.ports import RepositoryError
from weighbridge.assembly.bench import open_bench
from weighbridge.assembly.diagnosing import diagnose_machine, diagnose_repository
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import json_option, quiet_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.review.render.text.blocks import Block, Paragraph, Table

SECTION: Final = Section.SET_UP

_WORDS = {Health.GOOD: "ok", Health.NOTE: "note", Health.BLIND: "BLIND"}


@click.command(short_help="Say what cannot be looked at here, and how to mend it.")
@json_option
@quiet_option
@repository_option
def command(folder: Path, *, json_: str, quiet: bool) -> int:
    """Say what is configured here, what cannot be looked at, and how to mend it.

    Exits with 3 when something keeps Weighbridge from seeing what it should.
    """
    found = list(_look(folder, TerminalProgress(quiet=quiet)))
    if json_:
        document = {"schema": "weighbridge/doctor", "version": 1, "found": found}
        emit(json_, msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n")
    else:
        read_out(_blocks(found))
    is_blind = any(each.health is Health.BLIND for each in found)
    return ExitCode.COULD_NOT_LOOK if is_blind else ExitCode.PASS


def _look(folder: Path, progress: TerminalProgress) -> Iterator[Diagnosis]:
    yield from diagnose_machine()
    try:
        with open_bench(folder, progress=progress) as bench:
            yield from diagnose_repository(bench)
    except RepositoryError as error:
        yield blind("repository", str(error), remedy="run this inside a repository, or name one with --repository")
    progress.clear()


def _blocks(found: Sequence[Diagnosis]) -> Iterator[Block]:
    rows = ((d.subject, _WORDS[d.health], d.detail + (f" -> {d.remedy}" if d.remedy else "")) for d in found)
    yield Table(head=("check", "", "result"), rows=tuple(rows))
    count = sum(d.health is Health.BLIND for d in found)
    if count:
        yield Paragraph(text=f"{count} of these keep something from being seen.", style="warn")
