"""Quantities, shares and addresses as Kubernetes writes them."""

import ipaddress
from typing import Final

_UNITS: Final = {
    "": 1.0, "n": 1e-9, "u": 1e-6, "m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}  # fmt: skip
_LETTERS: Final = "numkKMGTPEi"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def amount(value: object) -> float | None:
    """A quantity as a number; None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        return None
    digits = value.rstrip(_LETTERS)
    unit = value[len(digits) :]
    try:
        return float(digits) * _UNITS[unit]
    except (KeyError, ValueError):
        return None


def share(value: object, of: int) -> float | None:
    """A number, or a percentage of `of`, as a number."""
    if isinstance(value, str) and value.endswith("%"):
        percent = amount(value[:-1])
        return None if percent is None else percent * of / 100
    return amount(value)


def network(text: object) -> Network | None:
    """A range of addresses; None where it is none."""
    try:
        return ipaddress.ip_network(str(text).strip(), strict=False)
    except ValueError:
        return None


def is_everything(text: object) -> bool:
    """Whether a range is all addresses there are."""
    found = network(text)
    return found is not None and found.prefixlen == 0


def lies_in(inner: object, outer: object) -> bool:
    """Whether one range lies in another."""
    one, other = network(inner), network(outer)
    if isinstance(one, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return one.subnet_of(other)
    if isinstance(one, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network):
        return one.subnet_of(other)
    return inner == outer
