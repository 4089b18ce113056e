"""What people say of a change, to put before a gate."""

from datetime import UTC, datetime, timedelta

from tests.samples.parts import oid

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Assurance, Judgement, Subject, Verdict, Voice

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
THIS = Subject(
    ledger="shop/0123456789abcdef",
    base_tree=oid(3),
    head_tree=oid(1),
    head_commit=oid(1),
    decision=Digest("sha256:" + "a" * 64),
)


def voice(
    person: str,
    assurance: Assurance = Assurance.KEY,
    *,
    at: datetime = NOW - timedelta(hours=1),
    entry: int = 0,
    verified: bool = False,
) -> Voice:
    """Somebody who says something."""
    return Voice(person=person, assurance=assurance, key=f"SHA256:{person}", at=at, entry=entry, user_verified=verified)


def said(
    who: str | Voice, verdict: Verdict = Verdict.APPROVE, *, subject: Subject = THIS, reason: str = ""
) -> Judgement:
    """What they say of a change."""
    return Judgement(voice=voice(who) if isinstance(who, str) else who, verdict=verdict, subject=subject, reason=reason)
