"""What outlives the resource that goes: a volume that its object only names, a copy whose original stays, a secret that waits to be deleted."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.source_files import Declared, Folder

_VOLUMES: Final = ("kubernetes_persistent_volume", "kubernetes_persistent_volume_v1")
_CLAIMS: Final = ("kubernetes_persistent_volume_claim", "kubernetes_persistent_volume_claim_v1")
_CLASSES: Final = ("kubernetes_storage_class", "kubernetes_storage_class_v1")
OBJECTS: Final = frozenset((*_VOLUMES, *_CLAIMS))
"""Types that say where something is stored, and do not store it."""
COPIES: Final = {
    "azurerm_managed_disk": ("source_resource_id",),
    "aws_ebs_volume": ("snapshot_id",),
    "google_compute_disk": ("snapshot",),
    "google_compute_region_disk": ("snapshot",),
}
"""Types of volumes, and the argument that says of what one was made."""
_PASSES: Final = LatePattern(
    r"(?:^|[^a-z])(?:te?mp|temporary|import|restored?|copy|migrat(?:e|ion)|scratch)(?:[^a-z]|$)"
)
"""How what is made for a while is called."""
_OF_BLOCK: Final = LatePattern(r"\b([a-z][\w]*)\.([\w-]+)(?:\[[^\]]*\])?\.")
_WINDOW: Final = "recovery_window_in_days"
_USUAL_WINDOW: Final = 30


class Outlasting(Struct, frozen=True, kw_only=True):
    """Why what it holds is still there when it is gone, in words; `is_whole` where none of it is lost."""

    words: str
    is_whole: bool = False


def outlasting(resource_type: str, declared: Declared, *, folder: Folder) -> Outlasting | None:
    """What outlives a resource that its folder no longer declares; None where nothing says so."""
    values = declared.block.values
    if resource_type in OBJECTS:
        words = _retained(resource_type, values, folder=folder)
        return Outlasting(words=words, is_whole=True) if words else None
    if resource_type in COPIES:
        return _copied(resource_type, declared, folder=folder)
    return waiting(resource_type, values)


def waiting(resource_type: str, values: Mapping[str, Any]) -> Outlasting | None:
    """The same of what is only marked as deleted for some days."""
    if resource_type != "aws_secretsmanager_secret":
        return None
    days = plain(values.get(_WINDOW, _USUAL_WINDOW))
    days = int(days) if isinstance(days, str) and days.isdigit() else days
    if not isinstance(days, int | float) or isinstance(days, bool) or days <= 0:
        return None
    return Outlasting(
        words=f"whoever reads it fails, and for {int(days)} days `restore-secret` brings it back as it was"
    )


def _retained(resource_type: str, values: Mapping[str, Any], *, folder: Folder) -> str:
    """Why what an object of Kubernetes names stays, in words."""
    if resource_type in _VOLUMES:
        stays = "what is stored stays where it is, for only the object goes that names it"
        return f"its reclaim policy is `Retain`: {stays}" if _keeps(values) else ""
    for spec in nested(values, "spec"):
        for argument, types, how in (
            ("volume_name", _VOLUMES, "its volume is kept when its claim goes (`Retain`)"),
            ("storage_class_name", _CLASSES, "volumes of its class are kept when their claim goes (`Retain`)"),
        ):
            named = _block(spec.get(argument), types, folder=folder)
            if named is not None:
                keeps = _keeps(named) if types is _VOLUMES else named.get("reclaim_policy") == "Retain"
                return f"{how}: what is stored stays where it is" if keeps else ""
    return ""


def _keeps(values: Mapping[str, Any]) -> bool:
    """Whether a volume's policy is to keep, which is the provider's default."""
    return all(spec.get("persistent_volume_reclaim_policy", "Retain") == "Retain" for spec in nested(values, "spec"))


def _block(value: object, types: tuple[str, ...], *, folder: Folder) -> Mapping[str, Any] | None:
    """What a folder said of one that a value refers to, or names."""
    if isinstance(value, Expression):
        found = next((each for each in _OF_BLOCK.finditer(value.text) if each[1] in types), None)
        declared = folder.resource((found[1], found[2]), Side.BASE) if found else None
        return declared.block.values if declared is not None else None
    blocks = (each.block for each in folder.of("resource", Side.BASE)) if isinstance(value, str) else ()
    found_blocks = (each for each in blocks if each.labels[:1] and each.labels[0] in types)
    return next((each.values for each in found_blocks if _is_called(each.values, value)), None)


def _is_called(values: Mapping[str, Any], name: object) -> bool:
    return any(inner.get("name") == name for inner in nested(values, "metadata"))


def _copied(resource_type: str, declared: Declared, *, folder: Folder) -> Outlasting | None:
    """What stays of a copy that by its name was made for a while, and whose original nobody takes away."""
    values = declared.block.values
    names = [declared.block.labels[-1], *(each for each in (values.get("name"),) if isinstance(each, str))]
    if not any(_PASSES.search(each.lower().replace("_", "-")) for each in names):
        return None
    for argument in COPIES[resource_type]:
        source = values.get(argument)
        if isinstance(source, str) and source:
            return Outlasting(
                words=f"it is a copy of `{source.rpartition('/')[2]}`, which stays: what was written to it since is gone"
            )
        if isinstance(source, Expression):
            for found in _OF_BLOCK.finditer(source.text):
                if all(folder.resource((found[1], found[2]), side) is not None for side in Side):
                    return Outlasting(
                        words=f"it is a copy of `{found[1]}.{found[2]}`, which stays: what was written to it since is gone"
                    )
    return None
