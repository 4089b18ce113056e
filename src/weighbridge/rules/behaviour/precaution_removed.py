"""A precaution is gone: a secret is passed on, nothing stops at a limit, a lock is not let go, a session or transaction not ended."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import OfTests

if TYPE_CHECKING:
    from weighbridge.landscape.precautions import LostPrecaution

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, OfTests),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(22, 200, 611, 613, 667, 770),
    tags=("behaviour", "resources", "secrets"),
)

_WORDS: Final = {
    "takes-out": "`{symbol}` no longer takes `{about}` out of what it passes on",
    "stops": "`{symbol}` no longer stops at `{about}`",
    "lets-go": "`{symbol}` no longer lets `{about}` go",
    "always": "`{symbol}` lets `{about}` go only where nothing fails before",
    "clears": "`{symbol}` no longer clears `{about}`: whoever had it before has it yet",
    "keeps": "`{symbol}` no longer commits what it does with `{about}`",
    "takes-back": "`{symbol}` no longer rolls back what it does with `{about}`",
    "confines": "`{symbol}` no longer asks `{about}` of a path before it goes on: it may lead anywhere",
    "sets": "`{symbol}` no longer sets `{about}`: without it, what that is about is open",
    "holds": "`{symbol}` no longer holds `{about}` while it works",
}
_GRAVE: Final = ("takes-out", "lets-go", "keeps", "confines", "sets")


def check(case: Case) -> Iterable[Finding]:
    """One finding for each precaution that a function no longer takes."""
    if not any(file.change.removed for file in case[CodeChange].files.values()):
        return
    from weighbridge.landscape.precautions import lost_precautions  # noqa: PLC0415 - what is only added loses nothing

    for lost in lost_precautions(case[CodeChange], case[OfTests]):
        yield _finding(lost)


def _finding(lost: "LostPrecaution") -> Finding:
    taken = lost.precaution
    return RULE.finding(
        _WORDS[taken.kind].format(symbol=taken.symbol or lost.path, about=taken.about),
        lost.place,
        anchor=f"{taken.kind} {taken.symbol} {taken.about}",
        related=(RelatedPlace(place=lost.stood, message="it did here"),),
        severity=Severity.HIGH if taken.kind in _GRAVE else Severity.MEDIUM,
    )
