"""Objects made here, handed to one git that writes them as loose ones: it knows who may read them and what is there already."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from weighbridge.adapters.git.process import Git, GitFailedError
from weighbridge.domain.ids import ObjectId

_KINDS: Final = {"commit": 1, "tree": 2, "blob": 3}
_DURABLE: Final = ("core.fsync=committed", "core.fsyncMethod=fsync")
"""They are on the disk before a ref names them; git before 2.36 does not know how."""

_GONE: Final = "No such file or directory"
"""What git says when a `git gc` took away an empty folder that it was about to write into."""

_TRIES: Final = 4


class NewObjects:
    """Objects by their ids, for a repository whose ids are made by `object_format`."""

    def __init__(self, object_format: str) -> None:
        self._is_short = object_format != "sha256"
        self._made: dict[ObjectId, tuple[str, bytes]] = {}

    def add(self, kind: str, body: bytes) -> ObjectId:
        """The id that git knows this object by."""
        data = b"%s %d\0" % (kind.encode(), len(body)) + body
        oid = ObjectId(self._hash(data).hexdigest())
        self._made[oid] = (kind, body)
        return oid

    def add_trees(self, trees: Mapping[ObjectId, bytes]) -> None:
        """Trees with their headers by their ids, as a `TreeWriter` makes them."""
        for oid, data in trees.items():
            self._made[oid] = ("tree", data.partition(b"\0")[2])

    def forget(self, known: Iterable[ObjectId]) -> None:
        """These are in the repository, and some ref leads to them."""
        for oid in known:
            self._made.pop(oid, None)

    def bodies(self, kind: str) -> Iterator[tuple[ObjectId, bytes]]:
        """The objects of one kind that are to be written."""
        return ((oid, body) for oid, (made, body) in self._made.items() if made == kind)

    def write(self, git: Git) -> None:
        """Write all of them; some may stay, named by nothing, when it fails. Raises `RepositoryError`."""
        parts = [b"PACK", (2).to_bytes(4, "big"), len(self._made).to_bytes(4, "big")]
        for kind, body in self._made.values():
            parts += (_header(_KINDS[kind], len(body)), zlib.compress(body, 0))
        pack = b"".join(parts)
        pack += self._hash(pack).digest()
        for _ in range(_TRIES):
            try:
                git.with_settings(*_DURABLE).run("unpack-objects", "-q", given=pack)
            except GitFailedError as problem:
                if _GONE not in problem.words:
                    raise
            else:
                return
        git.with_settings(*_DURABLE).run("unpack-objects", "-q", given=pack)

    def _hash(self, data: bytes) -> "hashlib._Hash":
        return hashlib.sha1(data, usedforsecurity=False) if self._is_short else hashlib.sha256(data)


def _header(kind: int, size: int) -> bytes:
    """Kind and size as packs have them: four bits of the size with the kind, then seven at a time, the lowest first."""
    found = [kind << 4 | size & 15]
    size >>= 4
    while size:
        found[-1] |= 0x80
        found.append(size & 0x7F)
        size >>= 7
    return bytes(found)
