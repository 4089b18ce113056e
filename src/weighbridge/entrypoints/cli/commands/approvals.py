"""`weighbridge approvals`: how approvals were given, as figures for whoever answers for the policy."""

from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.find_approvals import find_approvals
from weighbridge.entrypoints.cli.exception_words import approvals_as_json, approvals_blocks
from weighbridge.entrypoints.cli.options import json_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Looking, desk_at, looking_options
from weighbridge.entrypoints.cli.times import span_of
from weighbridge.policy.stamps import figures

SECTION: Final = Section.RECORD


@click.command(short_help="Show how approvals were given, as figures.")
@click.option("--since", default="90d", show_default=True, metavar="SPAN", help="How far back: 12h, 30d, 8w.")
@json_option
@looking_options
def command(folder: Path, *, since: str, json_: str, **looking: Unpack[Looking]) -> None:
    """Show, for each person who approved, how many changes, how long their pages stood open, and how many in a row.

    These are figures about how approvals are given, not about anybody's care: a page may have been read elsewhere.
    """
    span = span_of(since, option="--since")
    with desk_at(folder, **looking) as desk:
        absence = desk.ledger.absence
        opened = desk.ledger.open()
        people, _ = desk.people(opened)
        after = desk.ledger.clock.now() - span
        given = find_approvals(opened, desk.repository, people=people, since=after) if opened is not None else ()
    terms = desk.policy.rubber_stamps
    found = figures(given, batch_seconds=terms.within.total_seconds())
    if json_:
        emit(json_, approvals_as_json(found, given, since=after, terms=terms))
    else:
        read_out(approvals_blocks(found, since=after, terms=terms, absence=absence), pager=True)
