"""The stored form of one blob's facts, or of the reason there are none; checked when read."""

import hashlib
from typing import Final

import msgspec

from weighbridge.domain.change import Blob
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.model import FileFacts, decode

FACTS: Final = b"F"
MISSING: Final = b"M"
KEY_BYTES: Final = 16
_CHECK_BYTES: Final = 8

LASTING: Final = frozenset({None, Reason.UNPARSED})
"""Why there may be no facts for ever: bytes nobody can read. A limit met today may not be met on another day."""


class DamagedRecordError(Exception):
    """A record is not what was written; it is extracted again."""


def record_key(blob: Blob, extraction_key: str) -> bytes:
    """16 bytes that name the facts of `blob` under one extractor, its version, role and options."""
    state = hashlib.blake2b(digest_size=KEY_BYTES)
    state.update(blob.oid.encode("ascii"))
    state.update(extraction_key.encode("utf-8"))
    return state.digest()


def seal(kind: bytes, body: bytes) -> bytes:
    """`body` with its kind and a checksum in front."""
    return kind + _checksum(kind, body) + body


def unseal(kind: bytes, sealed: bytes) -> bytes:
    """What was sealed as of this kind. Raises `DamagedRecordError`."""
    check, body = sealed[1 : 1 + _CHECK_BYTES], sealed[1 + _CHECK_BYTES :]
    if sealed[:1] != kind or check != _checksum(kind, body):
        raise DamagedRecordError
    return body


def _checksum(kind: bytes, body: bytes) -> bytes:
    return hashlib.blake2b(kind + body, digest_size=_CHECK_BYTES).digest()


def missing_record(missing: CouldNotLook) -> bytes:
    """The stored form of a reason."""
    return seal(MISSING, msgspec.msgpack.encode([missing.reason.value, missing.detail, missing.remedy]))


def reason_of(record: bytes) -> Reason | None:
    """Why a record written just now holds no facts; None when it does."""
    if record[:1] == FACTS:
        return None
    opened = open_record(record)
    assert isinstance(opened, CouldNotLook), "every other kind of record says why there are no facts"
    return opened.reason


def open_record(record: bytes) -> FileFacts | CouldNotLook:
    """What a record holds.

    Raises:
        DamagedRecordError: its checksum or its form is wrong.
    """
    kind = record[:1]
    body = unseal(kind, record)
    try:
        if kind == FACTS:
            return decode(body)
        reason, detail, remedy = msgspec.msgpack.decode(body, type=tuple[Reason, str, str])
    except msgspec.MsgspecError as error:
        raise DamagedRecordError from error
    return CouldNotLook(reason=reason, detail=detail, remedy=remedy)
