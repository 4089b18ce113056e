"""`weighbridge review`: weigh a change and show the package."""

from pathlib import Path
from typing import Final

import click

from weighbridge.app.keep_packages import keep_package, kept_proposal
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.review_change import weigh_change
from weighbridge.app.without_voices import without_voices
from weighbridge.assembly.bench import open_bench
from weighbridge.assembly.reviewing import reviewer
from weighbridge.assembly.rules import bundled_rules
from weighbridge.assembly.standing import may_record, put_on_record, stand
from weighbridge.domain.inputs import Inputs
from weighbridge.entrypoints.cli.given import inputs_option
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.showing import exit_code, output_options, remember, show, write_outputs

SECTION: Final = Section.LOOK


@click.command(short_help="Weigh a range, a commit, a branch or the work tree.")
@click.argument("range_text", metavar="[RANGE]", default="")
@click.option("--staged", is_flag=True, help="Weigh what is staged, against HEAD.")
@click.option("--worktree", is_flag=True, help="Weigh the work tree as it is, against HEAD.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted.")
@repository_option
@inputs_option
@output_options
@click.option("--report-only", is_flag=True, help="Exit 0 whatever the gate says, except when something broke.")
@click.option("--keep", is_flag=True, help="Store the package in the repository, under refs/weighbridge/packages.")
@click.option("--record", is_flag=True, help="Put the gate's state on the ledger, signed by this machine's key.")
@click.option("--environment", default="", metavar="NAME", help="Where the change is to go, as the policy names it.")
@click.option("--proposal", default="", metavar="NAME", help="The pull request or branch whose approvals count.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def command(
    range_text: str, folder: Path, *, report_only: bool, quiet: bool, inputs: Inputs, **options: str | bool | None
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
    keep, record = bool(options.pop("keep")), bool(options.pop("record"))
    proposal, environment = str(options.pop("proposal")), str(options.pop("environment"))
    outputs = {kind.rstrip("_"): str(where) for kind, where in options.items() if where}
    progress = TerminalProgress(quiet=quiet)
    rules = bundled_rules()
    with open_bench(folder, progress=progress) as bench:
        sight = bench.see(request, inputs=inputs)
        if record:
            may_record(bench, sight.trust)
        weigher = reviewer(rules, sight.trust, report_only=sight.system.report_only, is_only_told=report_only)
        weighed = weigh_change(sight, weigher)
        asked = stand(bench, weighed, trust=sight.trust, proposal=proposal, environment=environment)
        remember(bench.repository.identity, asked.package)
        kept: dict[str, str] = {}
        if keep:
            kept_for = proposal or kept_proposal(bench.repository, asked.package)
            ref = keep_package(bench.repository, without_voices(asked, weighed), proposal=kept_for)
            kept["kept"] = ref if kept_for == proposal else f"{ref} (for the proposal {kept_for}, as before)"
        if record:
            done = put_on_record(bench, asked, trust=sight.trust, policy=weighed.case.policy, environment=environment)
            kept["recorded"] = f"entry {done.indexes[1 + len(asked.carried)]} of {done.checkpoint.origin}"
    progress.clear()
    written = write_outputs(asked.package, outputs, rules=rules)
    if not quiet and "-" not in outputs.values():
        show(asked.package, {**written, **kept})
    return exit_code(asked.package)
