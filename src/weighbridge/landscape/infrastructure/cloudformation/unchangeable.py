"""Settings that a service lets nobody change, although no other resource is made for them: the update fails.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-updating.html (settings that cannot be changed),
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html (`GlobalSecondaryIndexes`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.cloudformation.conditions import spares_production
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, table
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
from weighbridge.landscape.infrastructure.cloudformation.types import type_of

_POOL: Final = "AWS::Cognito::UserPool"
_TABLE: Final = "AWS::DynamoDB::Table"
_INDEXES: Final = "GlobalSecondaryIndexes"
_OF_INDEX: Final = ("KeySchema", "Projection")


class Unchangeable(Struct, frozen=True, kw_only=True):
    """A setting that is otherwise and cannot be; `words` say why."""

    resource: str
    setting: str
    words: str
    place: Place
    is_spared: bool
    """Whether it is made in no production."""


def unchangeable(files: Iterable[TemplateFile]) -> Iterator[Unchangeable]:
    """Each such setting of a resource that is there on both sides."""
    for file in files:
        after = file.after
        if file.before is None or after is None:
            continue
        for old, new in file.pairs():
            if old is None or new is None or old.type != new.type or old.properties == new.properties:
                continue
            if any(old.properties.get(path[0]) != new.properties.get(path[0]) for path in type_of(new.type).forces):
                continue  # another one is made, with whatever settings
            for setting, words in _REFUSED.get(new.type, _nothing)(old, new):
                yield Unchangeable(
                    resource=f"{new.name} ({new.type})",
                    setting=setting,
                    words=words,
                    place=file.place(new.lines.get(setting, new.line), Side.HEAD),
                    is_spared=spares_production(after, new.body.get("Condition")),
                )


def _of_pool(old: Resource, new: Resource) -> Iterator[tuple[str, str]]:
    setting = "UsernameConfiguration"
    was, now = (each.properties.get(setting) for each in (old, new))
    if now is not None and was != now:
        yield setting, "whether a pool tells small letters from capitals is said once, when it is made"
    kept, found = (_named(each.properties.get("Schema"), "Name") for each in (old, new))
    lost = [name for name in kept or () if found and kept and found.get(name) != kept[name]]
    if lost:
        yield (
            "Schema",
            f"`{lost[0]}` is there, and what a pool has of attributes can be added to, not altered or taken away",
        )


def _of_table(old: Resource, new: Resource) -> Iterator[tuple[str, str]]:
    before, after = (_named(each.properties.get(_INDEXES), "IndexName") for each in (old, new))
    if before is None or after is None:
        return
    moved = [name for name in dict.fromkeys((*before, *after)) if (name in before) != (name in after)]
    if len(moved) > 1:
        yield (
            _INDEXES,
            f"an update makes or takes away one index of a table, and here it is {len(moved)} (`{'`, `'.join(moved[:3])}`)",
        )
    for name in (each for each in before if each in after):
        if any(before[name].get(part) != after[name].get(part) for part in _OF_INDEX):
            yield (
                _INDEXES,
                f"`{name}` is there with other keys, or other columns: an index is altered by making one of another name",
            )


def _nothing(_: Resource, __: Resource) -> Iterator[tuple[str, str]]:
    yield from ()


def _named(items: object, by: str) -> Mapping[str, Mapping[str, Any]] | None:
    """The items of a list by their names, none where there is no list; None where one of them has no plain name."""
    if items is None:
        return {}
    if not isinstance(items, list):
        return None
    named = {each[by]: each for each in map(table, items) if isinstance(each.get(by), str)}
    return named if len(named) == len(items) else None


_REFUSED: Final[Mapping[str, Callable[[Resource, Resource], Iterator[tuple[str, str]]]]] = {
    _POOL: _of_pool,
    _TABLE: _of_table,
}
