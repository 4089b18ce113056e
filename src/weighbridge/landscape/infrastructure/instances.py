"""Where fewer of a resource are declared than before, and those left over are destroyed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Confidence
from weighbridge.domain.places import Place
from weighbridge.facts.terraform.blocks import Block
from weighbridge.facts.terraform.changes import REASONS, Action
from weighbridge.landscape.infrastructure.admitted import ADMITS
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.exchanged import made
from weighbridge.landscape.infrastructure.fewer import Fewer
from weighbridge.landscape.infrastructure.kinds import Holds
from weighbridge.landscape.infrastructure.modules import Holding, held
from weighbridge.landscape.infrastructure.outlasting import waiting
from weighbridge.landscape.infrastructure.realms import passing
from weighbridge.landscape.infrastructure.refusals import refused_by, until
from weighbridge.landscape.infrastructure.repeated import makes_none

_MODULE: Final = "module"
SHRINKS: Final = frozenset({"delete_because_count_index", "delete_because_each_key", "delete_because_wrong_repetition"})
"""The reasons that say so in a plan."""
_MOST_NAMED: Final = 3
_TELLING_ENVIRONMENTS: Final = (b"terraform.workspace", b'== "', b'!= "', b'=="', b'!="', b"contains(")
"""Words of expressions that say one thing in one environment and another elsewhere."""


def fewer(infrastructure: Infrastructure) -> Iterator[Fewer]:
    """Each such block; of what holds data, only where no plan names each one that goes."""
    groups: dict[tuple[Place, str, str], list[Alteration]] = {}
    for plan in infrastructure.plans:
        for each in plan.alterations:
            is_told = (each.kind is not None and each.kind.is_irreversible) or each.change.type in ADMITS
            if each.change.action is Action.DELETE and each.change.reason in SHRINKS and not is_told:
                key = (plan.place, f"{each.change.module} {each.change.block}", each.change.reason)
                groups.setdefault(key, []).append(each)
    for (place, block, reason), ended in groups.items():
        names = ", ".join(each.name for each in ended[:_MOST_NAMED])
        more = f" and {len(ended) - _MOST_NAMED} more" if len(ended) > _MOST_NAMED else ""
        yield Fewer(
            words=f"{names}{more} {'is' if len(ended) == 1 else 'are'} destroyed: {REASONS[reason]}{_lost(ended[0])}{ended[0].caveat}",
            place=Place(path=place.path, symbol=ended[0].change.address),
            anchor=f"{block} {reason}",
            confidence=Confidence.HIGH,
            is_network=_is_network(ended[0]) and not all(each.passing for each in ended),
        )
    if infrastructure.says(*_TELLING_ENVIRONMENTS):
        from weighbridge.landscape.infrastructure.left_environments import left_environments  # noqa: PLC0415 - few do

        yield from left_environments(infrastructure)
    for each in infrastructure.unplanned:
        if said := _declared(each):
            yield _by_sources(each, said, infrastructure=infrastructure)


def _by_sources(each: Alteration, said: str, *, infrastructure: Infrastructure) -> Fewer:
    """What goes of a block, and how bad that is."""
    is_grave = each.kind is not None and each.kind.is_grave and not waiting(each.change.type, each.change.before)
    lost, is_network = _lost(each), _is_network(each)
    held = _held(each, infrastructure) if each.change.type == _MODULE else None
    if held is not None and held.words:
        lost, is_grave, is_network = f"; {held.words}", held.is_grave, not held.is_waiting
    if for_a_while := _made_for_a_while(each):
        lost, is_grave, is_network = f"{lost}; `{for_a_while}` is made for a while", False, False
    return Fewer(
        words=f"{each.name}: {said}{lost}{each.caveat}",
        place=each.at("count", "for_each"),
        anchor=each.anchor("instances"),
        confidence=Confidence.LOW if each.realm else Confidence.MEDIUM,
        is_grave=is_grave,
        is_network=is_network,
        refusal=refused_by(each.change.type, each.change.before),
    )


def _held(each: Alteration, infrastructure: Infrastructure) -> Holding:
    """What is lost with what a call makes, as far as its module lies in the repository."""
    call = Block(type=_MODULE, labels=(each.change.name,), values=each.change.before)
    made_by_it = made(each.folder, call, blocks_in=infrastructure.module_blocks)
    return held((one.kind, one.values) for one in made_by_it if one.kind is not None)


def _declared(alteration: Alteration) -> str:
    """How many fewer the sources declare, in words; empty where not fewer, or where that is not plain."""
    change = alteration.change
    if change.action not in (Action.UPDATE, Action.REPLACE) or change.is_data:
        return ""
    if change.type == _MODULE and (none := _none_left(change.before, change.after)):
        return f"{none}, and everything that it made is destroyed"
    was, now = _count(change.before), _count(change.after)
    if 0 < now < was and not all(_is_elsewhere(alteration, str(each), kept=now) for each in range(now, was)):
        return f"`count` goes from {was} to {now}, and those of the highest numbers are destroyed"
    if alteration.rekeyed and was and "for_each" in change.after and _keys(change.after):
        left = [
            str(each) for each in range(was) if not _is_elsewhere(alteration, str(each), kept=set(_keys(change.after)))
        ]
        if left:
            named = ", ".join(f"`[{each}]`" for each in left[:_MOST_NAMED])
            return f"{named} {'has' if len(left) == 1 else 'have'} no key in `for_each` by a `moved` block, and {'is' if len(left) == 1 else 'are'} destroyed"
    gone = _gone(alteration)
    if gone and _keys(change.after):
        named = ", ".join(f"`{key}`" for key in gone[:_MOST_NAMED])
        return f"{named} {'is' if len(gone) == 1 else 'are'} no longer in `for_each`, and destroyed"
    return ""


def _gone(alteration: Alteration) -> list[str]:
    """The keys that are there no more, and that no move brings elsewhere."""
    change = alteration.change
    kept = set(_keys(change.after))
    return [key for key in _keys(change.before) if key not in kept and not _is_elsewhere(alteration, key, kept=kept)]


def _made_for_a_while(each: Alteration) -> str:
    """What of the names of all instances that go says that they were made for one pull request, or the like; empty where one's does not."""
    found = [passing(f'{each.change.address}["{key}"]') for key in _gone(each)]
    return found[0] if found and all(found) else ""


def _none_left(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """That a call counts for nothing from now on, in words; empty where it still makes something, or made nothing before."""
    if makes_none(before) or not makes_none(after):
        return ""
    return "nothing is left in its `for_each`" if "for_each" in after else "its `count` is 0 from now on"


def _is_elsewhere(alteration: Alteration, key: str, *, kept: int | set[str]) -> bool:
    """Whether a move says where an instance is found from now on, and there was nothing there that stays.

    What Terraform finds under the new key already it leaves there, and destroys what should have been moved.
    """
    end = alteration.rekeyed.get(key)
    if not end:
        return end is not None
    is_free = end in alteration.rekeyed
    if isinstance(kept, int):
        return is_free and end.isdigit() and int(end) < kept
    return end in kept and (is_free or end not in _keys(alteration.change.before))


def _count(values: Mapping[str, Any]) -> int:
    """How many are plainly told; 0 where that is not plain."""
    value = values.get("count")
    if isinstance(value, str) and value.isdigit() and len(value) < 6:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _keys(values: Mapping[str, Any]) -> list[str]:
    """The keys that are plainly told."""
    found = values.get("for_each")
    if isinstance(found, dict):
        return list(found)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _lost(alteration: Alteration) -> str:
    if alteration.kind is None:
        return ""
    if alteration.change.action is not Action.DELETE and not alteration.is_planned:
        refused = refused_by(alteration.change.type, alteration.change.before)
        rest = waiting(alteration.change.type, alteration.change.before)
        if refused is not None:
            return f"; {refused.words}; {until(refused)}, {alteration.kind.lost}"
        if rest is not None:
            return f"; {rest.words}"
    return f"; {alteration.kind.lost}"


def _is_network(alteration: Alteration) -> bool:
    return alteration.kind is not None and alteration.kind.holds in (Holds.NETWORK, Holds.ENVIRONMENT)
