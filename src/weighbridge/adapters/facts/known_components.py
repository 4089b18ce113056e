"""A repository's components as bytes, as they were found last."""

import msgspec

from weighbridge.adapters.facts.records import DamagedRecordError, seal, unseal
from weighbridge.domain.system import Component
from weighbridge.landscape.components.model import ComponentMap, ManifestDependency

_KIND = b"M"


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    key: str
    components: tuple[Component, ...]
    fallback: Component
    dependencies: tuple[ManifestDependency, ...]


def pack(key: str, found: ComponentMap) -> bytes:
    """The components that were found from what `key` stands for; areas are not kept, nor manifests that were not read."""
    return seal(_KIND, msgspec.msgpack.encode(_Stored(key, found.components, found.fallback, found.dependencies)))


def unpack(payload: bytes, *, key: str) -> ComponentMap | None:
    """What was packed; None when it is damaged, or was found from something else."""
    try:
        stored = msgspec.msgpack.decode(unseal(_KIND, payload), type=_Stored)
    except (DamagedRecordError, msgspec.MsgspecError):
        return None
    if stored.key != key:
        return None
    return ComponentMap(components=stored.components, fallback=stored.fallback, dependencies=stored.dependencies)
