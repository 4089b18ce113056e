"""`weighbridge break-glass`: pass a change now, answer for it by name, and owe a review."""

from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.speak_of_change import prepare_break_glass
from weighbridge.domain.package import ReviewPackage
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Speaking, anyway_option, reason_of, session_on, speaking_options
from weighbridge.policy.foretell import why_no_break_glass
from weighbridge.policy.policy import BreakGlassRules

SECTION: Final = Section.EXCEPT


@click.command(short_help="Pass a change now, and owe a review of it.")
@click.argument("change")
@click.option("--reason", required=True, metavar="TEXT", help="Why it cannot wait.")
@anyway_option
@speaking_options
def command(change: str, folder: Path, *, reason: str, anyway: bool, **speaking: Unpack[Speaking]) -> None:
    """Pass CHANGE, a revision or range whose package `review --keep` stored, before it is reviewed.

    It names you. A review falls due, by somebody else: `weighbridge review-afterwards`. While it is overdue, changes of
    yours do not pass.
    """
    why = reason_of(reason)
    with session_on(change, folder, anyway=anyway, **speaking) as (here, package):
        here.must_be_weighed_by_this()
        here.must_count(lambda case, voice: (*_needless(package), *why_no_break_glass(case, voice)))
        rules = here.policy.break_glass or BreakGlassRules()
        due = here.now + rules.review_within
        kept = [need.rule for need in package.gate.open if need.rule in rules.never]
        said = {
            "Break glass": f"{package.decision.change.head_commit} passes at once",
            "Review due": f"{due:%Y-%m-%d %H:%M} UTC, by somebody else",
            "Because": why,
        }
        if kept:
            said["Not passed"] = f"{', '.join(dict.fromkeys(kept))}: the policy keeps it from broken glass"
        here.sign(prepare_break_glass(here.speaker, package, reason=why, review_due=due), said)


def _needless(package: ReviewPackage) -> tuple[str, ...]:
    return () if package.gate.open else ("nothing stands in the way of this change: its glass need not be broken",)
