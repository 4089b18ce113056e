"""Whether a change destroys an environment as a whole: what others live in, or most of what there is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import (
    CLOUDFORMATION,
    NESTED_STACK,
    Alteration,
    forced_words,
    listed,
)
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.companions import blocks_named
from weighbridge.landscape.infrastructure.kinds import Holds
from weighbridge.landscape.infrastructure.source_files import Folder

_MANY: Final = 8
_SHARE: Final = 0.5
_FEW: Final = 4
"""So many are an environment where nothing else is left."""
_CORES: Final = frozenset({Holds.COMPUTE, Holds.ENVIRONMENT})
_GROUP: Final = "azurerm_resource_group"
_SPARED: Final = "prevent_deletion_if_contains_resources=false"
"""By this azurerm deletes a group with all that is in it, which it does not by itself since its version 3."""
_MOST_NAMED: Final = 3
_MOST_HELD: Final = 6
_MOST_RELATED: Final = 12


class Recreation(Struct, frozen=True, kw_only=True):
    """What is destroyed together, out of how many, as one plan or one folder has it."""

    place: Place
    ended: tuple[Alteration, ...]
    existing: int
    """0 where nothing says how many there are."""
    is_planned: bool
    is_bare: bool = False
    """Whether it is nothing but groups in which the sources put nothing, and which their provider deletes only when they are empty."""

    @property
    def words(self) -> str:
        """What happens, in words."""
        if self.is_bare:
            names = listed(each.name for each in self.ended[:_MOST_NAMED])
            be, they = ("is", "it") if len(self.ended) == 1 else ("are", "they")
            refuses = f"nothing here lies in {'it' if they == 'it' else 'them'}, and azurerm deletes no group in which anything is left"
            return f"{names} {be} destroyed: {refuses}: then the apply fails there{self.ended[0].caveat}"
        whole = [each for each in self.ended if _is_lived_in(each)]
        again = sum(each.change.action is Action.REPLACE for each in self.ended)
        what = "destroyed and made anew" if again * 2 >= len(self.ended) else "destroyed"
        made = f", {again:,} of them made anew" if again and again < len(self.ended) else ""
        count = len(self.ended)
        of = f" of {max(self.existing, count):,}" if self.existing else ""
        many = f"{count:,}{of} resource{'' if count == 1 and not of else 's'}"
        stopped = [each for each in self.ended if each.is_prevented]
        be = "is to be" if stopped else "is"
        said = f"the environment {be} {what}: {many} {'goes' if count == 1 and not of else 'go'}{made}"
        if stopped:
            said += f"; the plan fails, for `prevent_destroy` refuses that for {stopped[0].name}"
        if whole:
            forced = forced_words(whole[0])
            reason = f" ({forced or whole[0].change.why})" if forced or whole[0].change.why else ""
            said += f"; {listed(each.name for each in whole[:_MOST_NAMED])}{reason} and everything that lives there"
        holding = self.holding
        if holding:
            more = f" and {len(holding) - _MOST_HELD} more" if len(holding) > _MOST_HELD else ""
            named = (
                listed(each.name for each in holding[:_MOST_HELD])
                if not more
                else ", ".join(each.name for each in holding[:_MOST_HELD])
            )
            hold = "holds" if len(holding) == 1 else "hold"
            said += f"; what {named}{more} {hold} cannot be brought back"
        realm = self.ended[0].realm if self.confidence is Confidence.LOW else ""
        said += f"; `{realm}` is not production" if realm else ""
        said += f"; `{self.ended[0].passing}` is made for a while" if self.is_passing else ""
        return said if self.is_planned else f"{said}; {self.ended[0].by_sources}"

    @property
    def confidence(self) -> Confidence:
        """How sure it is: as sources let one expect it, less where no production is meant."""
        if self.is_planned:
            return Confidence.HIGH
        return Confidence.LOW if all(each.realm for each in self.ended) else Confidence.MEDIUM

    @property
    def holding(self) -> list[Alteration]:
        """What of it holds something that cannot be made again; the first are named."""
        return [each for each in self.ended if _is_grave(each)]

    @property
    def is_passing(self) -> bool:
        """Whether all of it was made for a while, as for one pull request."""
        return all(each.passing for each in self.ended)

    @property
    def is_refused(self) -> bool:
        """Whether no plan can be made of it as it stands."""
        return any(each.is_prevented for each in self.ended)

    @property
    def related(self) -> tuple[RelatedPlace, ...]:
        """What is destroyed, as places."""
        return tuple(
            RelatedPlace(place=each.place, message=f"{each.name} is {_done(each)}")
            for each in self.ended[:_MOST_RELATED]
        )


def told_with_environment(infrastructure: Infrastructure) -> frozenset[int]:
    """What goes with an environment and is named beside it, or lies in it by its own arguments, by identity: it is told there."""
    lived_in = [
        each for each in infrastructure.alterations if each.change.ends and not each.is_planned and _is_whole(each)
    ]
    if not lived_in:
        return frozenset()
    blocks = {
        (each.folder, each.change.module, each.change.block) for each in lived_in if each.tool is not CLOUDFORMATION
    }
    return frozenset(
        id(each)
        for found in recreations(infrastructure)
        if not found.is_planned and not found.is_refused and any(map(_is_whole, found.ended))
        for each in found.ended
        if each in found.holding[:_MOST_HELD]
        or any((each.folder, each.change.module, block) in blocks for block in blocks_named(each.change.before))
    )


def recreations(infrastructure: Infrastructure) -> Iterator[Recreation]:
    """One for each plan and change set, and each folder and template that none speaks of, that destroys an environment."""
    for plan in infrastructure.plans:
        lasting = [c for c in plan.read.changes if not c.is_data and c.action not in (Action.CREATE, Action.READ)]
        yield from _recreation(plan.alterations, existing=len(lasting), place=plan.place, is_planned=True)
    cloud = infrastructure.cloudformation
    for changes in cloud.change_sets if cloud else ():
        yield from _recreation(changes.alterations, existing=0, place=changes.place, is_planned=True)
    folders: dict[str, list[Alteration]] = {}
    templates: dict[str, list[Alteration]] = {}
    for each in infrastructure.alterations:
        if each.is_planned or (each.confidence is Confidence.LOW and not each.realm):
            continue
        if each.tool is CLOUDFORMATION:
            templates.setdefault(each.place.path, []).append(each)
        else:
            folders.setdefault(each.folder, []).append(each)
    for folder in infrastructure.sources.folders:
        mine = folders.get(folder.path, [])
        ended = [each for each in mine if each.change.ends]
        if any(map(_is_whole, ended)) or len(ended) >= _FEW:
            existing = infrastructure.resources_in(folder.path)
            place = next((each.place for each in ended if _is_whole(each)), ended[0].place)
            found = _recreation(mine, existing=existing, place=place, is_planned=False)
            yield from (_bared(each, folder) for each in found)
    for template in cloud.templates if cloud else ():
        paths = dict.fromkeys((template.path, template.base_path))
        nested = _made_by_nested(infrastructure, paths)
        mine = [
            each
            for path in paths
            for each in templates.get(path, ())
            if each.change.ends and (each.change.action is not Action.DELETE or each.change.type not in nested)
        ]
        if mine and template.before is not None:
            kept = (each for path in paths for each in templates.get(path, ()))
            existing = len(template.before.resources) - sum(each.change.action is Action.FORGET for each in kept)
            place = next((each.place for each in mine if _is_whole(each)), mine[0].place)
            yield from _recreation(mine, existing=existing, place=place, is_planned=False)


def _bared(found: Recreation, folder: Folder) -> Recreation:
    """The same as what it is where it destroys no environment but groups that are empty, or that are not deleted."""
    bare = [each for each in found.ended if _is_bare(each, folder)]
    if not bare or bare != [each for each in found.ended if _is_whole(each)] or _is_most(found.ended, found.existing):
        return found
    return replace(found, ended=tuple(bare), place=bare[0].place, is_bare=True)


def _is_bare(each: Alteration, folder: Folder) -> bool:
    """Whether it is a group that goes and in which its folder puts nothing; not where the provider is told to delete what is in it."""
    if each.change.type != _GROUP or each.change.action is not Action.DELETE or each.is_prevented:
        return False
    if any(_SPARED in text.replace(" ", "") for text in folder.texts_in(folder.path, Side.HEAD)):
        return False
    blocks = (declared.block for kind in ("resource", "module", "locals") for declared in folder.of(kind, Side.BASE))
    return not any(each.change.block in blocks_named(block.values) for block in blocks)


def _made_by_nested(infrastructure: Infrastructure, paths: Iterable[RepoPath]) -> frozenset[str]:
    """The types of what is made from now on by stacks that a template nests anew: what it declared of these itself has moved there."""
    wanted = frozenset(paths)
    fresh = [
        each
        for each in infrastructure.alterations
        if each.change.type == NESTED_STACK and each.change.action is Action.CREATE and each.place.path in wanted
    ]
    if not fresh:
        return frozenset()
    from weighbridge.landscape.infrastructure.nested_templates import made_within  # noqa: PLC0415 - few changes make one

    return frozenset().union(*(made_within(each, infrastructure) for each in fresh))


def _recreation(
    alterations: Iterable[Alteration], *, existing: int, place: Place, is_planned: bool
) -> Iterator[Recreation]:
    ended = [each for each in alterations if each.change.ends and not each.change.is_data and not each.change.deposed]
    if ended and (any(map(_is_whole, ended)) or _is_most(ended, existing)):
        ended.sort(key=lambda each: (not _is_lived_in(each), not _is_grave(each), each.change.address))
        yield Recreation(place=place, ended=tuple(ended), existing=existing, is_planned=is_planned)


def _is_grave(alteration: Alteration) -> bool:
    return alteration.kind is not None and alteration.kind.is_grave and not alteration.outlives


def _is_lived_in(alteration: Alteration) -> bool:
    """Whether others live in it."""
    return alteration.kind is not None and alteration.kind.holds is Holds.ENVIRONMENT


def _is_whole(alteration: Alteration) -> bool:
    """Whether it alone is an environment: others live in it, and it is no mere part as a nested stack is."""
    return _is_lived_in(alteration) and alteration.change.type != NESTED_STACK


def _is_most(ended: Sequence[Alteration], existing: int) -> bool:
    """Whether most of what there is goes, its core among it: rules, grants and settings alone are no environment."""
    cores = [each for each in ended if each.kind is not None and (each.kind.is_grave or each.kind.holds in _CORES)]
    if not cores or not existing:
        return False
    if sum(each.change.type == NESTED_STACK for each in cores) * 2 >= existing:
        return True
    return (len(ended) >= _MANY and len(ended) >= _SHARE * existing) or (len(ended) >= _FEW and len(ended) >= existing)


def _done(alteration: Alteration) -> str:
    return "destroyed and made anew" if alteration.change.action is Action.REPLACE else "destroyed"
