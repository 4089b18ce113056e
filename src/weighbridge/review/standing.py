"""What of a decision matters to a reader: the findings that count, what could not look, and whether anything does."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import LimitationKind, LineRange
from weighbridge.domain.findings import Finding, FindingState, Severity, Suppression, by_importance
from weighbridge.domain.gate import Gate, GateState, Level, Requirement, RequirementKind
from weighbridge.domain.ids import EvidenceId, RepoPath, RuleId
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol, ReachedKind
from weighbridge.domain.outcomes import CouldNotLook, OutcomeState, Reason
from weighbridge.domain.package import Decision, ReviewPackage

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

_LIMITS: Final = (LimitationKind.SIZE, LimitationKind.COUNT)
"""The limitations that are bounds of ours."""


def new_findings(decision: Decision) -> tuple[Finding, ...]:
    """The findings this change brings, the worst first."""
    return tuple(sorted((w.finding for w in decision.findings if w.state is FindingState.NEW), key=by_importance))


def refused_excuses(decision: Decision) -> tuple[Suppression, ...]:
    """The excuses in the changed files that do not hold, those first that would be of a finding that counts."""
    rules = {(finding.rule, finding.place.path) for finding in new_findings(decision)}
    refused = [excuse for excuse in decision.suppressions if excuse.problem]
    return tuple(sorted(refused, key=lambda excuse: (excuse.rule, excuse.place.path) not in rules))


def open_needs(gate: Gate, *, most_alike: int = 2) -> tuple[tuple[Requirement, int], ...]:
    """What is still needed, with how many more of the same kind and rule each stands for; few alike are all shown."""
    groups: dict[tuple[str, str, str], list[Requirement]] = {}
    for need in gate.open:
        groups.setdefault((need.kind, need.rule, need.state), []).append(need)
    short: list[tuple[Requirement, int]] = []
    for alike in groups.values():
        short += [(need, 0) for need in alike] if len(alike) <= most_alike else [(alike[0], len(alike) - 1)]
    return tuple(short)


def tally(findings: tuple[Finding, ...]) -> tuple[tuple[Severity, int], ...]:
    """How many findings there are of each severity that occurs, the worst first."""
    ranked = sorted(findings, key=lambda f: f.severity.rank)
    return tuple((severity, len(tuple(group))) for severity, group in groupby(ranked, key=lambda f: f.severity))


class Unseen(Struct, frozen=True, kw_only=True):
    """One reason for not having looked, with everything it kept from being seen.

    `subjects` are paths; empty means the change as a whole. `rules` are the analyses that could not look, empty when
    no extractor understood the files at all.
    """

    missing: CouldNotLook
    subjects: tuple[str, ...] = ()
    rules: tuple[RuleId, ...] = ()
    unread: tuple[tuple[RepoPath, LineRange], ...] = ()
    evidence: tuple[EvidenceId, ...] = ()


def unseen(decision: Decision) -> tuple[Unseen, ...]:
    """Everything that could not look, grouped by what kept it from looking, the most worrying first."""
    groups: dict[tuple[int, str, str], list[Unseen]] = {}
    for item in (*_unread_files(decision), *_blind_rules(decision), *_limitations(decision)):
        missing = item.missing
        groups.setdefault((_ORDER.index(missing.reason), missing.detail, missing.remedy), []).append(item)
    return tuple(_merged(groups[key]) for key in sorted(groups))


def _merged(items: list[Unseen]) -> Unseen:
    return Unseen(
        missing=items[0].missing,
        subjects=tuple(dict.fromkeys(subject for item in items for subject in item.subjects)),
        rules=tuple(sorted({rule for item in items for rule in item.rules})),
        unread=tuple(lines for item in items for lines in item.unread),
        evidence=tuple(dict.fromkeys(e for item in items for e in item.evidence)),
    )


def _unread_files(decision: Decision) -> Iterator[Unseen]:
    unexplained = CouldNotLook(reason=Reason.UNPARSED, detail="part of the file could not be read")
    for file in decision.coverage.files:
        if not file.examined:
            unread = tuple((file.path, lines) for lines in file.unread)
            yield Unseen(missing=file.missing or unexplained, subjects=(file.path,), unread=unread)


def _blind_rules(decision: Decision) -> Iterator[Unseen]:
    unexplained = CouldNotLook(reason=Reason.FAILED, detail="no reason was given")
    for outcome in decision.outcomes:
        if outcome.state is OutcomeState.COULD_NOT_LOOK:
            yield Unseen(
                missing=outcome.missing or unexplained,
                subjects=(outcome.subject,) if outcome.subject else (),
                rules=(outcome.rule,),
                evidence=(outcome.evidence,),
            )


def _limitations(decision: Decision) -> Iterator[Unseen]:
    for limitation in decision.change.limitations:
        reason = Reason.LIMIT if limitation.kind in _LIMITS else Reason.NO_HISTORY
        missing = CouldNotLook(reason=reason, detail=limitation.detail, remedy=limitation.remedy)
        yield Unseen(missing=missing, subjects=(limitation.subject,))


def asked_otherwise(decision: Decision) -> tuple[str, ...]:
    """Where the way the change was named shows more or less than may have been meant, and how to say what was: told first."""
    return tuple(
        f"{each.detail}; if you did not mean that, {each.remedy}"
        for each in decision.change.limitations
        if each.kind is LimitationKind.SELECTION
    )


_DEPTHS = (ChangeDepth.REMOVED, ChangeDepth.SIGNATURE, ChangeDepth.ADDED, ChangeDepth.BODY, ChangeDepth.TEXT)


def by_depth(changed: tuple[ChangedSymbol, ...]) -> tuple[ChangedSymbol, ...]:
    """The changed definitions, the ones that most can notice first, then in the order of their files."""
    return tuple(sorted(changed, key=lambda c: _DEPTHS.index(c.depth)))


def needs_nobody(package: ReviewPackage) -> bool:
    """Whether one line says it all, also as the gate stands with what people said since."""
    return is_quiet(package.decision) and package.gate.state in (GateState.SATISFIED, GateState.NOT_APPLICABLE)


def is_quiet(decision: Decision) -> bool:
    """Whether nothing about the change needs anybody's attention, so that one line says it all.

    Where a rule was left open to whoever asks with a time, the decision cannot say that nothing is needed.
    """
    return (
        decision.gate.state in (GateState.SATISFIED, GateState.NOT_APPLICABLE)
        and all(need.kind is not RequirementKind.CONDITION for need in decision.gate.requirements)
        and decision.gate.level is Level.LOW
        and not new_findings(decision)
        and not decision.surfaces
        and not decision.impact.names(ReachedKind.TIER_ONE)
        and not decision.impact.truncated
        and not decision.change.limitations
        and all(item.missing.reason is Reason.NOT_CONFIGURED for item in unseen(decision))
    )
