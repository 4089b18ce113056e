"""Reads notes without git's notes machinery: the tree of a notes ref maps commit ids to blobs."""

from collections.abc import Iterable, Mapping, Sequence

from weighbridge.adapters.git.objects import ObjectReader
from weighbridge.adapters.git.process import Git
from weighbridge.adapters.git.revisions import Revisions
from weighbridge.adapters.git.trees import list_tree
from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook

LARGEST_NOTE = 4 << 20
"""Bytes of a note that are read."""

MOST_ORPHANS = 1000


def annotated(git: Git, revisions: Revisions, *, ref: str) -> Mapping[ObjectId, Blob]:
    """The commits annotated under `ref` with the blobs that hold their notes; the tree may be fanned out."""
    if not ref.startswith("refs/") or any(ord(c) <= 32 for c in ref):
        return {}
    found = revisions.first_of(ref)
    if found is None:
        return {}
    notes = {ObjectId(blob.path.replace("/", "")): blob for blob in list_tree(git, found[1]).values()}
    return {oid: blob for oid, blob in notes.items() if len(oid) in (40, 64) and _is_hex(oid)}


def read_notes(
    notes: Mapping[ObjectId, Blob], objects: ObjectReader, *, commits: Iterable[ObjectId]
) -> dict[ObjectId, bytes]:
    """The notes of these commits; one that is missing or too large is left out."""
    wanted = {oid: notes[oid].oid for oid in commits if oid in notes}
    read = {oid: objects.read(note, LARGEST_NOTE) for oid, note in wanted.items()}
    return {oid: taken[1] for oid, taken in read.items() if not isinstance(taken, CouldNotLook)}


def orphans(git: Git, revisions: Revisions, *, notes: Mapping[ObjectId, Blob]) -> Sequence[ObjectId]:
    """The annotated commits that no branch, remote branch or tag reaches."""
    if not notes:
        return ()
    tips = sorted({ref.commit for ref in revisions.refs("refs/heads", "refs/remotes", "refs/tags")})
    head = revisions.first_of("HEAD")
    given = "".join(f"{oid}\n" for oid in [*tips, *([head[1]] if head else [])]).encode()
    left = set(notes)
    if given:
        with git.stream("rev-list", "--ignore-missing", "--stdin", given=given) as chunks:
            rest = b""
            for chunk in chunks:
                lines = (rest + chunk).decode("ascii").split("\n")
                rest = lines.pop().encode()
                left.difference_update(map(ObjectId, lines))
                if not left:
                    break
    return sorted(left)[:MOST_ORPHANS]


def _is_hex(text: str) -> bool:
    return all(c in "0123456789abcdef" for c in text)
