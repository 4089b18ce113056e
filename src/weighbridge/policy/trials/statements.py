"""Makes the record of a case: what was said of its change, each statement as if it had been proven."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.gate import Requirement
from weighbridge.domain.ids import Digest, EvidenceId, ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.record import (
    Assurance,
    BreakGlass,
    Judgement,
    Override,
    Record,
    Status,
    StatusState,
    Subject,
    Verdict,
    Voice,
    Waiver,
)
from weighbridge.landscape.documents.nodes import Fields
from weighbridge.policy.case import Paper
from weighbridge.policy.judge.checks import NO_SOURCE
from weighbridge.policy.needs import DocumentNeed
from weighbridge.policy.policy import Policy, needs_of
from weighbridge.policy.reading.values import flag, text, texts
from weighbridge.policy.reading.words import moment_of
from weighbridge.policy.trials.document import BASE_TREE, HEAD_COMMIT, HEAD_TREE, part, records
from weighbridge.policy.trials.shape import USUAL_NOW

SUBJECT: Final = Subject(
    ledger="tests/0", base_tree=BASE_TREE, head_tree=HEAD_TREE, head_commit=HEAD_COMMIT, decision=Digest("sha256:0")
)
_ELSEWHERE: Final = Subject(
    ledger="tests/0",
    base_tree=BASE_TREE,
    head_tree=ObjectId("f" * 40),
    head_commit=ObjectId("f" * 40),
    decision=Digest("sha256:1"),
)
HOUR: Final = timedelta(hours=1)
"""How long before the gate is asked whatever has no time of its own was said."""
_NO_REASON: Final = "the case gives no reason"


def now_of(case: Fields) -> datetime:
    """When the gate of a case is asked."""
    return moment_of(text(case, "now") or USUAL_NOW)


def weighed_at_of(case: Fields) -> datetime | None:
    """When the change was put on record, where the case says that it was."""
    return moment_of(text(case, "on_record")) if text(case, "on_record") else None


def papers_of(case: Fields, policy: Policy) -> tuple[Paper, ...]:
    """The documents that were found, each held against every pattern that the policy asks of its kind."""
    return tuple(
        Paper(kind=kind, source=f"docs/{kind}.md", problems=texts(node, "problems"), pattern=pattern)
        for node in records(case, "documents")
        if (kind := text(node, "kind"))
        for pattern in _patterns(policy, kind)
    )


def _patterns(policy: Policy, kind: str) -> set[str]:
    needs = (need for _, need in needs_of(policy))
    return {need.pattern for need in needs if isinstance(need, DocumentNeed) and need.kind == kind} or {""}


def checked(case: Fields) -> Record:
    """What is on record before people say anything: what external checks came to, or why nobody could ask for them."""
    reason = text(part(case, "missing"), "statuses")
    return Record(
        statuses=() if reason else tuple(_statuses(case, now_of(case))),
        is_anchored=flag(case, "anchored"),
        missing={**NO_SOURCE, **({"statuses": _unsaid(reason)} if reason else {})},
    )


def _unsaid(reason: str) -> CouldNotLook:
    return CouldNotLook(reason=Reason(reason), detail="the case says so")


def record_of(case: Fields) -> Record:
    """What was said of the change, but overrides: those are of what a gate asks."""
    now = now_of(case)
    return replace(
        checked(case),
        judgements=tuple(_judgements(case, now)),
        waivers=tuple(_waivers(case, now)),
        break_glass=tuple(_glass(case, now)),
    )


def _voice(node: Fields, *, now: datetime, entry: int) -> Voice:
    person = text(node, "by")
    return Voice(
        person=person,
        assurance=Assurance(text(node, "assurance") or Assurance.SECURITY_KEY),
        key=f"SHA256:{person}",
        at=_moment(node, "at", usual=now - HOUR),
        entry=entry,
        user_verified=flag(node, "verified"),
    )


def _moment(node: Fields, key: str, *, usual: datetime) -> datetime:
    return moment_of(text(node, key)) if text(node, key) else usual


def _judgements(case: Fields, now: datetime) -> Iterator[Judgement]:
    number = 0
    for key, verdict in (("approvals", Verdict.APPROVE), ("rejections", Verdict.REJECT)):
        for node in records(case, key):
            number += 1
            yield Judgement(
                voice=_voice(node, now=now, entry=number),
                verdict=verdict,
                subject=SUBJECT,
                reason=text(node, "says"),
                read_for=int(text(node, "read_for")) if text(node, "read_for") else None,
                asked_of_agent=flag(node, "asked_of_agent"),
            )


def overrides_of(case: Fields, asked: Iterable[Requirement]) -> Iterator[Override]:
    """The overrides, each of those in `asked` that it means: what gates asked before anything was overridden."""
    now, asked = now_of(case), tuple(asked)
    for number, node in enumerate(records(case, "overrides"), start=200):
        yield Override(
            voice=_voice(node, now=now, entry=number),
            subject=SUBJECT,
            requirements=_meant(texts(node, "of"), asked),
            reason=text(node, "reason") or _NO_REASON,
            until=_moment(node, "until", usual=now + HOUR),
        )


def _meant(rules: tuple[str, ...], asked: Iterable[Requirement]) -> tuple[EvidenceId, ...]:
    return tuple(dict.fromkeys(each.evidence for each in asked if not rules or each.rule in rules))


def _waivers(case: Fields, now: datetime) -> Iterator[Waiver]:
    for number, node in enumerate(records(case, "waivers"), start=400):
        yield Waiver(
            voice=_voice(node, now=now, entry=number),
            rule=text(node, "rule") or "*",
            reason=text(node, "reason") or _NO_REASON,
            until=_moment(node, "until", usual=now + HOUR),
            paths=texts(node, "paths") or ("**",),
        )


def _glass(case: Fields, now: datetime) -> Iterator[BreakGlass]:
    for number, node in enumerate(records(case, "break_glass"), start=600):
        voice = _voice(node, now=now, entry=number)
        yield BreakGlass(
            voice=voice,
            subject=_ELSEWHERE if flag(node, "elsewhere") else SUBJECT,
            reason=text(node, "reason") or _NO_REASON,
            review_due=_moment(node, "review_due", usual=voice.at + timedelta(days=1)),
            reviewed_by=tuple(
                Voice(
                    person=name,
                    assurance=Assurance.SECURITY_KEY,
                    key=f"SHA256:{name}",
                    at=voice.at,
                    entry=number * 10 + at,
                )
                for at, name in enumerate(texts(node, "reviewed_by"))
            ),
        )


def _statuses(case: Fields, now: datetime) -> Iterator[Status]:
    for node in records(case, "checks"):
        yield Status(
            name=text(node, "name"),
            state=StatusState(text(node, "state") or StatusState.PASSED),
            tree=HEAD_TREE,
            source="the case",
            at=_moment(node, "at", usual=now - HOUR),
        )
