"""`weighbridge reset`: for a time, two people, documents and every check for what the business leans on most."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Final, TypedDict, Unpack

import click

from weighbridge.assembly.bench import open_bench
from weighbridge.assembly.resets import now, status_of, trusted_reset
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import json_option, quiet_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.reset_words import (
    begun,
    ended,
    known_components,
    no_ledger,
    no_reset,
    none_runs,
    put_in_place,
    reset_as_json,
    standing_reset,
)
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.policy.reset import Reset
from weighbridge.review.render.reset_page import render_reset
from weighbridge.review.render.text.reset import reset_blocks

SECTION: Final = Section.POLICY

_target = click.option("--target", default="", metavar="BRANCH", help="The protected branch that it is about.")


class _Terms(TypedDict):
    days: int
    tier: int
    components: tuple[str, ...]
    reason: str


@click.group(short_help="Ask for two people, documents and every check for a time.")
def command() -> None:
    """A reset: for N days, changes that touch or reach tier-1 components take two people, documents and every check.

    It is a document, .weighbridge/reset.yaml, that holds once it is on the protected branch.
    """


@command.command("start")
@click.option("--days", type=click.IntRange(1, 1000), required=True, help="How long it lasts.")
@click.option("--tier", type=click.IntRange(1, 3), default=1, show_default=True, help="This tier, and lower numbers.")
@click.option("--component", "components", multiple=True, metavar="NAME", help="A component besides; may be repeated.")
@click.option("--reason", default="", metavar="TEXT", help="Why; people read it.")
@click.option("--output", "-o", default="", metavar="FILE", help="Where to write it instead; - for standard output.")
@click.option(
    "--force", is_flag=True, help="Write it although one stands there that is not over, or nothing is of the tier."
)
@repository_option
def start_(folder: Path, *, output: str, force: bool, **terms: Unpack[_Terms]) -> None:
    """Write the document that starts a reset now, to be reviewed and landed like any change."""
    start = now()
    reset = Reset(
        start=start,
        end=start + timedelta(days=terms["days"]),
        tier=terms["tier"],
        components=terms["components"],
        reason=terms["reason"],
    )
    with open_bench(folder, progress=TerminalProgress(quiet=True)) as bench:
        trusted = trusted_reset(bench.repository)
        if not force:
            none_runs(trusted, at=start)
        about = known_components(bench.see_now().components, reset, may_be_none=force)
        top = bench.repository.location.top
        where = put_in_place(reset, top, output=output, force=force, at=start)
    write_folded(begun(where, about=about, trusted=trusted), sys.stderr)


@command.command("status")
@repository_option
@_target
@json_option
@click.option("--html", default="", metavar="FILE", help="Write a page with the burn-down.")
@quiet_option
def status_(folder: Path, *, target: str, json_: str, html: str, quiet: bool) -> int:
    """Show how far the reset has come: its components, what landed and how, and each week.

    Exits with 0, with 1 when changes came around it, and with 3 when there was no ledger to find decisions in.
    """
    progress = TerminalProgress(quiet=quiet)
    with open_bench(folder, progress=progress) as bench:
        trusted = trusted_reset(bench.repository, target=target)
        if trusted.reset is None:
            write_folded(no_reset(trusted), sys.stdout)
            return ExitCode.PASS
        found = status_of(bench, trusted.reset, trust=trusted.trust)
        repository = bench.repository.name
    progress.clear()
    if json_:
        emit(json_, reset_as_json(found.progress))
    if html:
        emit(html, render_reset(found.progress, repository=repository))
    if "-" not in (json_, html):
        read_out(reset_blocks(found.progress))
    if found.progress.landed and not found.has_ledger:
        write_folded(no_ledger(), sys.stderr)
        return ExitCode.COULD_NOT_LOOK
    return ExitCode.GATE if found.progress.around else ExitCode.PASS


@command.command("stop")
@repository_option
def stop_(folder: Path) -> None:
    """End the reset now: its document is written with this moment as its end, to be reviewed and landed."""
    with open_bench(folder, progress=TerminalProgress(quiet=True)) as bench:
        top = bench.repository.location.top
        trusted = trusted_reset(bench.repository)
    write_folded(ended(standing_reset(top, trusted), top, at=now()), sys.stderr)
