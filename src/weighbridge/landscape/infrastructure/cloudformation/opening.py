"""Calls by which CDK's sources let anybody reach a port.

Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2-readme.html#allowing-connections.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.calls.forms import Call, Form, Name, Number, Text, dotted

_RULES: Final = frozenset({"addIngressRule", "add_ingress_rule"})
_FROM_ANY: Final = frozenset({"allowFromAnyIpv4", "allow_from_any_ipv4"})
_FROM: Final = frozenset({"allowFrom", "allow_from"})
_ANYBODY: Final = frozenset({"anyIpv4", "any_ipv4", "anyIpv6", "any_ipv6"})
_RANGES: Final = frozenset({"ipv4", "ipv6"})
_WORLD: Final = frozenset({"0.0.0.0/0", "::/0"})
_PROTOCOLS: Final[Mapping[str, tuple[str, int]]] = {
    "SSH": ("tcp", 22),
    "RDP": ("tcp", 3389),
    "POSTGRES": ("tcp", 5432),
    "MYSQL_AURORA": ("tcp", 3306),
    "MSSQL": ("tcp", 1433),
    "NFS": ("tcp", 2049),
    "CIFS_SMB": ("tcp", 445),
    "LDAP": ("tcp", 389),
}
"""The ports that CDK has names for."""


class Opening(Struct, frozen=True, kw_only=True):
    """One such call: on what, and the rule that comes of it as Terraform would have it."""

    on: str
    values: Mapping[str, Any]
    line: int

    @property
    def key(self) -> tuple[str, ...]:
        """What is the same wherever it stands."""
        return (self.on, *(str(self.values.get(name)) for name in ("ip_protocol", "from_port", "to_port")))


def openings(calls: Iterator[Call]) -> Iterator[Opening]:
    """Those among calls, as far as their words tell."""
    for call in calls:
        given = [
            each.value for each in call.arguments if each.name in ("", "peer", "other", "connection", "port_range")
        ]
        if call.name in _FROM_ANY and given:
            port = given[0]
        elif call.name in _RULES | _FROM and len(given) > 1 and _is_anybody(given[0]):
            port = given[1]
        else:
            continue
        values = _rule(port)
        if values:
            yield Opening(on=_on(call), values={"cidr_ipv4": "0.0.0.0/0", **values}, line=call.line)


def _on(call: Call) -> str:
    return dotted(call.of).removesuffix(".connections") or call.name


def _is_anybody(form: Form) -> bool:
    if not isinstance(form, Call):
        return False
    ranges = [each.value for each in form.arguments]
    is_range = form.name in _RANGES and bool(ranges) and isinstance(ranges[0], Text) and ranges[0].value in _WORLD
    return form.name in _ANYBODY or is_range


def _rule(port: Form) -> Mapping[str, Any]:
    """The ports of a rule; none where only running tells."""
    if isinstance(port, Name):
        protocol, number = _PROTOCOLS.get(port.id.rpartition(".")[2], ("", 0))
        return {"ip_protocol": protocol, "from_port": number, "to_port": number} if protocol else {}
    if not isinstance(port, Call):
        return {}
    name = port.name.replace("_", "").lower()
    numbers = [whole for each in port.arguments if (whole := _whole(each.value)) is not None]
    if name == "alltraffic":
        return {"ip_protocol": "-1"}
    protocol = name.removeprefix("all").removesuffix("range")
    if protocol not in ("tcp", "udp"):
        return {}
    if name.startswith("all"):
        return {"ip_protocol": protocol, "from_port": 0, "to_port": 65535}
    return {"ip_protocol": protocol, "from_port": numbers[0], "to_port": numbers[-1]} if numbers else {}


def _whole(form: Form) -> int | None:
    if not isinstance(form, Number) or not form.value.isdecimal() or len(form.value) > 5:
        return None
    return int(form.value)
