"""Who said a statement: from an envelope's bytes to the voice of one enrolled person, or to the reason why it is nobody's.

A statement is believed when all of this holds:
1. It is an envelope of this ledger, with exactly one signature: what two people say are two statements.
2. The signature is a person's kind (an SSH key's or a passkey's), over exactly these bytes, for exactly this purpose.
3. Its key was enrolled before the entry, not replaced by then, and neither it nor what it rests on was revoked since.
4. The key may be used now, and might be at the time that the signer states.
5. The person is no known agent or bot.

How sure it is follows from the signature's own bits, never from what the envelope calls it, and is never more than the
key's enrolment was worth.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from weighbridge.domain.record import Assurance, Voice
from weighbridge.ledger.envelope import Envelope, read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.people import EnrolledKey, Roster
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.statement import Statement, read_statement
from weighbridge.ledger.testimony import (
    RefusedError,
    StrangerError,
    Testimony,
    check,
    keyid_of,
    prove,
    stated_time,
    take_apart,
)
from weighbridge.ledger.trusted_ledger import Unheard
from weighbridge.ledger.verdicts import UNREMEMBERED, Verdicts
from weighbridge.ledger.verifier_keys import VerifierKey, read_verifier_key


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a statement is nobody's word, in words that a person understands; `once` is whose it was before its key came to
    count no more: it gives them nothing, and they owe what they owed.
    """

    reason: str
    once: "Heard | None" = None
    unclaimed: "Heard | None" = None
    """Broken glass by a key that is nobody's now, as of somebody without a name: they may have been enrolled then."""
    revoked_by: str = ""
    """Who revoked that key; empty where nobody did, or it is not known who."""


class Heard(Struct, frozen=True, kw_only=True):
    """A believed statement with the voice that said it, and the testimony."""

    voice: Voice
    statement: Statement
    testimony: Testimony


def speak(envelope: bytes, entry: int, *, roster: Roster, now: datetime) -> Voice | Refusal:
    """Who said `envelope`, which is the ledger's entry number `entry`, as a gate may count it at `now`."""
    heard = hear(envelope, entry, roster=roster, now=now)
    return heard if isinstance(heard, Refusal) else heard.voice


def hear(
    envelope: bytes, entry: int, *, roster: Roster, now: datetime, verdicts: Verdicts = UNREMEMBERED
) -> Heard | Refusal:
    """The statement with who said it and how that is proven, or why it is nobody's word."""
    once: Heard | None = None
    statement: Statement | None = None
    try:
        read, statement = take_apart(envelope, roster)
        if len(read.signatures) != 1:
            raise RefusedError(
                f"it carries {len(read.signatures)} signatures: a statement is one person's, and each says their own"
            )
        testimony = prove(read.signatures[0], read.encoding, roster=roster, verdicts=verdicts)
        once = _heard(testimony, statement, entry=entry, roster=roster)
        check(testimony, entry, at=once.voice.at, roster=roster, now=now)
    except (RefusedError, LedgerError) as problem:
        if isinstance(problem, StrangerError) and statement is not None:
            return Refusal(reason=str(problem), unclaimed=_unclaimed(read, statement, entry=entry))
        if once is None or not _counted_once(once, roster):
            return Refusal(reason=str(problem))
        revoked = roster.revoked.get(once.voice.key)
        return Refusal(reason=str(problem), once=once, revoked_by=revoked.by if revoked else "")
    return once


def _unclaimed(envelope: Envelope, statement: Statement, *, entry: int) -> Heard | None:
    """Broken glass by a key that nobody has now; None for whatever else it is.

    The signature is not asked: whoever may append could as well make a key, so that it would prove nothing.
    """
    if statement.predicate_type != uri_of(BreakGlass):
        return None
    keyid = keyid_of(envelope.signatures[0])
    key = EnrolledKey(keyid=keyid, key=b"", person=f"(not enrolled now, {keyid[:15]})", is_nameless=True)
    try:
        testimony = Testimony(key=key, assurance=Assurance.KEY)
        return _heard(testimony, statement, entry=entry, roster=Roster(ledger=""))
    except RefusedError:
        return None


def _counted_once(heard: Heard, roster: Roster) -> bool:
    """Whether it was somebody's word when it was said."""
    key, voice = heard.testimony.key, heard.voice
    is_person = not roster.machines.why(key.person)
    return is_person and roster.counted_at(key, voice.entry) and not key.problem_at(voice.at)


def _heard(testimony: Testimony, statement: Statement, *, entry: int, roster: Roster) -> Heard:
    """Raises `RefusedError` where it does not say when it was said."""
    at = stated_time(statement)
    voice = Voice(
        person=testimony.key.person,
        assurance=testimony.assurance,
        key=testimony.key.keyid,
        at=at,
        entry=entry,
        user_verified=testimony.user_verified,
        rests_on=roster.rests_on(testimony.key),
        is_nameless=testimony.key.was_nameless_at(entry),
        rests_on_nameless=roster.rests_on_nameless(testimony.key),
    )
    return Heard(voice=voice, statement=statement, testimony=testimony)


def vouched_writers(envelope: bytes, entry: int, *, roster: Roster, now: datetime) -> tuple[VerifierKey, ...]:
    """The writer's key that an enrolled person's statement names (`writer`), unless that was revoked since."""
    heard = hear(envelope, entry, roster=roster, now=now)
    named = "" if isinstance(heard, Refusal) else heard.statement.predicate.get("writer", "")
    if not isinstance(named, str) or not named or named in roster.revoked or named in roster.doubted:
        return ()
    try:
        return (read_verifier_key(named),)
    except LedgerError:
        return ()


def unheeded_writer(envelope: bytes, entry: int, *, roster: Roster, now: datetime) -> Unheard | None:
    """The writer's key that a statement names in vain: whoever signed it does not count, or it was revoked; None for every other."""
    try:
        named = read_verifier_key(str(read_statement(read_envelope(envelope).payload).predicate.get("writer", "")))
    except LedgerError:
        return None
    heard = hear(envelope, entry, roster=roster, now=now)
    if isinstance(heard, Refusal):
        signers = map(keyid_of, read_envelope(envelope).signatures)
        causes = [cause for each in signers if each not in roster.keys and (cause := roster.unfollowed.get(each))]
        return Unheard(key=named, entry=entry, why="; ".join((heard.reason, *causes)))
    if revoked := roster.revoked.get(str(named)):
        why = f"the key was revoked by {revoked.by} (entry {revoked.entry}: {revoked.cause})"
        return Unheard(key=named, entry=entry, why=why)
    if (doubted := roster.doubted.get(str(named))) is not None:
        why = f"entry {doubted} revokes the key, and whoever signed that is not enrolled now"
        return Unheard(key=named, entry=entry, why=why)
    return None


def counters_going_back(heard: Iterable[Heard]) -> Iterator[str]:
    """What says that an authenticator was copied: it counted less than it had before, in the ledger's order."""
    last: dict[str, tuple[int, int]] = {}
    for each in heard:
        counter, entry, key = each.testimony.counter, each.voice.entry, each.testimony.key
        if counter is None:
            continue
        before, where = last.get(key.keyid, (0, entry))
        if counter <= before and before:
            yield (
                f"{key.person}'s key {key.keyid} counted {counter} in entry {entry} after {before} in entry {where}:"
                " two devices may hold it; revoke it unless its owner can say why"
            )
        last[key.keyid] = max((counter, entry), (before, where))
