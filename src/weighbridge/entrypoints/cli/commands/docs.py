"""`weighbridge docs`: which documents can be followed, and which tell of what is not there any more."""

from pathlib import Path
from typing import Final

import click

from weighbridge.app.list_documents import list_documents
from weighbridge.assembly.bench import open_bench
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import quiet_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.landscape.freshness.verdicts import Listed, Verdict
from weighbridge.review.render.freshness_page import render_freshness
from weighbridge.review.render.text.blocks import Look, lay_out
from weighbridge.review.render.text.freshness import freshness_blocks, freshness_json

SECTION: Final = Section.LOOK


@click.command(short_help="List the documents with what in them is not so any more.")
@click.argument("names", metavar="[PATH]...", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(["terminal", "json", "html"]), default="terminal", show_default=True,
    help="How to show them.",
)  # fmt: skip
@click.option("--output", "-o", default="-", metavar="FILE", help="Where to write it.  [default: standard output]")
@quiet_option
@repository_option
def command(names: tuple[str, ...], folder: Path, *, form: str, output: str, quiet: bool) -> int:
    """List the documents at or below each PATH, or all: fresh, doubtful, stale or unknown, with the reasons quoted.

    What each names (files, symbols, commands, options, routes, settings, tables) is looked for in the work tree, or in HEAD of
    a bare repository; what is not there, in what the tree was when the line was written. What may be of elsewhere is never
    held against a document.

    Exits with 0 when none is stale, 1 when some are, and 3 when what they were written about could not be read.
    """
    progress = TerminalProgress(quiet=quiet)
    with open_bench(folder, progress=progress) as bench:
        listed = list_documents(bench.see_now(), names, folder=bench.below_top(folder))
    progress.clear()
    if form == "terminal" and output == "-":
        read_out(freshness_blocks(listed), pager=True)
    else:
        emit(output, _text(listed, form))
    if listed.missing:
        return ExitCode.COULD_NOT_LOOK
    return ExitCode.GATE if listed.of(Verdict.STALE) else ExitCode.PASS


def _text(listed: Listed, form: str) -> str:
    if form == "terminal":
        return lay_out(freshness_blocks(listed), Look())
    return freshness_json(listed) if form == "json" else render_freshness(listed)
