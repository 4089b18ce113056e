"""`weighbridge report`: put on record what an external check of a commit came to."""

import sys
from pathlib import Path
from typing import Final

import click

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.build_trust import trust_at_target
from weighbridge.app.report_check import Report, report_check, unasked
from weighbridge.app.speak_of_change import Speaker
from weighbridge.assembly.bench import organisation_folder
from weighbridge.assembly.desks import desk_of
from weighbridge.assembly.policies import policy_in_force
from weighbridge.assembly.writers import own_writer
from weighbridge.domain.record import StatusState
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.reading import say_remark
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.sharing import next_line
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.review.visible import inert

SECTION: Final = Section.DEPLOY

_LONGEST: Final = 200
_LONGEST_URL: Final = 1000


@click.command(short_help="Put on record what an external check came to.")
@click.argument("change")
@click.argument("check")
@click.argument("state", type=click.Choice([state.value for state in StatusState]))
@click.option("--source", default="", metavar="TEXT", help="Who says so, such as the job; the key when left out.")
@click.option("--url", default="", metavar="URL", help="Where its output is.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted.")
@repository_option
def command(change: str, check: str, state: str, folder: Path, **options: str) -> None:
    """Put on record that CHECK came to STATE on the tree of CHANGE, a revision, signed by this machine's key.

    A policy's `check: {name: CHECK}` asks for it, and `load_test:` for the check `load-test`. The newest report counts.
    Whose counts says .weighbridge/ledger.yaml: `writers`, or `reporters` where it names some. One that no rule asks for is put
    on record too, with a remark.
    """
    name = _line(check, "CHECK", longest=_LONGEST)
    source = _line(options["source"], "--source", longest=_LONGEST, may_be_empty=True)
    url = _line(options["url"], "--url", longest=_LONGEST_URL, may_be_empty=True)
    with open_repository(folder) as repository:
        trust = trust_at_target(repository, target=options["target"], organisation=organisation_folder())
        commit = repository.commit_called(change)
        report = Report(
            check=name,
            state=StatusState(state),
            commit=commit,
            tree=repository.tree_of(commit),
            source=source,
            url=url,
        )
        policy = policy_in_force(trust)
        with desk_of(repository, trust, policy=policy) as desk:
            speaker = Speaker(desk=desk, writer=own_writer(), repository=repository.name)
            appended = report_check(speaker, report)
        after = next_line(repository, way=desk.way)
    (index,) = appended.indexes
    write_folded(
        inert(f"{name} {state} on {commit[:12]}: entry {index} of {appended.checkpoint.origin}\n{after}"), sys.stdout
    )
    say_remark(unasked(name, policy))


def _line(text: str, what: str, *, longest: int, may_be_empty: bool = False) -> str:
    """A text that people read on one line. Raises `UsageError`."""
    if not text.strip() and not may_be_empty:
        raise click.UsageError(f"{what} is empty")
    if len(text) > longest or not text.isprintable():
        raise click.UsageError(f"{what} is at most {longest:,} characters on one line, none of them hidden")
    return text.strip()
