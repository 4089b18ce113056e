"""What keeps data from being lost: the settings that refuse a deletion or keep copies, and when a change takes them away.

The names are those of the providers' pages (see `kinds.toml`); one name means the same wherever it stands.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action, Step, at
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.differences import differences, is_known, last_name, plain

META: Final = ("count", "for_each")
"""Arguments that say how many there are: what a table of them holds is no setting of the resource."""
REFUSES: Final = frozenset(
    {
        "deletion_protection", "deletion_protection_enabled", "termination_protection", "termination_protection_enabled",
        "disable_api_termination", "enable_deletion_protection", "purge_protection_enabled", "prevent_deletion_if_contains_resources", "drop_protection",
        "enable_drop_protection", "delete_protection", "rebuild_protection", "deletion_protected", "is_locked",
    }
)  # fmt: skip
"""While these are true, whoever has the service delete the resource is refused."""
KEEPS: Final = frozenset(
    {
        "versioning_enabled", "point_in_time_recovery_enabled", "point_in_time_recovery", "object_lock_enabled", "backup_enabled",
        "automated_backup_enabled", "geo_redundant_backup_enabled", "soft_delete_enabled", "binary_log_enabled",
        "continuous_backup_enabled", "change_feed_enabled", "restore_policy", "copy_tags_to_snapshot_on_delete",
        "rdb_backup_enabled", "aof_backup_enabled",
    }
)  # fmt: skip
"""While these are true, older states or copies are kept."""
ALLOWS: Final = {
    "skip_final_snapshot": "no last snapshot is taken when it is destroyed",
    "force_destroy": "it is destroyed with all that is in it",
    "force_delete": "it is deleted with all that is in it",
    "delete_automated_backups": "its automated backups go with it",
    "force_delete_without_recovery": "it is deleted at once, and nobody can bring it back",
    "delete_contents_on_destroy": "it is destroyed with all that is in it",
}
"""Once these are true, nothing is kept."""
_DAYS: Final = {
    "backup_retention_period": "backups", "backup_retention_days": "backups",
    "snapshot_retention_limit": "snapshots", "automatic_backup_retention_days": "backups", "retained_backups": "backups",
    "soft_delete_retention_days": "what was deleted", "deletion_window_in_days": "a key that is to be deleted",
    "recovery_window_in_days": "a secret that is to be deleted", "transaction_log_retention_days": "the transaction log",
    "retention_duration_seconds": "what was deleted", "automatic_snapshot_retention_period": "snapshots",
    "automated_snapshot_retention_period": "snapshots", "point_in_time_recovery_retention_days": "earlier states",
    "restore_window_days": "earlier states", "days_to_recover": "what was deleted", "retention_period_hours": "records",
}  # fmt: skip
"""How long something is kept."""
_YEARS: Final = "backups for years"
_RECOVERABLE: Final = frozenset({"backups", "new backups", "snapshots", "earlier states", "what was deleted"})
"""What can be brought back as long as it is kept."""
_OF_CACHES: Final = "snapshot_retention_limit"
_WEEK: Final = 7.0
_LITTLE: Final = 0.1
"""A loss is often found after days; of what is kept for a week or more, so much of the time left is little."""
_NEVER: Final = ("", "PT0S", "P0D", "P0W")
_KEPT_IN: Final = {
    ("lifecycle", "delete_after"): "new backups",
    ("default_retention", "days"): "locks of new objects",
    ("default_retention", "years"): "locks of new objects",
    ("short_term_retention_policy", "retention_days"): "earlier states",
    ("delete_retention_policy", "days"): "what was deleted",
    ("container_delete_retention_policy", "days"): "what was deleted",
    ("restore_policy", "days"): "earlier states",
    ("retention_daily", "count"): "backups",
    ("retention_config", "backup_retain_days"): "backups",
    **{("long_term_retention_policy", f"{each}_retention"): _YEARS for each in ("weekly", "monthly", "yearly")},
}
"""The same by names that mean it within these blocks alone."""
_SWITCHES: Final = {"ACTIVE": True, "INACTIVE": False, "ENABLED": True, "DISABLED": False}
"""How some services write true and false."""
_POLICIES: Final = {
    "deletion_policy": "once nothing declares it any more,",
    "update_replace_policy": "once another has to be made in its place,",
}
"""What becomes of a thing that goes, and when."""
_RANKS: Final = {"delete": 1, "snapshot": 2, "retain": 3, "retainexceptoncreate": 3, "abandon": 3, "prevent": 4}
_BECOMES: Final = {1: "deleted", 2: "deleted after a last snapshot", 3: "kept", 4: "not let go"}
_SUSPENDED: Final = ("Suspended", "Disabled", None)
_UNDER_ENABLED: Final = {
    "versioning": "earlier versions of objects are not kept any more",
    "point_in_time_recovery": "it can no longer be set back to an earlier moment",
    "backup_configuration": "it is not backed up any more",
    "automated_backup_policy": "it is not backed up any more",
    "continuous_backup_config": "it can no longer be set back to an earlier moment",
    "backup_policy": "it is not backed up any more",
}
"""Blocks whose `enabled` keeps copies."""
KEEPERS: Final = {
    "aws_s3_bucket_versioning": "earlier versions of the bucket's objects are not kept any more",
    "aws_s3_bucket_object_lock_configuration": "new objects in the bucket can be deleted and overwritten again",
    "aws_s3_bucket_replication_configuration": "the bucket is not copied elsewhere any more",
    "aws_backup_plan": "what it backed up is not backed up any more",
    "aws_backup_selection": "what it named is not backed up any more",
    "aws_backup_vault_lock_configuration": "the backups in the vault can be deleted again",
    "aws_dlm_lifecycle_policy": "no more snapshots are made by it",
    "aws_db_instance_automated_backups_replication": "the database's backups are not copied elsewhere any more",
    "google_compute_resource_policy": "the disks it is attached to get no more snapshots from it",
    "google_compute_disk_resource_policy_attachment": "the disk gets no more snapshots",
    "google_gke_backup_backup_plan": "the cluster is not backed up any more",
    "google_resource_manager_lien": "the project can be deleted again",
    "azurerm_management_lock": "what it locked can be deleted again",
    "azurerm_backup_protected_vm": "the machine is not backed up any more",
    "azurerm_backup_protected_file_share": "the share is not backed up any more",
    "azurerm_backup_policy_vm": "the machines under it are not backed up any more",
    "azurerm_data_protection_backup_instance_disk": "the disk is not backed up any more",
    "azurerm_data_protection_backup_instance_postgresql_flexible_server": "the database is not backed up any more",
}
"""Types that do nothing but keep data safe, and what is true once one is gone."""


class Removal(Struct, frozen=True, kw_only=True):
    """One protection that goes: its setting, what is true from then on, and whether nothing is left of it."""

    setting: str
    name: str
    words: str
    is_total: bool = True
    is_drastic: bool = False
    """Whether copies are kept from then on for so short a time that a loss is likely found too late."""


def removals(alteration: Alteration) -> Iterator[Removal]:
    """The protections that are taken from a resource that stays, and those that the one lacks which takes its place."""
    change = alteration.change
    is_again = change.action is Action.FORGET and change.creates_first
    if change.is_data or not (is_again or change.action in (Action.UPDATE, Action.REPLACE)):
        return
    for path, was, now in differences(change.before, change.after):
        is_new = len(path) > 1 and not at(change.before, path[:-1])
        if path[0] in META or (is_new and was is None):
            continue
        setting = change.written(path)
        if change.is_unknown(*path) or isinstance(now, Expression):
            found = _doubt(last_name(path), setting, was=was, now=now)
        elif isinstance(was, Expression) and (now is None or isinstance(now, bool)):
            found = _decided(path, setting, was=was, now=now)
        else:
            found = _removal(path, setting, was=was, now=now)
        if found is not None:
            yield found


def _doubt(name: str, setting: str, *, was: object, now: object) -> Removal | None:
    """A protection that was on, and of which only running tells whether it still is."""
    if was is not True or name not in REFUSES:
        return None
    by = f"`{now.text[:60]}`" if isinstance(now, Expression) else "a value known only when applied"
    words = f"`{setting}` was on, and {by} decides now whether it stays so: nothing may keep it from being deleted"
    return Removal(setting=setting, name=name, words=words, is_total=False)


def _decided(path: tuple[Step, ...], setting: str, *, was: Expression, now: bool | None) -> Removal | None:
    """A protection that was on where an expression had it so, and is nowhere now."""
    found = None if was.is_template else _removal(path, setting, was=not now, now=now)
    return None if found is None else replace(found, words=f"{found.words}; `{was.text[:60]}` decided that before")


def _removal(path: tuple[Step, ...], setting: str, *, was: object, now: object) -> Removal | None:
    name = last_name(path)
    parents = [step for step in path[:-1] if isinstance(step, str)]
    words, called = "", name
    if name in REFUSES or parents[-1:] == ["backup_policy"]:
        was, now = (_SWITCHES.get(each, each) if isinstance(each, str) else each for each in (was, now))
    is_off = now in (False, None)
    if was is True and is_off and name in REFUSES:
        words = "nothing keeps it from being deleted any more"
    elif was is True and is_off and name in KEEPS:
        words = "earlier states of it are not kept any more"
    elif now is True and was in (False, None):
        words = ALLOWS.get(name, "")
    elif was is True and is_off and name == "status" and parents[-1:] == ["backup_policy"]:
        words, called = _UNDER_ENABLED["backup_policy"], parents[0]
    elif was is True and is_off and parents == ["refuses"]:
        words = f"`{name}` is refused no longer: the next update may do that"
    elif name in _POLICIES and 0 < _rank(now) < _rank(was):
        words = f"{_POLICIES[name]} it is {_BECOMES[_rank(now)]}, and was {_BECOMES[_rank(was)]} before"
    elif was is True and is_off and name == "enabled" and parents:
        words, called = _UNDER_ENABLED.get(parents[-1], ""), parents[0]
    elif name == "mode" and was == "COMPLIANCE" and now == "GOVERNANCE" and parents:
        words, called = "whoever has the right to may delete what is locked", parents[0]
    elif name == "status" and was == "Enabled" and now in _SUSPENDED and "versioning_configuration" in parents:
        words, called = _UNDER_ENABLED["versioning"], parents[0]
    if words:
        return Removal(setting=setting, name=called, words=words, is_total=name not in _POLICIES or _rank(now) == 1)
    kept = _DAYS.get(name) or _KEPT_IN.get((parents[-1] if parents else "", name), "")
    place = name if name in _DAYS else parents[0] if parents else name
    return _shorter(kept, setting, name=place, values=(was, now)) if kept else None


def _shorter(what: str, setting: str, *, name: str, values: tuple[object, object]) -> Removal | None:
    if what == _YEARS:
        return _no_longer(setting, name=name, values=values)
    before, after = (_number(each) for each in values)
    if before is None or after is None or after >= before:
        return None
    kept = f"`{setting}` of {what} goes from {before:g} to {after:g}"
    if not after and what == "backups":
        kept += ": it is not backed up any more, those backups there are go, and it can no longer be set back to an earlier moment"
    is_kept_for_days = what in _RECOVERABLE and name != _OF_CACHES
    is_drastic = is_kept_for_days and _is_drastic(_days(before, setting), _days(after, setting))
    if is_drastic and after:
        kept += ": what was lost or spoiled and is found later than that cannot be brought back"
    return Removal(setting=setting, name=name, words=kept, is_total=after == 0, is_drastic=is_drastic)


def _is_drastic(before: float, after: float) -> bool:
    """Whether less than a week is left of a week or more, or less than a tenth."""
    return (after < _WEEK <= before) or after < before * _LITTLE


def _days(number: float, setting: str) -> float:
    if setting.endswith("_seconds"):
        return number / 86_400
    return number / 24 if setting.endswith("_hours") else number


def _no_longer(setting: str, *, name: str, values: tuple[object, object]) -> Removal | None:
    """Copies for years, each kind of which has a period of its own: gone where nothing is said, or a period of nothing."""
    was, now = values
    if not isinstance(was, str) or was.upper() in _NEVER or not (now is None or str(now).upper() in _NEVER):
        return None
    return Removal(
        setting=setting, name=name, words=f"`{setting}` was {was}, and none of these backups is kept any more"
    )


def _rank(policy: object) -> int:
    """How well a policy keeps a thing; 0 where that is not told."""
    return _RANKS.get(policy.lower(), 0) if isinstance(policy, str) else 0


def ignored(values: Mapping[str, Any], *, is_whole: bool = False) -> set[str] | None:
    """The arguments whose changes `ignore_changes` passes over, or with `is_whole` those of which it passes over every part; None
    where it passes over all.
    """
    found: set[str] = set()
    for lifecycle in nested(values, "lifecycle"):
        names = lifecycle.get("ignore_changes")
        if isinstance(names, Expression):
            return None
        for each in names if isinstance(names, list) else ():
            said = each.text if isinstance(each, Expression) else str(each)
            if not is_whole or said.isidentifier():
                found.add(said.partition("[")[0].partition(".")[0])
    return None if "all" in found else found


def prevents_destroy(values: Mapping[str, Any]) -> bool:
    """Whether Terraform itself refuses to destroy a resource that is declared so."""
    return any(plain(inner.get("prevent_destroy")) is True for inner in nested(values, "lifecycle"))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not is_known(value):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if isinstance(value, str) and value.isdigit() and len(value) < 12 else None
