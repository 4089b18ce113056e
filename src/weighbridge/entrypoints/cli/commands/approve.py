"""`weighbridge approve`: say yes to a change, in a signed statement that the gate counts."""

import time
from pathlib import Path
from typing import Unpack

import click

from weighbridge.app.speak_of_change import prepare_verdict
from weighbridge.domain.record import Verdict
from weighbridge.entrypoints.cli.speaking import Speaking, read_page, session_on, speaking_options


@click.command(short_help="Approve a weighed change, signed with your own key.")
@click.argument("change")
@click.option("--reason", default="", metavar="TEXT", help="What you want to say with it.")
@click.option(
    "--asked-agent", is_flag=True, help="Say that you asked an agent for this change: you are an author of it."
)
@speaking_options
def command(change: str, folder: Path, *, reason: str, asked_agent: bool, **speaking: Unpack[Speaking]) -> None:
    """Approve CHANGE: a revision whose package `weighbridge review --keep` stored.

    What you sign names the repository's ledger, both trees and the decision that you read, so that it counts for nothing
    else. The page and the ways in which the change could fail are shown first.
    """
    with session_on(change, folder, **speaking) as (here, package):
        began = time.monotonic()
        read_page(package, is_sure=here.is_sure)
        seconds = None if here.is_sure else int(time.monotonic() - began)
        here.sign(
            prepare_verdict(
                here.speaker,
                package,
                verdict=Verdict.APPROVE,
                reason=reason,
                read_for=seconds,
                asked_of_agent=asked_agent,
            )
        )
