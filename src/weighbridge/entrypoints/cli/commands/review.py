"""`weighbridge review`: weigh a change and show the package."""

from pathlib import Path

import click

from weighbridge.app.keep_packages import keep_package
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.review_change import review_change
from weighbridge.assembly.bench import open_bench
from weighbridge.assembly.reviewing import reviewer
from weighbridge.assembly.rules import bundled_rules
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.showing import exit_code, output_options, remember, show, write_outputs


@click.command(short_help="Weigh a range, a commit, a branch or the work tree.")
@click.argument("range_text", metavar="[RANGE]", default="")
@click.option("--staged", is_flag=True, help="Weigh what is staged, against HEAD.")
@click.option("--worktree", is_flag=True, help="Weigh the work tree as it is, against HEAD.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted.")
@repository_option
@output_options
@click.option("--report-only", is_flag=True, help="Exit 0 whatever the gate says, except when something broke.")
@click.option("--keep", is_flag=True, help="Store the package in the repository, under refs/weighbridge/packages.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def command(
    range_text: str, folder: Path, *, report_only: bool, keep: bool, quiet: bool, **options: str | bool | None
) -> int:
    """Weigh RANGE: a..b, a...b, one commit or a branch; the current branch when nothing is named.

    Exits with 0 when the gate is satisfied, 1 when something is still needed, and 3 when something that had to be looked
    at could not be. Use - as FILE for the standard output.
    """
    request = ChangeRequest(
        range_text=range_text,
        staged=bool(options.pop("staged")),
        worktree=bool(options.pop("worktree")),
        target=str(options.pop("target")),
    )
    outputs = {kind.rstrip("_"): str(where) for kind, where in options.items() if where}
    progress = TerminalProgress(quiet=quiet)
    rules = bundled_rules()
    with open_bench(folder, progress=progress) as bench:
        sight = bench.see(request)
        report_only = report_only or sight.system.report_only
        package = review_change(sight, reviewer(rules, sight.trust, report_only=report_only))
        remember(bench.repository.identity, package)
        kept = {"kept": keep_package(bench.repository, package)} if keep else {}
    progress.clear()
    written = write_outputs(package, outputs, rules=rules)
    if not quiet and "-" not in outputs.values():
        show(package, {**written, **kept})
    return exit_code(package)
