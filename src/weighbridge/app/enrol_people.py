"""Enrols, replaces and revokes keys: makes the statements, and says beforehand when one of them would change nothing."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Raw, Struct

from weighbridge.app.signing import NewKey, Signed, Signer, SigningError
from weighbridge.domain.ids import Digest
from weighbridge.ledger.append import Addition
from weighbridge.ledger.envelope import Envelope, Signature, read_envelope
from weighbridge.ledger.errors import LedgerError, MalformedError
from weighbridge.ledger.memberships import NAMES, PRINCIPAL, advanced
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.people import EnrolledKey, Roster
from weighbridge.ledger.personal import Erased, Personal, personal_values
from weighbridge.ledger.predicates.enrolment import Enrolment
from weighbridge.ledger.predicates.revocation import Revocation
from weighbridge.ledger.predicates.rotation import Rotation
from weighbridge.ledger.statement import ledger_subject, read_statement, statement_payload
from weighbridge.ledger.trusted_ledger import Entry
from weighbridge.ledger.verifier_keys import read_verifier_key

LARGEST_REQUEST: Final = 200_000
"""Bytes of a request's file."""
CAUSES: Final = ("left", "replaced", "lost", "stolen", "unknown")
SHORTEST_BEGINNING: Final = 8
"""Characters of a fingerprint, beside `SHA256:`, that may stand for a key where no other begins so."""
_FINGERPRINT: Final = "SHA256:"
_WHOLE: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_NAMED_SO: Final = (
    f"give a fingerprint (SHA256:…) or {SHORTEST_BEGINNING} characters of its beginning, an enrolled passkey, or a"
    " writer's key as ledger.yaml has it"
)
_FAR: Final = 1 << 62
"""An entry's number beyond any that a ledger has: where a statement would stand that is not appended yet."""


class EnrolmentError(Exception):
    """Nothing was said: the message says why, and the way out."""


class Request(Struct, frozen=True, kw_only=True):
    """What somebody who wants to be enrolled hands to the person who is to vouch for them."""

    envelope: Envelope
    personal: Personal
    principal: str
    names: tuple[str, ...]
    keyid: str

    def __bytes__(self) -> bytes:
        """As a file."""
        return (
            msgspec.json.encode({"envelope": Raw(bytes(self.envelope)), "personal": Raw(bytes(self.personal))}) + b"\n"
        )


class Revoking(Struct, frozen=True, kw_only=True):
    """A key that is to be believed no more; `reason` is for people, and can be erased; `writer` is who appends it."""

    keyid: str
    cause: str = "unknown"
    reason: str = ""
    writer: str = ""
    anyway: bool = False
    """Also a key that nobody here is known by, as one that was lost before it was enrolled."""


def request_enrolment(
    principal: str, signer: NewKey, *, roster: Roster, now: datetime, names: Iterable[str] = ()
) -> Request:
    """What `principal` hands to somebody enrolled, signed with the key that is to be theirs.

    Raises:
        EnrolmentError: the name is empty.
        SigningError: the key cannot sign.
        LedgerError: a name has no form that can be kept.
    """
    if not principal.strip():
        raise EnrolmentError("NAME is empty, and you would go by it: say the address with which you commit")
    others = " ".join(names)
    personal = personal_values({PRINCIPAL: principal, NAMES: others} if others else {PRINCIPAL: principal})
    line = signer.public_key()
    said = Enrolment(at=now, key=line, fingerprint=signer.keyid(), personal=personal.commitment)
    envelope = _signed(Envelope(payload=statement_payload(said, ledger_subject(roster.ledger))), signer)
    if envelope.signatures[0].keyid != said.fingerprint:
        raise SigningError(
            f"{signer.description} signed with {envelope.signatures[0].keyid}, and says it is another key"
        )
    return Request(
        envelope=envelope,
        personal=personal,
        principal=principal,
        names=tuple(others.split()),
        keyid=said.fingerprint,
    )


def read_request(data: bytes) -> Request:
    """A request from its file; nothing of it is believed yet.

    Raises:
        EnrolmentError: it is no request.
    """
    try:
        wire = msgspec.json.decode(data if len(data) <= LARGEST_REQUEST else b"", type=_Wire)
        personal = Personal(values=wire.personal.values, salt=bytes.fromhex(wire.personal.salt))
        envelope = read_envelope(bytes(wire.envelope))
        said = read_statement(envelope.payload).read_as(Enrolment)
        if personal.commitment != said.personal:
            raise EnrolmentError("this is no request for enrolment: whom it names is not whom its signature is about")
    except (msgspec.MsgspecError, ValueError, RecursionError, LedgerError) as problem:
        raise EnrolmentError(
            f"this is no request for enrolment ({problem}): `weighbridge people request` makes one"
        ) from None
    return Request(
        envelope=envelope,
        personal=personal,
        principal=personal.values.get(PRINCIPAL, ""),
        names=tuple(personal.values.get(NAMES, "").split()),
        keyid=said.fingerprint,
    )


def device_of(request: Request, roster: Roster) -> str:
    """In words what the request proves of where its key lies; nothing of an SSH key."""
    key = read_statement(request.envelope.payload).read_as(Enrolment).key
    if not key.startswith("{"):
        return ""
    from weighbridge.ledger.passkeys import PasskeyError, read_registration  # noqa: PLC0415 - 30 ms, for few

    if roster.passkeys is None:
        return "a passkey, and no setting says where those of this ledger are used"
    try:
        made = read_registration(key.encode(), terms=roster.passkeys)
    except PasskeyError as problem:
        return f"a passkey that cannot be enrolled: {problem}"
    if made.model:
        return f"a passkey in an authenticator of the model {made.model}, as its maker attests"
    return "a passkey; nothing proves in which authenticator it lies"


def enrol(request: Request, signer: Signer, *, roster: Roster, now: datetime) -> Addition:
    """The entry that enrols whom the request names, vouched for by `signer`.

    Raises:
        EnrolmentError: it would enrol nobody, for the reason in its message.
        SigningError: the key cannot sign.
    """
    envelope = _signed(request.envelope, signer)
    return _checked(envelope, request.personal, roster=roster, now=now)


def rotate(old: Signer, new: NewKey, *, roster: Roster, now: datetime, others: Iterable[Signer] = ()) -> Addition:
    """The entry by which `new` takes the place of `old`; `others` are enrolled people who vouch for it too.

    Raises:
        EnrolmentError: it would change nothing, for the reason in its message.
        SigningError: a key cannot sign.
    """
    line, replaced = new.public_key(), old.keyid()
    said = Rotation(at=now, old=replaced, new=new.keyid(), key=line)
    envelope = Envelope(payload=statement_payload(said, ledger_subject(roster.ledger)))
    for signer in (old, new, *others):
        envelope = _signed(envelope, signer)
    if envelope.signatures[0].keyid != replaced:  # of several passkeys of one person another one was used
        raise SigningError(f"{envelope.signatures[0].keyid} signed, and {replaced} was to be replaced: name that one")
    return _checked(envelope, None, roster=roster, now=now)


def revoke(said: Revoking, signer: Signer, *, roster: Roster, now: datetime) -> Addition:
    """The entry after which a key is to be believed no more.

    Raises:
        EnrolmentError: it would change nothing, for the reason in its message.
        SigningError: the key cannot sign.
    """
    if said.cause not in CAUSES:
        raise EnrolmentError(f"`{said.cause}` is no cause of a revocation: {', '.join(CAUSES)} are")
    keyid = meant_key(said, roster).keyid
    personal = personal_values({"reason": said.reason}) if said.reason else None
    predicate = Revocation(
        at=now,
        fingerprint=keyid,
        personal=personal.commitment if personal else None,
        writer=said.writer,
        cause=said.cause,
    )
    envelope = _signed(Envelope(payload=statement_payload(predicate, ledger_subject(roster.ledger))), signer)
    return _checked(envelope, personal, roster=roster, now=now)


class Meant(Struct, frozen=True, kw_only=True):
    """The key that a revocation is about, and whose it is: a person's, a machine's, or nobody's who is known here."""

    keyid: str
    whose: str


def meant_key(said: Revoking, roster: Roster) -> Meant:
    """The key that somebody names, by its whole id or by enough of its beginning.

    A writer's key is taken as it stands: its name, its id and the key itself must agree, so none is a slip of the hand.

    Raises:
        EnrolmentError: it is no key, nobody's who is known here, or several begin so.
    """
    named = said.keyid
    if named in roster.keys:
        return Meant(keyid=named, whose=roster.keys[named].person)
    begin = named if named.startswith(_FINGERPRINT) else _FINGERPRINT + named
    is_long = len(begin) >= len(_FINGERPRINT) + SHORTEST_BEGINNING
    found = [key for key in roster.keys.values() if key.keyid.startswith((begin, named))] if is_long else []
    if len(found) == 1:
        return Meant(keyid=found[0].keyid, whose=found[0].person)
    if found:
        both = ", ".join(f"{key.keyid} of {key.person}" for key in found[:9])
        raise EnrolmentError(f"{len(found)} keys begin with {named}: give more of it. They are {both}")
    if named.count("+") >= 2 and not named.startswith(_FINGERPRINT):
        try:
            return Meant(keyid=named, whose=f"the writer {read_verifier_key(named).name}")
        except MalformedError as problem:
            raise EnrolmentError(str(problem)) from None
    if _WHOLE.fullmatch(named) and said.anyway:
        return Meant(keyid=named, whose="nobody who is enrolled here")
    if named.startswith(_FINGERPRINT):
        way_out = "--anyway revokes it all the same, before anybody enrols it" if _WHOLE.fullmatch(named) else _NAMED_SO
        raise EnrolmentError(
            f"the key {named} is nobody's who is known here, and nothing was revoked: `weighbridge people list` shows"
            f" every key; {way_out}"
        )
    raise EnrolmentError(f"{named} is no key that is known here: {_NAMED_SO}")


def holder_of(keyid: str, roster: Roster) -> str:
    """Whose key it is; the key itself where it is nobody's."""
    key = roster.keys.get(keyid)
    return keyid if key is None else key.person


def standing_keys(roster: Roster, now: datetime) -> list[tuple[EnrolledKey, str]]:
    """Every key by person, with the reason why it does not count, empty where it does."""
    keys = sorted(roster.keys.values(), key=lambda key: (key.person, key.since, key.keyid))
    retired = "it was replaced by entry {}"
    return [
        (key, retired.format(key.retired) if key.retired is not None else roster.problem_now(key, now)) for key in keys
    ]


def _signed(envelope: Envelope, signer: Signer) -> Envelope:
    signed: Signed = signer.sign(envelope.encoding)
    signature = Signature(keyid=signed.keyid, sig=signed.signature)
    return Envelope(payload=envelope.payload, signatures=(*envelope.signatures, signature))


def _checked(envelope: Envelope, personal: Personal | None, *, roster: Roster, now: datetime) -> Addition:
    """The statement as an addition, once the roster would follow it."""
    data = bytes(envelope)

    def opened(_: Entry, commitment: Digest) -> Personal | Erased:
        return personal if personal and personal.commitment == commitment else Erased(commitment=commitment)

    entry = Entry(index=_FAR, envelope=data, leaf=leaf_hash(data))
    after = advanced(roster, (entry,), opened=opened, now=now)
    if len(after.refused) > len(roster.refused):
        raise EnrolmentError(after.refused[-1].replace(f"entry {_FAR} changes nothing", "it would change nothing"))
    if after == roster:
        raise EnrolmentError("it would change nothing: the key was revoked before")
    return Addition(envelope=data, personal=bytes(personal) if personal else None)


class _Personal(Struct, frozen=True):
    salt: str
    values: dict[str, str]


class _Wire(Struct, frozen=True):
    envelope: Raw
    personal: _Personal
