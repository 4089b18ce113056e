"""A route of Django's goes by its name no longer, and templates or code still ask for it by that."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.route_names import lost_route_names
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Landscapes),
    roles=("python",),
    tags=("contract", "django"),
)
_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each name."""
    for lost in lost_route_names(case[CodeChange], case[Landscapes]):
        first, more = lost.users[0], len(lost.users) - 1
        renamed = f" (it is called `{lost.now}` now)" if lost.now else ""
        also = f" and {more} more {'place' if more == 1 else 'places'}" if more else ""
        unsure = (
            ""
            if lost.is_sure
            else "; routes of installed packages are included here, and one of these may have that name"
        )
        yield RULE.finding(
            f"no route is named `{lost.name}` any more{renamed}, but {first}{also} still ask{'' if more else 's'} for it by that name:"
            f" Django raises NoReverseMatch there, and the page fails{unsure}",
            lost.place,
            anchor=f"route name {lost.name}",
            confidence=Confidence.MEDIUM if lost.is_sure else Confidence.LOW,
            related=tuple(
                RelatedPlace(place=place, message=f"asks for `{lost.name}`") for place in lost.users[:_MOST_SHOWN]
            ),
        )
