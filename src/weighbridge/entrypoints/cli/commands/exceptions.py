"""`weighbridge exceptions`: what passes by people's word now, what ran out lately, and the reviews that are owed."""

from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.recall_case import asked_elsewhere, case_of_ledger
from weighbridge.entrypoints.cli.exception_words import exceptions_as_json, exceptions_blocks
from weighbridge.entrypoints.cli.options import json_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Looking, desk_at, looking_options
from weighbridge.policy.in_force import LATELY, known_exceptions

SECTION: Final = Section.EXCEPT


@click.command(short_help="List overrides, waivers, broken glass and bypasses, with what is due.")
@json_option
@looking_options
def command(folder: Path, *, json_: str, **looking: Unpack[Looking]) -> None:
    """List every exception on record that is in force, ran out in the last 30 days, or owes a review, and by whom.

    Whether it counts is told by the policy in force now.
    """
    with desk_at(folder, **looking) as desk:
        absence = desk.ledger.absence
        now = desk.ledger.clock.now()
        case, _, opened = case_of_ledger(desk, now=now)
        every = known_exceptions(case, asked_elsewhere(desk, case.record))
        known = [each for each in every if each.state.is_standing or each.until is None or each.until >= now - LATELY]
    if json_:
        emit(json_, exceptions_as_json(known, policy=desk.policy.name, now=now))
    else:
        read_out(exceptions_blocks(known, has_ledger=opened is not None, absence=absence), pager=True)
