"""What of a decision matters to a reader: the findings that count, what could not look, and whether anything does."""

from dataclasses import dataclass
from itertools import groupby

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Finding, FindingState, Severity, by_importance
from weighbridge.domain.gate import GateState, Level
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.impact import ReachedKind
from weighbridge.domain.outcomes import CouldNotLook, OutcomeState, Reason
from weighbridge.domain.package import Decision

_ORDER = (
    Reason.FAILED,
    Reason.UNPARSED,
    Reason.TIMED_OUT,
    Reason.LIMIT,
    Reason.UNSUPPORTED,
    Reason.NO_HISTORY,
    Reason.STALE_DATA,
    Reason.TOOL_MISSING,
    Reason.NOT_CONFIGURED,
)
"""The reasons, the most worrying first: what tried and failed before what was never set up."""


def new_findings(decision: Decision) -> tuple[Finding, ...]:
    """The findings this change brings, the worst first."""
    return tuple(sorted((w.finding for w in decision.findings if w.state is FindingState.NEW), key=by_importance))


def tally(findings: tuple[Finding, ...]) -> tuple[tuple[Severity, int], ...]:
    """How many findings there are of each severity that occurs, the worst first."""
    ranked = sorted(findings, key=lambda f: f.severity.rank)
    return tuple((severity, len(tuple(group))) for severity, group in groupby(ranked, key=lambda f: f.severity))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """One reason for not having looked, with everything it kept from being seen.

    `subjects` are paths; empty means the change as a whole. `rules` are the analyses that could not look, empty when
    no extractor understood the files at all.
    """

    missing: CouldNotLook
    subjects: tuple[str, ...]
    rules: tuple[RuleId, ...]
    unread: tuple[tuple[RepoPath, LineRange], ...] = ()


def unseen(decision: Decision) -> tuple[Unseen, ...]:
    """Everything that could not look, grouped by what kept it from looking, the most worrying first."""
    said: list[tuple[CouldNotLook, str, RuleId | None, tuple[LineRange, ...]]] = [
        (
            file.missing or CouldNotLook(reason=Reason.UNPARSED, detail="part of the file could not be read"),
            file.path,
            None,
            file.unread,
        )
        for file in decision.coverage.files
        if not file.examined
    ]
    for outcome in decision.outcomes:
        if outcome.state is OutcomeState.COULD_NOT_LOOK:
            missing = outcome.missing or CouldNotLook(reason=Reason.FAILED, detail="no reason was given")
            said.append((missing, outcome.subject, outcome.rule, ()))
    for limitation in decision.change.limitations:
        missing = CouldNotLook(reason=Reason.NO_HISTORY, detail=limitation.detail, remedy=limitation.remedy)
        said.append((missing, limitation.subject, None, ()))
    grouped: dict[tuple[int, str, str], list[tuple[CouldNotLook, str, RuleId | None, tuple[LineRange, ...]]]] = {}
    for item in said:
        grouped.setdefault((_ORDER.index(item[0].reason), item[0].detail, item[0].remedy), []).append(item)
    return tuple(
        Unseen(
            missing=items[0][0],
            subjects=tuple(dict.fromkeys(subject for _, subject, _, _ in items if subject)),
            rules=tuple(sorted({rule for _, _, rule, _ in items if rule})),
            unread=tuple((RepoPath(subject), lines) for _, subject, _, ranges in items for lines in ranges),
        )
        for _, items in sorted(grouped.items(), key=lambda pair: pair[0])
    )


def is_quiet(decision: Decision) -> bool:
    """Whether nothing about the change needs anybody's attention, so that one line says it all."""
    return (
        decision.gate.state in (GateState.SATISFIED, GateState.NOT_APPLICABLE)
        and decision.gate.level is Level.LOW
        and not new_findings(decision)
        and not decision.surfaces
        and not decision.impact.names(ReachedKind.TIER_ONE)
        and not decision.impact.truncated
        and not decision.change.limitations
        and all(item.missing.reason is Reason.NOT_CONFIGURED for item in unseen(decision))
    )
