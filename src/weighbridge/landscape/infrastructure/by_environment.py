"""What a value comes to in each environment that its own expression tells apart: `var.env == "prod" ? "1.30" : "1.31"`."""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from math import prod
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.alterations import listed
from weighbridge.landscape.infrastructure.realms import is_of_production, is_of_trials
from weighbridge.landscape.infrastructure.scopes import Scope, names_in
from weighbridge.landscape.infrastructure.source_files import Folder

_NAMED: Final = r"((?:var|local)\.[\w-]+|terraform\.workspace)"
_COMPARED: Final = LatePattern(rf'{_NAMED} ?[=!]= ?"([^"${{]*)"|"([^"${{]*)" ?[=!]= ?{_NAMED}')
_LISTED: Final = LatePattern(rf"\bcontains\(\[([^\]]*)\], ?{_NAMED}\)")
_LOOKED_UP: Final = LatePattern(rf"\[{_NAMED}\]|\blookup\([^()]*?, ?{_NAMED}[,)]")
_KEY: Final = LatePattern(r'[{,] ?"?([\w-]+)"? ?[=:](?!=)')
_QUOTED: Final = LatePattern(r'"([^"]*)"')
_LONGEST: Final = 4_000
_DEEPEST: Final = 4
_MOST: Final = 12
"""Environments that one name may say."""
_MOST_TRIED: Final = 40
_MOST_SHOWN: Final = 4
ANY_OTHER: Final = "\x00"
"""An environment that no expression names."""


class InEnvironment(Struct, frozen=True, kw_only=True):
    """What a value was and is in one environment, by the names that say which one it is."""

    given: tuple[tuple[str, str], ...]
    was: object
    now: object
    is_trial: bool
    """Whether it is none that customers use, and one for production is told apart from it."""


def by_environment(folder: Folder, was: object, *, now: object) -> list[InEnvironment]:
    """What two values are in each environment, what production uses first; none where nothing tells environments apart."""
    keys = environments_in(folder, was, side=Side.BASE)
    for name, found in environments_in(folder, now, side=Side.HEAD).items():
        keys[name] = list(dict.fromkeys((*keys.get(name, ()), *found)))
    if not keys:
        return []
    ways = [[(name, key) for key in (*found[:_MOST], ANY_OTHER)] for name, found in keys.items()]
    productive = {name for name, found in keys.items() if any(map(is_of_production, found))}
    made = [
        InEnvironment(
            given=given,
            was=_in(folder, was, side=Side.BASE, given=given),
            now=_in(folder, now, side=Side.HEAD, given=given),
            is_trial=any(name in productive and (key == ANY_OTHER or is_of_trials(key)) for name, key in given),
        )
        for given in islice(product(*ways), _MOST_TRIED)
    ]
    return sorted(made, key=lambda each: (each.is_trial, not any(is_of_production(key) for _, key in each.given)))


def is_told_apart(folder: Folder, was: object, *, now: object) -> bool:
    """Whether two values are known in every environment that tells one of them apart."""
    found = by_environment(folder, was, now=now)
    names = {name for each in found for name, _ in each.given}
    many = [len({key for each in found for one, key in each.given if one == name}) for name in names]
    is_whole = len(found) == prod(many) and all(each <= _MOST for each in many)
    return (
        bool(found)
        and is_whole
        and not any(isinstance(one, Expression) for each in found for one in (each.was, each.now))
    )


def environments_in(folder: Folder, value: object, *, side: Side) -> dict[str, list[str]]:
    """The names by which a value is chosen, each with the environments that its expression, or a local behind it, tells apart."""
    keys: dict[str, dict[str, None]] = {}
    for name, key in _told_apart(folder, value, side=side, seen=set()):
        keys.setdefault(name, {})[key] = None
    return {name: list(found) for name, found in keys.items()}


def where(told: Sequence[InEnvironment]) -> str:
    """Which environments these are, in words that follow "where"; all of them have the same names."""
    shown, more = told[:_MOST_SHOWN], len(told) - _MOST_SHOWN
    rest = [f"{more} more"] if more > 0 else []
    if len(told[0].given) == 1:
        return f"`{told[0].given[0][0]}` is {listed([*(_key(each.given[0][1]) for each in shown), *rest])}"
    first = " and ".join(f"`{name}` is {_key(key)}" for name, key in told[0].given)
    return f"{first}, and in {len(told) - 1} more" if len(told) > 1 else first


def _key(key: str) -> str:
    return "anything else" if key == ANY_OTHER else f"`{key}`"


def _told_apart(
    folder: Folder, value: object, *, side: Side, seen: set[str], depth: int = 0
) -> Iterator[tuple[str, str]]:
    """The names by which a value is chosen, each with an environment that it may say; a local is looked into once."""
    text = value.text if isinstance(value, Expression) else ""
    if not text or len(text) > _LONGEST or depth > _DEEPEST:
        return
    for found in _COMPARED.finditer(text):
        yield (found[1], found[2]) if found[1] else (found[4], found[3])
    for found in _LISTED.finditer(text):
        yield from ((found[2], each) for each in _QUOTED.findall(found[1]))
    chosen = [found[1] or found[2] for found in _LOOKED_UP.finditer(text)]
    here = folder.scopes[side is Side.HEAD]
    names = [name for name in names_in(value) if name.startswith("local.")]
    behind = {name: here.said("local").get(name.removeprefix("local.")) for name in names}
    for name in chosen:
        held = [key for each in behind.values() if isinstance(each, dict) for key in each]
        yield from ((name, key) for key in (*held, *_KEY.findall(text)))
    for name in [each for each in behind if each not in seen]:
        seen.add(name)
        yield from _told_apart(folder, behind[name], side=side, seen=seen, depth=depth + 1)


def _in(folder: Folder, value: object, *, side: Side, given: Sequence[tuple[str, str]]) -> object:
    """What a value is where names say one environment."""
    here = folder.scopes[side is Side.HEAD]
    said: dict[str, dict[str, str]] = {"var": {}, "local": {}, "terraform": {}}
    for name, key in given:
        root, _, bare = name.partition(".")
        said[root][bare] = key
    scope = Scope(
        lambda root: {**here.said(root), **said[root]},
        workspace=said["terraform"].get("workspace", ""),
    )
    return scope.filled({"": value})[""]
