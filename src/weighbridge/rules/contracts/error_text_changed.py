"""The text of an error is another, by which others tell it."""

from collections.abc import Iterable, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.messages import ChangedMessage, changed_messages
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)
_SHOWN = 80
_NAMED = 3


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each message."""
    for change in changed_messages(case[Rewritten], case[Landscapes]):
        yield _finding(change)


def _finding(change: ChangedMessage) -> Finding:
    each = change.rewrite
    if change.matched:
        who, severity = f"{_listed(change.matched)} matches the old text", Severity.HIGH
    elif change.tested:
        who, severity = f"only tests match the old text: {_listed(change.tested)}", Severity.MEDIUM
    else:
        who = "nothing in this repository is known to match the old text"
        severity = Severity.LOW if change.leaning.names else Severity.NOTE
    return RULE.finding(
        f"an error says `{change.after[:_SHOWN]}` where it said `{change.before[:_SHOWN]}`: {who}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {change.before[:_SHOWN]}",
        related=tuple(
            RelatedPlace(place=place, message="matches the old text") for place in (*change.matched, *change.tested)
        ),
        severity=severity,
    )


def _listed(places: Sequence[Place]) -> str:
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return ", ".join(map(str, places[:_NAMED])) + more
