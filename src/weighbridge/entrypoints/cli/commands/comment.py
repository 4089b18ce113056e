"""`weighbridge comment`: say something about a change on record, neither yes nor no."""

from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.speak_of_change import prepare_verdict
from weighbridge.domain.record import Verdict
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Speaking, session_on, speaking_options

SECTION: Final = Section.DECIDE


@click.command(short_help="Say something about a weighed change, signed with your own key.")
@click.argument("change")
@click.argument("text")
@speaking_options
def command(change: str, text: str, folder: Path, **speaking: Unpack[Speaking]) -> None:
    """Put TEXT on record for CHANGE: a revision or range whose package `review --keep` stored."""
    if not text.strip():
        raise click.UsageError("TEXT is empty: say what whoever reads the change should know")
    with session_on(change, folder, **speaking) as (here, package):
        here.mind_how_it_was_weighed("a comment is on record all the same")
        here.sign(prepare_verdict(here.speaker, package, verdict=Verdict.COMMENT, reason=text))
