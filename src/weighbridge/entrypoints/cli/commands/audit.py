"""`weighbridge audit`: what is out there, held against what was decided."""

from pathlib import Path
from typing import Final

import click

from weighbridge.entrypoints.cli.admitting import Wanted
from weighbridge.entrypoints.cli.auditing import audit_blocks, audit_json, audit_list
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import json_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section

SECTION: Final = Section.DEPLOY


@click.group(short_help="Find what went around the gate.")
def command() -> None:
    """Hold what is out there against what was decided."""


@command.command("deployed")
@click.option("--environment", required=True, metavar="NAME", help="Where it is, as the policy names it.")
@click.option(
    "--from", "source", required=True, metavar="FILE", help="What is deployed: ids one a line, or JSON; or -."
)
@click.option(
    "--provenance",
    type=click.Path(path_type=Path, exists=True),
    help="What comes with images: a file, or a folder with <digest>.json for each.",
)
@click.option("--after", default="", metavar="REVISION", help="Where what decides is read, when not by the ledger.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch, where nothing was admitted yet.")
@click.option("--record", is_flag=True, help="Put each thing that went around the gate on the ledger, once.")
@json_option
@repository_option
def deployed_(folder: Path, *, source: str, record: bool, json_: str, provenance: Path | None, **options: str) -> int:
    """Say of everything that is deployed whether a gate let it in.

    FILE names commits by their whole ids, and images by name@sha256:…, one a line; or it is a JSON list of objects with
    `commit` or `image`, and `at`. Exits with 0 when all was let in, 1 when something was not, 3 when some could not be
    looked at.
    """
    wanted = Wanted(provenance=provenance, **options)
    found, recorded = audit_list(folder, wanted, source=source, record=record)
    if json_:
        emit(json_, audit_json(found, recorded=recorded))
    if json_ != "-":
        read_out(audit_blocks(found, wanted.environment, recorded=recorded))
    if any(each.is_bypass for each in found.audited):
        return ExitCode.GATE
    return ExitCode.COULD_NOT_LOOK if found.is_blind else ExitCode.PASS
