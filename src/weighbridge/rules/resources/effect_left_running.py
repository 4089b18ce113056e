"""A change starts something in an effect of React that goes on when the component is gone."""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.resources.leaks.change import Leaks

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Leaks,),
    roles=("javascript", "typescript", "tsx"),
    weaknesses=(772, 401),
    tags=("resources", "leaks"),
)
_WORDS: Final[Mapping[str, str]] = {
    "setInterval": "the interval is cleared nowhere in the effect",
    "addEventListener": "the listener is removed nowhere in the effect",
    "subscribe": "the effect hands out nothing that ends the subscription",
}


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each timer, listener and subscription that no clean-up ends."""
    leaks = case[Leaks]
    yield from leaks.unread
    for path, alone in leaks.unheld.items():
        for each in alone:
            if each.what in _WORDS:
                yield RULE.finding(
                    f"`{each.call}`: {_WORDS[each.what]}, so each time the component is shown one more goes on",
                    Place(path=path, line=each.line, end_line=each.line, symbol=each.symbol),
                    anchor=f"{each.what} {each.call}",
                )
