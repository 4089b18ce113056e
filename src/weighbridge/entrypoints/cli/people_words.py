"""What is said of the people of a ledger: in blocks for people, and as JSON for programs."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from weighbridge.app.enrol_people import standing_keys
from weighbridge.app.whose_key import worth_of
from weighbridge.domain.record import Assurance
from weighbridge.domain.trust import Trust
from weighbridge.ledger.people import TRUSTED, EnrolledKey, Roster
from weighbridge.review.render.text.blocks import Block, Paragraph

WORTH: Final = {
    Assurance.ATTESTED_AUTHENTICATOR: "an attested authenticator (attested-authenticator)",
    Assurance.PASSKEY: "a passkey (passkey)",
    Assurance.SECURITY_KEY: "a security key (sk)",
    Assurance.KEY: "a plain key (key)",
    Assurance.FORGE: "a forge's word (forge)",
}
"""With what a policy's `assurance` calls it."""


def keys_blocks(roster: Roster, now: datetime, *, trust: Trust) -> Iterator[Block]:
    """Every key, by person, and what was not believed; where nobody is enrolled, where that is read."""
    keys = standing_keys(roster, now)
    for key, why in keys:  # a fingerprint is shown whole, to be compared and copied
        words = f"{key.keyid} {key.person}, {_since(key)}: {why or f'counts as {WORTH[worth_of(key, roster)]}'}"
        yield Paragraph(text=words, style="bad" if why else "")
    if not keys:
        where = (
            f", which is {trust.target_name} at {trust.target[:12]}: push what your own branch has"
            if trust.target
            else ""
        )
        words = f"Nobody is enrolled: name people in .weighbridge/allowed_signers on the protected branch{where}."
        yield Paragraph(text=words)
    for words in roster.refused:
        yield Paragraph(text=f"{words}.", style="warn")


def keys_as_json(roster: Roster, now: datetime) -> str:
    """The same for programs."""
    keys = [
        {
            "person": key.person,
            "key": key.keyid,
            "since": None if key.since == TRUSTED else key.since,
            "most": str(key.most),
            "worth": str(worth_of(key, roster)),
            "passkey": key.is_passkey,
            "model": key.model,
            "vouchedBy": list(key.vouched_by),
            "counts": not why,
            "why": why,
        }
        for key, why in standing_keys(roster, now)
    ]
    return json.dumps({"ledger": roster.ledger, "keys": keys, "refused": list(roster.refused)}, indent=2) + "\n"


def _since(key: EnrolledKey) -> str:
    return "allowed_signers" if key.since == TRUSTED else f"entry {key.since}"
