"""Versions that a template chooses by a condition or takes from a mapping, and that cannot be taken back where they are raised."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.cloudformation.conditions import asks_for, spares_production
from weighbridge.landscape.infrastructure.cloudformation.declared import address
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template, table
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
from weighbridge.landscape.infrastructure.cloudformation.types import like
from weighbridge.landscape.infrastructure.kinds import Holds, holds
from weighbridge.landscape.infrastructure.realms import is_of_production, is_of_trials
from weighbridge.landscape.infrastructure.versions import CLUSTERS, outcome, turned

_NAMES: Final = (
    "EngineVersion",
    "Version",
    "KubernetesVersion",
    "ElasticsearchVersion",
    "KafkaVersion",
    "CacheEngineVersion",
)
_DEEPEST: Final = 6
_MOST: Final = 50

Versions = dict[tuple[str, ...], str]
"""What a property comes to, by the conditions that hold, or the keys that are looked up, for that."""


class ChosenVersion(Struct, frozen=True, kw_only=True):
    """One version that is another major one where something holds."""

    name: str
    words: str
    place: Place
    anchor: str
    is_grave: bool
    is_trial: bool
    """Whether it is so only where no customer is, by what the template calls that."""
    default_of: str = ""
    """The parameter whose default alone is another one: a stack that is there keeps the value that it was given."""


def chosen_versions(files: Iterable[TemplateFile]) -> Iterator[ChosenVersion]:
    """One for each property; what is written out is told by itself."""
    for file in files:
        before, after = file.before, file.after
        for old, new in file.pairs() if before is not None and after is not None else ():
            if old is None or new is None or before is None or after is None or old.type != new.type:
                continue
            kind = like(new.type, new.properties)
            if kind not in CLUSTERS and not holds(kind, Holds.DATABASE, Holds.STREAM, Holds.QUEUE):
                continue
            for name in _NAMES:
                both = (old.properties.get(name), new.properties.get(name))
                if any(isinstance(each, dict) for each in both):
                    was, now = _versions(before, both[0]), _versions(after, both[1])
                    told = list(_turns(was, now, kind=kind, engine=str(new.properties.get("Engine", ""))))
                    yield from _first(told, file, of=new, name=name, template=after)


class _Turn(Struct, frozen=True, kw_only=True):
    where: tuple[str, ...]
    was: str
    now: str
    follows: str
    is_grave: bool


def _turns(was: Versions, now: Versions, *, kind: str, engine: str) -> Iterator[_Turn]:
    for where in dict.fromkeys((*was, *now)):
        old, new = was.get(where, was.get(())), now.get(where, now.get(()))
        if old is None or new is None or old == new:
            continue
        is_cluster = kind in CLUSTERS
        turn = turned("kubernetes" if is_cluster else engine, old, now=new)
        if follows := outcome(turn, is_cluster=is_cluster):
            yield _Turn(where=where, was=old, now=new, follows=follows, is_grave=not is_cluster)


def _first(
    told: list[_Turn], file: TemplateFile, *, of: Resource, name: str, template: Template
) -> Iterator[ChosenVersion]:
    """The gravest of a property: where customers are before where they are not."""
    for turn in sorted(told, key=lambda each: _is_trial(each.where, template))[:1]:
        where = " and ".join(map(_said, turn.where))
        yield ChosenVersion(
            name=f"`{address(of.name, of.type)}`",
            words=f"`{name}` goes from `{turn.was}` to `{turn.now}`{f' where {where}' if where else ''}{turn.follows}",
            place=file.place(of.lines.get(name, of.line), Side.HEAD),
            anchor=f"{of.name} {name}",
            is_grave=turn.is_grave,
            is_trial=_is_trial(turn.where, template),
            default_of=_parameter(of.properties.get(name)),
        )


def _parameter(value: object) -> str:
    inner = table(value)
    return str(inner["Ref"]) if len(inner) == 1 and "Ref" in inner else ""


def _said(label: str) -> str:
    if "." in label:
        return f"`{label}` is looked up"
    negated = label.removeprefix("not ")
    return f"`{negated}` {'holds' if negated == label else 'does not hold'}"


def _versions(template: Template, value: object, *, depth: int = 0) -> Versions:
    """What a value may come to; nothing where only a stack tells."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return {(): str(value)}
    inner = table(value)
    if len(inner) != 1 or depth > _DEEPEST:
        return {}
    name, given = next(iter(inner.items()))
    parts = given if isinstance(given, list) else []
    if name == "Ref" and isinstance(given, str):
        return _versions(template, template.default_of(given), depth=depth + 1)
    if name == "Fn::If" and len(parts) == 3:
        sides = ((str(parts[0]), parts[1]), (f"not {parts[0]}", parts[2]))
        return {
            (condition, *where): version
            for condition, side in sides
            for where, version in _versions(template, side, depth=depth + 1).items()
        }
    return dict(_looked_up(template, parts)) if name == "Fn::FindInMap" and len(parts) == 3 else {}


def _looked_up(template: Template, parts: list[object]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The values of a mapping that two keys may lead to."""
    name, first, second = parts
    held: Mapping[str, object] = table(template.mappings.get(name)) if isinstance(name, str) else {}
    for outer, inner in list(held.items())[:_MOST]:
        for key, value in list(table(inner).items())[:_MOST]:
            is_meant = all(not isinstance(asked, str) or asked == at for asked, at in ((first, outer), (second, key)))
            if is_meant and isinstance(value, str | int | float):
                open_keys = [at for asked, at in ((first, outer), (second, key)) if not isinstance(asked, str)]
                yield tuple(f"{name}.{at}" for at in open_keys), str(value)


def _is_trial(where: tuple[str, ...], template: Template) -> bool:
    """Whether one of the conditions spares production, or one of the keys is that of an environment no customer uses."""
    return any(_spares(each, template) for each in where)


def _spares(label: str, template: Template) -> bool:
    if label in template.conditions:
        return spares_production(template, label)
    negated = label.removeprefix("not ")
    if negated != label:
        return any(map(is_of_production, asks_for(template, negated)))
    beside = table(template.mappings.get(label.partition(".")[0]))
    return is_of_trials(label.rpartition(".")[2]) and any(map(is_of_production, beside))
