"""A question that decides who may do what is answered more generously, or always."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.predicates import Answered, answered_otherwise

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
    for answered in answered_otherwise(case[CodeChange], case[Landscapes]):
        yield _finding(answered)


def _finding(answered: Answered) -> Finding:
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
