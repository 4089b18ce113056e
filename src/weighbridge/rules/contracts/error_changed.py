"""Another error is given than the one that others go by, or it is no longer found in what wraps it."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.code.publication import Publication
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.thrown import Thrown, thrown_otherwise
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Rewritten, Landscapes, Publication),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each error of a definition."""
    for thrown in thrown_otherwise(case[Rewritten], case[Landscapes]):
        yield _finding(thrown, is_published=case[Publication].of(thrown.rewrite.file))


def _finding(thrown: Thrown, *, is_published: bool) -> Finding:
    each = thrown.rewrite
    named = f"`{thrown.error}`" if thrown.error else "an error"
    words = (
        f"{named} is only said in words now, and was wrapped: `errors.Is` and `errors.As` do not find it"
        if thrown.is_unwrapped
        else f"{named} no longer comes, `{thrown.now}` does instead: code that checks for it no longer recognises it"
    )
    if thrown.askers:
        more = f" and {len(thrown.askers) - 1} more" if len(thrown.askers) > 1 else ""
        who = f"{thrown.askers[0]}{more} relies on it"
    elif is_published and thrown.documented:
        who = f"{thrown.documented[0]} shows others how to go by it"
    else:
        who = (
            "who relies on it among those who import it cannot be seen"
            if is_published
            else "nothing in this repository is known to rely on it"
        )
    return RULE.finding(
        f"{words}; {who}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {thrown.error}",
        related=(
            *(RelatedPlace(place=place, message="relies on it") for place in thrown.askers[:_MOST_SHOWN]),
            *(RelatedPlace(place=place, message="shows how to go by it") for place in thrown.documented),
        ),
        severity=_severity(thrown, is_published=is_published),
    )


def _severity(thrown: Thrown, *, is_published: bool) -> Severity:
    if thrown.askers or (is_published and thrown.documented):
        return Severity.HIGH
    return Severity.MEDIUM if is_published else Severity.LOW
