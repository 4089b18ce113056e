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

from datetime import datetime

import msgspec
from msgspec import Struct

from weighbridge.domain.record import Assurance, Voice
from weighbridge.domain.ssh_signature import read_blob
from weighbridge.ledger.envelope import NAMESPACE, PAYLOAD_TYPE, Envelope, Signature, SignatureKind, read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.people import EnrolledKey, Roster
from weighbridge.ledger.statement import Statement, read_statement


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a statement is nobody's word, in words that a person understands."""

    reason: str


class Testimony(Struct, frozen=True, kw_only=True):
    """What a signature proves by itself: which key made it, and what an authenticator says that it saw.

    `counter` is how often the authenticator says that it has signed, None where nothing counts.
    """

    keyid: str
    key: EnrolledKey
    assurance: Assurance
    user_verified: bool = False
    counter: int | None = None


class Heard(Struct, frozen=True, kw_only=True):
    """A believed statement with the voice that said it, and the testimony."""

    voice: Voice
    statement: Statement
    testimony: Testimony


class _RefusedError(Exception):
    """Why nobody said it."""


def speak(envelope: bytes, entry: int, *, roster: Roster, now: datetime) -> Voice | Refusal:
    """Who said `envelope`, which is the ledger's entry number `entry`, as a gate may count it at `now`."""
    heard = hear(envelope, entry, roster=roster, now=now)
    return heard if isinstance(heard, Refusal) else heard.voice


def hear(envelope: bytes, entry: int, *, roster: Roster, now: datetime) -> Heard | Refusal:
    """The statement with who said it and how that is proven, or why it is nobody's word."""
    try:
        read, statement = _taken_apart(envelope, roster)
        if len(read.signatures) != 1:
            raise _RefusedError(
                f"it carries {len(read.signatures)} signatures: a statement is one person's, and each says their own"
            )
        testimony = _proof(read.signatures[0], read.encoding, roster=roster)
        return Heard(
            voice=_voice(testimony, statement, entry=entry, roster=roster, now=now), statement=statement, testimony=testimony
        )
    except _RefusedError as problem:
        return Refusal(reason=str(problem))
    except LedgerError as problem:
        return Refusal(reason=str(problem))


def _taken_apart(envelope: bytes, roster: Roster) -> tuple[Envelope, Statement]:
    read = read_envelope(envelope)
    if read.payload_type != PAYLOAD_TYPE:
        raise _RefusedError(f"its payload is `{read.payload_type[:60]}`, and no in-toto statement")
    statement = read_statement(read.payload)
    if statement.ledger != roster.ledger:
        said = f"of the ledger {statement.ledger[:60]}" if statement.ledger else "of no ledger"
        raise _RefusedError(f"it is a statement {said}, not of {roster.ledger}: said there, it says nothing here")
    return read, statement


def _proof(signature: Signature, signed: bytes, *, roster: Roster) -> Testimony:
    """What `signature` proves over `signed`; the key is one that the roster knows, whether or not it counts."""
    if signature.kind is SignatureKind.SSH:
        return _ssh_proof(signature, signed, roster=roster)
    if signature.kind is SignatureKind.WRITER:
        raise _RefusedError("it is signed by a writer's key, which is a machine's: that is no person's word")
    raise _RefusedError("its signature is of no known kind (an SSH key's, a passkey's)")


def _ssh_proof(signature: Signature, signed: bytes, *, roster: Roster) -> Testimony:
    from weighbridge.ledger.ssh_keys import problem_of_signature  # noqa: PLC0415 - 20 ms, for those who verify

    found = read_blob(signature.sig)
    if found is None:
        raise _RefusedError("its SSH signature is malformed")
    key = _known(found.fingerprint, signature.keyid, roster=roster)
    if problem := problem_of_signature(found, signed, namespace=NAMESPACE):
        raise _RefusedError(f"the signature of {key.person}'s key {key.keyid} does not count: {problem}")
    sure = Assurance.SECURITY_KEY if found.user_present else Assurance.KEY
    return Testimony(
        keyid=key.keyid,
        key=key,
        assurance=sure if key.most.reaches(sure) else key.most,
        user_verified=found.user_verified,
        counter=found.counter,
    )


def _known(keyid: str, said: str, *, roster: Roster) -> EnrolledKey:
    if said and said != keyid:
        raise _RefusedError(f"its signature is by {keyid}, and says that it is by {said[:80]}")
    key = roster.keys.get(keyid)
    if key is None:
        raise _RefusedError(f"its key {keyid} is nobody's who is enrolled")
    return key


def _voice(testimony: Testimony, statement: Statement, *, entry: int, roster: Roster, now: datetime) -> Voice:
    key = testimony.key
    at = _stated_time(statement)
    if problem := roster.machines.why(key.person):
        raise _RefusedError(f"{problem}, and no key makes a person of it")
    if problem := roster.problem_of(key, entry):
        raise _RefusedError(f"{key.person} said it, and it does not count: {problem}")
    for when, words in ((now, ""), (at, ", by the signer's own clock")):
        if problem := key.problem_at(when):
            raise _RefusedError(f"{key.person} said it, and it does not count: its key {key.keyid} {problem}{words}")
    return Voice(
        person=key.person,
        assurance=testimony.assurance,
        key=key.keyid,
        at=at,
        entry=entry,
        user_verified=testimony.user_verified,
    )


def _stated_time(statement: Statement) -> datetime:
    try:
        at = msgspec.convert(statement.predicate.get("at"), datetime)
    except (msgspec.ValidationError, ValueError):
        raise _RefusedError("it does not say when it was said (`at`)") from None
    if at.tzinfo is None:
        raise _RefusedError("when it was said (`at`) has no time zone")
    return at
