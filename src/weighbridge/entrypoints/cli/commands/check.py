"""`weighbridge check`: what is wrong with the change that is about to be committed."""

from pathlib import Path
from typing import Final

import click

from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.inputs import Inputs
from weighbridge.entrypoints.cli.checking import check
from weighbridge.entrypoints.cli.given import inputs_option
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.sections import Section

SECTION: Final = Section.LOOK


@click.command()
@click.option("--worktree", is_flag=True, help="Check the work tree as it is instead of what is staged.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted.")
@repository_option
@inputs_option
@click.option("--json", "json_", metavar="FILE", help="Write what was found as a package.")
@click.option("--sarif", metavar="FILE", help="Write findings for editors and code-scanning tools.")
@click.option(
    "--strict", "is_strict", is_flag=True, help="Exit 3 for anything not looked at, also in a tree not read yet."
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors: the exit code says it all.")
def command(folder: Path, *, worktree: bool, is_strict: bool, quiet: bool, inputs: Inputs, **others: str | None) -> int:
    """Check what is staged, for findings that are new.

    Made for a pre-commit hook: it fails on new blocking findings (1) and on code that nothing could read (3), never for
    want of an approval, and prints nothing about a clean change.

    The first check of a tree reads it, which takes seconds. One of more than 2,000 files it leaves to a review: until then
    it says what it did not look at, and passes; --strict fails.

    Use - as FILE for the standard output.
    """
    request = ChangeRequest(staged=not worktree, worktree=worktree, target=others.pop("target") or "")
    named = {kind.rstrip("_"): where for kind, where in others.items() if where}
    return check(folder, request, outputs=named, is_strict=is_strict, is_quiet=quiet, inputs=inputs)
