"""Of findings that come from one cause the gravest stops a change; the others point to it, whichever rules they are of.

Who decides, decides once: that a table waits for as long as its rows are written anew is not made worse by a search of them in
the same transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import BLOCKING, Cause, CausedFinding, Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace

_MOST_RELATED: Final = 50
_Weight = tuple[int, int, bool, int, str, int, str, str, int]


def told_once(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, each that another one tells graver of in full no graver than medium, and a related place of that one."""
    stopping = [each for each in findings if isinstance(each, CausedFinding) and _stops(each)]
    leaders = _leaders(stopping) if len(stopping) > 1 else {}
    others: dict[Finding, list[RelatedPlace]] = {}
    for each, leader in sorted(leaders.items(), key=lambda found: (found[0].place.path, found[0].place.line)):
        related = RelatedPlace(place=each.place, message=f"one danger with it, told by {each.rule}: {each.message}")
        others.setdefault(leader, []).append(related)
    return list(_pointed(findings, leaders, others=others))


def _leaders(stopping: Sequence[CausedFinding]) -> Mapping[Finding, Finding]:
    """Of what is told in full by others the gravest of these: who is the gravest of any cause is told in full by nobody."""
    of_cause: dict[tuple[str, ...], list[tuple[_Weight, CausedFinding]]] = {}
    for each in stopping:
        for cause in each.causes:
            of_cause.setdefault(cause.key, []).append((_weight(each, cause), each))
    first = {key: min(found, key=lambda weighed: weighed[0])[1] for key, found in of_cause.items()}
    return {
        each: first[each.causes[0].key]
        for each in stopping
        if all(first[cause.key] is not each and not cause.is_more for cause in each.causes)
    }


def _pointed(
    findings: Iterable[Finding], leaders: Mapping[Finding, Finding], *, others: Mapping[Finding, Sequence[RelatedPlace]]
) -> Iterator[Finding]:
    for each in findings:
        if (leader := leaders.get(each)) is not None:
            at = f"line {leader.place.line}" if leader.place.path == each.place.path else str(leader.place)
            words = f"{each.message}; one danger with {at}, which is told as the graver ({leader.rule})"
            yield _plain(replace(each, message=words, severity=Severity.MEDIUM))
        elif each in others:
            yield _plain(replace(each, related=(*each.related, *others[each][:_MOST_RELATED])))
        else:
            yield _plain(each)


def _stops(finding: Finding) -> bool:
    return finding.severity in BLOCKING and finding.confidence is not Confidence.LOW


def _weight(finding: CausedFinding, cause: Cause) -> _Weight:
    """A sort key: the gravest first, of equals the heaviest, that which tells of more, the surest, and as they stand."""
    at = finding.place
    graver = (finding.severity.rank, -cause.weight, not cause.is_more, finding.confidence.rank)
    return (*graver, at.path, at.line, finding.rule, finding.anchor, finding.occurrence)


def _plain(finding: Finding) -> Finding:
    """The finding as everybody but a rule knows it."""
    if not isinstance(finding, CausedFinding):
        return finding
    return Finding(**{name: getattr(finding, name) for name in Finding.__struct_fields__})
