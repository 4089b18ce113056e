"""What names people, kept beside the ledger: a statement holds a commitment to it, so that it can be erased.

The commitment is the SHA-256 over 32 random bytes and the values in canonical form (RFC 8785). Values and salt lie in
`personal/<hash of the entry>`. Without the salt nobody can find the values by guessing; without the file nothing else of
the ledger changes, and every proof holds.
"""

import secrets
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from weighbridge.domain.ids import Digest, digest
from weighbridge.ledger.canonical_json import canonical_json, read_canonical_json
from weighbridge.ledger.errors import AlteredError, MalformedError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles

FOLDER: Final = "personal"
_SALT: Final = 32
LARGEST: Final = 1 << 20
"""Bytes of such a file."""


class Personal(Struct, frozen=True, kw_only=True):
    """Values that name people, with the salt of their commitment."""

    values: dict[str, str]
    salt: bytes

    @property
    def commitment(self) -> Digest:
        """What a statement holds in their place. Raises `MalformedError` where a value is no text."""
        return digest(self.salt + canonical_json(self.values))

    def __bytes__(self) -> bytes:
        """The file that holds them."""
        return canonical_json({"salt": self.salt.hex(), "values": self.values})


class Erased(Struct, frozen=True, kw_only=True):
    """The values are not there any more, or not here; that they were committed to stays proven."""

    commitment: Digest


def personal_values(values: Mapping[str, str]) -> Personal:
    """These values under a fresh salt."""
    return Personal(values=dict(values), salt=secrets.token_bytes(_SALT))


def personal_path(leaf: bytes) -> str:
    """Where the values of the entry with this hash lie."""
    return f"{FOLDER}/{leaf.hex()}"


def erase_personal(files: LedgerFiles, leaf: bytes) -> bool:
    """Remove the values of an entry; whether there were any. Copies that others hold are theirs to remove.

    Raises:
        LedgerMovedError: somebody appended meanwhile; nothing was removed, try again.
        LedgerFilesError: it cannot be read or written.
    """
    head, path = files.read(CHECKPOINT), personal_path(leaf)
    if files.read(path) is None:
        return False
    files.replace({path: None}, expected=head)
    return True


def read_personal(files: LedgerFiles, leaf: bytes, *, commitment: Digest) -> Personal | Erased:
    """The values that an entry commits to.

    Raises:
        AlteredError: what lies there is not what the entry commits to.
        LedgerFilesError: it cannot be read.
    """
    return read_text(files, personal_path(leaf), commitment=commitment)


def read_text(files: LedgerFiles, path: str, *, commitment: Digest) -> Personal | Erased:
    """The same for whoever knows where they lie."""
    data = files.read(path)
    if data is None:
        return Erased(commitment=commitment)
    opened = _opened(data) if len(data) <= LARGEST else None
    if opened is not None and digest(opened[0].salt + opened[1]) == commitment:
        return opened[0]
    words = "is not what its entry commits to" if _is_a_text(data) else "is not of its form"
    raise AlteredError(f"{path} in {files.place} {words}: restore it, or remove it")


class _Wire(Struct, frozen=True):
    salt: str
    values: dict[str, str]


_WIRE: Final = frozenset({"salt", "values"})


def _opened(data: bytes) -> tuple[Personal, bytes] | None:
    """What a file holds, and its values as they are written in it; None where it is not of the one form.

    The file is in canonical form, and so then is each part of it: values that a commitment is asked of a hundred thousand
    times need not be written anew each time.
    """
    try:
        written = read_canonical_json(data)
        wire = msgspec.convert(written, _Wire)
        salt = bytes.fromhex(wire.salt)
    except (MalformedError, msgspec.ValidationError, ValueError, RecursionError):
        return None
    head = b'{"salt":"%b","values":' % salt.hex().encode()
    is_whole = isinstance(written, dict) and written.keys() == _WIRE
    if len(salt) != _SALT or not is_whole or not data.startswith(head):
        return None
    return Personal(values=wire.values, salt=salt), data[len(head) : -1]


def _is_a_text(data: bytes) -> bool:
    """Whether it is of a text's form, however it is written."""
    try:
        bytes.fromhex(msgspec.json.decode(data if len(data) <= LARGEST else b"", type=_Wire).salt)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    return True
