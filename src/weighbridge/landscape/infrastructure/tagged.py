"""What is backed up because of a tag that it bears, and bears it no longer: nothing fails, and no copies are made from then on.

AWS Backup picks by `selection_tag` and by conditions on `aws:ResourceTag/…`
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/backup_selection), Data Lifecycle Manager by `target_tags`; a provider's
`default_tags` are borne by whatever it makes and does not say the same tag itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Block, Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.facts.terraform.sources import read_source
from weighbridge.landscape.infrastructure.alterations import TERRAFORM, Alteration, listed
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.exchanged import made
from weighbridge.landscape.infrastructure.kinds import Holds, kind_of
from weighbridge.landscape.infrastructure.source_files import Declared, Folder

_SELECTION: Final = "aws_backup_selection"
_LIFECYCLE: Final = "aws_dlm_lifecycle_policy"
_RESOURCE_TAG: Final = "aws:ResourceTag/"
_STORES: Final = (Holds.DATABASE, Holds.BUCKET, Holds.VOLUME)
_MACHINE: Final = "aws_instance"
_OF_VOLUMES: Final = ("aws_ebs_volume", _MACHINE)
"""Types that Data Lifecycle Manager makes snapshots of."""
_MOST_NAMED: Final = 3

Tags = Mapping[str, Any]


class Unselected(Struct, frozen=True, kw_only=True):
    """What is picked no longer, in words."""

    words: str
    place: Place
    anchor: str
    confidence: Confidence
    is_elsewhere: bool = False
    """Whether it lies where no production is meant."""


class _Selector(Struct, frozen=True, kw_only=True):
    """One tag by which something picks what it makes copies of; an empty value where that is not told."""

    by: str
    key: str
    value: str
    text: str

    def picks(self, kind: str, tags: Tags) -> bool:
        value = tags.get(self.key)
        is_for = is_backed_up(kind) if self.by.startswith(_SELECTION) else kind in _OF_VOLUMES
        return is_for and isinstance(value, str) and fnmatchcase(value, self.value)


def is_backed_up(kind: str) -> bool:
    """Whether things of a type may be backed up by AWS Backup."""
    known = kind_of(kind) if kind.startswith("aws_") else None
    return kind == _MACHINE or (known is not None and known.holds in _STORES)


def loses_tags(each: Alteration) -> bool:
    """Whether a thing that may be backed up loses a tag."""
    change = each.change
    if change.action is not Action.UPDATE or change.is_data or not is_backed_up(change.type):
        return False
    was, now = _tags_of(change.before), _tags_of(change.after)
    return now is not None and any(now.get(key) != value for key, value in (was or {}).items())


def unselected(infrastructure: Infrastructure) -> Iterator[Unselected]:
    """Each resource, and each provider's usual tags, by which something is picked no longer."""
    folders = (*infrastructure.sources.folders, *infrastructure.sources.uses)
    losing = [each for each in infrastructure.alterations if loses_tags(each)]
    turned = [(folder, pair) for folder in folders for pair in folder.changes("provider") if pair.old and pair.new]
    selectors = list(_selectors(folders)) if folders and (losing or turned) else []
    if not selectors:
        return
    for each in losing:
        usual = _usual_tags(each, folders)
        was, now = ({**usual, **(_tags_of(values) or {})} for values in (each.change.before, each.change.after))
        found = _lost(each.change.type, was, now=now, selectors=selectors)
        if found is not None and each.change.block not in found.text:
            yield Unselected(
                words=f"{each.name}: it bears the tag `{found.key}` no longer, by which `{found.by}` picks it: it is not backed up by that any more{each.caveat_of('tags')}",
                place=each.at("tags"),
                anchor=each.anchor("tags"),
                confidence=each.confidence,
                is_elsewhere=bool(each.realm),
            )
    for folder, pair in turned:
        if pair.old is not None and pair.new is not None:
            yield from _of_provider(
                (pair.old, pair.new), folder, selectors=selectors, infrastructure=infrastructure, cause=pair.cause
            )


def _of_provider(
    pair: tuple[Declared, Declared],
    folder: Folder,
    *,
    selectors: list[_Selector],
    infrastructure: Infrastructure,
    cause: Place | None,
) -> Iterator[Unselected]:
    """What the usual tags of a provider pick no longer."""
    old, new = pair
    was, now = _default_tags(old.block), _default_tags(new.block)
    if was is None or now is None or all(now.get(key) == value for key, value in was.items()):
        return
    lost: dict[str, list[str]] = {}
    picked: dict[str, _Selector] = {}
    for name, kind, values in _made_by(new.block, folder, infrastructure=infrastructure):
        own = _tags_of(values)
        found = None if own is None else _lost(kind, {**was, **own}, now={**now, **own}, selectors=selectors)
        if found is not None and name not in found.text:
            picked[found.key] = found
            lost.setdefault(found.key, []).append(name)
    realm = infrastructure.realm_of(new.path)
    for key, names in lost.items():
        more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
        said = listed([*(f"`{each}`" for each in names[:_MOST_NAMED]), *more])
        note = f"; `{realm}` is not production" if realm else ""
        by = TERRAFORM.by_sources(is_beside_plan=bool(infrastructure.plans))
        yield Unselected(
            words=f"`default_tags` of the provider `{new.block.name}` give the tag `{key}` no longer, by which `{picked[key].by}` picks {said}:"
            f" {'it is' if len(names) == 1 else 'they are'} not backed up by that any more{note}; {by}",
            place=cause or new.line_of("default_tags"),
            anchor=f"provider {folder.path} {new.block.name} {key}",
            confidence=Confidence.LOW if realm else Confidence.MEDIUM,
            is_elsewhere=bool(realm),
        )


def _made_by(
    provider: Block, folder: Folder, *, infrastructure: Infrastructure
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The name, type and arguments of what a provider makes in a folder; of the usual one, in the modules within the repository too."""
    for each in folder.of("resource", Side.HEAD):
        if len(each.block.labels) == 2 and _alias(each.block) == _alias(provider):
            yield each.block.name, each.block.labels[0], folder.scopes[1].filled(each.block.values)
    for call in folder.of("module", Side.HEAD) if _alias(provider) is None else ():
        if "providers" not in call.block.values:
            block = replace(call.block, values=folder.scopes[1].filled(call.block.values))
            for one in made(folder.path, block, blocks_in=infrastructure.module_blocks):
                if one.kind is not None:
                    yield f"module.{call.block.name}.{one.address}", one.kind.type, one.values


def _lost(kind: str, was: Tags, *, now: Tags, selectors: Iterable[_Selector]) -> _Selector | None:
    """What picked a thing by its tags and does so no longer; None where another still does."""
    had = [each for each in selectors if each.picks(kind, was)]
    return had[0] if had and not any(each.picks(kind, now) for each in selectors) else None


def _selectors(folders: Iterable[Folder]) -> Iterator[_Selector]:
    """What picks by tags after the change, in whichever folder: a whole account is picked from."""
    known = {each.path: each for each in folders if not each.is_called}
    for path, text in next(iter(folders)).texts(Side.HEAD):
        if _SELECTION not in text and _LIFECYCLE not in text:
            continue
        read = read_source(text.encode(), path)
        folder = known.get(path.rpartition("/")[0])
        for block in read.blocks if not isinstance(read, CouldNotLook) else ():
            if block.type == "resource" and block.labels[:1] in ((_SELECTION,), (_LIFECYCLE,)):
                values = block.values if folder is None else folder.scopes[1].filled(block.values)
                for key, value in _picked_by(values):
                    if isinstance(key, str) and key:
                        pattern = value if isinstance(value, str) else "*"
                        yield _Selector(by=block.name, key=key, value=pattern, text=str(values.get("resources")))


def _picked_by(values: Mapping[str, Any]) -> Iterator[tuple[object, object]]:
    for each in nested(values, "selection_tag"):
        yield each.get("key"), each.get("value")
    for condition in nested(values, "condition"):
        for how in ("string_equals", "string_like"):
            for each in nested(condition, how):
                key = each.get("key")
                if isinstance(key, str) and key.startswith(_RESOURCE_TAG):
                    yield key.removeprefix(_RESOURCE_TAG), each.get("value")
    for details in nested(values, "policy_details"):
        target = details.get("target_tags")
        yield from target.items() if isinstance(target, dict) else ()


def _usual_tags(each: Alteration, folders: Iterable[Folder]) -> dict[str, Any]:
    """The tags that the provider of a resource gives to all that it makes, after the change."""
    if each.is_planned:
        return {}
    for folder in folders:
        if folder.path == each.folder:
            for provider in folder.of("provider", Side.HEAD):
                block = provider.block
                if block.name == "aws" and block.values.get("alias") == _alias_of(each.change.after.get("provider")):
                    values = folder.scopes[1].filled(block.values)
                    return dict(_default_tags(Block(type="provider", values=values)) or {})
    return {}


def _tags_of(values: Mapping[str, Any]) -> Tags | None:
    """The tags that a resource bears, with those of its provider where a plan says them; None where these are not told."""
    found = values.get("tags_all") if isinstance(values.get("tags_all"), dict) else values.get("tags", {})
    return found if isinstance(found, dict) else {} if found is None else None


def _default_tags(block: Block) -> Tags | None:
    """The usual tags of a provider; None where these are not told."""
    for each in nested(block.values, "default_tags"):
        found = each.get("tags", {})
        return found if isinstance(found, dict) else None
    return {}


def _alias(block: Block) -> object:
    """By which name a provider is configured, or a resource takes one; None for the usual one."""
    return block.values.get("alias") if block.type == "provider" else _alias_of(block.values.get("provider"))


def _alias_of(provider: object) -> str | None:
    text = provider.text if isinstance(provider, Expression) else provider if isinstance(provider, str) else ""
    return text.partition(".")[2] or None
