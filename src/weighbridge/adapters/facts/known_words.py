"""Which words texts were found to say, as bytes: the texts never change, and reading them takes a git."""

from collections.abc import Mapping
from typing import Final

import msgspec

from weighbridge.adapters.facts.records import DamagedRecordError, seal, unseal
from weighbridge.domain.ids import ObjectId
from weighbridge.facts.said_words import SAID_VERSION

_KIND: Final = b"W"
MOST_TEXTS: Final = 10_000
MOST_BYTES: Final = 16 << 20
"""What is kept beyond either goes, what came first before what came last. A tree asks for few thousand texts."""


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    version: int
    words: dict[ObjectId, bytes]


def pack(known: Mapping[ObjectId, bytes], *, version: int = SAID_VERSION) -> bytes:
    """The latest of them."""
    return seal(_KIND, msgspec.msgpack.encode(_Stored(version, _latest(known))))


def unpack(payload: bytes) -> dict[ObjectId, bytes]:
    """What was packed; nothing where it is damaged, or of another version."""
    try:
        stored = msgspec.msgpack.decode(unseal(_KIND, payload), type=_Stored)
    except (DamagedRecordError, msgspec.MsgspecError):
        return {}
    return stored.words if stored.version == SAID_VERSION else {}


def _latest(known: Mapping[ObjectId, bytes]) -> dict[ObjectId, bytes]:
    found: list[tuple[ObjectId, bytes]] = []
    left = MOST_BYTES
    for oid, words in list(known.items())[: -MOST_TEXTS - 1 : -1]:
        left -= len(words)
        if left < 0:
            break
        found.append((oid, words))
    return dict(reversed(found))
