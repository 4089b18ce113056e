"""Which release was found to be the newest before a commit, as bytes: finding it walks through history."""

from collections.abc import Mapping
from typing import Final

import msgspec

from weighbridge.adapters.facts.records import DamagedRecordError, seal, unseal
from weighbridge.app.ports import KnownRelease

_KIND: Final = b"V"
_MOST: Final = 64
"""So many answers are kept, the latest."""


def pack(known: Mapping[str, KnownRelease]) -> bytes:
    """The answers by what each was asked of, the latest last."""
    return seal(_KIND, msgspec.msgpack.encode(dict(list(known.items())[-_MOST:])))


def unpack(payload: bytes) -> dict[str, KnownRelease]:
    """What was packed; nothing where it is damaged."""
    try:
        return msgspec.msgpack.decode(unseal(_KIND, payload), type=dict[str, KnownRelease])
    except (DamagedRecordError, msgspec.MsgspecError):
        return {}
