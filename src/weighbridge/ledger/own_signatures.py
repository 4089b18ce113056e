"""A writer's word for its own signatures: one signed note that stands for thousands of them.

Checking one Ed25519 signature takes fifty times as long as hashing its entry. So a writer now and then looks at what was
appended since it last looked, by whomever, checks every signature there that names its key, and signs what it found: in the
ledger of this root, each statement from one entry to another whose signature names my key is signed by me, but for these.
The note lies beside the tiles under `own/<key id>`, and whoever appends next with that key renews it.

Why that proves as much as checking each of them:

1. The note is signed by that very key. Whoever could sign it could have signed each of those statements, and nobody else
   could do either: what is proven of a statement, that this key stands by it, is the same.
2. It is over the root of the tree at its size, and over the ledger's origin. That root is recomputed from the ledger that
   is read, whose entries are proven against it: no statement can be exchanged under it, or moved from another ledger.
3. It says nothing of other keys, and needs nobody's word that nobody else could append. Another writer who puts down a
   statement in this one's name is found when this one looks, and named in the note; until then it is checked by itself.
4. It cannot be taken for a checkpoint, nor one for it: the third line of the one is a hash, of the other two numbers.

A note that is missing, changed, old, of another ledger or of another root stands for nothing: then the signatures are checked
one by one, and nothing but time is lost. So nobody needs to guard these files.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.envelope import SignatureKind, read_envelope
from weighbridge.ledger.errors import LedgerError, MalformedError, UntrustedError
from weighbridge.ledger.exact_base64 import exact_base64
from weighbridge.ledger.notes import read_note, sign_note, verify_note
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.tiles import WIDTH
from weighbridge.ledger.verifier_keys import VerifierKey, WriterKey

FOLDER: Final = "own/"
"""Below it lie the notes; no proof of the ledger rests on them."""

EVERY: Final = 128
"""One of so many statements makes its writer renew its note; the new root says which, so that no rhythm leaves a writer out."""
FARTHEST: Final = 1 << 16
"""Entries that are looked at for one note: a writer of one in five hundred entries keeps up."""
MOST_CHECKED: Final = 512
"""Signatures that are checked for one note, and so what an append may take: 50 ms, when it is at its worst."""
MOST_FALSE: Final = 64
"""Statements in the writer's name that it did not sign; a note that would have to name more ends before them."""

_TITLE: Final = "weighbridge.dev/own-signatures/v1"
_NUMBER: Final = LatePattern(r"0|[1-9][0-9]{0,18}")


class OwnWord(Struct, frozen=True, kw_only=True):
    """What a writer says: `false` are entries from `first` to before `size` that name its key and are not signed by it."""

    origin: str
    first: int
    size: int
    root: bytes
    false: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        lines = (_TITLE, self.origin, f"{self.first} {self.size}", b64encode(self.root).decode(), *map(str, self.false))
        return "".join(f"{line}\n" for line in lines)

    def covers(self, index: int) -> bool:
        """Whether the signature of this entry that names the key is the key's."""
        return self.first <= index < self.size and index not in self.false


def path_of(key: VerifierKey) -> str:
    """Where the word of the key lies."""
    return f"{FOLDER}{key.keyid}"


def word_in(tree: StoredTree, key: VerifierKey) -> OwnWord | None:
    """The word of `key` for the ledger of this tree; None where there is none that proves anything. Raises `LedgerFilesError`."""
    data = tree.beside(path_of(key))
    if data is None:
        return None
    try:
        note = read_note(data)
        word = _read(note.text)
        if word.origin != tree.checkpoint.origin or word.size > tree.size or not verify_note(note, (key,)):
            return None
        return word if tree.edge_at(word.size).root == word.root else None
    except (MalformedError, UntrustedError):
        return None


def _read(text: str) -> OwnWord:
    title, *lines = text[:-1].split("\n")
    numbers = [*lines[1].split(" "), *lines[3:]] if len(lines) > 2 else []
    if title != _TITLE or len(numbers) < 2 or not all(map(_NUMBER.fullmatch, numbers)):
        raise MalformedError("this is no writer's word for its signatures")
    first, size, *false = map(int, numbers)
    try:
        root = exact_base64(lines[2])
    except ValueError:
        root = b""
    if first > size or len(root) != 32 or len(false) > MOST_FALSE:
        raise MalformedError("this is no writer's word for its signatures")
    return OwnWord(origin=lines[0], first=first, size=size, root=root, false=tuple(false))


def renewed(tree: StoredTree, after: Checkpoint, *, writer: WriterKey) -> Iterator[tuple[str, bytes]]:
    """The file that is to change when `writer`, who checked what it adds, grows `tree` to `after`. Raises `SigningError`.

    Raises:
        AlteredError: what lies there is not what was appended.
    """
    if int.from_bytes(after.root[:4]) % EVERY >= after.size - tree.size:
        return
    key = writer.verifier
    before = word_in(tree, key)
    begin = before.size if before else max(0, tree.size - WIDTH)
    end, false = _looked(tree, key, begin=begin)
    is_up_to_date = end == tree.size
    word = OwnWord(
        origin=after.origin,
        first=before.first if before else begin,
        size=after.size if is_up_to_date else end,
        root=after.root if is_up_to_date else tree.edge_at(end).root,
        false=(*(before.false if before else ()), *false),
    )
    if len(word.false) <= MOST_FALSE:
        yield path_of(key), bytes(sign_note(word.text, writer))


def _looked(tree: StoredTree, key: VerifierKey, *, begin: int) -> tuple[int, list[int]]:
    """How far was looked, and which statements name the key and are not signed by it."""
    false: list[int] = []
    checked = 0
    until = min(tree.size, begin + FARTHEST)
    for index, verdicts in _naming(tree, key, indexes=range(begin, until)):
        checked += len(verdicts)
        if (checked > MOST_CHECKED and index > begin) or len(false) == MOST_FALSE:
            return index, false
        if not all(verdicts):
            false.append(index)
    return until, false


def _naming(tree: StoredTree, key: VerifierKey, *, indexes: range) -> Iterator[tuple[int, list[bool]]]:
    """The entries that name the key, and whether each such signature is the key's."""
    named = key.keyid.encode()
    for index, envelope in _entries(tree, indexes):
        if named not in envelope and b"\\" not in envelope:  # JSON has other spellings, all of which begin so
            continue
        try:
            read = read_envelope(envelope)
        except LedgerError:
            continue
        signed = [each.sig for each in read.signatures if each.keyid == key.keyid and each.kind is SignatureKind.WRITER]
        if signed:
            yield index, [key.verifies(sig, read.encoding) for sig in signed]


def _entries(tree: StoredTree, indexes: range) -> Iterable[tuple[int, bytes]]:
    for number in range(indexes.start // WIDTH, -(-indexes.stop // WIDTH)):
        for index, envelope in enumerate(tree.bundle(number), start=number * WIDTH):
            if index in indexes:
                yield index, envelope
