"""Ways of a network: routes that are gone, and among names and doors those by which everybody comes.

The names are those of the providers' pages (see `kinds.toml`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.companions import Companions

_ROUTES: Final = ("aws_route", "AWS::EC2::Route", "google_compute_route", "azurerm_route")
"""Types that are one route."""
_TABLES: Final = ("aws_route_table", "aws_default_route_table", "azurerm_route_table")
"""Types that may hold some, under `route`."""
_LEADS_TO: Final = (
    "cidr_block", "ipv6_cidr_block", "destination_prefix_list_id", "destination_cidr_block", "destination_ipv6_cidr_block",
    "dest_range", "address_prefix",
)  # fmt: skip
_EVERYWHERE: Final = frozenset({"0.0.0.0/0", "::/0", "internet"})
_MOST_SAID: Final = 3
_MAIL_AND_SERVERS: Final = frozenset({"MX", "NS"})
_ADDRESSES: Final = frozenset({"A", "AAAA", "ALIAS", "CNAME"})
_TRIED: Final = LatePattern(r"(?i)(?:^|[^a-z])(?:dev|test|tests|staging|stage|sandbox|preview|demo)(?:[^a-z]|$)")
"""In a name, that nobody's business comes that way."""
_LISTENERS: Final = ("_lb_listener", "_alb_listener")
_LINKS: Final = (
    "_vpn_connection",
    "_virtual_network_gateway_connection",
    "_dx_connection",
    "_service_networking_connection",
)
"""How the types end by which a whole network is linked to another place."""


class LostRoute(Struct, frozen=True, kw_only=True):
    """Destinations that a table leads to no longer."""

    words: str
    name: str = ""
    is_grave: bool = False


def lost_routes(alteration: Alteration, companions: Companions, *, others: Iterable[Alteration]) -> Iterator[LostRoute]:
    """Where a network leads to no longer, what goes with its table left out."""
    change = alteration.change
    if change.is_data or change.deposed or change.type not in (*_ROUTES, *_TABLES):
        return
    if change.type in _TABLES:
        if change.action is not Action.UPDATE or change.is_unknown("route"):
            return
        before, after = (_within(each) for each in (change.before, change.after))
        gone = sorted(before - after) if before is not None and after is not None else []
        name = "route"
    else:
        if not change.ends or companions.goes_with(alteration):
            return
        gone = sorted(_destinations(change.before) - (_destinations(change.after) if change.after else set()))
        name = next((each for each in _LEADS_TO if change.after.get(each) is not None), "")
    made = [each for other in others if _is_made(other) for each in _made_by(other)]
    gone = [each for each in gone if each not in made]
    if gone:
        said = ", ".join(f"`{each}`" for each in gone[:_MOST_SAID])
        is_grave = any(each.lower() in _EVERYWHERE for each in gone)
        end = "what has no other way out reaches nothing outside any more" if is_grave else "what lies there is cut off"
        yield LostRoute(words=f"it leads to {said} no longer: {end}", name=name, is_grave=is_grave)


def is_main_way(alteration: Alteration, companions: Companions, *, others: Iterable[Alteration]) -> bool:
    """Whether of a name, a door or a link that goes much is reached: a whole domain, all that is encrypted, another place."""
    change = alteration.change
    if change.action is not Action.DELETE or companions.goes_with(alteration):
        return False
    if _TRIED.search(f"{change.address} {change.before.get('name')}"):
        return False
    if change.type.endswith(_LISTENERS):
        is_open = str(change.before.get("protocol")).upper() in ("HTTPS", "TLS") or change.before.get("port") == 443
        return is_open and not companions.is_followed(alteration)
    if change.type.endswith(_LINKS):
        return not companions.is_followed(alteration)
    kind = _kind_of_record(change.type, change.before)
    is_whole = kind in _MAIL_AND_SERVERS or (kind in _ADDRESSES and _is_domain(change.before.get("name")))
    return is_whole and not any(_takes_over(each, change.before.get("name"), kind=kind) for each in others)


def _kind_of_record(resource_type: str, values: Mapping[str, Any]) -> str:
    """The kind of a record; empty where it is none."""
    if resource_type.startswith("azurerm_dns_") and resource_type.endswith("_record"):
        return resource_type.removeprefix("azurerm_dns_").removesuffix("_record").upper()
    if resource_type.endswith(("_record", "_record_set")) and "private" not in resource_type:
        return str(values.get("type")).upper()
    return ""


def _is_domain(name: object) -> bool:
    """Whether a record is that of a domain itself, as far as its name tells."""
    if not isinstance(name, str):
        return False
    return name in ("@", "") or (len(name.rstrip(".").split(".")) <= 2 and "." in name.rstrip("."))


def _takes_over(other: Alteration, name: object, *, kind: str) -> bool:
    change = other.change
    return (
        change.action is Action.CREATE
        and change.after.get("name") == name
        and _kind_of_record(change.type, change.after) == kind
    )


def _is_made(other: Alteration) -> bool:
    return other.change.action in (Action.CREATE, Action.UPDATE, Action.REPLACE)


def _made_by(other: Alteration) -> set[str]:
    """Where a route that the change makes, or a table that it alters, leads to and did not before."""
    change = other.change
    if change.type in _ROUTES:
        return _destinations(change.after) - _destinations(change.before)
    if change.type in _TABLES:
        return (_within(change.after) or set()) - (_within(change.before) or set())
    return set()


def _within(values: Mapping[str, Any]) -> set[str] | None:
    """The destinations of a table; None where only running tells."""
    listed = values.get("route")
    if isinstance(listed, Expression) or (
        isinstance(listed, list) and not all(isinstance(each, dict) for each in listed)
    ):
        return None
    return {each for route in nested(values, "route") for each in _destinations(route)}


def _destinations(values: Mapping[str, Any]) -> set[str]:
    """Where one route leads to; nowhere where what comes is dropped."""
    if values.get("next_hop_type") in ("None", "none"):
        return set()
    return {each for name in _LEADS_TO if isinstance(each := values.get(name), str) and each}
