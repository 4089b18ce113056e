"""What a client must show to be let in, before and after, as sets of alternatives."""

from collections.abc import Mapping

from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.documents.nodes import plain_value

Alternative = tuple[tuple[str, tuple[str, ...]], ...]
"""Schemes that must all be met, each with its scopes; empty where nothing is asked for."""

OPEN: Alternative = ()


def alternatives(spot: Spot | None) -> tuple[Alternative, ...]:
    """What a `security` asks for: one of these. Where nothing is said, nobody is asked for anything."""
    if spot is None:
        return (OPEN,)
    return tuple(_alternative(each) for each in spot.items()) or (OPEN,)


def _alternative(spot: Spot) -> Alternative:
    return tuple(sorted((s.name, tuple(sorted(scope.text() for scope in s.items()))) for s in spot.fields()))


def is_met_by(asked: Alternative, shown: Alternative) -> bool:
    """Whether a client that shows what one alternative asks for meets another."""
    given = dict(shown)
    return all(scheme in given and set(scopes) <= set(given[scheme]) for scheme, scopes in asked)


def refused(old: tuple[Alternative, ...], new: tuple[Alternative, ...]) -> list[Alternative]:
    """The ways that were enough before and are not any more."""
    return [each for each in old if not any(is_met_by(asked, each) for asked in new)]


def let_in(old: tuple[Alternative, ...], new: tuple[Alternative, ...]) -> list[Alternative]:
    """The ways that are enough now and were not before."""
    return [each for each in new if not any(is_met_by(asked, each) for asked in old)]


def spoken(found: Alternative) -> str:
    """An alternative in words."""
    if not found:
        return "nothing"
    return " with ".join(f"`{name}`" + (f" ({', '.join(scopes[:4])})" if scopes else "") for name, scopes in found)


def renamed(old: Mapping[str, Spot], new: Mapping[str, Spot]) -> dict[str, str]:
    """Schemes that go by another name and are otherwise the same."""
    gone = [name for name in old if name not in new]
    added = [name for name in new if name not in old]
    found: dict[str, str] = {}
    for name in gone:
        same = [each for each in added if _said(new[each]) == _said(old[name])]
        if len(same) == 1:
            found[name] = same[0]
    return found


def _said(spot: Spot) -> object:
    said = plain_value(spot.node)
    return {key: value for key, value in said.items() if key != "description"} if isinstance(said, dict) else said
