"""The stored form of a tree's code files: paths and ids in two long texts, for a tree may have a hundred thousand."""

import msgspec

from weighbridge.adapters.facts.records import DamagedRecordError, seal, unseal
from weighbridge.app.ports import KnownCode
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath

_KIND = b"C"


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """`oids` is one text, as many digits for each path; `modes` are those of the files that are not regular, by number."""

    readers: str
    tree: ObjectId
    paths: list[RepoPath]
    oids: str
    modes: dict[int, Mode]


_DECODER = msgspec.msgpack.Decoder(_Stored)


def pack(code: KnownCode, *, readers: str) -> bytes:
    """`code` as it was read by what `readers` stands for."""
    blobs = code.blobs.values()
    stored = _Stored(
        readers,
        code.tree,
        list(code.blobs),
        "".join(blob.oid for blob in blobs),
        {number: blob.mode for number, blob in enumerate(blobs) if blob.mode is not Mode.REGULAR},
    )
    return seal(_KIND, msgspec.msgpack.encode(stored))


def unpack(payload: bytes, *, readers: str) -> KnownCode | None:
    """What was packed; None when it is damaged, or other readers than `readers` have read it."""
    try:
        stored = _DECODER.decode(unseal(_KIND, payload))
    except (DamagedRecordError, msgspec.MsgspecError):
        return None
    size, modes = len(stored.tree), stored.modes
    if stored.readers != readers or len(stored.oids) != size * len(stored.paths):
        return None
    blobs = {
        path: Blob(
            path=path,
            mode=modes.get(number, Mode.REGULAR),
            oid=ObjectId(stored.oids[number * size : (number + 1) * size]),
        )
        for number, path in enumerate(stored.paths)
    }
    return KnownCode(tree=stored.tree, blobs=blobs)
