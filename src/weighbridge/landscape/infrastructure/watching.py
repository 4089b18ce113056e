"""What records and watches, and what of it a change ends: by that it is told later, or at once, what was done.

The names are those of the providers' pages (see `kinds.toml`); one name means the same wherever it stands.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import Dynamic, Expression
from weighbridge.facts.terraform.changes import Action, Step, at
from weighbridge.landscape.infrastructure.alterations import Alteration, listed
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.differences import differences, last_name
from weighbridge.landscape.infrastructure.protections import META

_DOINGS: Final = "who did what in the account is recorded no longer"
_TRAFFIC: Final = "which connections were made is recorded no longer"
_REQUESTS: Final = "which requests were made is recorded no longer"
_DRIFT: Final = "how resources were set up, and who altered that, is recorded no longer"
_ATTACKS: Final = "attacks are looked for no longer, and what was found is gone"
_FAULTS: Final = "nobody is told any more when that happens"
RECORDS: Final = {
    "aws_cloudtrail": _DOINGS,
    "aws_flow_log": _TRAFFIC,
    "aws_config_configuration_recorder": _DRIFT,
    "aws_config_configuration_recorder_status": _DRIFT,
    "aws_config_delivery_channel": _DRIFT,
    "aws_config_config_rule": "whether resources keep to that rule is looked at no longer",
    "aws_guardduty_detector": _ATTACKS,
    "aws_guardduty_detector_feature": "that kind of attack is looked for no longer",
    "aws_guardduty_organization_configuration": "new accounts are not watched by themselves any more",
    "aws_securityhub_account": "findings are gathered no longer, and those there are are gone",
    "aws_securityhub_standards_subscription": "whether the account keeps to that standard is looked at no longer",
    "aws_inspector2_enabler": "known weaknesses are looked for no longer",
    "aws_macie2_account": "personal data is looked for no longer",
    "aws_accessanalyzer_analyzer": "what is opened to others is looked for no longer",
    "aws_detective_graph": _ATTACKS,
    "aws_s3_bucket_logging": _REQUESTS,
    "aws_redshift_logging": "which statements were run is recorded no longer",
    "aws_wafv2_web_acl_logging_configuration": "what the filter saw and stopped is recorded no longer",
    "aws_route53_query_log": "which names were asked for is recorded no longer",
    "aws_route53_resolver_query_log_config": "which names were asked for is recorded no longer",
    "aws_route53_resolver_query_log_config_association": "which names were asked for is recorded no longer",
    "aws_cloudwatch_log_subscription_filter": "what is logged is handed on no longer",
    "google_logging_project_sink": "what is logged is kept there no longer",
    "google_logging_folder_sink": "what is logged is kept there no longer",
    "google_logging_organization_sink": "what is logged is kept there no longer",
    "google_project_iam_audit_config": "who read data is recorded no longer",
    "google_folder_iam_audit_config": "who read data is recorded no longer",
    "google_organization_iam_audit_config": "who read data is recorded no longer",
    "google_scc_notification_config": "nobody is told of what is found any more",
    "azurerm_monitor_diagnostic_setting": "what it logs is kept there no longer",
    "azurerm_monitor_aad_diagnostic_setting": "who signed in is recorded there no longer",
    "azurerm_network_watcher_flow_log": _TRAFFIC,
    "azurerm_security_center_subscription_pricing": _ATTACKS,
    "azurerm_sentinel_alert_rule_scheduled": "that kind of attack is looked for no longer",
    "azurerm_mssql_server_extended_auditing_policy": "which statements were run is recorded no longer",
    "azurerm_mssql_database_extended_auditing_policy": "which statements were run is recorded no longer",
    "azurerm_mssql_server_security_alert_policy": _ATTACKS,
    "azurerm_advanced_threat_protection": _ATTACKS,
}
"""Types that do nothing but record what is done or look for attacks, and what is true once one is gone."""
ALARMS: Final = {
    "aws_cloudwatch_metric_alarm": _FAULTS,
    "aws_cloudwatch_composite_alarm": _FAULTS,
    "aws_cloudwatch_log_metric_filter": "what counts it is gone, and alarms over that count see nothing",
    "google_monitoring_alert_policy": _FAULTS,
    "google_monitoring_uptime_check_config": "whether it answers is looked at no longer",
    "google_logging_metric": "what counts it is gone, and alarms over that count see nothing",
    "azurerm_monitor_metric_alert": _FAULTS,
    "azurerm_monitor_activity_log_alert": _FAULTS,
    "azurerm_monitor_scheduled_query_rules_alert": _FAULTS,
    "azurerm_monitor_scheduled_query_rules_alert_v2": _FAULTS,
    "datadog_monitor": _FAULTS,
}
"""Types that tell somebody of faults."""
_BLOCKS: Final = {
    "access_logs": _REQUESTS, "connection_logs": "which connections were made is recorded no longer", "access_logging_policy": _REQUESTS,
    "access_log_settings": _REQUESTS, "access_log_setting": _REQUESTS, "logging": "what is done with it is recorded no longer",
    "logging_config": "what is done with it is recorded no longer", "logging_configuration": "what is done with it is recorded no longer",
    "log_config": "what goes through it is recorded no longer", "cluster_logging": "what is done with it is recorded no longer",
    "log_publishing_options": "what it logs is kept there no longer", "audit_log_config": "who read data is recorded no longer",
    "audit_log_configs": "who read data is recorded no longer", "enabled_log": "what it logs is kept there no longer",
    "event_selector": "which data was read and written is recorded no longer",
    "event_selectors": "which data was read and written is recorded no longer",
    "advanced_event_selector": "which data was read and written is recorded no longer",
    "advanced_event_selectors": "which data was read and written is recorded no longer",
    "log_delivery_configuration": "what it logs is kept there no longer",
}  # fmt: skip
"""Blocks without which nothing is recorded, or that hold `enabled`."""
_SWITCHES: Final = {
    "enable_logging": "nothing is recorded by it any more",
    "enable_log_file_validation": "nobody can tell any more whether what it recorded was altered",
    "is_multi_region_trail": "what is done in other regions is recorded no longer",
    "is_organization_trail": "what is done in other accounts is recorded no longer",
    "include_global_service_events": "what is done to people and their rights is recorded no longer",
    "all_supported": "resources of other types than those that are named are recorded no longer",
    "enable_flow_logs": _TRAFFIC,
    "is_enabled": "nothing is recorded by it any more",
    "actions_enabled": _FAULTS,
}
"""While these are true, it is recorded or told."""
_LISTS: Final = frozenset(
    {
        "enabled_cloudwatch_logs_exports", "enable_cloudwatch_logs_exports", "enabled_cluster_log_types", "enable_components",
        "alarm_actions", "notification_channels", "log_types",
    }
)  # fmt: skip
"""What is recorded or told, by name."""
_ABOUT_FORM: Final = frozenset({"aws_lambda_function", "AWS::Serverless::Function"})
"""Types that record whatever such a block says: it says only how."""
_TOLD: Final = frozenset({"alarm_actions", "notification_channels", "actions_enabled"})


class Blindness(Struct, frozen=True, kw_only=True):
    """One thing that is not seen any more: `name` is the argument, empty where all goes, `is_grave` where it is evidence or attacks."""

    words: str
    name: str = ""
    is_grave: bool = True


def blindnesses(alteration: Alteration, companions: Companions) -> Iterator[Blindness]:
    """What of it is not seen any more."""
    change = alteration.change
    if change.is_data or change.deposed:
        return
    if change.action is Action.DELETE:
        words = RECORDS.get(change.type) or ALARMS.get(change.type)
        again = companions.is_followed(alteration)
        is_rewritten = again and change.type in ALARMS
        if words and not is_rewritten and not companions.goes_with(alteration):
            more = "; another of its kind is made, which may take over" if again else ""
            yield Blindness(words=f"is destroyed: {words}{more}", is_grave=change.type in RECORDS and not again)
        return
    if change.action not in (Action.UPDATE, Action.REPLACE):
        return
    told: set[tuple[Step, ...]] = set()
    for path, was, now in differences(change.before, change.after):
        if path[0] in META or change.is_unknown(*path) or isinstance(now, Expression):
            continue
        found = _in_block(alteration, path, told=told) or _switched(alteration, path, was=was, now=now)
        if found is not None and not companions.is_moved_out(alteration, str(path[0])):
            yield found
    for name in _LISTS & change.before.keys():
        yield from _fewer(alternatives=(change.before[name], change.after.get(name)), name=name, change=alteration)


def _in_block(alteration: Alteration, path: tuple[Step, ...], *, told: set[tuple[Step, ...]]) -> Blindness | None:
    """A block that is gone, or whose own switch is off."""
    change = alteration.change
    index = next((index for index, step in enumerate(path) if step in _BLOCKS), None)
    if index is None or change.type in _ABOUT_FORM:
        return None
    place, name = path[: index + 1], str(path[index])
    was, now = at(change.before, place), at(change.after, place)
    if place in told or not _is_on(was) or _is_on(now) or change.is_unknown(*place):
        return None
    if any(_stands(change.after, (*place[:-1], other)) for other in _instead(name)):
        return None
    told.add(place)
    return Blindness(
        words=f"`{change.written(place)}` is {'off' if now else 'gone'}: {_BLOCKS[name]}", name=str(path[0])
    )


def _stands(values: Mapping[str, Any], place: tuple[Step, ...]) -> bool:
    """Whether a block stands there that is on, or one of which only applying tells how often it is made."""
    block = at(values, place)
    many = block if isinstance(block, list) else [block]
    return _is_on(block) or any(isinstance(each, Expression | Dynamic) for each in many)


def _instead(name: str) -> tuple[str, ...]:
    """The block itself, and what may stand in its place: the one that selects by more, or by less."""
    other = name.removeprefix("advanced_") if name.startswith("advanced_") else f"advanced_{name}"
    return (name, other)


def _is_on(block: object) -> bool:
    """Whether a block is there, and says that it is on if it says anything of that."""
    blocks = [each for each in (block if isinstance(block, list) else [block]) if isinstance(each, dict)]
    return any(
        each.get(name) not in (False, "false") for each in blocks for name in ("enabled", "enable") if name in each
    ) or (any(blocks) and not any(name in each for each in blocks for name in ("enabled", "enable")))


def _switched(alteration: Alteration, path: tuple[Step, ...], *, was: object, now: object) -> Blindness | None:
    change, name = alteration.change, last_name(path)
    setting, first = change.written(path), str(path[0])
    watches = change.type in RECORDS or change.type in ALARMS
    if was is True and now in (False, None) and name in _SWITCHES and (name != "is_enabled" or watches):
        return Blindness(words=f"`{setting}` is off: {_SWITCHES[name]}", name=first, is_grave=name not in _TOLD)
    if watches and len(path) == 1 and name in ("enable", "enabled") and was is True and now is False:
        words = RECORDS.get(change.type) or ALARMS[change.type]
        return Blindness(words=f"`{setting}` is off: {words}", name=first, is_grave=change.type in RECORDS)
    if name == "traffic_type" and was == "ALL" and isinstance(now, str):
        passed = "what was refused" if now == "ACCEPT" else "what was let through"
        return Blindness(words=f"`{setting}` is no longer `ALL`: {passed} is recorded no longer", name=first)
    if change.type.startswith("google_logging_") and name == "disabled" and now is True:
        return Blindness(words=f"`{setting}` is on: what is logged is kept there no longer", name=first)
    if change.type == "azurerm_security_center_subscription_pricing" and name == "tier" and now == "Free":
        return Blindness(words=f"`{setting}` is `Free`: {_ATTACKS}", name=first)
    return None


def _fewer(alternatives: tuple[Any, Any], *, name: str, change: Alteration) -> Iterator[Blindness]:
    was, now = alternatives
    if not isinstance(was, list) or not (now is None or isinstance(now, list)) or change.change.is_unknown(name):
        return
    if any(isinstance(each, Expression) for each in now or ()):
        return
    gone = [f"`{each}`" for each in was if isinstance(each, str) and each not in (now or ())]
    if not gone:
        return
    said, is_one = listed(gone[:4]), len(gone) == 1
    if name in _TOLD:
        if not now:
            yield Blindness(words=f"`{name}` is empty: {_FAULTS}", name=name, is_grave=False)
        return
    yield Blindness(
        words=f"{said} {'is' if is_one else 'are'} no longer among `{change.change.written((name,))}`: that is recorded no longer",
        name=name,
    )
