"""Blocks that keep data by being there: no argument of them says that it is off, they are left out for that.

By the schemas of the providers' pages (see `kinds.toml`): of those named here nothing is kept in place of a block that is gone.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.facts.terraform.blocks import nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.protections import Removal

_YEARS: Final = "no backups are kept for as long as it said, and those that are as old go"
_Blocks = Mapping[tuple[str, ...], str]
_POLICY: Final[_Blocks] = {(f"retention_{each}",): _YEARS for each in ("weekly", "monthly", "yearly")}
_APP: Final[_Blocks] = {("backup",): "it is not backed up any more"}
_KEPT: Final[Mapping[str, _Blocks]] = {
    "azurerm_storage_account": {
        ("blob_properties", "delete_retention_policy"): "a blob that is deleted is gone at once",
        ("blob_properties", "container_delete_retention_policy"): "a container that is deleted is gone at once",
        ("blob_properties", "restore_policy"): "it can no longer be set back to an earlier moment",
        ("share_properties", "retention_policy"): "a share that is deleted is gone at once",
    },
    "google_storage_bucket": {("retention_policy",): "its objects can be deleted and overwritten at any age again"},
    "aws_s3_bucket_object_lock_configuration": {("rule", "default_retention"): "new objects are locked by nothing"},
    "aws_backup_plan": {("rule", "copy_action"): "its backups are not copied elsewhere any more"},
    "aws_dlm_lifecycle_policy": {
        (
            "policy_details",
            "schedule",
            "cross_region_copy_rule",
        ): "its snapshots are not copied to another region any more"
    },
    "aws_redshift_cluster": {("snapshot_copy",): "its snapshots are not copied to another region any more"},
    **dict.fromkeys(("azurerm_backup_policy_vm", "azurerm_backup_policy_file_share"), _POLICY),
    **{f"azurerm_{system}_{app}_app": _APP for system in ("linux", "windows") for app in ("web", "function")},
}
"""By type, the paths of such blocks and what is true once one is gone."""
_LEFT_ALONE: Final = frozenset({"blob_properties", "share_properties"})
"""Blocks that providers leave as they are where nobody writes them any more, with all that is in them."""


def ended_blocks(alteration: Alteration) -> Iterator[Removal]:
    """Each such block of a resource that stays, or of what takes its place, of which none is left."""
    change = alteration.change
    known = _KEPT.get(change.type)
    if known is None or change.is_data or change.action not in (Action.UPDATE, Action.REPLACE):
        return
    for path, words in known.items():
        if not any(_blocks(change.before, path)) or any(_blocks(change.after, path)) or change.is_unknown(path[0]):
            continue
        within = [path[: index + 1] for index, name in enumerate(path[:-1]) if name in _LEFT_ALONE]
        if all(any(_blocks(change.after, each)) for each in within):
            yield Removal(setting=".".join(path), name=path[0], words=f"`{path[-1]}` is gone, and {words}")


def _blocks(values: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[bool]:
    """One for each block of a path, whichever blocks it lies in."""
    for each in nested(values, path[0]):
        if len(path) == 1:
            yield True
        else:
            yield from _blocks(each, path[1:])
