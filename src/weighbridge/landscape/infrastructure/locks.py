"""Locks of Azure that hold for less than before: https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.infrastructure.protections import Removal

_TYPE: Final = "azurerm_management_lock"
_BLOCK: Final = LatePattern(r"(?:data\.)?(azurerm_\w+)\.[\w-]+")
_GROUP: Final = LatePattern(r"(?i)/subscriptions/[^/]+/resourcegroups/[^/]+/?")
_SUBSCRIPTION: Final = LatePattern(r"(?i)/subscriptions/[^/]+/?")
_WIDTHS: Final = {"azurerm_subscription": 2, "azurerm_resource_group": 1}
_WORDS: Final = {2: "a whole subscription", 1: "a whole resource group", 0: "one resource"}


def loosened_lock(change: ResourceChange) -> Removal | None:
    """What a lock no longer holds for; None where it holds for as much."""
    if change.type != _TYPE or change.is_data or change.action not in (Action.UPDATE, Action.REPLACE):
        return None
    was, now = (_text(values.get("scope")) for values in (change.before, change.after))
    if was and now and was != now and not change.is_unknown("scope"):
        before, after = _width(was), _width(now)
        if before is not None and after is not None and after <= before:
            less = f"`{was}`, {_WORDS[before]}, to `{now}`"
            words = f"`scope` goes from {less}: the rest of what it locked can be deleted again"
            if before == after:
                words = f"`scope` goes from `{was}` to `{now}`: what it locked can be deleted again"
            return Removal(setting="scope", name="scope", words=words, is_drastic=after < before)
    if (change.before.get("lock_level"), change.after.get("lock_level")) == ("ReadOnly", "CanNotDelete"):
        words = "`lock_level` goes from ReadOnly to CanNotDelete: what it locked can be changed again"
        return Removal(setting="lock_level", name="lock_level", words=words, is_total=False)
    return None


def _text(value: object) -> str:
    return value.text if isinstance(value, Expression) else value if isinstance(value, str) else ""


def _width(scope: str) -> int | None:
    """How much a scope is; None where that is not told."""
    found = _BLOCK.match(scope.removeprefix("${"))
    if found is not None:
        return _WIDTHS.get(found[1], 0)
    if _SUBSCRIPTION.fullmatch(scope):
        return 2
    if _GROUP.fullmatch(scope):
        return 1
    return 0 if scope.lower().startswith("/subscriptions/") and "${" not in scope else None
