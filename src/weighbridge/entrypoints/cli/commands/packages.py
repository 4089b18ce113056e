"""`weighbridge packages`: the packages that were kept in this repository."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.keep_packages import KeptPackage, kept_packages, package_called
from weighbridge.assembly.rules import bundled_rules
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.showing import output_options, show, write_outputs
from weighbridge.review.read_package import PackageError
from weighbridge.review.render.text.blocks import Block, Paragraph, Table
from weighbridge.review.sentences import STATE_WORDS
from weighbridge.review.standing import new_findings

SECTION: Final = Section.LOOK


@click.group(short_help="Show the reviews that `review --keep` stored.")
def command() -> None:
    """Show packages that `review --keep` stored in the repository, under refs/weighbridge/packages.

    They travel with `weighbridge ledger sync`, and like notes: git push origin 'refs/weighbridge/packages/*'.
    """


@command.command("list")
@repository_option
def list_(folder: Path) -> None:
    """List the kept packages: head, gate, how many new findings, level, and the day on which each was made."""
    with open_repository(folder) as repository:
        read_out(_listed(list(kept_packages(repository))), pager=True)


@command.command("show")
@click.argument("head")
@repository_option
@output_options
def show_(head: str, folder: Path, **outputs: str) -> None:
    """Show the kept package of HEAD: a revision, a range, or the beginning of a commit's or tree's id."""
    with open_repository(folder) as repository:
        stored = package_called(repository, head)
    if not stored.is_intact:
        raise PackageError(f"{head}: its digest is not that of its decision: it was edited after it was made")
    wanted = {kind.rstrip("_"): where for kind, where in outputs.items() if where}
    written = write_outputs(stored.package, wanted, rules=bundled_rules())
    if "-" not in wanted.values():
        show(stored.package, written)


def _listed(kept: list[KeptPackage]) -> Iterator[Block]:
    rows = []
    for each in kept:
        if each.stored is None:
            rows.append((each.head[:12], "unreadable", "", "", "", each.problem))
            continue
        decision, made = each.stored.package.decision, each.stored.package.presentation.made_at
        state = STATE_WORDS[decision.gate.state] if each.stored.is_intact else "edited afterwards"
        findings = str(len(new_findings(decision)))
        rows.append((each.head[:12], state, findings, str(decision.gate.level), made[:10], decision.change.title))
    if rows:
        yield Table(head=("head", "gate", "new", "level", "made", "change"), rows=tuple(rows))
    else:
        yield Paragraph(text="No package is kept here: weighbridge review --keep keeps one.")
