"""What is declared once for each key of a table that the sources write out, or as often as they count: each instance as its own values make it.

`for_each = local.rules` with `source = each.value.source` is as many resources as the table has entries: one that is added to the
table is made, one whose entry is otherwise is altered. With `count` an entry's place in a list is what it is known by: where one is
taken out before it, it takes the place of another. Of many that differ alike one stands for all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Dynamic, Expression
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.scopes import Scope
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, Pair

_EACH: Final = LatePattern(r"\b(?:each\.(?:key|value)|count\.index)\b")
_MOST: Final = 40
"""Instances that are told apart, of those that may be otherwise; where these are more, nothing but the block itself is judged."""
_LONGEST: Final = 10_000
"""Keys of a table in which it is looked for those whose values are otherwise."""
_ANY: Final = 10**9
_MOST_TOLD: Final = 40
"""Instances of one block that are judged by themselves."""
_ANY_KEY: Final = "<key>"
_REPEATS: Final = frozenset({"count", "for_each"})


class Instance(Struct, frozen=True, kw_only=True):
    """One of those that a block declares, as it was and as it is."""

    key: str
    pair: Pair
    alike: int = 0
    """How many more differ in the same way."""
    is_counted: bool = False
    """Whether its key is a number."""

    def named(self, found: Alteration) -> Alteration:
        """What becomes of it, by its own address."""
        change = found.change
        more = f"and the same holds for {self.alike} more of them" if self.alike else ""
        index = int(self.key) if self.is_counted else self.key
        shown = self.key if self.is_counted else f'"{self.key}"'
        return replace(
            found,
            change=replace(change, address=f"{change.address}[{shown}]", index=index),
            note="; ".join(filter(None, (more, found.note))),
        )


class Repeated(Struct, frozen=True, kw_only=True):
    """A block that is declared once for each key: what all have in common, and those that differ in what they take from the key."""

    whole: Pair | None
    """None where nothing differs but what single instances say."""
    instances: tuple[Instance, ...] = ()


def repeated(folder: Folder, pair: Pair, *, rekeyed: Mapping[str, str]) -> Repeated | None:
    """What becomes of each of those that a block declares; None where only running tells how many there are.

    `rekeyed` are the keys of those that have another one now.
    """
    new = pair.new
    if new is None or new.block.type != "resource" or not _REPEATS & new.block.values.keys():
        return None
    raw = _written(folder, new, side=Side.HEAD)
    was = None if pair.old is None else _written(folder, pair.old, side=Side.BASE)
    named = _named_by_each(raw) | (_named_by_each(was) if was is not None else set())
    is_counted = "count" in new.block.values
    if not named or (is_counted if pair.old is None else not rekeyed and _turns(pair.old, new)):
        return None
    keys = _keys(folder, pair, named=named, written=(was, raw), is_rekeyed=bool(rekeyed))
    if keys is None:
        return None
    was_of, now_of = keys
    before = {
        rekeyed.get(key, key): _of(folder, was, key=key, value=value, side=Side.BASE)
        for key, value in was_of.items()
        if was is not None
    }
    found: dict[str, Instance] = {}
    is_common = is_counted and _differs_in(named, pair)
    for key, value in now_of.items():
        after = _of(folder, raw, key=key, value=value, side=Side.HEAD)
        if key in before and all(before[key].get(name) == after.get(name) for name in named):
            continue
        is_alike = is_counted and (is_common or key not in before)
        sign = "" if is_alike else _sign(before.get(key), after, key="" if is_counted else key)
        known = found.get(sign)
        one = Instance(key=key, pair=_pair(pair, before.get(key), after=after), is_counted=is_counted)
        found[sign] = one if known is None else replace(known, alike=known.alike + 1)
    return _told(pair, list(found.values()), named=named)


def is_too_long(folder: Folder, pair: Pair) -> bool:
    """Whether a block takes something from each key of a table of which too many may be otherwise to tell them apart."""
    old, new = pair.old, pair.new
    if new is None or new.block.type != "resource" or not _REPEATS & new.block.values.keys():
        return False
    was = None if old is None else _written(folder, old, side=Side.BASE)
    now = _written(folder, new, side=Side.HEAD)
    named = _named_by_each(now) | (_named_by_each(was) if was is not None else set())
    sides = [each.block.values for each in (old, new) if each is not None]
    if not named or any(instances_of(each, most=_ANY) is None for each in sides) or "count" in now:
        return False
    return bool(instances_of(sides[-1], most=_ANY)) and (
        _keys(folder, pair, named=named, written=(was, now), is_rekeyed=False) is None
    )


def _keys(
    folder: Folder,
    pair: Pair,
    *,
    named: set[str],
    written: tuple[Mapping[str, Any] | None, Mapping[str, Any]],
    is_rekeyed: bool,
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The keys before and after of those that may be otherwise, with their values; None where they are not known, or too many."""
    now_of = instances_of(pair.new.block.values, most=_LONGEST) if pair.new is not None else None
    was_of = instances_of(pair.old.block.values, most=_LONGEST) if pair.old is not None else {}
    if not now_of or was_of is None:
        return None
    was, now = written
    if max(len(now_of), len(was_of)) > _MOST and was is not None and not is_rekeyed:
        taken = [{name: each.get(name) for name in named} for each in (was, now)]
        if taken[0] == taken[1] and not folder.cause_of(taken[0])[0]:
            otherwise = {key for key in {*was_of, *now_of} if key not in now_of or was_of.get(key) != now_of[key]}
            was_of, now_of = ({key: of[key] for key in of if key in otherwise} for of in (was_of, now_of))
    return (was_of, now_of) if max(len(now_of), len(was_of)) <= _MOST else None


def _differs_in(names: set[str], pair: Pair) -> bool:
    """Whether some arguments are written otherwise: that is so for all that are counted, whatever each makes of its number."""
    return (
        pair.old is not None
        and pair.new is not None
        and any(pair.old.block.values.get(name) != pair.new.block.values.get(name) for name in names)
    )


def _sign(before: Mapping[str, Any] | None, after: Mapping[str, Any], *, key: str) -> str:
    """What an instance was and is, in a form that those share that are alike but for their keys."""
    return f"{_without_key(before, key)} {_without_key(after, key)}"


def _turns(old: Declared, new: Declared) -> bool:
    """Whether what was counted has keys now, or the other way round: which became which, moves alone say."""
    return ("count" in old.block.values) != ("count" in new.block.values)


def _told(pair: Pair, found: list[Instance], *, named: set[str]) -> Repeated:
    if pair.old is None and pair.new is not None:
        is_one = len(found) == 1  # what is declared anew, and all alike, is told as the block
        return Repeated(whole=found[0].pair) if is_one else Repeated(whole=None, instances=tuple(found[:_MOST_TOLD]))
    return Repeated(whole=_levelled(pair, named), instances=tuple(found[:_MOST_TOLD]))


def _levelled(pair: Pair, named: set[str]) -> Pair | None:
    """The pair without what its instances differ in: as far as that goes, it was what it is; None where nothing else differs."""
    if pair.old is None or pair.new is None:
        return pair
    now = pair.new.block.values
    was = {name: value for name, value in pair.old.block.values.items() if name not in named}
    was |= {name: now[name] for name in named & now.keys()}
    if was == now:
        return None
    return replace(pair, old=replace(pair.old, block=replace(pair.old.block, values=was)))


def _pair(pair: Pair, before: Mapping[str, Any] | None, *, after: Mapping[str, Any]) -> Pair:
    old = None if pair.old is None or before is None else _with(pair.old, before)
    return replace(pair, old=old, new=None if pair.new is None else _with(pair.new, after))


def _with(declared: Declared, values: Mapping[str, Any]) -> Declared:
    return replace(declared, block=replace(declared.block, values=values))


def _written(folder: Folder, declared: Declared, *, side: Side) -> Mapping[str, Any]:
    """What a block says, as it is written: nothing filled in."""
    found = folder.near((declared.block.type, declared.block.labels, ""), side)
    return (found or declared).block.values


def instances_of(values: Mapping[str, Any], *, most: int = _MOST) -> dict[str, Any] | None:
    """The keys with their values, where these are plainly told; None where they are not, or too many."""
    if "count" in values:
        count = values["count"]
        return {str(one): one for one in range(count)} if type(count) is int and 0 <= count <= most else None
    each = values.get("for_each")
    if isinstance(each, list) and all(isinstance(one, str) for one in each):
        each = {one: one for one in each}
    return each if isinstance(each, dict) and len(each) <= most else None


def uses_by_key(uses: Iterable[Folder]) -> Iterator[Folder]:
    """Folders as they are used, and each use that a call makes for each key of a table, for those keys by which it is given something else."""
    for use in uses:
        yield use
        before, after = (each.values for each in use.given)
        if "for_each" in before and "for_each" in after and any(map(_EACH.search, _texts(after))):
            yield from _by_key(use, before, after=after)


def _by_key(use: Folder, before: Mapping[str, Any], *, after: Mapping[str, Any]) -> Iterator[Folder]:
    was_of, now_of = (instances_of(each, most=_LONGEST) for each in (before, after))
    if was_of and now_of and max(len(was_of), len(now_of)) > _MOST and _others(before) == _others(after):
        now_of = {key: value for key, value in now_of.items() if was_of.get(key) != value}
    if now_of and len(now_of) > _MOST:
        return
    scope = Scope(lambda _root: {})  # what is not of the key is filled in before
    told = 0
    for key in now_of if was_of and now_of else ():
        if was_of is None or now_of is None or key not in was_of or told == _MOST_TOLD:
            continue
        was, now = (
            scope.filled(values, {"each": {"key": key, "value": of[key]}})
            for values, of in ((before, was_of), (after, now_of))
        )
        if any(was.get(name) != now.get(name) for name in (was.keys() | now.keys()) - _REPEATS):
            told += 1
            given = tuple(replace(each, values=values) for each, values in zip(use.given, (was, now), strict=True))
            yield replace(use, given=(given[0], given[1]), module=f'{use.module.removesuffix(".")}["{key}"].')


def _others(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a call says beside how often it is made."""
    return {name: each for name, each in values.items() if name not in _REPEATS}


def makes_none(values: Mapping[str, Any]) -> bool:
    """Whether a block plainly says that it is declared zero times."""
    count = values.get("count")
    return (count in (0, "0") and count is not False) or values.get("for_each") in ([], {})


def _of(folder: Folder, values: Mapping[str, Any], *, key: str, value: object, side: Side) -> Mapping[str, Any]:
    """The arguments of one instance, as far as they can be known."""
    more = {"count": {"index": value}} if "count" in values else {"each": {"key": key, "value": value}}
    found = folder.scopes[side is Side.HEAD].filled(values, more)
    return {name: each for name, each in found.items() if name not in _REPEATS}


def _named_by_each(values: Mapping[str, Any]) -> set[str]:
    """The arguments that take something from the key or its value."""
    return {name for name, value in values.items() if any(map(_EACH.search, _texts(value)))}


def _texts(value: object) -> Iterator[str]:
    """The expressions anywhere within a value."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Expression):
            yield one.text
        elif isinstance(one, Dynamic):
            waiting += [one.each, one.content]
        else:
            waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def _without_key(values: Mapping[str, Any] | None, key: str) -> str:
    """What an instance says, its own key taken out: so those are found that are alike but for it."""
    return re.sub(rf"(?<!\w){re.escape(key)}(?!\w)", _ANY_KEY, str(values)) if key else str(values)
