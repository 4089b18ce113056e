"""`weighbridge reject`: say no to a change, in a signed statement that closes its gate."""

from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.speak_of_change import prepare_verdict
from weighbridge.domain.record import Verdict
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Speaking, reason_of, session_on, speaking_options

SECTION: Final = Section.DECIDE


@click.command(short_help="Reject a weighed change, signed with your own key.")
@click.argument("change")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@speaking_options
def command(change: str, folder: Path, *, reason: str, **speaking: Unpack[Speaking]) -> None:
    """Reject CHANGE: a revision or range whose package `review --keep` stored.

    It stands in the way until you approve the same change, or another one takes its place.
    """
    why = reason_of(reason)
    with session_on(change, folder, **speaking) as (here, package):
        here.mind_how_it_was_weighed("a rejection closes the gate all the same")
        here.sign(prepare_verdict(here.speaker, package, verdict=Verdict.REJECT, reason=why))
