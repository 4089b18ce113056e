"""Whose word a signature would be, told from the key's id alone, before anything is signed."""

from datetime import datetime

from msgspec import Struct

from weighbridge.app.signing import Signer
from weighbridge.domain.record import Assurance, Voice
from weighbridge.ledger.people import EnrolledKey, Roster
from weighbridge.ledger.testimony import capped, sure_of_passkey

_SECURITY_KEYS = (b"sk-ssh-", b"sk-ecdsa-")


class Owner(Struct, frozen=True, kw_only=True):
    """Whose key it is, as somebody who speaks now; `problem` says why nothing said with it counts, and then it is nobody's."""

    keyid: str
    voice: Voice | None = None
    problem: str = ""


def whose_key(signer: Signer, roster: Roster, *, now: datetime) -> Owner:
    """Who would speak. A security key is taken to be touched and to ask for a PIN, a passkey to check who touches it.

    Raises:
        SigningError: the key cannot be read.
    """
    keyid = signer.keyid()
    key = roster.keys.get(keyid)
    if key is None:
        return Owner(
            keyid=keyid,
            problem=f"the key {keyid} is nobody's who is enrolled here: `weighbridge people list` shows whose are",
        )
    if why := roster.machines.why(key.person):
        return Owner(keyid=keyid, problem=f"{why}, and no key makes a person of it")
    if why := roster.problem_now(key, now) or ("it was replaced by another" if key.retired is not None else ""):
        return Owner(keyid=keyid, problem=f"{key.person}'s key does not count: {why}")
    sure = _proven_by(key, roster)
    return Owner(
        keyid=keyid,
        voice=Voice(
            person=key.person,
            assurance=capped(sure, key),
            key=keyid,
            at=now.replace(microsecond=0),
            entry=-1,
            user_verified=sure.reaches(Assurance.SECURITY_KEY),
            rests_on=roster.rests_on(key),
            is_nameless=key.is_nameless,
            rests_on_nameless=roster.rests_on_nameless(key),
        ),
    )


def worth_of(key: EnrolledKey, roster: Roster) -> Assurance:
    """How sure what is said with it can be at best: by what it is, and by who vouched for it."""
    return capped(_proven_by(key, roster), key)


def _proven_by(key: EnrolledKey, roster: Roster) -> Assurance:
    """What it can prove at best by itself."""
    if key.is_passkey:
        terms = roster.passkeys  # without any it says nothing at all, which is told when it is to sign
        return sure_of_passkey(key, terms, is_verified=True) if terms else Assurance.PASSKEY
    kind = key.key[4 : 4 + int.from_bytes(key.key[:4], "big")]
    return Assurance.SECURITY_KEY if kind.startswith(_SECURITY_KEYS) else Assurance.KEY
