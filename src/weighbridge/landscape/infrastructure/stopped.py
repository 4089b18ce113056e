"""What runs, and is set to run no more: none of it is left, or it is switched off.

The names are those of the providers' pages (see `kinds.toml`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import nested
from weighbridge.facts.terraform.changes import Action, Step
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.differences import differences, last_name, plain

_NONE_LEFT: Final = "nothing of it runs any more"
_UNANSWERED: Final = "nobody gets an answer from it any more"
_UNREADABLE: Final = "what is encrypted with it can be read by nobody while it is off"
_UNTAKEN: Final = "what waits is taken no longer"

COUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_autoscaling_group": ("desired_capacity", "max_size"),
    "aws_ecs_service": ("desired_count",),
    "aws_eks_node_group": ("desired_size",),
    "aws_appautoscaling_target": ("max_capacity",),
    "AWS::ApplicationAutoScaling::ScalableTarget": ("max_capacity",),
    "google_compute_instance_group_manager": ("target_size",),
    "google_compute_region_instance_group_manager": ("target_size",),
    "google_container_node_pool": ("node_count", "max_node_count", "total_max_node_count"),
    "google_cloud_run_v2_service": ("manual_instance_count",),
    "azurerm_linux_virtual_machine_scale_set": ("instances",),
    "azurerm_windows_virtual_machine_scale_set": ("instances",),
    "azurerm_orchestrated_virtual_machine_scale_set": ("instances",),
    "azurerm_kubernetes_cluster_node_pool": ("node_count", "max_count"),
    "kubernetes_deployment": ("replicas",),
    "kubernetes_deployment_v1": ("replicas",),
    "kubernetes_stateful_set": ("replicas",),
    "kubernetes_stateful_set_v1": ("replicas",),
}
"""Types that run as many as these arguments say."""
_CALLS: Final[Mapping[str, str]] = {
    "aws_lambda_function": "reserved_concurrent_executions",
    "AWS::Serverless::Function": "reserved_concurrent_executions",
}
"""Types that answer as many calls at once as this argument says, where it says so."""
_SWITCHES: Final[Mapping[str, tuple[str, str]]] = {
    "aws_cloudfront_distribution": ("enabled", _UNANSWERED),
    "aws_globalaccelerator_accelerator": ("enabled", _UNANSWERED),
    "azurerm_linux_web_app": ("enabled", _UNANSWERED),
    "azurerm_windows_web_app": ("enabled", _UNANSWERED),
    "azurerm_linux_function_app": ("enabled", _UNANSWERED),
    "azurerm_windows_function_app": ("enabled", _UNANSWERED),
    "azurerm_cdn_frontdoor_endpoint": ("enabled", _UNANSWERED),
    "aws_lambda_event_source_mapping": ("enabled", _UNTAKEN),
    "AWS::Lambda::EventSourceMapping": ("enabled", _UNTAKEN),
    "aws_kms_key": ("is_enabled", _UNREADABLE),
    "aws_kms_replica_key": ("enabled", _UNREADABLE),
}
"""Types that do what they are for while this argument is true, and what is so once it is not."""
_ALSO: Final = {"aws_kms_key": "enabled"}
"""How CloudFormation calls the same."""
_WITHIN: Final = (("distribution_config",),)
"""Where in a template it stands: other parts of a thing have a switch of the same name."""
_STATES: Final[Mapping[str, tuple[str, frozenset[str], str]]] = {
    "google_sql_database_instance": ("activation_policy", frozenset({"never"}), _UNANSWERED),
    "google_compute_instance": ("desired_status", frozenset({"terminated", "suspended"}), _NONE_LEFT),
    "aws_ec2_instance_state": ("state", frozenset({"stopped"}), _NONE_LEFT),
    "google_kms_crypto_key_version": ("state", frozenset({"disabled"}), _UNREADABLE),
}
"""Types that are stopped by these values of an argument."""
TYPES: Final = frozenset((*COUNTS, *_CALLS, *_SWITCHES, *_STATES))
_SCALED: Final = ("autoscaling", "auto_scaling_enabled", "enable_auto_scaling")
"""While one of these is set, the number of nodes is another's to decide."""
_OFTEN_ALONE: Final = frozenset({"node_count", "instances"})


class Stop(Struct, frozen=True, kw_only=True):
    """One thing that is stopped: its setting as its source writes it, and what is so from then on, in words."""

    setting: str
    name: str
    words: str
    is_grave: bool = True


def stops(alteration: Alteration, *, others: Iterable[Alteration]) -> Iterator[Stop]:
    """What of it is set to run no more; less grave where another of its type is started by the same change."""
    change = alteration.change
    if change.type not in TYPES or change.is_data or change.action not in (Action.UPDATE, Action.REPLACE):
        return
    found = next(_stops(alteration), None)
    if found is None:
        return
    if any(_is_started(each, alteration) for each in others):
        yield Stop(
            setting=found.setting,
            name=found.name,
            words=f"{found.words}; another of its kind is started, which may take over",
            is_grave=False,
        )
    else:
        yield found


def _stops(alteration: Alteration) -> Iterator[Stop]:
    change = alteration.change
    for path, was, now in differences(change.before, change.after):
        words = "" if change.is_unknown(*path) else _stopping(change.type, path, was=was, now=now)
        if words and not (last_name(path) in _OFTEN_ALONE and _scales(change.after)):
            setting = change.written(path)
            yield Stop(setting=setting, name=str(path[0]), words=f"`{setting}` {words}")


def _stopping(kind: str, path: tuple[Step, ...], *, was: object, now: object) -> str:
    """What a value that is otherwise now makes of a thing of this type, in words; empty where it runs on."""
    name, old, new = last_name(path), _number(was), _number(now)
    if name in COUNTS.get(kind, ()):
        return f"goes from {old} to 0: {_NONE_LEFT}" if old and new == 0 else ""
    if name == _CALLS.get(kind):
        return "is 0: each call of it is refused" if new == 0 and old != 0 else ""
    switch, words = _SWITCHES.get(kind, ("", ""))
    if name in (switch, _ALSO.get(kind)) and path[:-1] in ((), *_WITHIN):
        return f"is false: {words}" if plain(was) is True and plain(now) is False else ""
    state, stopped, words = _STATES.get(kind, ("", frozenset(), ""))
    if name == state and isinstance(now, str) and now.lower() in stopped:
        return f"is {now}: {words}" if not isinstance(was, str) or was.lower() not in stopped else ""
    return ""


def _scales(values: Mapping[str, Any]) -> bool:
    return any(bool(nested(values, name)) or plain(values.get(name)) is True for name in _SCALED)


def _is_started(other: Alteration, of: Alteration) -> bool:
    """Whether another of the type is made, or had none and has some."""
    change = other.change
    if change.type != of.change.type or other is of or change.is_data:
        return False
    if change.action is Action.CREATE:
        return True
    names = COUNTS.get(change.type, ())
    return any(
        last_name(path) in names and _number(was) == 0 and _number(now) not in (0, None)
        for path, was, now in differences(change.before, change.after)
    )


def _number(value: object) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return int(value)
    return int(value) if isinstance(value, str) and value.isdigit() and len(value) < 7 else None
