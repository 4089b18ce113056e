"""Checkpoints (C2SP tlog-checkpoint): which ledger, how many entries, and the root over them."""

import secrets
from base64 import b64encode
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.exact_base64 import exact_base64
from weighbridge.ledger.notes import Note, read_note

_SIZE: Final = LatePattern(r"0|[1-9][0-9]{0,18}")
_NAME: Final = LatePattern(r"[^\s+/]+(/[^\s+/]+)*")


class Checkpoint(Struct, frozen=True, kw_only=True):
    """The head of a ledger. `origin` is its name for ever; it stands in every checkpoint's first line."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @property
    def words(self) -> str:
        """Size and the beginning of the root, for people."""
        return f"{self.size:,} {'entry' if self.size == 1 else 'entries'}, root {self.root.hex()[:16]}"


class SignedCheckpoint(Struct, frozen=True, kw_only=True):
    """A checkpoint with its note, whose signatures nobody verified yet."""

    checkpoint: Checkpoint
    note: Note


def read_checkpoint(data: bytes) -> SignedCheckpoint:
    """A checkpoint's parts, nothing verified. Raises `MalformedError`."""
    note = read_note(data)
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise MalformedError("a checkpoint has three lines: origin, size and root; this has others")
    origin, size, encoded, *extensions = lines
    try:
        root = exact_base64(encoded)
    except ValueError:
        root = b""
    if _SIZE.fullmatch(size) is None or len(root) != 32:
        raise MalformedError("a checkpoint's second line is a number and its third a hash in base64; these are not")
    checkpoint = Checkpoint(origin=origin, size=int(size), root=root, extensions=tuple(extensions))
    return SignedCheckpoint(checkpoint=checkpoint, note=note)


def new_origin(name: str) -> str:
    """An origin that no other ledger has: the name of the repository, and 128 random bits. Raises `MalformedError`."""
    if _NAME.fullmatch(name) is None or not name.isprintable():
        raise MalformedError(
            f"{name[:200]!r} cannot name a ledger: it has no spaces and no plus, as example.com/storefront"
        )
    return f"{name}/{secrets.token_hex(16)}"
