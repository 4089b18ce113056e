"""What networks refuse: rules that deny, before and after.

The names are those of the providers' pages (see `kinds.toml`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.denied_again import is_denied_again
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.source_files import Folder

_RULES: Final[Mapping[str, str]] = {
    "azurerm_network_security_rule": "access",
    "aws_network_acl_rule": "rule_action",
}
"""Types that are one rule, and the argument that says what it does."""
_GROUPS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "azurerm_network_security_group": (("security_rule",), "access"),
    "aws_network_acl": (("ingress", "egress"), "action"),
    "aws_default_network_acl": (("ingress", "egress"), "action"),
}
"""Types that hold some, under these blocks."""
_FIREWALLS: Final = ("google_compute_firewall",)
TYPES: Final = frozenset((*_RULES, *_GROUPS, *_FIREWALLS))
_NAMES: Final = ("name", "rule_no", "rule_number", "priority")
_MANY: Final = 3
_SOURCES: Final = ("cidr_block", "ipv6_cidr_block", "source_address_prefix", "source_address_prefixes", "source_ranges")
_ONE: Final = LatePattern(r"\d{1,3}(?:\.\d{1,3}){3}(?:/32)?|[0-9a-fA-F:]+(?:/128)?")
_FEW: Final = "single addresses alone, and whoever is refused by one comes from another"


class Undenied(Struct, frozen=True, kw_only=True):
    """Rules that refused and do so no longer; `first` stands for all."""

    first: Alteration
    words: str
    name: str = ""
    is_of_few: bool = False
    """Whether they refused single addresses alone."""


def undenied(
    alterations: tuple[Alteration, ...], companions: Companions, *, folders: Mapping[str, Folder]
) -> Iterator[Undenied]:
    """One for all rules of a type and folder that are gone for the same reason, and one for each that is altered."""
    gone: dict[tuple[str, str, str, str], list[Alteration]] = {}
    for each in alterations:
        change = each.change
        if change.type not in TYPES or change.is_data or change.deposed:
            continue
        if change.action is Action.DELETE:
            is_rule = change.type not in _GROUPS and _denies(change.type, change.before)
            if is_rule and not (companions.goes_with(each) or is_denied_again(each, alterations, folders=folders)):
                place = each.place.path if each.is_planned else each.folder or each.place.path
                gone.setdefault((place, change.type, each.note, str(each.confidence)), []).append(each)
        elif change.action in (Action.UPDATE, Action.REPLACE):
            yield from _altered(each)
    for ended in gone.values():
        taken = companions.is_followed(ended[0])
        names = ", ".join(each.name for each in ended[:_MANY])
        more = f" and {len(ended) - _MANY} more" if len(ended) > _MANY else ""
        other = "; another rule is made besides" if taken else ""
        is_of_few = all(_is_of_one(each.change.before) for each in ended)
        other += f"; {_FEW}" if is_of_few else ""
        yield Undenied(
            first=ended[0],
            is_of_few=is_of_few,
            words=f"{names}{more} {'is' if len(ended) == 1 else 'are'} destroyed{ended[0].reason}: what {'it' if len(ended) == 1 else 'they'}"
            f" refused passes as far as other rules let it{other}",
        )


def _is_of_one(values: Mapping[str, Any]) -> bool:
    """Whether a rule is about single addresses, and nothing but these."""
    said = [each for name in _SOURCES for each in _texts(values.get(name))]
    return bool(said) and all(isinstance(each, str) and _ONE.fullmatch(each) is not None for each in said)


def _texts(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _altered(each: Alteration) -> Iterator[Undenied]:
    change = each.change
    if change.type in _GROUPS:
        before, after = (_inline(change.type, values) for values in (change.before, change.after))
        lost = [name for name in before if name not in (after or {})] if before and after is not None else []
        if lost:
            named = ", ".join(f"`{name}`" for name in lost[:_MANY])
            yield Undenied(
                first=each,
                words=f"{each.name}: {named} of its rules no longer refuse: that passes as far as other rules let it",
                name=_GROUPS[change.type][0][0],
            )
    elif _denies(change.type, change.before) and _allows(change.type, change.after):
        names = (_RULES.get(change.type, ""), "disabled", "allow")
        yield Undenied(
            first=each,
            words=f"{each.name} lets pass from now on what it refused",
            name=next((name for name in names if name in change.after), ""),
        )


def _denies(kind: str, values: Mapping[str, Any]) -> bool:
    if kind in _RULES:
        return str(values.get(_RULES[kind])).lower() == "deny"
    return bool(nested(values, "deny")) and plain(values.get("disabled")) is not True


def _allows(kind: str, values: Mapping[str, Any]) -> bool:
    """Whether it refuses nothing, as far as that is told."""
    if kind in _RULES:
        return str(values.get(_RULES[kind])).lower() == "allow"
    return plain(values.get("disabled")) is True or bool(nested(values, "allow"))


def _inline(kind: str, values: Mapping[str, Any]) -> dict[str, Mapping[str, Any]] | None:
    """The rules within that refuse, by their names; None where some are known only when that is run."""
    blocks, argument = _GROUPS[kind]
    found: dict[str, Mapping[str, Any]] = {}
    for block in blocks:
        listed = values.get(block)
        if isinstance(listed, Expression) or (
            isinstance(listed, list) and not all(isinstance(each, dict) for each in listed)
        ):
            return None
        for number, rule in enumerate(nested(values, block)):
            name = next((rule[each] for each in _NAMES if rule.get(each) not in (None, "")), number)
            if isinstance(name, Expression):
                return None
            if str(rule.get(argument)).lower() == "deny":
                found[f"{block} {name}" if len(blocks) > 1 else str(name)] = rule
    return found
