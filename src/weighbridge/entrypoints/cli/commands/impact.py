"""`weighbridge impact`: who notices if this changes."""

import sys
from pathlib import Path
from typing import Final

import click

from weighbridge.app.foresee_impact import Foreseen, foresee, foresee_change, rank
from weighbridge.assembly.bench import open_bench
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import json_option, quiet_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.reading import read_out, say_missing
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.landscape.ranking import Ranking
from weighbridge.review.render.text.reach import impact_json, ranking_blocks, ranking_json, reach_blocks
from weighbridge.review.sentences import unguarded
from weighbridge.review.visible import one_line

SECTION: Final = Section.LOOK


@click.command(short_help="Show who notices if a file or symbol changes.")
@click.argument("names", metavar="[PATH[:SYMBOL]]...", nargs=-1)
@click.option("--change", default="", metavar="RANGE", help="Ask about a change instead of names.")
@click.option("--tests", is_flag=True, help="Print the test files to run, nearest first, one a line.")
@click.option("--ranking", is_flag=True, help="Rank all components by what breaking them would hurt.")
@click.option("--limit", default=25, show_default=True, metavar="N", type=click.IntRange(1), help="How many to show.")
@json_option
@quiet_option
@repository_option
def command(names: tuple[str, ...], folder: Path, *, change: str, limit: int, **flags: bool | str) -> int:
    """Show who notices if PATH, or SYMBOL in it, changes: through which path, and how sure.

    Asked is the work tree as it is, or HEAD in a bare repository. Without names: the change that is not committed yet,
    else the branch's. A step marked (inferred) was concluded from a name; the others were followed through imports and
    types.
    """
    if names and (change or flags["ranking"]):
        raise click.UsageError("names, --change and --ranking exclude each other: give one of them")
    progress = TerminalProgress(quiet=bool(flags["quiet"]))
    with open_bench(folder, progress=progress) as bench:
        found: Ranking | Foreseen | CouldNotLook
        if flags["ranking"]:
            found = rank(bench.see_now())
        elif names:
            found = foresee(bench.see_now(), names, folder=bench.below_top(folder))
        else:
            found = foresee_change(bench.see_current(change))
    progress.clear()
    if isinstance(found, CouldNotLook):
        return say_missing(found)
    if flags["json_"]:
        text = ranking_json(found) if isinstance(found, Ranking) else impact_json(found.impact, found.asked)
        emit(str(flags["json_"]), text)
    elif isinstance(found, Ranking):
        read_out(ranking_blocks(found, limit=limit))
    elif flags["tests"]:
        sys.stdout.write("".join(f"{one_line(path)}\n" for path in found.tests))
        beside = "; those named are of what was asked about" if found.own_tests else ""
        said = f"no test is seen to reach this change: it is unguarded{beside}\n"
        sys.stderr.write(said if unguarded(found.impact) else "")
    else:
        read_out(reach_blocks(found.impact, found.asked, limit=limit))
    return ExitCode.PASS
