"""Whose word a signature would be, told from the public key alone, before anything is signed."""

import base64
import binascii
from datetime import datetime

from msgspec import Struct

from weighbridge.app.signing import Signer
from weighbridge.domain.record import Assurance, Voice
from weighbridge.domain.ssh_signature import fingerprint
from weighbridge.ledger.people import Roster
from weighbridge.ledger.testimony import capped

_SECURITY_KEYS = ("sk-ssh-", "sk-ecdsa-")


class Owner(Struct, frozen=True, kw_only=True):
    """Whose key it is, as somebody who speaks now; `problem` says why nothing said with it counts, and then it is nobody's."""

    keyid: str
    voice: Voice | None = None
    problem: str = ""


def whose_key(signer: Signer, roster: Roster, *, now: datetime) -> Owner:
    """Who would speak. A security key is taken to be touched and to ask for a PIN: that shows only in the signature.

    Raises:
        SigningError: the key cannot be read.
    """
    kind, _, text = signer.public_key().partition(" ")
    try:
        keyid = fingerprint(base64.b64decode(text.split()[0], validate=True))
    except (binascii.Error, ValueError, IndexError):
        return Owner(keyid="", problem=f"{signer.description} is no SSH key")
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
    is_touched = kind.startswith(_SECURITY_KEYS)
    sure = Assurance.SECURITY_KEY if is_touched else Assurance.KEY
    return Owner(
        keyid=keyid,
        voice=Voice(
            person=key.person,
            assurance=capped(sure, key),
            key=keyid,
            at=now.replace(microsecond=0),
            entry=-1,
            user_verified=is_touched,
            rests_on=roster.rests_on(key),
            is_nameless=key.is_nameless,
            rests_on_nameless=roster.rests_on_nameless(key),
        ),
    )
