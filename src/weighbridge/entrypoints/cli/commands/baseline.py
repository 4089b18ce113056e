"""`weighbridge baseline`: start quiet in an old repository."""

import sys
from pathlib import Path
from typing import Final

import click

from weighbridge.app.keep_findings import BASELINE_PATH
from weighbridge.app.make_baseline import Stocktaking, take_stock
from weighbridge.assembly.bench import open_bench
from weighbridge.assembly.rules import bundled_rules
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import quiet_option, repository_option
from weighbridge.entrypoints.cli.output import OutputError, write_in_tree
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.policy.baseline import baseline_text
from weighbridge.review.sentences import count
from weighbridge.review.visible import one_line

SECTION: Final = Section.SET_UP


@click.command(short_help="List the findings that stand; from now on only new ones count.")
@click.option("--write", is_flag=True, help=f"Write {BASELINE_PATH} instead of printing it.")
@quiet_option
@repository_option
def command(folder: Path, *, write: bool, quiet: bool) -> int:
    """List every finding of the tree as it stands, so that from now on only what is new counts.

    The baseline is honoured once it stands on the protected branch: its findings stay in every package, and block
    nothing. Printed is what --write would write.
    """
    progress = TerminalProgress(quiet=quiet)
    with open_bench(folder, progress=progress) as bench:
        now, change = bench.see_now(), bench.see_current("")
        taken = take_stock(now, lambda part: bench.look(part, now.trust), change=change, rules=bundled_rules())
        top = bench.repository.location.top
    progress.clear()
    text = baseline_text(taken.findings)
    if not write:
        sys.stdout.write(text)
    elif top is None:
        raise OutputError(
            "a bare repository has no work tree to write to: leave --write out, and commit what is printed"
        )
    else:
        path = write_in_tree(top, BASELINE_PATH, text=text, replace=True)
        write_folded(
            f"{path}: {count(len(taken.findings), 'finding')}; commit it to the protected branch\n", sys.stderr
        )
    _tell(taken)
    return ExitCode.PASS


def _tell(taken: Stocktaking) -> None:
    """What the baseline does not know of, on the error stream."""
    if taken.files < taken.of:
        write_folded(f"looked at {taken.files:,} of {taken.of:,} files\n", sys.stderr)
    for missing, times in taken.reasons[:10]:
        write_folded(f"not looked at ({missing.reason}, {times:,}x): {one_line(missing.detail)}\n", sys.stderr)
