"""Blobs that are held in memory."""

from collections.abc import Mapping, Sequence

from weighbridge.domain.ids import ObjectId


class Held:
    """Bytes by id; `together` are those that were asked for at once, `alone` the others."""

    def __init__(self, data: Mapping[ObjectId, bytes]) -> None:
        self._data = data
        self.together: list[ObjectId] = []
        self.alone: list[ObjectId] = []

    def read(self, oid: ObjectId, limit: int) -> bytes:
        """The first bytes of one."""
        self.alone.append(oid)
        return self._data[oid][:limit]

    def read_many(self, oids: Sequence[ObjectId], limit: int) -> Mapping[ObjectId, bytes]:
        """Those that are no longer."""
        self.together += oids
        return {oid: self._data[oid] for oid in oids if len(self._data[oid]) <= limit}
