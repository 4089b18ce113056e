"""`weighbridge override`: let one change pass without something that is asked of it, for a reason and until a time."""

from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.speak_of_change import open_of, prepare_override
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Speaking, anyway_option, reason_of, session_on, speaking_options
from weighbridge.entrypoints.cli.times import moment_of
from weighbridge.policy.foretell import why_no_override

SECTION: Final = Section.EXCEPT


@click.command(short_help="Let one change pass without a requirement, for a while.")
@click.argument("change")
@click.option(
    "--rule", "rules", required=True, multiple=True, metavar="NAME", help="Whose open requirements; repeatable."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is shown in every later package.")
@click.option("--until", "until_", required=True, metavar="TIME", help="12h, 2d, 3w, 2026-12-01 or a moment, in UTC.")
@anyway_option
@speaking_options
def command(
    change: str,
    folder: Path,
    *,
    rules: tuple[str, ...],
    reason: str,
    until_: str,
    anyway: bool,
    **speaking: Unpack[Speaking],
) -> None:
    """Override what rules ask of CHANGE, a revision or range whose package `review --keep` stored.

    It counts where the policy's `overrides:` says so, names you and your reason, and runs out by itself.
    """
    why = reason_of(reason)
    with session_on(change, folder, anyway=anyway, **speaking) as (here, package):
        here.must_be_weighed_by_this()
        until = moment_of(until_, now=here.now)
        needs = open_of(package, rules)
        here.must_count(lambda case, voice: why_no_override(case, voice, rules=rules, until=until))
        prepared = prepare_override(here.speaker, package, rules=rules, reason=why, until=until)
        passed = "; ".join(f"{need.rule}: {need.ask}" for need in needs)
        here.sign(prepared, {"Override": passed, "Until": f"{until:%Y-%m-%d %H:%M} UTC", "Because": why})
