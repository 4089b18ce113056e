"""A route is gone that code of the repository still requests."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.routes import LostRoute, lost_routes, may_lose
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "routes"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each route."""
    if may_lose(case[CodeChange]):
        for each in lost_routes(case[CodeChange], case[Landscapes]):
            yield _finding(each)


def _finding(each: LostRoute) -> Finding:
    others = f"{each.askers[0]}" + (f" and {len(each.askers) - 1} more" if len(each.askers) > 1 else "")
    now = f" (`{each.now}` stands in its place)" if each.now else ""
    return RULE.finding(
        f"nothing here answers `{each.route}` any more{now}, and {others} still requests it: its requests find no such route",
        each.place,
        anchor=each.route,
        related=tuple(RelatedPlace(place=place, message="still requests it") for place in each.askers[:_MOST_SHOWN]),
    )
