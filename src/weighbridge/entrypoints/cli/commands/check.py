"""`weighbridge check`: what is wrong with the change that is about to be committed."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from weighbridge.app.check_change import MOST_UNKEPT, MOST_UNREAD, UNWEIGHED, Checker, check_change
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.recollection import recollection_of
from weighbridge.assembly.bench import SystemClock, open_bench
from weighbridge.assembly.memory import memory
from weighbridge.assembly.rules import rules_for
from weighbridge.domain.package import Decision
from weighbridge.domain.rule import LoadedRule
from weighbridge.entrypoints.cli.exits import exit_code_of
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.output import screen
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.policy.policy import default_policy
from weighbridge.review.render.checked import render_checked


@click.command()
@click.option("--worktree", is_flag=True, help="Check the work tree as it is instead of what is staged.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted.")
@repository_option
@click.option("--json", "json_", metavar="FILE", help="Write what was found as a package.")
@click.option("--sarif", metavar="FILE", help="Write findings for editors and code-scanning tools.")
@click.option(
    "--strict", "is_strict", is_flag=True, help="Exit 3 for anything not looked at, also in a tree not read yet."
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors: the exit code says it all.")
def command(folder: Path, target: str, *, worktree: bool, is_strict: bool, quiet: bool, **outputs: str | None) -> int:
    """Check what is staged, for findings that are new.

    Made for a pre-commit hook: it fails on new blocking findings (1) and on code that nothing could read (3), never for
    want of an approval, and prints nothing about a clean change.

    The first check of a tree reads it, which takes seconds. One of more than 2,000 files it leaves to a review: until then
    it says what it did not look at, and passes; --strict fails.

    Use - as FILE for the standard output.
    """
    request = ChangeRequest(staged=not worktree, worktree=worktree, target=target)
    progress = TerminalProgress(quiet=quiet)
    with open_bench(folder, progress=progress) as bench:
        sight = bench.see(request, most_unread=MOST_UNKEPT if bench.facts.trouble else MOST_UNREAD)
        rules = rules_for(frozenset(sight.subjects.roles.values()))
        policy = default_policy(report_only=sight.system.report_only)
        decision = check_change(sight, Checker(rules=rules, policy=policy, clock=SystemClock(), is_strict=is_strict))
        if decision.findings:
            memory().keep(bench.repository.identity, recollection_of("the last check", decision))
    progress.clear()
    if any(outputs.values()):
        _write(decision, {kind.rstrip("_"): where for kind, where in outputs.items() if where}, rules=rules)
    if not quiet and "-" not in outputs.values():
        can = screen(sys.stdout)
        look = {"colour": can.colour, "unicode": can.unicode, "wraps": sys.stdout.isatty()}
        sys.stdout.write(render_checked(decision, width=can.width, **look))
    return exit_code_of(decision.gate)


def _write(decision: Decision, outputs: Mapping[str, str], *, rules: tuple[LoadedRule, ...]) -> None:
    from weighbridge.entrypoints.cli.showing import write_outputs  # noqa: PLC0415 - a hook writes none
    from weighbridge.review.compose import compose  # noqa: PLC0415 - the same

    write_outputs(compose(decision, UNWEIGHED, made_at=SystemClock().now()), outputs, rules=rules)
