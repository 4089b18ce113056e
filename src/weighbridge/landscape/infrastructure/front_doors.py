"""Ways in that go while the name by which people come leads elsewhere in the same change."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration

_RECORDS: Final = ("_record", "_record_set", "::RecordSet")
_LEADS: Final = (
    "alias", "alias_target", "records", "record", "resource_records", "value", "content", "rrdatas", "target_resource_id",
)  # fmt: skip
_WORD: Final = LatePattern(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)?")
_MOST: Final = 400
"""So many things that go are looked through for what leads to what."""


def led_elsewhere(alterations: Iterable[Alteration]) -> Mapping[int, str]:
    """What goes and was reached by a name that leads elsewhere now, by identity; and that name with where it leads, in words."""
    every = [each for each in alterations if not each.is_planned]
    gone = [each for each in every if each.change.action is Action.DELETE and not each.change.is_data]
    found: dict[int, str] = {}
    for record in every if 0 < len(gone) <= _MOST else ():
        if record.change.action not in (Action.UPDATE, Action.REPLACE) or not record.change.type.endswith(_RECORDS):
            continue
        mine = [each for each in gone if _where(each) == _where(record)]
        was, now = (set(_named(_leading(values))) for values in (record.change.before, record.change.after))
        names = {_name(each) for each in mine}
        ends = sorted(each for each in now - was if each not in names and _is_of(each, record))
        if not ends or not was & names:
            continue
        for each in _together(mine, was & names):
            found[id(each)] = f"{record.name} leads to `{ends[0]}` from now on, and no longer by it"
    return found


def _leading(values: Mapping[str, Any]) -> dict[str, Any]:
    """What of a record says where it leads."""
    return {name: values[name] for name in _LEADS if name in values}


def _where(each: Alteration) -> tuple[object, str]:
    return each.tool, each.place.path if each.tool is CLOUDFORMATION else each.folder


def _together(gone: list[Alteration], start: set[str]) -> Iterator[Alteration]:
    """Those that go and are reached from these names, whichever of two names the other."""
    mentions = {_name(each): set(_named(each.change.before)) for each in gone}
    reached, waiting = set(start), list(start)
    while waiting:
        name = waiting.pop()
        near = {other for other, named in mentions.items() if name in named} | (
            mentions.get(name, set()) & mentions.keys()
        )
        waiting += near - reached
        reached |= near
    return (each for each in gone if _name(each) in reached)


def _name(each: Alteration) -> str:
    return each.change.name if each.tool is CLOUDFORMATION else each.change.block


def _is_of(name: str, record: Alteration) -> bool:
    """Whether a name has the form of a resource's where the record stands."""
    return ("." in name) is (record.tool is not CLOUDFORMATION) and not name.startswith(
        ("var.", "local.", "each.", "data.", "AWS")
    )


def _named(values: Mapping[str, Any]) -> Iterator[str]:
    """What expressions anywhere within name: `type.name` and `Name`."""
    waiting: list[Any] = [values]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Expression):
            for found in _WORD.finditer(each.text):
                yield found[0]
                yield found[0].partition(".")[0]
        else:
            waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
