"""What one signature proves: which key of the roster made it, and how sure that is."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.record import Assurance
from weighbridge.domain.ssh_signature import SshSignature, read_blob
from weighbridge.ledger.envelope import NAMESPACE, PAYLOAD_TYPE, Envelope, Signature, SignatureKind, read_envelope
from weighbridge.ledger.examine import Check
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.people import EnrolledKey, Roster
from weighbridge.ledger.statement import Statement, read_statement
from weighbridge.ledger.verdicts import UNREMEMBERED, Verdicts

_ED25519: Final = 64
"""Bytes of a signature that Ed25519 makes."""


class RefusedError(Exception):
    """Why something is nobody's word, in words that a person understands."""


class StrangerError(RefusedError):
    """Whoever signed it is not enrolled now; they may have been."""


class Testimony(Struct, frozen=True, kw_only=True):
    """What a signature proves by itself: which key made it, and what an authenticator says that it saw.

    `counter` is how often the authenticator says that it has signed, None where nothing counts.
    """

    key: EnrolledKey
    assurance: Assurance
    user_verified: bool = False
    counter: int | None = None


def take_apart(envelope: bytes, roster: Roster) -> tuple[Envelope, Statement]:
    """The envelope and its statement, which is of the roster's ledger. Raises `RefusedError`, `LedgerError`."""
    read = read_envelope(envelope)
    if read.payload_type != PAYLOAD_TYPE:
        raise RefusedError(f"its payload is `{read.payload_type[:60]}`, and no in-toto statement")
    statement = read_statement(read.payload)
    if statement.ledger != roster.ledger:
        said = f"of the ledger {statement.ledger[:60]}" if statement.ledger else "of no ledger"
        raise RefusedError(f"it is a statement {said}, not of {roster.ledger}: said there, it says nothing here")
    return read, statement


def prove(signature: Signature, signed: bytes, *, roster: Roster, verdicts: Verdicts = UNREMEMBERED) -> Testimony:
    """What `signature` proves over `signed`; the key is one that the roster knows. Raises `RefusedError`."""
    if signature.kind is SignatureKind.SSH:
        return _ssh(signature, signed, roster=roster, verdicts=verdicts)
    if signature.kind is SignatureKind.PASSKEY:
        return _passkey(signature, signed, roster=roster)
    if signature.kind is SignatureKind.WRITER:
        raise RefusedError("it is signed by a writer's key, which is a machine's: that is no person's word")
    raise RefusedError("its signature is of no known kind (an SSH key's, a passkey's)")


def keyid_of(signature: Signature) -> str:
    """The key that a signature says it is by; empty for one of no kind of person's."""
    if signature.kind is SignatureKind.SSH:
        found = read_blob(signature.sig)
        return "" if found is None else found.fingerprint
    if signature.kind is SignatureKind.PASSKEY:
        from weighbridge.ledger import passkeys  # noqa: PLC0415 - 30 ms, for those who meet one

        return passkeys.keyid_of(signature.sig)
    return ""


def signature_check(people: Callable[[], Roster]) -> Check:
    """Whether a person's signature is over its statement, whoever they are, for `examine`.

    An SSH signature brings its key; a passkey's is known only to whoever enrolled it, else it cannot be told. Who is
    enrolled is asked once, when the first passkey is met.
    """
    known_people = cache(people)

    def holds(envelope: Envelope, signature: Signature) -> bool | None:
        if signature.kind is SignatureKind.SSH:
            from weighbridge.ledger.ssh_keys import problem_of_signature  # noqa: PLC0415 - the same

            found = read_again(signature.sig)
            return found is not None and not problem_of_signature(found, envelope.encoding, namespace=NAMESPACE)
        roster = known_people() if signature.kind is SignatureKind.PASSKEY else None
        if roster is not None and roster.passkeys and keyid_of(signature) in roster.keys:
            try:
                prove(signature, envelope.encoding, roster=roster)
            except RefusedError:
                return False
            return True
        return None

    return holds


def read_again(blob: bytes) -> SshSignature | None:
    """As `read_blob` reads it: of one plain key's signatures all but the last bytes are alike, and are taken apart once."""
    plain = _plain(blob[:-_ED25519])
    return read_blob(blob) if plain is None else replace(plain, value=blob[-_ED25519:])


@lru_cache(maxsize=256)
def _plain(head: bytes) -> SshSignature | None:
    found = read_blob(head + bytes(_ED25519))
    is_plain = found is not None and not found.is_security_key and found.value == bytes(_ED25519)
    return found if is_plain else None


def check(testimony: Testimony, entry: int, *, at: datetime | None, roster: Roster, now: datetime | None) -> None:
    """That a proven signature counts as its person's at this entry; without times none expires. Raises `RefusedError`."""
    key = testimony.key
    if problem := roster.machines.why(key.person):
        raise RefusedError(f"{problem}, and no key makes a person of it")
    if problem := roster.problem_of(key, entry, now=now):
        raise RefusedError(f"{key.person} said it, and it does not count: {problem}")
    if problem := key.problem_at(at):
        raise RefusedError(
            f"{key.person} said it, and it does not count: its key {key.keyid} {problem}, by the signer's own clock"
        )


def stated_time(statement: Statement) -> datetime:
    """When the statement says that it was said. Raises `RefusedError`."""
    try:
        at = msgspec.convert(statement.predicate.get("at"), datetime)
    except (msgspec.ValidationError, ValueError):
        raise RefusedError("it does not say when it was said (`at`)") from None
    if at.tzinfo is None:
        raise RefusedError("when it was said (`at`) has no time zone")
    return at


def known(keyid: str, said: str, *, roster: Roster) -> EnrolledKey:
    """The roster's key of this id, which the signature must not call by another. Raises `RefusedError`."""
    if said and said != keyid:
        raise RefusedError(f"its signature is by {keyid}, and says that it is by {said[:80]}")
    key = roster.keys.get(keyid)
    if key is None:
        raise StrangerError(f"its key {keyid} is nobody's who is enrolled")
    return key


def capped(sure: Assurance, key: EnrolledKey) -> Assurance:
    """What was proven, or what the key's enrolment is worth where that is less."""
    return sure if key.most.reaches(sure) else key.most


def _ssh(signature: Signature, signed: bytes, *, roster: Roster, verdicts: Verdicts) -> Testimony:
    from weighbridge.ledger.ssh_keys import problem_of_signature  # noqa: PLC0415 - 20 ms, for those who verify

    found = read_again(signature.sig)
    if found is None:
        raise RefusedError("its SSH signature is malformed")
    key = known(found.fingerprint, signature.keyid, roster=roster)
    if problem := problem_of_signature(found, signed, namespace=NAMESPACE, verdicts=verdicts):
        raise RefusedError(f"the signature by {key.keyid} ({key.person}) does not count: {problem}")
    return Testimony(
        key=key,
        assurance=capped(Assurance.SECURITY_KEY if found.user_present else Assurance.KEY, key),
        user_verified=found.user_verified,
        counter=found.counter,
    )


def _passkey(signature: Signature, signed: bytes, *, roster: Roster) -> Testimony:
    from weighbridge.ledger import passkeys  # noqa: PLC0415 - 30 ms, for those who meet one

    key = known(passkeys.keyid_of(signature.sig), signature.keyid, roster=roster)
    terms = roster.passkeys
    if terms is None or not key.is_passkey:
        raise RefusedError(
            f"it is signed with {key.person}'s passkey, and no setting says on which site those of this ledger are used"
        )
    try:
        found = passkeys.read_assertion(signature.sig, key.key, challenge=hashlib.sha256(signed).digest(), terms=terms)
    except passkeys.PasskeyError as problem:
        raise RefusedError(f"the assertion by {key.keyid} ({key.person}) does not count: {problem}") from None
    return Testimony(
        key=key,
        assurance=capped(sure_of_passkey(key, terms, is_verified=found.user_verified), key),
        user_verified=found.user_verified,
        counter=found.counter,
    )


def sure_of_passkey(key: EnrolledKey, terms: PasskeyTerms, *, is_verified: bool) -> Assurance:
    """A passkey that only saw a touch is worth what a security key is that saw one."""
    if not is_verified:
        return Assurance.SECURITY_KEY
    return Assurance.ATTESTED_AUTHENTICATOR if key.model in terms.models else Assurance.PASSKEY
