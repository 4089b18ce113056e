"""A change goes by a document that tells of what is not there any more."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.freshness.of_change import DocumentsOfChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(DocumentsOfChange,),
    tags=("documents", "provenance"),
)

_MOST_QUOTED: Final = 5


def check(case: Case) -> Iterable[Finding]:
    """One finding for each stale document that the change cites, at the first statement that is not so any more."""
    for advice in case[DocumentsOfChange].advice:
        judged, cited = advice.judged, advice.citation
        broken = sorted(judged.broken, key=lambda each: (not each.is_certain, each.mention.line))
        first, others = broken[0], broken[1:_MOST_QUOTED]
        yield RULE.finding(
            f"{cited.where} goes by `{judged.path}`, which is stale: it says “{first.mention.statement}”, but {first.reason}",
            Place(path=judged.path, line=first.mention.line, end_line=first.mention.line, side=advice.side),
            anchor=f"{judged.path} {first.mention.name}",
            related=tuple(
                RelatedPlace(
                    place=Place(path=judged.path, line=each.mention.line, end_line=each.mention.line, side=advice.side),
                    message=f"“{each.mention.statement}”, but {each.reason}",
                )
                for each in others
            ),
        )
