"""A field is called otherwise where it leaves the program, or is left out there."""

from collections.abc import Iterable, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.payload_keys import ChangedKey, changed_keys
from weighbridge.landscape.contracts.implicit.settings import SettingChanges
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, ChangedBytes, Landscapes, SettingChanges),
    roles=("go", "java"),
    tags=("contract", "behaviour"),
)
_NAMED = 3
_LOWER = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each key."""
    for change in changed_keys(case[CodeChange], case[ChangedBytes], landscapes=case[Landscapes]):
        is_lost = change.format == "YAML" and not change.words and change.now != change.key
        written = case[SettingChanges].written_for(change.key, beside=change.beside) if is_lost else []
        yield _written(change, written) if written else _finding(change)


def _written(change: ChangedKey, places: Sequence[Place]) -> Finding:
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    what = f"called `{change.now}` now" if change.now else "gone"
    return RULE.finding(
        f"`{change.field}`: `{change.key}` of YAML is {what}: {places[0]}{more} still sets it, which is ignored",
        change.place,
        anchor=f"{change.field} {change.format} {change.key}",
        related=tuple(RelatedPlace(place=place, message="still sets it") for place in places),
        severity=Severity.HIGH,
    )


def _finding(change: ChangedKey) -> Finding:
    if change.words:
        words, severity = change.words, Severity.HIGH if change.is_null_asked else Severity.MEDIUM
    elif change.now == change.key:
        words, severity = (
            f"`{change.key}` of {change.format} may be missing now, where it was always there",
            Severity.MEDIUM,
        )
    elif change.now:
        words = f"`{change.key}` of {change.format} is called `{change.now}` now: whoever reads or sends `{change.key}` is not understood"
        severity = Severity.HIGH
    else:
        words = f"`{change.key}` of {change.format} is gone: whoever reads it finds nothing, and what is sent there is dropped"
        severity = Severity.HIGH
    places = ", ".join(map(str, change.readers[:_NAMED]))
    does = "asked whether it is `null`" if change.is_null_asked else "read"
    return RULE.finding(
        f"`{change.field}`: {words}; "
        + (f"{does} here by {places}" if places else "no reader of it is known in this repository"),
        change.place,
        anchor=f"{change.field} {change.format} {change.key}",
        related=tuple(RelatedPlace(place=place, message="reads it") for place in change.readers),
        severity=severity if change.readers else _LOWER[severity],
    )
