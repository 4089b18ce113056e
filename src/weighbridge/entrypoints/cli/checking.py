"""What `weighbridge check` does; a hook starts here, and waits for nothing that it does not need."""

import sys
from collections.abc import Mapping
from pathlib import Path

from weighbridge.app.check_change import MOST_UNKEPT, MOST_UNREAD, UNWEIGHED, Checker, check_change
from weighbridge.app.ports import ChangeRequest
from weighbridge.assembly.bench import SystemClock, open_bench
from weighbridge.assembly.policies import hook_policy
from weighbridge.assembly.rules import rules_for
from weighbridge.domain.inputs import NO_INPUTS, Inputs
from weighbridge.domain.package import Decision
from weighbridge.domain.rule import LoadedRule
from weighbridge.entrypoints.cli.exits import exit_code_of
from weighbridge.entrypoints.cli.output import screen
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.review.render.checked import render_checked


def check_staged() -> int:
    """Check what is staged here, as `weighbridge check` without options does; the exit code."""
    return check(Path(), ChangeRequest(staged=True), outputs={})


def check(
    folder: Path,
    request: ChangeRequest,
    *,
    outputs: Mapping[str, str],
    is_strict: bool = False,
    is_quiet: bool = False,
    inputs: Inputs = NO_INPUTS,
) -> int:
    """Check a change, say what is new, and write it to `outputs`: format to file, or to - for the standard output."""
    progress = TerminalProgress(quiet=is_quiet)
    with open_bench(folder, progress=progress) as bench:
        most_unread = MOST_UNKEPT if bench.facts.trouble else MOST_UNREAD
        sight = bench.see(request, most_unread=most_unread, inputs=inputs)
        rules = rules_for(sight.subjects.all_roles)
        policy = hook_policy(sight.trust, report_only=sight.system.report_only)
        decision = check_change(sight, Checker(rules=rules, policy=policy, clock=SystemClock(), is_strict=is_strict))
        if decision.findings:
            _remember(decision, bench.repository.identity)
    progress.clear()
    if outputs:
        _write(decision, outputs, rules=rules)
    if not is_quiet and "-" not in outputs.values():
        can = screen(sys.stdout)
        look = {"colour": can.colour, "unicode": can.unicode, "wraps": sys.stdout.isatty()}
        sys.stdout.write(render_checked(decision, width=can.width, **look))
    return exit_code_of(decision.gate)


def _remember(decision: Decision, repository: str) -> None:
    from weighbridge.app.recollection import recollection_of  # noqa: PLC0415 - most hooks find nothing
    from weighbridge.assembly.memory import memory  # noqa: PLC0415 - the same

    memory().keep(repository, recollection_of("the last check", decision))


def _write(decision: Decision, outputs: Mapping[str, str], *, rules: tuple[LoadedRule, ...]) -> None:
    from weighbridge.entrypoints.cli.showing import write_outputs  # noqa: PLC0415 - a hook writes none
    from weighbridge.review.compose import compose  # noqa: PLC0415 - the same

    write_outputs(compose(decision, UNWEIGHED, made_at=SystemClock().now()), outputs, rules=rules)
