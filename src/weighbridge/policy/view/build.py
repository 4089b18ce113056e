"""Makes the document that conditions see of what is known about a change; nothing is filled in for what is not known."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from weighbridge.domain.change import Change, ChangeKind, Commit, FileChange, LimitationKind
from weighbridge.domain.findings import WeighedFinding
from weighbridge.domain.gate import Level
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.impact import Impact, ReachedKind
from weighbridge.domain.outcomes import CouldNotLook, FileCoverage, Outcome, Reason
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.record import Status, StatusState
from weighbridge.domain.risk import Risk
from weighbridge.domain.system import Component
from weighbridge.landscape.test_files import is_test
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.level import level_of, rank_among_changes, signs_of_risk
from weighbridge.policy.policy import EnvironmentLevel
from weighbridge.policy.view.analysis import (
    OutcomeReason,
    UnreadFile,
    ViewedComponent,
    ViewedCoverage,
    ViewedCriticality,
    ViewedFinding,
    ViewedImpact,
    ViewedOutcome,
    ViewedRisk,
    ViewedSurface,
)
from weighbridge.policy.view.change import FileArea, ViewedChange, ViewedCommit, ViewedFile, ViewedProvenance
from weighbridge.policy.view.people import co_authors, each_once, viewed
from weighbridge.policy.view.sources import ViewedEnvironment, ViewedStatus, ViewedStatuses, ViewedTime, Weekday
from weighbridge.policy.view.view import View

NO_SOURCE: Final = ("compliance", "reviews", "rollout", "runtime", "teams")
"""The names that nothing fills yet."""
_OF_COMMITS: Final = ("commits", "authors", "committers", "co_authors", "is_merge")


def view_of(document: PolicyDocument, *, level: Level | None = None) -> View:
    """What conditions see of a change when it is decided on: no time, no environment, nothing that comes later.

    `level` spares finding it again where it is known.
    """
    change = document.change
    level = level_of(document)[0] if level is None else level
    impact = document.impact
    missing = {name: _no_source(name) for name in NO_SOURCE}
    missing |= {f"change.{name}": _NOT_NAMED for name in ("branch", "target")}
    missing |= {"time": _not_asked("the time"), "environment": _not_asked("an environment")}
    missing["statuses"] = _not_asked("a ledger that checks report to")
    if uncounted := _cut_short(change):
        missing |= {f"change.{name}": uncounted for name in _OF_COMMITS}
    if isinstance(impact, CouldNotLook):
        missing["impact"] = impact
    elif impact.truncated:
        cut = CouldNotLook(reason=Reason.LIMIT, detail=impact.truncated, remedy="ask impact.is_complete first")
        missing["impact"] = cut
    if document.risk.percentile is None:
        missing |= {f"risk.{name}": _no_rank(document.risk) for name in ("percentile", "size_percentile")}
    if not document.components:
        missing["criticality"] = CouldNotLook(
            reason=Reason.NOT_CONFIGURED,
            detail="no component is touched or reached",
            remedy="ask has(criticality.tier)",
        )
    return View(
        change=_change(document, is_cut=uncounted is not None),
        provenance=_provenance(document.provenance),
        findings=tuple(_finding(weighed) for weighed in document.findings),
        outcomes=tuple(_outcome(outcome) for outcome in document.outcomes),
        coverage=_coverage(document),
        impact=_impact(impact) if isinstance(impact, Impact) else ViewedImpact(),
        risk=_risk(document),
        level=level,
        surfaces=tuple(
            ViewedSurface(kind=s.kind, path=s.path, symbol=s.symbol, certainty=s.certainty) for s in document.surfaces
        ),
        components=_components(document),
        criticality=_criticality(document.components),
        owners=document.owners,
        missing=missing,
    )


def asked_at(view: View, now: datetime, *, zone: str = "UTC") -> View:
    """The same view with the moment at which the gate is asked, told in `zone`.

    Raises:
        UnknownZoneError: if there is no such zone.
    """
    local = now.astimezone(zone_named(zone))
    time = ViewedTime(
        now=now.astimezone(UTC),
        zone=zone,
        date=local.date().isoformat(),
        weekday=list(Weekday)[local.weekday()],
        hour=local.hour,
        minute=local.minute,
    )
    return replace(view, time=time, missing=_without(view.missing, "time"))


class UnknownZoneError(ValueError):
    """No zone of this name is known, such as `UTC` and `Europe/Berlin` are."""


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name.

    Raises:
        UnknownZoneError: if there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZoneError(f"`{name}` is no time zone: write one such as `UTC` or `Europe/Berlin`") from error


def asked_for(view: View, *, name: str, level: EnvironmentLevel) -> View:
    """The same view with the environment that the change is to go to."""
    environment = ViewedEnvironment(name=name, level=level)
    return replace(view, environment=environment, missing=_without(view.missing, "environment"))


def asked_with(view: View, statuses: Iterable[Status]) -> View:
    """The same view with what external checks came to on the change's tree, of each the newest word."""
    said = sorted(statuses, key=lambda status: status.name)
    named = {state: tuple(each.name for each in said if each.state is state) for state in StatusState}
    viewed = ViewedStatuses(
        all=tuple(ViewedStatus(name=each.name, state=each.state, source=each.source) for each in said),
        failed=named[StatusState.FAILED],
        pending=named[StatusState.PENDING],
    )
    return replace(view, statuses=viewed, missing=_without(view.missing, "statuses"))


_NOT_NAMED: Final = CouldNotLook(
    reason=Reason.NOT_CONFIGURED, detail="the change was named by its commits alone", remedy="name the branches"
)


def _no_source(name: str) -> CouldNotLook:
    return CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"`{name}` has no source yet")


def _not_asked(what: str) -> CouldNotLook:
    return CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"the gate was not asked with {what}")


def _no_rank(risk: Risk) -> CouldNotLook:
    return CouldNotLook(reason=Reason.NO_HISTORY, detail=risk.refused or "the change has no rank among earlier ones")


def _cut_short(change: Change) -> CouldNotLook | None:
    """Why the commits are not all there, if they are not."""
    for limitation in change.limitations:
        if limitation.kind is LimitationKind.COUNT:
            return CouldNotLook(reason=Reason.LIMIT, detail=limitation.detail, remedy=limitation.remedy)
    return None


def _without(missing: Mapping[str, CouldNotLook], name: str) -> dict[str, CouldNotLook]:
    return {path: why for path, why in missing.items() if path != name}


def _change(document: PolicyDocument, *, is_cut: bool) -> ViewedChange:
    change = document.change
    origins = {commit.commit: commit.origin for commit in document.provenance.commits}
    read = {file.path: file for file in document.coverage.files}
    component_of = _belonging(document.components)
    commits = () if is_cut else tuple(_commit(commit, origins) for commit in change.commits)
    seen = ViewedChange(
        repository=change.repository,
        title=change.title,
        description=change.description,
        kind=change.kind,
        files=tuple(_file(f, document, read=read.get(f.path), component=component_of(f.path)) for f in change.files),
        lines_added=change.lines_added,
        lines_removed=change.lines_removed,
    )
    if is_cut:
        return seen
    return replace(
        seen,
        commits=commits,
        authors=each_once(commit.author for commit in commits),
        committers=each_once(commit.committer for commit in commits),
        co_authors=each_once(person for commit in commits for person in commit.co_authors),
        is_merge=change.kind is ChangeKind.MERGE or any(commit.is_merge for commit in commits),
    )


def _commit(commit: Commit, origins: Mapping[ObjectId, Origin]) -> ViewedCommit:
    return ViewedCommit(
        id=commit.oid,
        author=viewed(commit.author),
        committer=viewed(commit.committer),
        co_authors=co_authors(commit),
        subject=commit.subject,
        message=commit.message,
        is_merge=len(commit.parents) > 1,
        is_signed=commit.signature is not None,
        origin=origins.get(commit.oid, Origin.UNKNOWN),
    )


def _file(file: FileChange, document: PolicyDocument, *, read: FileCoverage | None, component: str) -> ViewedFile:
    area = document.areas.get(file.path)
    return ViewedFile(
        path=file.path,
        old_path=file.base.path if file.base else "",
        status=file.status,
        language=read.language if read else "",
        is_test=is_test(file.path),
        is_binary=file.is_binary,
        is_read=read is not None and read.examined,
        lines_added=file.lines_added,
        lines_removed=file.lines_removed,
        component=component,
        area=FileArea(area.value) if area else FileArea.NONE,
        lands_on=UNSET if file.lands_on is None else file.lands_on,
    )


def _belonging(components: tuple[Component, ...]) -> Callable[[RepoPath], str]:
    """Tells the component that a path belongs to: the one with the deepest root above it."""
    roots = {root.strip("/"): component.name for component in components for root in component.roots}
    of_folder: dict[str, str] = {}

    def component_of(path: RepoPath) -> str:
        if path in roots:
            return roots[path]
        folder = path.rpartition("/")[0]
        if folder not in of_folder:
            above = folder
            while above and above not in roots:
                above = above.rpartition("/")[0]
            of_folder[folder] = roots.get(above, "")
        return of_folder[folder]

    return component_of


def _provenance(provenance: Provenance) -> ViewedProvenance:
    origins = [commit.origin for commit in provenance.commits]
    return ViewedProvenance(
        origin=provenance.origin,
        agents=provenance.agents,
        commits=len(origins),
        ai=origins.count(Origin.AI),
        mixed=origins.count(Origin.MIXED),
        human=origins.count(Origin.HUMAN),
        unknown=origins.count(Origin.UNKNOWN),
        is_attested=bool(origins) and all(origin is Origin.HUMAN for origin in origins),
        conflicts=sum(bool(commit.conflicts) for commit in provenance.commits),
        disclosure_broken=bool(provenance.disclosure),
    )


def _finding(weighed: WeighedFinding) -> ViewedFinding:
    finding = weighed.finding
    return ViewedFinding(
        rule=finding.rule,
        family=finding.rule.partition("/")[0],
        severity=finding.severity,
        confidence=finding.confidence,
        state=weighed.state,
        path=finding.place.path,
        line=finding.place.line,
        side=finding.place.side,
        symbol=finding.place.symbol,
        weaknesses=finding.weaknesses,
        has_fix=finding.fix is not None,
    )


def _outcome(outcome: Outcome) -> ViewedOutcome:
    reason = OutcomeReason(outcome.missing.reason) if outcome.missing else OutcomeReason.NONE
    return ViewedOutcome(rule=outcome.rule, subject=outcome.subject, state=outcome.state, reason=reason)


def _coverage(document: PolicyDocument) -> ViewedCoverage:
    coverage = document.coverage
    return ViewedCoverage(
        files=len(coverage.files),
        examined=coverage.examined,
        unread=tuple(UnreadFile(path=f.path, reason=f.missing.reason) for f in coverage.files if f.missing),
        blind=tuple(_outcome(outcome) for outcome in document.outcomes if outcome.missing),
    )


def _impact(impact: Impact) -> ViewedImpact:
    known = ViewedImpact(
        changed_symbols=len(impact.changed),
        changed_components=impact.changed_components,
        is_complete=not impact.truncated,
    )
    if impact.truncated:
        return known
    tests = sum(dependent.is_test for dependent in impact.dependents)
    return replace(
        known,
        dependents=len(impact.dependents) - tests,
        dependent_tests=tests,
        test_files=impact.test_files,
        components=impact.names(ReachedKind.COMPONENT),
        tier_one=impact.names(ReachedKind.TIER_ONE),
        entry_points=impact.names(ReachedKind.ENTRY_POINT),
        tables=impact.names(ReachedKind.TABLE),
        operations=impact.names(ReachedKind.OPERATION),
        topics=impact.names(ReachedKind.TOPIC),
    )


def _risk(document: PolicyDocument) -> ViewedRisk:
    risk = document.risk
    return ViewedRisk(
        percentile=_given(risk.percentile),
        size_percentile=_given(risk.baseline_percentile),
        sample=risk.sample,
        scenarios=len(risk.scenarios),
        signs=tuple(signs_of_risk(document)),
        is_among_riskiest=bool(rank_among_changes(document)),
    )


def _given(value: float | None) -> float | UnsetType:
    return UNSET if value is None else float(value)


def _components(document: PolicyDocument) -> tuple[ViewedComponent, ...]:
    """The components; what a file lands on is changed as well, where somebody could tell what that is."""
    component_of = _belonging(document.components)
    changed = {component_of(path) for file in document.change.files for path in (file.path, *(file.lands_on or ()))}
    return tuple(
        ViewedComponent(
            name=component.name,
            kind=component.kind,
            tier=component.tier.value,
            is_tier_declared=component.tier.declared,
            area=component.area.value,
            is_area_declared=component.area.declared,
            owners=component.owners,
            is_changed=component.name in changed,
        )
        for component in document.components
    )


def _criticality(components: tuple[Component, ...]) -> ViewedCriticality:
    tiers = [component.tier.value for component in components]
    declared = [component.tier.value for component in components if component.tier.declared]
    return ViewedCriticality(tier=min(tiers) if tiers else UNSET, declared_tier=min(declared) if declared else UNSET)
