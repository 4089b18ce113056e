"""`weighbridge review-afterwards`: give the review that broken glass owes."""

from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.adapters.git.repository import GitRepository
from weighbridge.app.explain import UnknownNameError
from weighbridge.app.speak_of_change import prepare_review
from weighbridge.domain.record import BreakGlass
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Speaking, anyway_option, reason_of, session, speaking_options
from weighbridge.policy.foretell import why_no_review

SECTION: Final = Section.EXCEPT
_SHORTEST: Final = 4
"""Characters of a commit's id that are taken for the beginning of one: fewer are an entry."""


@click.command(short_help="Review a change that passed by breaking the glass.")
@click.argument("what", metavar="CHANGE|ENTRY")
@click.option("--reason", required=True, metavar="TEXT", help="What you found.")
@anyway_option
@speaking_options
def command(what: str, folder: Path, *, reason: str, anyway: bool, **speaking: Unpack[Speaking]) -> None:
    """Review what passed before it was reviewed: CHANGE is its revision, or a branch of a remote, ENTRY the ledger's
    entry that passed it.

    `weighbridge exceptions` shows both. Who broke the glass, or wrote the change, cannot give the review.
    """
    found = reason_of(reason)
    with session(folder, anyway=anyway, **speaking) as here:
        ledger = here.desk.ledger.open()
        if ledger is None:
            raise UnknownNameError(f"no glass was broken for {what}: there is no ledger here; {here.desk.ledger.way}")
        repository = here.desk.repository
        assert isinstance(repository, GitRepository), "a session is on one"
        broken = _broken(what, here.case.record.break_glass, repository=repository)
        here.must_count(lambda case, voice: why_no_review(case, voice, broken=broken))
        prepared = prepare_review(
            here.speaker, broken.subject, broken=ledger.digest_of(broken.voice.entry), reason=found
        )
        here.sign(
            prepared,
            {"Review": f"{broken.subject.head}, passed by {broken.voice.person}: {broken.reason}", "Found": found},
        )


def _broken(what: str, on_record: tuple[BreakGlass, ...], *, repository: GitRepository) -> BreakGlass:
    """The one glass that is meant; the newest of a change. Raises `UnknownNameError`."""
    meant = [broken for broken in on_record if what.isdigit() and broken.voice.entry == int(what)]
    found = what if meant else repository.resolved(what).lower()
    if not meant and len(found) >= _SHORTEST:
        meant = [broken for broken in on_record if broken.subject.head.startswith(found)]
    if not meant:
        is_commit = found != what.lower()
        named = f"{what}, which is {found[:12]}" if is_commit else what
        also = (
            ""
            if is_commit or what.isdigit()
            else "; no commit is called so here, nor in a remote as it was last fetched"
        )
        raise UnknownNameError(
            f"no glass was broken for {named}{also}. `weighbridge exceptions` shows what was, with its entry: name that"
        )
    if len({broken.subject.head for broken in meant}) > 1:
        raise UnknownNameError(f"glass was broken for several changes that begin with {what}: give more of it")
    return meant[-1]
