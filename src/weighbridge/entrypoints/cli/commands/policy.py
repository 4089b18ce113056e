"""`weighbridge policy`: write, check and try out what decides about changes."""

import sys
from pathlib import Path
from typing import Final

import click

from weighbridge.app.check_policy import check_policy
from weighbridge.assembly.bench import SystemClock
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.policy_files import in_force, signers, sources, tests_in, top_of
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.policy.reading.load import load_layers, load_policy
from weighbridge.policy.reading.write import policy_text
from weighbridge.policy.trials.coverage import coverage_of
from weighbridge.policy.trials.run import run_trials
from weighbridge.review.render.svg_policy import draw_policy
from weighbridge.review.render.text.policy import checked_blocks
from weighbridge.review.render.text.policy_page import policy_blocks
from weighbridge.review.render.text.trials import as_junit, trial_blocks

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


@command.command("test")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--policy", "file", default="", metavar="FILE", help="The policy to try; else the work tree's.")
@organisation_option
@click.option("--junit", default="", metavar="FILE", help="Write the results as JUnit XML; - for the standard output.")
@click.option("--coverage", is_flag=True, help="Show which rules applied and did not, and what came of them.")
@repository_option
def test_(files: tuple[str, ...], file: str, organisation: str, *, junit: str, coverage: bool, folder: Path) -> int:
    """Try the policy on the changes that FILE, else .weighbridge/policy.test.yaml, writes down.

    Nothing of a repository is read. Exits with 0 when every case comes as expected, 1 when one does not.
    """
    top = top_of(folder)
    policy = load_policy(sources(file, organisation, top=top))
    run = run_trials(tests_in(files, policy, top=top), policy)
    if junit:
        emit(junit, as_junit(run))
    if junit != "-":
        read_out(trial_blocks(run, coverage_of(run, policy) if coverage else None))
    return ExitCode.PASS if run.passed else ExitCode.GATE


@command.command("show")
@click.argument("file", metavar="[FILE]", default="")
@organisation_option
@click.option("--yaml", "yaml_", is_flag=True, help="As one file that builds upon nothing and loads back to the same.")
@click.option("--diagram", default="", metavar="FILE", help="Draw how it decides, as SVG; - for the standard output.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose policy is shown.")
@repository_option
def show_(file: str, organisation: str, *, yaml_: bool, diagram: str, target: str, folder: Path) -> None:
    """Show the policy in force, or FILE: where each part comes from, and what is locked."""
    given = sources(file, organisation, top=folder) if file or organisation else in_force(folder, target=target)
    loaded = load_layers(given)
    if diagram:
        emit(diagram, draw_policy(loaded.policy))
    if yaml_:
        sys.stdout.write(policy_text(loaded.policy))
    elif not diagram:
        read_out(policy_blocks(loaded), pager=True)
