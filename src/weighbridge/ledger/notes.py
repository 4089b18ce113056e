"""Signed notes (C2SP signed-note): a text, and lines of signatures under it."""

import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from weighbridge.ledger.errors import MalformedError, UntrustedError
from weighbridge.ledger.exact_base64 import exact_base64
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey, WriterKey, is_key_name

LARGEST_NOTE: Final = 1 << 18
"""Bytes."""
MOST_SIGNATURES: Final = 64
_CONTROL: Final = re.compile("[\0-\x09\x0b-\x1f]")
_DASH: Final = "\u2014 "
_LATEST: Final = (1 << 63) - 1
"""Seconds since 1970 beyond which no cosignature may be dated."""


class NoteSignature(Struct, frozen=True, kw_only=True):
    """One line under a note: who says they signed it, and with what."""

    name: str
    id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """As it stands under the note."""
        return f"{_DASH}{self.name} {b64encode(self.id + self.signature).decode()}\n"


class Note(Struct, frozen=True, kw_only=True):
    """A text that ends with a line break, and its signatures, none of which is verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __bytes__(self) -> bytes:
        """The note as it is kept."""
        return (self.text + "\n" + "".join(each.line for each in self.signatures)).encode()


class Proven(Struct, frozen=True, kw_only=True):
    """A signature that verified; `at` is when, in seconds since 1970, for a witness's."""

    key: VerifierKey
    at: int | None = None


def read_note(data: bytes) -> Note:
    """A note's parts, nothing verified. Raises `MalformedError`."""
    if len(data) > LARGEST_NOTE:
        raise MalformedError(f"a signed note has at most {LARGEST_NOTE:,} bytes, this has {len(data):,}")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise MalformedError("a signed note is text in UTF-8, and this is not") from None
    if _CONTROL.search(whole):
        raise MalformedError("a signed note holds a control character")
    body, gap, under = whole.rpartition("\n\n")
    if not gap or not under.endswith("\n"):
        raise MalformedError("a signed note is a text, an empty line, and lines of signatures; this is not")
    lines = under[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise MalformedError(f"a signed note has at most {MOST_SIGNATURES} signatures, this has {len(lines)}")
    return Note(text=body + "\n", signatures=tuple(map(_signature, lines)))


def _signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        data = exact_base64(encoded)
    except ValueError:
        data = b""
    if not (line.startswith(_DASH) and is_key_name(name) and len(data) > 4):
        raise MalformedError("a line under the signed note is no signature")
    return NoteSignature(name=name, id=data[:4], signature=data[4:])


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[Proven, ...]:
    """The signatures by `keys`; lines of unknown keys are passed over, as signed-note says.

    Raises:
        UntrustedError: a line that one of `keys` should have signed does not verify.
    """
    known = {(key.name, key.id): key for key in keys}
    found = {}
    for each in note.signatures:
        key = known.get((each.name, each.id))
        if key is None:
            continue
        found[key] = _proven(note.text.encode(), each, key=key)
    return tuple(found.values())


def _proven(text: bytes, line: NoteSignature, *, key: VerifierKey) -> Proven:
    at, signature, message = None, line.signature, text
    if key.kind is KeyKind.COSIGNATURE:
        at, signature = int.from_bytes(signature[:8]), signature[8:]
        message = cosigned(text, at)
    if not key.verifies(signature, message) or (at or 0) > _LATEST:
        raise UntrustedError(
            f"the signature of {key.name} ({key.keyid}) is not over this text: one of the two was changed after signing"
        )
    return Proven(key=key, at=at)


def read_signatures(data: bytes) -> tuple[NoteSignature, ...]:
    """Lines of signatures alone, as a witness answers. Raises `MalformedError`."""
    read = read_note(b"\n\n" + data)
    if read.text != "\n":
        raise MalformedError("something stands before the lines of signatures")
    return read.signatures


def cosigned(text: bytes, at: int) -> bytes:
    """What a witness signs: the time, and the note's text (tlog-cosignature v1)."""
    return b"cosignature/v1\ntime %d\n" % at + text


def sign_note(text: str, writer: WriterKey) -> Note:
    """The text with the writer's signature under it. Raises `SigningError`."""
    key = writer.verifier
    line = NoteSignature(name=key.name, id=key.id, signature=writer.sign(text.encode()))
    return Note(text=text, signatures=(line,))


def cosign_note(note: Note, witness: WriterKey, *, at: int) -> Note:
    """The note with a witness's line added; `at` in seconds since 1970. Raises `SigningError`.

    Whoever asks for it has shown the witness that the checkpoint begins with the last one it signed.
    """
    key = witness.verifier
    signature = at.to_bytes(8) + witness.sign(cosigned(note.text.encode(), at))
    line = NoteSignature(name=key.name, id=key.id, signature=signature)
    return Note(text=note.text, signatures=(*note.signatures, line))
