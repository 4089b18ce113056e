"""The documents in a folder of a commit, found from the commit's id by nothing but hashes: commit, trees, blobs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.adapters.organisation.address import Pinned
from weighbridge.app.build_trust import LARGEST_DOCUMENT, UnreadableTrustError, is_document

Read = Callable[[str], bytes]
"""An object by its id, whose bytes were held against it: `kind size`, a zero byte, and what it holds."""
_FILES: Final = frozenset({b"100644", b"100755", b"100664"})
_TREE: Final = b"40000"


class _Entry(Struct, frozen=True):
    mode: bytes
    oid: str


def documents_in(pinned: Pinned, read: Read) -> Mapping[str, bytes]:
    """The documents by name; the folder may also be one document.

    Raises:
        UnreadableTrustError: there is no such folder, or a document in it is no file of a size that is read.
    """
    is_tree, found = True, _root(pinned, read)
    parts = pinned.folder.split("/") if pinned.folder else []
    for part in parts:
        entry = _entries(found, pinned).get(part.encode()) if is_tree else None
        if entry is None:
            raise UnreadableTrustError(f"{pinned}: there is no such folder in that commit")
        is_tree = entry.mode == _TREE
        if not is_tree and part == parts[-1] and is_document(part):
            return {part: _document(entry, pinned, name=part, read=read)}
        if not is_tree:
            raise UnreadableTrustError(f"{pinned}: {part} is no folder, and a link or a submodule is not followed")
        found = _body(read(entry.oid), b"tree", pinned=pinned)
    return dict(_documents(_entries(found, pinned), pinned, read=read))


def _documents(entries: Mapping[bytes, _Entry], pinned: Pinned, *, read: Read) -> Iterator[tuple[str, bytes]]:
    for raw, entry in sorted(entries.items()):
        name = raw.decode("utf-8", "replace")
        if entry.mode != _TREE and is_document(name):
            yield name, _document(entry, pinned, name=name, read=read)


def _document(entry: _Entry, pinned: Pinned, *, name: str, read: Read) -> bytes:
    if entry.mode not in _FILES:
        raise UnreadableTrustError(f"{pinned}: {name} is no file, and a link or a submodule is not followed")
    data = _body(read(entry.oid), b"blob", pinned=pinned)
    if len(data) > LARGEST_DOCUMENT:
        raise _too_large(pinned, name)
    return data


def _root(pinned: Pinned, read: Read) -> bytes:
    body = _body(read(pinned.commit), b"commit", pinned=pinned)
    first = body.split(b"\n", 1)[0]
    if not first.startswith(b"tree "):
        raise _broken(pinned)
    return _body(read(first[5:].decode("ascii", "replace")), b"tree", pinned=pinned)


def _body(data: bytes, kind: bytes, *, pinned: Pinned) -> bytes:
    head, zero, body = data.partition(b"\0")
    if not zero or head != b"%s %d" % (kind, len(body)):
        found = head.split(b" ")[0].decode("ascii", "replace")[:20]
        raise UnreadableTrustError(f"{pinned}: a {kind.decode()} was to be there, and it is a {found}")
    return body


def _entries(tree: bytes, pinned: Pinned) -> Mapping[bytes, _Entry]:
    width = len(pinned.commit) // 2
    found: dict[bytes, _Entry] = {}
    at = 0
    while at < len(tree):
        end = tree.find(b"\0", at)
        mode, space, name = tree[at:end].partition(b" ") if end >= 0 else (b"", b"", b"")
        oid = tree[end + 1 : end + 1 + width]
        if not space or not name or len(oid) != width:
            raise _broken(pinned)
        found[name] = _Entry(mode, oid.hex())
        at = end + 1 + width
    return found


def _broken(pinned: Pinned) -> UnreadableTrustError:
    return UnreadableTrustError(f"{pinned}: what that commit leads to is not of git's form")


def _too_large(pinned: Pinned, name: str) -> UnreadableTrustError:
    return UnreadableTrustError(
        f"{pinned}: {name} has more than the {LARGEST_DOCUMENT:,} bytes a trusted document may have"
    )
