"""Rules of one list that have the same number, of which a provider takes only one.

AWS answers `NetworkAclEntryAlreadyExists` and `PriorityInUse`, Azure `SecurityRuleConflict`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, Key, SourceFiles


class _Numbered(Struct, frozen=True, kw_only=True):
    """What says in one type which number a rule has, of which list it is, and what else may tell two of a number apart."""

    provider: str
    number: str
    list: tuple[str, ...]
    apart: tuple[str, ...] = ()


_TYPES: Final[Mapping[str, _Numbered]] = {
    "aws_network_acl_rule": _Numbered(
        provider="AWS", number="rule_number", list=("network_acl_id",), apart=("egress",)
    ),
    "azurerm_network_security_rule": _Numbered(
        provider="Azure",
        number="priority",
        list=("network_security_group_name", "resource_group_name"),
        apart=("direction",),
    ),
    "aws_lb_listener_rule": _Numbered(provider="AWS", number="priority", list=("listener_arn",)),
}
_REPEATED: Final = ("count", "for_each", "provider")
"""Arguments by which one may be there only where another is not."""


class SameNumber(Struct, frozen=True, kw_only=True):
    """A rule that has the number of another one of its list."""

    declared: Declared
    other: str
    number: str
    value: int
    provider: str


def same_numbers(sources: SourceFiles) -> Iterator[SameNumber]:
    """One for each that is new or otherwise, with one that stands before it, or that was there."""
    for folder in sources.folders:
        seen: dict[tuple[object, ...], tuple[Declared, bool]] = {}
        for each, is_changed in _rules(folder):
            known = _TYPES[each.block.labels[0]]
            place = _place(each.block.values, known)
            if place is None:
                continue
            first, was_changed = seen.setdefault((each.block.labels[0], *place), (each, is_changed))
            if first is not each and (is_changed or was_changed):
                told, other = (each, first) if is_changed else (first, each)
                yield SameNumber(
                    declared=told,
                    other=other.block.name,
                    number=known.number,
                    value=int(each.block.values[known.number]),
                    provider=known.provider,
                )


def _is_numbered(key: Key) -> bool:
    kind, labels, _ = key
    return kind == "resource" and len(labels) == 2 and labels[0] in _TYPES


def _rules(folder: Folder) -> Iterator[tuple[Declared, bool]]:
    """The rules that are always there, and whether each is new or otherwise; none where none of them changed."""
    near = ((key, each, folder.changed[0].get(key)) for key, each in folder.changed[1].items())
    if not any(_is_numbered(key) and (old is None or old.block.values != new.block.values) for key, new, old in near):
        return
    before = folder.declared(Side.BASE)
    for key, each in folder.declared(Side.HEAD).items():
        if not _is_numbered(key):
            continue
        if not any(name in each.block.values for name in _REPEATED):
            old = before.get(key)
            filled = folder.pair(old or each, each).new
            if filled is not None:
                yield filled, old is None or old.block.values != each.block.values


def _place(values: Mapping[str, Any], known: _Numbered) -> tuple[object, ...] | None:
    """Where in which list a rule stands; None where only running tells."""
    number = values.get(known.number)
    lists = [values.get(name) for name in known.list]
    apart = [str(values.get(name) or "false").lower() for name in known.apart]
    if not isinstance(number, int | str) or not str(number).isdigit() or not all(lists):
        return None
    if any(isinstance(values.get(name), Expression) for name in known.apart):
        return None
    return (str(number), *map(str, lists), *apart)
