"""Approvals: whether enough people said yes to exactly this, and who still stands against it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import eq
from typing import Final

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import Assurance, Judgement, Subject, Verdict
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.judge.voices import approvals_last, count_voices, why_no_objection
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind, Involved

REJECTION_RULE: Final = "rejections"
_OWNERS = Group(GroupKind.OWNERS)
_MOST_OWNERS: Final = 8
_NUMBERS = ("no approval", "an approval", "two approvals", "three approvals")


def judge_approvals(need: ApprovalNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether `need` is met. An owner's approval is asked for where one is declared: nobody else could give it."""
    owners = case.document.owners
    if need.by == (_OWNERS,) and not owners:
        return Requirement(
            kind=RequirementKind.APPROVAL,
            rule=asked.rule,
            state=GateState.NOT_APPLICABLE,
            ask="an approval by an owner",
            because=("no owner is declared: name one in CODEOWNERS or .weighbridge/system.yaml",),
        )
    wanted = count_wanted(need, case)
    if isinstance(wanted, CouldNotLook):
        return Requirement(
            kind=RequirementKind.APPROVAL,
            rule=asked.rule,
            state=GateState.ERROR,
            ask=_ask(need, need.count, owners=owners),
            because=(f"how many are needed could not be told: {wanted.detail}",),
        )
    voices = (judgement.voice for judgement in approvals(case, words=need.words))
    counted = count_voices(case, voices, need=need, owners=owners, lasts=approvals_last(case))
    enough = len(counted.people) >= wanted
    unknown = () if enough else tuple(f"{each.detail}: {each.remedy}" for each in counted.unknown)
    short = GateState.ERROR if unknown else GateState.UNSATISFIED
    return Requirement(
        kind=RequirementKind.APPROVAL,
        rule=asked.rule,
        state=GateState.SATISFIED if enough else short,
        ask=_ask(need, wanted, owners=owners),
        because=(*asked.because, *unknown),
        met_by=counted.words,
        not_counted=counted.refused,
        words=need.words,
    )


def approvals(case: Case, *, words: str = "") -> Iterator[Judgement]:
    """The approvals of exactly this that still stand: whoever rejects takes back what they said before."""
    for judgement in _standing(case):
        if judgement.verdict is Verdict.APPROVE and (not words or words in judgement.reason):
            yield judgement


def judge_rejections(case: Case) -> Iterator[Requirement]:
    """Whoever could approve and says no to this step from one tree to the other stands in the way, until they say otherwise.

    Whatever it was proposed as, and whatever was decided of it: who rejects what they read rejects it under each name.
    """
    anybody = ApprovalNeed(assurance=Assurance.FORGE, not_by=frozenset())
    for judgement in _standing(case, is_about=Subject.is_same_step):
        voice = judgement.voice
        if judgement.verdict is Verdict.REJECT and not why_no_objection(case, voice, need=anybody):
            reason = f": {judgement.reason}" if judgement.reason else ""
            yield Requirement(
                kind=RequirementKind.APPROVAL,
                rule=REJECTION_RULE,
                state=GateState.UNSATISFIED,
                ask=f"{voice.person} to say otherwise, or another change",
                because=(f"{voice.person} rejected it{voice.carried}{reason}",),
                cites=(voice.evidence,),
            )


def _standing(case: Case, *, is_about: Callable[[Subject, Subject], bool] = eq) -> Iterator[Judgement]:
    """What people say of this change, and stands."""
    if case.subject is not None:
        about = (said for said in case.record.judgements if is_about(said.subject, case.subject))
        yield from standing((said for said in about if _is_left(said, case)), person_of=case.people.person)


def _is_left(said: Judgement, case: Case) -> bool:
    """Whether it says anything still. Of a key that counts no more a rejection does, unless somebody revoked that key who
    had no part in the change: time and whoever wrote it take no rejection back.
    """
    if not said.is_void:
        return True
    if said.verdict is not Verdict.REJECT:
        return False
    return not said.revoked_by or case.people.person(said.revoked_by) in case.involved


def standing(judgements: Iterable[Judgement], *, person_of: Callable[[str], str]) -> Iterator[Judgement]:
    """Of judgements in the ledger's order those that stand: of each person a rejection, or all approvals since the last one.

    An approval that says it was given before a rejection takes none back, wherever it lies: it may have waited in a clone, or
    been kept back by somebody else.
    """
    words: dict[str, list[Judgement]] = {}
    rejected_at: dict[str, datetime] = {}
    for judgement in judgements:
        if judgement.verdict is Verdict.COMMENT:
            continue
        person, at = person_of(judgement.voice.person), judgement.voice.at
        said = words.setdefault(person, [])
        is_rejected, rejects = bool(said) and said[-1].verdict is Verdict.REJECT, judgement.verdict is Verdict.REJECT
        if is_rejected and not judgement.voice.speaks_for(said[-1].voice):
            continue
        if is_rejected and not rejects and at < rejected_at[person]:
            continue
        if rejects or is_rejected:
            said.clear()
        if rejects:
            rejected_at[person] = max(at, rejected_at.get(person, at))
        said.append(judgement)
    for said in words.values():
        yield from said


def count_wanted(need: ApprovalNeed, case: Case) -> int | CouldNotLook:
    """How many approvals `need` asks for, or why that cannot be told."""
    for other in need.count_when:
        holds = case.holds(other.when)
        if holds is not False:
            return holds if isinstance(holds, CouldNotLook) else other.count
    return need.count


def _ask(need: ApprovalNeed, count: int, *, owners: tuple[str, ...]) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else f"{count} approvals"
    who = " or ".join(_who(group, owners=owners, several=count > 1) for group in need.by)
    sure = "" if need.assurance.rank >= Assurance.KEY.rank else f", by {need.assurance} or better"
    checked = ", with a PIN or finger checked" if need.verified else ""
    said = f', saying "{need.words}"' if need.words else ""
    return f"{number} by {who}{_also(need)}{sure}{checked}{said}"


def _also(need: ApprovalNeed) -> str:
    """Whom of those involved it may be, where the need leaves not all of them out."""
    may = [str(how) for how in Involved if how not in need.not_by]
    return f" (the {' or the '.join(may)} of it too)" if may else ""


def _who(group: Group, *, owners: tuple[str, ...], several: bool) -> str:
    match group.kind:
        case GroupKind.ANYONE:
            return "people who had no part in it" if several else "a second person"
        case GroupKind.OWNERS:
            return _any_owner(owners, several=several) if owners else "an owner"
        case GroupKind.KNOWS_COMPONENT:
            return "people who know the component" if several else "somebody who knows the component"
        case GroupKind.ROLE:
            return f"{group.name} engineers" if several else f"a {group.name} engineer"
        case _:
            return group.name


def _any_owner(owners: tuple[str, ...], *, several: bool) -> str:
    """Who of the owners of all changed files it takes: any of them, whichever of the files they own."""
    if len(owners) == 1:
        return owners[0]
    more = f" and {len(owners) - _MOST_OWNERS:,} more" if len(owners) > _MOST_OWNERS else ""
    return f"{'any' if several else 'any one'} of {', '.join(owners[:_MOST_OWNERS])}{more}, who each own some of the changed files"
