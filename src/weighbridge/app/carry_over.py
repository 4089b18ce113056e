"""Carry over what people said of an earlier form of a change, where the policy allows it and nothing was added since.

A rejection is always carried: whoever said no to a part of it said no to this. An approval or a document is carried from a
commit of the very change, or from what a rebase left of the same named proposal, whose kept package is the one that was approved, to the byte.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import Digest, EvidenceId, ObjectId
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Attachment, Judgement, Record, Subject, Verdict, Voice
from weighbridge.policy.carry_over import added, gone
from weighbridge.policy.policy import CarryOver
from weighbridge.review.read_package import StoredPackage

_MOST_TOLD: Final = 3
_OTHER_DECISION: Final = (
    "whoever approved weighed them with another version of Weighbridge, by other trusted documents, under another name (a merge by "
    "itself has its own message, a range that of its newest other commit), or in a clone that holds less (a shallow one); "
    "`weighbridge diff` of both packages says what differs"
)
NOTHING_CARRIED: Final = "the policy carries nothing over (`carry_over: nothing-added` would, where nothing is added)"
FindPackage = Callable[[ObjectId], StoredPackage | None]
"""The kept package of a head, None where there is none."""


class Carried(Struct, frozen=True, kw_only=True):
    """One earlier form whose statements are carried over, and what it had that is gone."""

    earlier: Subject
    entries: tuple[int, ...]
    gone: tuple[EvidenceId, ...]
    statements: tuple[Digest, ...] = ()
    """The digests of what stands in `entries`, which do not move."""


class CarriedOver(Struct, frozen=True, kw_only=True):
    """The record with what was carried over, and why other statements on earlier forms were not, in words."""

    record: Record
    carried: tuple[Carried, ...] = ()
    why_not: Mapping[Subject, str] = {}


def carry_over(
    record: Record, later: ReviewPackage, *, subject: Subject, allowed: CarryOver, find: FindPackage
) -> CarriedOver:
    """`record` with the statements on earlier forms that count for `subject`."""
    earlier = _earlier(record, later, subject=subject)
    carried: list[Carried] = []
    why_not: dict[Subject, str] = {}
    for about in earlier:
        why, lost = _why_not(about, later, allowed=allowed, find=find)
        if why:
            since = "" if _is_within(about, later) else "it was rebased or replaced since, and "
            why_not[about] = f"{since}{why}"
        else:
            entries = tuple(said.voice.entry for said in _said(record) if said.subject == about)
            carried.append(Carried(earlier=about, entries=entries, gone=lost))
    moved = {each.earlier for each in carried}
    return CarriedOver(
        record=replace(
            record,
            judgements=tuple(_moved(record, moved=moved, earlier=set(earlier), subject=subject)),
            attachments=tuple(
                replace(a, subject=subject, voice=_from_earlier(a)) if a.subject in moved else a
                for a in record.attachments
            ),
        ),
        carried=tuple(carried),
        why_not=why_not,
    )


def _said(record: Record) -> Iterator[Judgement | Attachment]:
    yield from record.judgements
    yield from record.attachments


def _earlier(record: Record, later: ReviewPackage, *, subject: Subject) -> tuple[Subject, ...]:
    """The earlier forms of this very change, of the same proposal, that somebody said something of.

    Only a proposal with a name tells that a head which is none of the change's commits was one of its forms.
    """
    found = dict.fromkeys(said.subject for said in _said(record) if said.subject != subject)
    return tuple(
        about
        for about in found
        if (subject.proposal or _is_within(about, later))
        and about.ledger == subject.ledger
        and about.proposal == subject.proposal
    )


def _is_within(about: Subject, later: ReviewPackage) -> bool:
    return any(commit.oid == about.head_commit for commit in later.decision.change.commits)


def _moved(record: Record, *, moved: set[Subject], earlier: set[Subject], subject: Subject) -> Iterator[Judgement]:
    for judgement in record.judgements:
        is_no = judgement.verdict is Verdict.REJECT and judgement.subject in earlier
        is_carried = is_no or judgement.subject in moved
        yield replace(judgement, subject=subject, voice=_from_earlier(judgement)) if is_carried else judgement


def _from_earlier(said: Judgement | Attachment) -> Voice:
    return replace(said.voice, said_of=said.subject)


def _why_not(
    about: Subject, later: ReviewPackage, *, allowed: CarryOver, find: FindPackage
) -> tuple[str, tuple[EvidenceId, ...]]:
    if allowed is CarryOver.NEVER:
        change = later.decision.change
        if (about.base_tree, about.head_tree) == (change.base_tree, change.head_tree):
            return (
                f"it is of another decision on the same trees{_called(about, later, find=find)}; {_OTHER_DECISION}",
                (),
            )
        return NOTHING_CARRIED, ()
    stored = find(about.head_commit) if about.head_commit else None
    if stored is None:
        return "its package is not kept here: fetch refs/weighbridge/packages", ()
    if not stored.is_intact or stored.package.digest != about.decision:
        return "the package kept here is not the one that was approved", ()
    approved = stored.package.decision
    words = added(approved, later.decision)
    more = f" and {len(words) - _MOST_TOLD} more" if len(words) > _MOST_TOLD else ""
    return "; ".join(words[:_MOST_TOLD]) + more, gone(approved, later.decision)


def _called(about: Subject, later: ReviewPackage, *, find: FindPackage) -> str:
    """What was weighed then and is weighed now, as each was named, where the package that was approved is kept here."""
    stored = find(about.head_commit) if about.head_commit else None
    if stored is None or stored.package.digest != about.decision:
        return ""
    then, now = stored.package.names.range_text, later.names.range_text
    return f", which was weighed as `{then}` and this as `{now}`: weigh it as `{then}`" if then and then != now else ""
