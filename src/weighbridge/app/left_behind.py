"""Say which approvals of earlier forms of a change do not count for it, and why: who approved would look for them in vain.

A form is known by the change's own commits and by the proposal's name. What a rebase or an amended commit left behind
without a name is found among the newest approvals on the ledger: git keeps author, time and first line of what it
writes anew. That is enough to tell people of it, and decides nothing.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Final

from msgspec import Struct

from weighbridge.app.carry_over import NOTHING_CARRIED, CarriedOver
from weighbridge.app.keep_packages import packages_telling
from weighbridge.app.ledger_desk import OpenLedger
from weighbridge.app.ports import Repository
from weighbridge.domain.change import Change, Commit
from weighbridge.domain.gate import BY_PEOPLE, Gate, leaves
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import Attachment, Judgement, Record, Subject, Verdict
from weighbridge.policy.policy import CarryOver
from weighbridge.review.canonical import rfc3339
from weighbridge.review.sentences import count, listed

_LATELY: Final = 256
"""Entries of the ledger, the newest, among whose approvals earlier forms are looked for."""
_MOST_HEADS: Final = 64
_MOST_PACKAGES: Final = 16
"""Heads that are not here and whose packages are looked at: most are of changes that were squashed."""

_Said = Judgement | Attachment
_Written = tuple[str, int, str]
"""Who wrote a commit, when in seconds, and its first line: what git keeps when it writes it anew."""


class Forms(Struct, frozen=True, kw_only=True):
    """What was said of a change before anything was carried over, what became of that, and of what it is said now."""

    record: Record
    over: CarriedOver
    subject: Subject
    allowed: CarryOver


def left_behind(forms: Forms, older: Sequence[Judgement] = ()) -> tuple[str, ...]:
    """One sentence for each earlier form of which approvals or documents do not count; `older` are of forms found otherwise."""
    counted = {forms.subject, *(each.earlier for each in forms.over.carried)}
    groups: dict[Subject, list[_Said]] = {}
    everything: tuple[_Said, ...] = (*forms.record.judgements, *forms.record.attachments, *older)
    for said in everything:
        is_given = isinstance(said, Attachment) or said.verdict is Verdict.APPROVE
        if is_given and said.subject not in counted and said.subject.ledger == forms.subject.ledger:
            groups.setdefault(said.subject, []).append(said)
    return tuple(_sentence(about, said, forms=forms) for about, said in groups.items())


def older_forms(
    ledger: OpenLedger, repository: Repository, *, change: Change, subject: Subject, gate: Gate
) -> tuple[Judgement, ...]:
    """What was said of heads that this change's commits were written anew from; looked for where people are still waited for."""
    if not any(need.kind in BY_PEOPLE for need in leaves(gate.open)):
        return ()
    own = {commit.oid for commit in change.commits}
    written = {_of_commit(commit): commit for commit in change.commits}
    lately = [head for head in ledger.approved_lately(_LATELY) if head not in own][:_MOST_HEADS]
    heads = set(_heads_of(written, lately, repository=repository))
    if not heads:
        return ()
    record, _ = ledger.record(subject, heads=heads)
    return tuple(
        said for said in record.judgements if said.subject.head_commit in heads and not _is_known(said, subject)
    )


def _is_known(said: Judgement, subject: Subject) -> bool:
    """Whether it is in the change's record by its tree or its proposal."""
    about = said.subject
    return about.head_tree == subject.head_tree or bool(about.proposal and about.proposal == subject.proposal)


def _heads_of(
    written: Mapping[_Written, Commit], lately: Sequence[ObjectId], *, repository: Repository
) -> Iterator[ObjectId]:
    """The heads that one of these was written anew from: by the commit where it is here, else by its kept package."""
    gone: list[ObjectId] = []
    for head in lately:
        commit = repository.commit(head)
        if isinstance(commit, CouldNotLook):
            gone.append(head)
        elif _of_commit(commit) in written:
            yield head
    times = [rfc3339(commit.authored_at) for commit in written.values()]
    for stored in packages_telling(repository, gone[:_MOST_PACKAGES], anyof=times):
        change = stored.package.decision.change
        yield from (
            each.oid for each in change.commits if each.oid == change.head_commit and _of_commit(each) in written
        )


def _of_commit(commit: Commit) -> _Written:
    return commit.author.email.casefold(), int(commit.authored_at.timestamp()), commit.subject


def _sentence(about: Subject, said: Sequence[_Said], *, forms: Forms) -> str:
    approvals = sum(isinstance(each, Judgement) for each in said)
    counts = ((approvals, "approval"), (len(said) - approvals, "document"))
    what = " and ".join(count(number, one) for number, one in counts if number)
    is_same = about.head_commit is not None and about.head_commit == forms.subject.head_commit
    form = "this very commit" if is_same else "an earlier form"
    when = " and ".join(dict.fromkeys(f"{each.voice.at.astimezone(UTC):%Y-%m-%d}" for each in said))
    verb = "does" if len(said) == 1 else "do"
    why = forms.over.why_not.get(about) or _unlinked(about, forms)
    name = about.head[:7]
    whose = listed(tuple(dict.fromkeys(each.voice.person for each in said)))
    return f"{what} of {form}, {name} of {when} by {whose}, {verb} not count here: {why}"


def _unlinked(about: Subject, forms: Forms) -> str:
    """Why a form that no name and no commit links to the change is another one to the gate."""
    if about.proposal and about.proposal != forms.subject.proposal:
        looked = f"`--proposal {shlex.quote(about.proposal)}` looks for it"
        named = f"is named {forms.subject.proposal}" if forms.subject.proposal else "has no name"
        return f"it was said of the proposal {about.proposal}, and this one {named}: {looked}"
    if forms.subject.proposal and about.head_commit == forms.subject.head_commit:
        return (
            f"it was said of no proposal, and this one is named {forms.subject.proposal}: say it again with"
            f" `--proposal {shlex.quote(forms.subject.proposal)}`, or weigh it without a name"
        )
    if forms.allowed is CarryOver.NEVER:
        return f"it was written anew since, and {NOTHING_CARRIED}"
    return (
        "it was written anew since, as a rebase does, and no proposal's name says that both are one change:"
        " approve it again, and name the proposal everywhere from then on (`--proposal NAME`)"
    )
