"""`weighbridge diff`: what changed between two packages."""

from pathlib import Path
from typing import Final

import click

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.keep_packages import package_called
from weighbridge.domain.package import ReviewPackage
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.output import read_input
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.review.compare import compare
from weighbridge.review.read_package import LARGEST, PackageError, read_package
from weighbridge.review.render.difference import difference_blocks

SECTION: Final = Section.LOOK


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--exit-code", is_flag=True, help="Exit 1 when the decisions differ.")
@repository_option
def command(old: str, new: str, folder: Path, *, exit_code: bool) -> int:
    """Say what changed from package OLD to package NEW.

    Each is a file that `review --json` wrote, - for the standard input, or the head of a package that `review --keep`
    stored. Findings are the same when their fingerprints are, wherever their lines went. Packages that may be of
    two repositories are compared too, under a line that says so.
    """
    difference = compare(_package(old, folder), _package(new, folder))
    read_out(difference_blocks(difference), pager=True)
    return ExitCode.GATE if exit_code and not difference.is_empty else ExitCode.PASS


def _package(name: str, folder: Path) -> ReviewPackage:
    if name == "-" or Path(name).exists() or name.endswith(".json"):
        stored = read_package(read_input(name, limit=LARGEST + 1), source=name)
    else:
        with open_repository(folder) as repository:
            stored = package_called(repository, name)
    if not stored.is_intact:
        raise PackageError(f"{name}: its digest is not that of its decision: it was changed after it was written")
    return stored.package
