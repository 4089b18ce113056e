"""What the next run need not find out again: the code files of a tree, and what facts depend on besides bytes.

Both hold for as long as the files that read are the same. Paths and ids are two long texts, for a tree may have a
hundred thousand.
"""

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from functools import cached_property

import msgspec

from weighbridge.adapters.facts.records import (
    KEY_BYTES,
    DamagedRecordError,
    record_key,
    seal,
    unseal,
)
from weighbridge.app.ports import KnownCode
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.facts.roles import code_role

_KIND = b"K"
_NO_RECORD = bytes(KEY_BYTES)


class Known(msgspec.Struct, frozen=True):
    """`keys` are the extraction keys of roles; `code` is that of the tree that was indexed last, `records` its files' keys.

    `KEY_BYTES` for each file in turn, zeros for one without a record.
    """

    keys: Mapping[str, str] = {}
    code: KnownCode | None = None
    records: bytes = b""

    def by_record(self) -> Iterator[tuple[bytes, Blob]]:
        """Each file's record key with the file."""
        for number, blob in enumerate(self.code.blobs.values() if self.code else ()):
            key = self.records[number * KEY_BYTES : (number + 1) * KEY_BYTES]
            if key != _NO_RECORD:
                yield key, blob


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """`oids` is one text, as many digits for each path; `modes` are those of the files that are not regular, by number."""

    readers: str
    keys: dict[str, str]
    tree: ObjectId
    paths: list[RepoPath]
    oids: str
    records: bytes
    modes: dict[int, Mode]
    manifests: list[tuple[RepoPath, ObjectId, Mode]]


_DECODER = msgspec.msgpack.Decoder(_Stored)


def pack(code: KnownCode, *, keys: Mapping[str, str], readers: str) -> bytes:
    """`code` as it was read by what `readers` stands for, with the extraction keys of then."""
    blobs = code.blobs.values()
    stored = _Stored(
        readers,
        dict(keys),
        code.tree,
        list(code.blobs),
        "".join(blob.oid for blob in blobs),
        b"".join(_record(blob, keys) for blob in blobs),
        {number: blob.mode for number, blob in enumerate(blobs) if blob.mode is not Mode.REGULAR},
        [(blob.path, blob.oid, blob.mode) for blob in code.manifests.values()],
    )
    return seal(_KIND, msgspec.msgpack.encode(stored))


def unpack(payload: bytes, *, readers: str) -> Known:
    """What was packed; nothing when it is damaged, or other readers than `readers` have read it."""
    try:
        stored = _DECODER.decode(unseal(_KIND, payload))
    except (DamagedRecordError, msgspec.MsgspecError):
        return Known()
    size, count = len(stored.tree), len(stored.paths)
    if stored.readers != readers or (len(stored.oids), len(stored.records)) != (size * count, KEY_BYTES * count):
        return Known()
    manifests = {path: Blob(path=path, mode=mode, oid=oid) for path, oid, mode in stored.manifests}
    return Known(stored.keys, KnownCode(tree=stored.tree, blobs=_Files(stored), manifests=manifests), stored.records)


class _Files(Mapping[RepoPath, Blob]):
    """The files that are stored; a hook asks for few of them, and a blob is made when it is asked for."""

    def __init__(self, stored: _Stored) -> None:
        self._stored = stored
        self._numbers = dict(zip(stored.paths, range(len(stored.paths)), strict=True))

    def __getitem__(self, path: RepoPath) -> Blob:
        number, size = self._numbers[path], len(self._stored.tree)
        oid = ObjectId(self._stored.oids[number * size : (number + 1) * size])
        return Blob(path=path, mode=self._stored.modes.get(number, Mode.REGULAR), oid=oid)

    def __contains__(self, path: object) -> bool:
        return path in self._numbers

    def __iter__(self) -> Iterator[RepoPath]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def items(self) -> ItemsView[RepoPath, Blob]:
        """All of them at once: who asks for every one has each made a single time."""
        return self._all.items()

    def values(self) -> ValuesView[Blob]:
        """The blobs alone."""
        return self._all.values()

    @cached_property
    def _all(self) -> dict[RepoPath, Blob]:
        return {path: self[path] for path in self._numbers}


def _record(blob: Blob, keys: Mapping[str, str]) -> bytes:
    key = keys.get(code_role(blob), "")
    return record_key(blob, key) if key else _NO_RECORD
