"""`weighbridge policy simulate`: what a policy would have asked of the changes that landed."""

from pathlib import Path

import click

from weighbridge.app.build_trust import trust_at_target
from weighbridge.assembly.bench import Bench, open_bench, organisation_folder
from weighbridge.assembly.policies import policy_in_force
from weighbridge.assembly.simulating import landed, weigh_past
from weighbridge.entrypoints.cli.options import json_option, quiet_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.policy_files import sources
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.policy.backtest.backtest import backtest
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.load import load_policy
from weighbridge.review.render.text.backtest import backtest_as_json, backtest_blocks


@click.command("simulate")
@click.argument("ranges", metavar="[RANGE]...", nargs=-1)
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many changes at most.")
@click.option("--policy", "file", default="", metavar="FILE", help="The policy to try; else the work tree's.")
@click.option("--against", default="", metavar="FILE", help="The policy beside it; else the one in force.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose history and policy count.")
@click.option("--fresh", is_flag=True, help="Weigh again what was weighed before.")
@json_option
@quiet_option
@repository_option
def simulate(
    ranges: tuple[str, ...], folder: Path, *, last: int, file: str, against: str, **options: str | bool
) -> None:
    """Try a policy on the newest changes of the protected branch, or on those in each RANGE, beside the one in force.

    It says what would have been stopped, and what would have waited for how many approvals and documents. Each change is
    weighed again, once, which takes about as long as its review; later runs are quick.
    """
    progress = TerminalProgress(quiet=bool(options["quiet"]))
    with open_bench(folder, progress=progress) as bench:
        now = _in_force(bench, against, target=str(options["target"]))
        tried = _tried(bench, file, folder=folder)
        changes = landed(bench, ranges, last=last, target=str(options["target"]))
        weighed = weigh_past(bench, changes, policy=tried, fresh=bool(options["fresh"]))
    progress.clear()
    found = backtest(weighed.changes, tried, against=now, unseen=weighed.unseen)
    if options["json_"]:
        emit(str(options["json_"]), backtest_as_json(found, seconds=weighed.seconds, kept=weighed.kept))
    if options["json_"] != "-":
        read_out(backtest_blocks(found, seconds=weighed.seconds, kept=weighed.kept), pager=True)


def _in_force(bench: Bench, against: str, *, target: str) -> Policy:
    if against:
        return load_policy(sources(against, "", top=Path()))
    return policy_in_force(trust_at_target(bench.repository, target=target, organisation=organisation_folder()))


def _tried(bench: Bench, file: str, *, folder: Path) -> Policy:
    return load_policy(sources(file, "", top=bench.repository.location.top or folder))
