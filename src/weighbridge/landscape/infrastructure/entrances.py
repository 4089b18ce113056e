"""Settings that say who may reach a service at all, and those that let more in than before.

The names are those of the providers' pages (see `kinds.toml`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.differences import plain

_WORLD: Final = frozenset({"0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "*"})
_ASKS: Final = ("authorization", "authorization_type", "auth_type", "authorizer_type")
"""Arguments that say whether whoever calls is asked who they are."""
_NOBODY: Final = "NONE"
_OPENING: Final = ("publicly_accessible", "allow_nested_items_to_be_public", "allow_blob_public_access")
"""Arguments that open it while they are true."""
_TRUE_WHERE: Final = LatePattern(r"If\([^,()]+, (?:true, .*|.*, true)\)|.*\?\s*(?:true\b.*|[^:]*:\s*true)")
"""What a choice looks like of which one side is true, in a template and in Terraform."""
_MOST_SHOWN: Final = 60
_LONGEST: Final = 400
_SHARES: Final = ("shared_accounts", "group")
_COPIED: Final = ("_snapshot", "_launch_permission")
"""Arguments of images and snapshots that say who may copy them, and how their types end."""
_ACLS: Final = ("network_rules", "network_acls", "network_rule_set", "network_rulesets")
_API: Final = "the programming interface of the cluster is reached from everywhere"


def admissions(alteration: Alteration) -> Iterator[tuple[str, str]]:
    """The settings by which more may reach it than before, each with what is true from then on."""
    change = alteration.change
    if change.is_data or change.action not in (Action.CREATE, Action.UPDATE, Action.REPLACE):
        return
    was, now = change.before, change.after
    for name in _SHARES:
        if change.type.endswith(_COPIED) and _is_shared(now.get(name)) and not _is_shared(was.get(name)):
            yield name, "everybody may copy what is in it"
    if change.action is Action.CREATE:
        return
    for name in _ASKS:
        old, new = was.get(name), now.get(name)
        if new == _NOBODY and isinstance(old, str) and old not in ("", _NOBODY) and not now.get("api_key_required"):
            yield name, "whoever calls it is asked for nothing, and was before"
    for name in _OPENING:
        new = now.get(name)
        if plain(was.get(name)) in (False, None) and isinstance(new, Expression) and _may_be_true(new):
            yield name, f"it is reached from the internet where `{new.text[:_MOST_SHOWN]}` is true, and was nowhere"
    if change.type.startswith("azurerm_"):
        yield from _let_in_by_default(was, now)
    reader = _READERS.get(change.type)
    if reader is not None:
        name, is_open = reader
        if is_open(was) is False and is_open(now) and not change.is_unknown(name):
            yield name, _API


def answering(alteration: Alteration) -> Iterator[tuple[str, str, bool]]:
    """Where a function of SAM's that was there answers whoever calls it, by which argument, what is so, and whether the same asked before."""
    change = alteration.change
    if change.is_data or change.action not in (Action.UPDATE, Action.REPLACE):
        return
    addresses = nested(change.after, "function_url_config")
    if any(each.get("auth_type") == _NOBODY for each in addresses):
        was = [each.get("auth_type") for each in nested(change.before, "function_url_config")]
        if _NOBODY not in was:
            yield "function_url_config", "it has an address at which whoever calls it is answered", bool(was)
    old, new = (dict(_authorizers(values)) for values in (change.before, change.after))
    for event, who in new.items():
        if who == _NOBODY and old.get(event, "") != _NOBODY:
            yield (
                "events",
                f"whoever calls it by `{event}` is asked for nothing, whatever its interface asks of others",
                event in old,
            )


def _authorizers(values: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """The events of a function of SAM's, each with who is asked who calls; nobody is named where its interface says it."""
    for events in nested(values, "events"):
        for name, event in events.items():
            for properties in nested({"": event}, "")[0:1]:
                inner = nested(properties, "properties")
                auth = nested(inner[0], "auth") if inner else []
                yield name, (auth[0].get("authorizer") if auth else "")


def _is_shared(value: object) -> bool:
    return any(str(each).lower() == "all" for each in (value if isinstance(value, list) else [value]))


def _may_be_true(value: Expression) -> bool:
    """Whether it is a choice of which one side opens it."""
    return len(value.text) < _LONGEST and _TRUE_WHERE.fullmatch(value.text) is not None


def _let_in_by_default(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if any(plain(each.get("public_network_access_enabled")) is False for each in (was, now)):
        return  # it is shut to all networks, or was, and that it is opened is told by that
    words = "whom no rule names is let in from every network, and was refused before"
    if _refuses(was) and _lets_in(now):
        yield "default_action", words
    name = "is_virtual_network_filter_enabled"
    if plain(was.get(name)) is True and plain(now.get(name)) is False and now.get("ip_range_filter") in ("", [], None):
        yield name, words
    for name in _ACLS:
        if any(map(_refuses, nested(was, name))) and any(map(_lets_in, nested(now, name))):
            yield name, words


def _refuses(values: Mapping[str, Any]) -> bool:
    return str(values.get("default_action")).lower() == "deny"


def _lets_in(values: Mapping[str, Any]) -> bool:
    return str(values.get("default_action")).lower() == "allow"


def _is_world(ranges: object) -> bool | None:
    """Whether these addresses are all there are; none at all limits nothing. None where only running tells."""
    if isinstance(ranges, Expression) or (
        isinstance(ranges, list) and any(isinstance(each, Expression) for each in ranges)
    ):
        return None
    return not ranges or (isinstance(ranges, list) and any(each in _WORLD for each in ranges))


def _of_amazon(values: Mapping[str, Any]) -> bool | None:
    for block in (*nested(values, "vpc_config"), *nested(values, "resources_vpc_config")):
        is_public = plain(block.get("endpoint_public_access"))
        if is_public is False:
            return False
        return None if isinstance(is_public, Expression) else _is_world(block.get("public_access_cidrs"))
    return None


def _of_google(values: Mapping[str, Any]) -> bool | None:
    if any(plain(block.get("enable_private_endpoint")) is True for block in nested(values, "private_cluster_config")):
        return False
    named = values.get("master_authorized_networks_config")
    blocks = nested(values, "master_authorized_networks_config")
    if isinstance(named, Expression) or (named and not blocks):
        return None
    ranges = [each.get("cidr_block") for block in blocks for each in nested(block, "cidr_blocks")]
    if blocks and not ranges:
        return None if any(block.get("cidr_blocks") for block in blocks) else False
    return _is_world(ranges)


def _of_microsoft(values: Mapping[str, Any]) -> bool | None:
    if plain(values.get("private_cluster_enabled")) is True:
        return False
    profile = values.get("api_server_access_profile")
    if isinstance(profile, Expression):
        return None
    ranges = values.get("api_server_authorized_ip_ranges")
    within = [block.get("authorized_ip_ranges") for block in nested(values, "api_server_access_profile")]
    return _is_world(next((each for each in (*within, ranges) if each), None))


_READERS: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bool | None]]]] = {
    "aws_eks_cluster": ("vpc_config", _of_amazon),
    "google_container_cluster": ("master_authorized_networks_config", _of_google),
    "azurerm_kubernetes_cluster": ("api_server_access_profile", _of_microsoft),
}
"""Types whose interface is limited to addresses, the argument that does that, and whether everybody may."""
