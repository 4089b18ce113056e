"""A question that decides who may do what is answered more generously, or always."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes

if TYPE_CHECKING:
    from weighbridge.landscape.predicates import Answered

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(863, 697),
    tags=("behaviour", "authorisation"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each function whose answer protects less."""
    if not any(file.head is not None and file.head.constant_results for file in case[CodeChange].files.values()):
        return
    from weighbridge.landscape.predicates import answered_otherwise  # noqa: PLC0415 - few files say yes or no by themselves

    for answered in answered_otherwise(case[CodeChange], case[Landscapes]):
        yield _finding(answered)


def _finding(answered: "Answered") -> Finding:
    word, other = ("yes", "no") if answered.is_yes else ("no", "yes")
    how = f"always says {word}" if answered.is_always else f"says {word} where it said {other}"
    by = answered.asked_by
    asked = () if by is None else (RelatedPlace(place=by, message="what is refused depends on it here"),)
    return RULE.finding(
        f"`{answered.name}` {how}, and decides who is let in",
        Place(path=answered.path, line=answered.line, end_line=answered.line, symbol=answered.name),
        anchor=f"{answered.name} {word}",
        related=(RelatedPlace(place=answered.stood, message="it was answered here"), *asked),
    )
