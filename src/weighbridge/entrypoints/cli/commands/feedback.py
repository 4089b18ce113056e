"""`weighbridge feedback`: say whether a finding was true."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.keep_feedback import Summary, feedback_line, feedback_on, finding_named, summarise
from weighbridge.assembly.bench import SystemClock
from weighbridge.assembly.memory import memory
from weighbridge.assembly.notebooks import notebooks
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.review.render.text.blocks import Block, Paragraph, Table
from weighbridge.review.sentences import count
from weighbridge.review.visible import one_line

SECTION: Final = Section.LOOK


@click.command(short_help="Say whether a finding was true.")
@click.argument("finding", default="")
@click.option("--false", "verdict", flag_value="false", help="The finding is wrong: there is nothing to mend.")
@click.option("--true", "verdict", flag_value="true", help="The finding is right.")
@click.option("--note", default="", metavar="TEXT", help="Why, in your own words.")
@click.option("--private", is_flag=True, help="Keep it in your cache instead of .weighbridge/feedback.jsonl.")
@click.option("--summary", is_flag=True, help="Show each rule's measured precision.")
@repository_option
def command(finding: str, verdict: str | None, *, note: str, folder: Path, private: bool, summary: bool) -> None:
    """Say whether FINDING, of the last package by its id, was true; it is kept as data and changes no gate.

    To be let past a finding, excuse it (see the how-to on adoption); feedback is what rules are mended by.
    """
    with open_repository(folder) as repository:
        books = notebooks(repository)
        if summary:
            read_out(_summary(summarise(line for book in books for line in book.lines())))
            return
        if not finding or verdict is None:
            raise click.UsageError("name a finding and say --true or --false, or ask for the --summary")
        found = finding_named(finding, memory().recall(repository.identity))
    said = feedback_on(found, is_true=verdict == "true", note=note, at=SystemClock().now())
    where = books[-1 if private else 0].add(feedback_line(said))
    write_folded(one_line(f"{found.rule} at {found.place}: kept as {verdict} in {where}") + "\n", sys.stdout)


def _summary(summary: Summary) -> Iterator[Block]:
    if not summary.rules:
        yield Paragraph(
            text="Nobody has said anything of a finding yet: weighbridge feedback FINDING --true or --false."
        )
    else:
        rows = ((r.rule, f"{r.share:.0%}", str(r.right), str(r.wrong)) for r in summary.rules)
        yield Table(head=("rule", "precision", "true", "false"), rows=tuple(rows))
    if summary.unread:
        yield Paragraph(text=f"{count(summary.unread, 'line')} could not be read and count for nothing", style="warn")
