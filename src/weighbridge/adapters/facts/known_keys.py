"""What the facts of each role depend on besides bytes, as an earlier run found out: telling it anew imports every reader."""

from functools import cache, cached_property
from typing import Final

import msgspec

from weighbridge.adapters.facts.records import DamagedRecordError, seal, unseal
from weighbridge.adapters.facts.store import FactStore
from weighbridge.facts.extract import extraction_key, readers

_KEYS: Final = "keys"
"""What they are kept as beside facts and terms."""

_KIND: Final = b"E"


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """The keys by role, and the state of the files that read."""

    readers: str
    keys: dict[str, str]


class ExtractionKeys:
    """The extraction keys of roles, kept for the next run of the same readers."""

    def __init__(self, store: FactStore) -> None:
        self._store = store
        self._is_new = False

    def of(self, role: str) -> str:
        """That of one role; empty where nothing reads it."""
        if role not in self._known:
            self._known[role] = _extraction_key(role)
            self._is_new = True
        return self._known[role]

    def keep(self) -> None:
        """Keep what was found out."""
        if self._is_new and (by := readers()):
            self._store.keep(_KEYS, seal(_KIND, msgspec.msgpack.encode(_Stored(by, self._known))))

    @cached_property
    def _known(self) -> dict[str, str]:
        payload = self._store.known(_KEYS)
        if not payload:
            return {}
        try:
            stored = msgspec.msgpack.decode(unseal(_KIND, payload), type=_Stored)
        except (DamagedRecordError, msgspec.MsgspecError):
            return {}
        return stored.keys if stored.readers == readers() else {}


_extraction_key = cache(extraction_key)
