"""What anybody on the internet can reach: which doors a resource opens, before and after.

The names of attributes are those of the providers' pages (see `kinds.toml`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.differences import plain

_WORLD: Final = frozenset({"0.0.0.0/0", "::/0", "*", "internet", "any", "0.0.0.0/1", "128.0.0.0/1"})
_WEB: Final = frozenset({80, 443})
_ALL: Final = frozenset({"-1", "all", "*", "any"})
_PUBLIC_ACL: Final = frozenset(
    {"public-read", "public-read-write", "website", "authenticated-read", "publicRead", "publicReadWrite"}
)
BLOCKS: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
"""What keeps a bucket from being opened."""
_BALANCERS: Final = ("aws_lb", "aws_alb", "aws_elb")
_OPEN_WHEN_TRUE: Final = {
    "publicly_accessible": "it gets an address on the internet",
    "allow_blob_public_access": "its containers may be opened to anybody",
    "allow_nested_items_to_be_public": "its containers may be opened to anybody",
    "public_network_access_enabled": "it is reached from the internet",
}


class Door(Struct, frozen=True, kw_only=True):
    """Ports that anybody can reach; `last` is 65535 and `protocol` empty for all of them."""

    protocol: str
    first: int
    last: int

    @property
    def is_web(self) -> bool:
        """Whether these are the ports that are for anybody."""
        return self.first == self.last and self.first in _WEB

    def holds(self, other: "Door") -> bool:
        """Whether all of the other lies within."""
        return self.protocol in ("", other.protocol) and self.first <= other.first and other.last <= self.last

    @property
    def words(self) -> str:
        """Its ports, in words."""
        if not self.protocol and self.first == 0 and self.last >= 65535:
            return "all ports"
        ports = f"port {self.first}" if self.first == self.last else f"ports {self.first} to {self.last}"
        return f"{ports} ({self.protocol})" if self.protocol else ports


def opened(alteration: Alteration) -> Iterator[Door]:
    """The doors that were not open before, those of the web left out."""
    change = alteration.change
    before = list(doors(change.type, change.before))
    for door in dict.fromkeys(doors(change.type, change.after)):
        if not door.is_web and door.protocol not in ("icmp", "icmpv6") and not any(each.holds(door) for each in before):
            yield door


def doors(kind: str, values: Mapping[str, Any]) -> Iterator[Door]:
    """What a resource of this type lets anybody reach."""
    reader = _READERS.get(kind)
    if reader is not None and values:
        yield from reader(values)


def made_public(alteration: Alteration) -> Iterator[tuple[str, str]]:
    """The settings that open a resource and were not so before, each with what is true from then on."""
    change = alteration.change
    was, now = change.before, change.after
    for name, words in _OPEN_WHEN_TRUE.items():
        is_usual = name == "public_network_access_enabled" and plain(was.get(name)) is not False
        if plain(now.get(name)) is True and plain(was.get(name)) is not True and not is_usual:
            yield name, words
    if change.type in _BALANCERS and _is_internal(was) and now and not _is_internal(now) and not _is_open(now):
        yield (
            "scheme" if "scheme" in now else "internal",
            "it is reached from the internet, and was from its network alone",
        )
    if now.get("acl") in _PUBLIC_ACL and was.get("acl") not in _PUBLIC_ACL:
        yield "acl", "anybody can read what is in it"
    if now.get("container_access_type") in ("blob", "container") and was.get("container_access_type") not in (
        "blob",
        "container",
    ):
        yield "container_access_type", "anybody can read what is in it"
    if was.get("public_access_prevention") == "enforced" and now and now.get("public_access_prevention") != "enforced":
        yield "public_access_prevention", "it may be opened to anybody"
    opened_up = [
        name for name in BLOCKS if plain(was.get(name)) is True and now and plain(now.get(name)) in (False, None)
    ]
    if opened_up:
        yield opened_up[0], "the bucket may be opened to anybody"


def _is_internal(values: Mapping[str, Any]) -> bool:
    return values.get("scheme") == "internal" or plain(values.get("internal")) is True


def _is_open(values: Mapping[str, Any]) -> bool:
    """Whether nothing tells which of the two it is."""
    return any(isinstance(values.get(name), Expression) for name in ("internal", "scheme"))


def _world(value: object) -> bool:
    many = value if isinstance(value, list) else [value]
    return any(isinstance(each, str) and each.strip().lower() in _WORLD for each in many)


def _door(protocol: object, *, first: object, last: object) -> Door | None:
    said = str(protocol).lower() if isinstance(protocol, str | int) and not isinstance(protocol, bool) else ""
    said = {"6": "tcp", "17": "udp", "1": "icmp"}.get(said, said)
    if said in _ALL or (said == "" and first is None):
        return Door(protocol="", first=0, last=65535)
    start, end = _port(first), _port(last)
    if start is None:
        return None
    end = start if end is None else end
    if (start, end) in ((0, 0), (-1, -1)) and not said.startswith("icmp"):
        start, end = 0, 65535
    return Door(protocol=said, first=start, last=end)


def _port(value: object) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return int(value)
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() and len(value) < 7 else None


def _aws_rule(values: Mapping[str, Any]) -> Iterator[Door]:
    if any(
        _world(values.get(name))
        for name in ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "cidr_block", "ipv6_cidr_block")
    ):
        protocol = values.get("protocol", values.get("ip_protocol"))
        found = _door(protocol, first=values.get("from_port"), last=values.get("to_port"))
        if found is not None:
            yield found


def _aws_group(values: Mapping[str, Any]) -> Iterator[Door]:
    for rule in nested(values, "ingress"):
        yield from _aws_rule(rule)


def _aws_group_rule(values: Mapping[str, Any]) -> Iterator[Door]:
    if values.get("type") == "ingress":
        yield from _aws_rule(values)


def _google_firewall(values: Mapping[str, Any]) -> Iterator[Door]:
    is_ingress = values.get("direction") in (None, "INGRESS")
    ranges = values.get("source_ranges")
    anywhere = _world(ranges) or (
        ranges in (None, []) and not values.get("source_tags") and not values.get("source_service_accounts")
    )
    if not is_ingress or values.get("disabled") is True or not anywhere:
        return
    for allow in nested(values, "allow"):
        ports = allow.get("ports")
        if not isinstance(ports, list) or not ports:
            found = _door(allow.get("protocol"), first=0, last=65535)
            if found is not None:
                yield found
            continue
        for each in ports:
            first, _, last = str(each).partition("-")
            found = _door(allow.get("protocol"), first=first, last=last or first)
            if found is not None:
                yield found


def _azure_rule(values: Mapping[str, Any]) -> Iterator[Door]:
    sources = (values.get("source_address_prefix"), values.get("source_address_prefixes"))
    if (
        str(values.get("direction")).lower() != "inbound"
        or str(values.get("access")).lower() != "allow"
        or not any(map(_world, sources))
    ):
        return
    many = values.get("destination_port_ranges")
    for each in [values.get("destination_port_range"), *(many if isinstance(many, list) else [])]:
        if each in (None, ""):
            continue
        first, _, last = str(each).partition("-")
        protocol = str(values.get("protocol")).lower()
        is_any = protocol in _ALL
        if each == "*":
            found = _door("any" if is_any else protocol, first=0, last=65535)
        else:
            found = _door("" if is_any else protocol, first=first, last=last or first)
        if found is not None:
            yield found


def _azure_group(values: Mapping[str, Any]) -> Iterator[Door]:
    for rule in nested(values, "security_rule"):
        yield from _azure_rule(rule)


def _google_database(values: Mapping[str, Any]) -> Iterator[Door]:
    for settings in nested(values, "settings"):
        for configuration in nested(settings, "ip_configuration"):
            for network in nested(configuration, "authorized_networks"):
                if _world(network.get("value")):
                    yield Door(protocol="", first=0, last=65535)


def _azure_database(values: Mapping[str, Any]) -> Iterator[Door]:
    if values.get("start_ip_address") == "0.0.0.0" and values.get("end_ip_address") == "255.255.255.255":  # noqa: S104 - what a rule says
        yield Door(protocol="", first=0, last=65535)


def _atlas_entry(values: Mapping[str, Any]) -> Iterator[Door]:
    """All clusters of a project are reached from the addresses that its list names, and from no others."""
    if _world(values.get("cidr_block")):
        yield Door(protocol="", first=0, last=65535)


_READERS: Final = {
    "mongodbatlas_project_ip_access_list": _atlas_entry,
    "aws_security_group": _aws_group,
    "aws_default_security_group": _aws_group,
    "aws_security_group_rule": _aws_group_rule,
    "aws_vpc_security_group_ingress_rule": _aws_rule,
    "google_compute_firewall": _google_firewall,
    "azurerm_network_security_rule": _azure_rule,
    "azurerm_network_security_group": _azure_group,
    "google_sql_database_instance": _google_database,
    "azurerm_postgresql_flexible_server_firewall_rule": _azure_database,
    "azurerm_mssql_firewall_rule": _azure_database,
    "azurerm_mysql_flexible_server_firewall_rule": _azure_database,
}
