"""`weighbridge policy`: write, check and try out what decides about changes."""

from pathlib import Path
from typing import Final

import click

from weighbridge.app.check_policy import check_policy
from weighbridge.assembly.bench import SystemClock
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.policy_files import signers, sources, top_of
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.review.render.text.policy import checked_blocks

organisation_option: Final = click.option(
    "--organisation", default="", metavar="FILE", help="The policy under it; else what WEIGHBRIDGE_ORGANISATION names."
)


@click.group(short_help="Write, check and try out what decides about changes.")
def command() -> None:
    """The policy: what a change needs before it passes, as .weighbridge/policy.yaml says it."""


@command.command("check")
@click.argument("file", metavar="[FILE]", default="")
@organisation_option
@repository_option
def check_(file: str, organisation: str, *, folder: Path) -> None:
    """Check FILE, else the work tree's policy: every error at once, and what can hardly be meant.

    Exits with 0 when it is right, doubts or not, and 2 when it is wrong.
    """
    top = top_of(folder)
    checked = check_policy(sources(file, organisation, top=top), signers=signers(top), now=SystemClock().now())
    read_out(checked_blocks(checked.loaded, checked.doubts))
