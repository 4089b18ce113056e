"""`weighbridge approve`: say yes to a change, in a signed statement that the gate counts."""

import sys
import time
from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.speak_of_change import prepare_verdict
from weighbridge.domain.gate import Gate
from weighbridge.domain.record import Verdict
from weighbridge.entrypoints.cli.by_now_words import tell_by_now
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import (
    Speaking,
    anyway_option,
    ask,
    read_page,
    session_on,
    speaking_options,
    warn,
)
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.policy.foretell import why_no_approval
from weighbridge.policy.since import wanted_words

SECTION: Final = Section.DECIDE


@click.command(short_help="Approve a weighed change, signed with your own key.")
@click.argument("change")
@click.option("--reason", default="", metavar="TEXT", help="What you want to say with it.")
@click.option(
    "--asked-agent", is_flag=True, help="Say that you asked an agent for this change: you are an author of it."
)
@anyway_option
@speaking_options
def command(
    change: str, folder: Path, *, reason: str, asked_agent: bool, anyway: bool, **speaking: Unpack[Speaking]
) -> None:
    """Approve CHANGE: a revision or range whose package `review --keep` stored.

    What you sign names the repository's ledger, both trees and the decision that you read, so that it counts for nothing
    else. The page, what is still needed, and the ways in which the change could fail are shown first; then who approved by
    now, and what is left.
    """
    with session_on(change, folder, anyway=anyway, **speaking) as (here, package):
        here.owner()  # a key that cannot be read is told before the page is
        here.must_be_weighed_by_this()
        here.mind_what_was_said()
        began = time.monotonic()
        read_page(package, is_sure=here.is_sure)
        seconds = None if here.is_sure else int(time.monotonic() - began)
        warn(here.problems(lambda case, voice: why_no_approval(case, package.gate, voice=voice)))
        said = _with_words(reason, package.gate, is_sure=here.is_sure)
        entry = here.sign(
            prepare_verdict(
                here.speaker,
                package,
                verdict=Verdict.APPROVE,
                reason=said,
                read_for=seconds,
                asked_of_agent=asked_agent,
            ),
            is_all=False,
        )
        tell_by_now(here, package, entry=entry)


def _with_words(reason: str, gate: Gate, *, is_sure: bool) -> str:
    """The reason, with the words that the policy wants an approver to write; a person writes them, letter by letter."""
    said = reason
    for words in wanted_words(gate):
        if words in said:
            continue
        if is_sure:
            write_folded(
                f'weighbridge: the policy wants an approver to say "{words}": give it in --reason\n', sys.stderr
            )
            continue
        ask(f"The policy wants you to write: {words}\n", words)
        said = f"{said}\n{words}".strip()
    return said
