"""Makes the document of a case: what was written down of a change, with plain values for everything else."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.change import (
    Blob,
    Change,
    ChangeKind,
    Commit,
    FileChange,
    FileStatus,
    Identity,
    Limitation,
    LimitationKind,
    LineRange,
    Mode,
)
from weighbridge.domain.findings import Confidence, Finding, FindingState, Severity, WeighedFinding
from weighbridge.domain.ids import ObjectId, RepoPath, RuleId, symbol_id
from weighbridge.domain.impact import (
    Certainty,
    ChangeDepth,
    ChangedSymbol,
    Dependent,
    Impact,
    Reached,
    ReachedKind,
)
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Outcome, OutcomeState, Reason
from weighbridge.domain.places import Place
from weighbridge.domain.provenance import CommitProvenance, Origin, Provenance, ProvenanceEvidence, Source
from weighbridge.domain.risk import Risk
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated, Surface, SurfaceKind
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.documents.nodes import Fields
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.reading.values import flag, items, text, texts
from weighbridge.policy.reading.words import moment_of
from weighbridge.policy.trials.shape import USUAL_NOW

BASE_TREE: Final = ObjectId("b" * 40)
HEAD_TREE: Final = ObjectId("c" * 40)
HEAD_COMMIT: Final = ObjectId("d" * 40)
_AUTHOR: Final = "author@example.org"
_FILE: Final = "src/app.py"
_SAID: Final = "the case says so"
_IMPACT: Final = RuleId("landscape/impact")
"""What a review calls its look at who can notice a change."""
_REACHED: Final = (
    ("components", ReachedKind.COMPONENT),
    ("tier_one", ReachedKind.TIER_ONE),
    ("entry_points", ReachedKind.ENTRY_POINT),
    ("tables", ReachedKind.TABLE),
    ("operations", ReachedKind.OPERATION),
    ("topics", ReachedKind.TOPIC),
)


def document_of(case: Fields) -> PolicyDocument:
    """The document that a case writes down; its shape was checked."""
    change = _change(case)
    first = change.files[0].path if change.files else RepoPath(_FILE)
    surfaces = tuple(_surfaces(case, first))
    return PolicyDocument(
        change=change,
        provenance=_provenance(case, change),
        findings=tuple(_findings(case, first)),
        outcomes=tuple(_outcomes(case, first)),
        coverage=_coverage(case, change),
        impact=_impact(case, first),
        risk=_risk(case),
        surfaces=surfaces,
        components=tuple(_components(case, change)),
        areas=dict(_areas(case, change)),
        owners=owners_of(case),
    )


def part(node: Fields, key: str) -> Fields:
    """The mapping under `key`; an empty one where there is none."""
    value = node.get(key)
    return value if isinstance(value, Fields) else Fields({}, node.mark)


def records(node: Fields, key: str) -> list[Fields]:
    """The records listed under `key`."""
    return [each for each in items(node.get(key)) if isinstance(each, Fields)]


def owners_of(case: Fields) -> tuple[str, ...]:
    """Who answers for the changed files: as the case says, else the owners of the changed components."""
    if "owners" in case.entries:
        return texts(case, "owners")
    return tuple(dict.fromkeys(owner for component in changed_components(case) for owner in component.owners))


def changed_components(case: Fields) -> tuple[Component, ...]:
    """The components that the changed files belong to."""
    return tuple(_component(node, roots=()) for node in records(case, "components") if flag(node, "is_changed"))


def missing_in(case: Fields, name: str) -> CouldNotLook | None:
    """Why nobody could tell `name`, where the case says so."""
    reason = text(part(case, "missing"), name)
    return CouldNotLook(reason=Reason(reason), detail=f"the case says that {name} is missing") if reason else None


def _change(case: Fields) -> Change:
    node = part(case, "change")
    written = records(node, "files")
    files = tuple(_file(each) for each in written) if "files" in node.entries else (_file_at(_FILE),)
    commits = tuple(_commits(node))
    cut = missing_in(case, "change.commits")
    return Change(
        repository="repository",
        kind=ChangeKind(text(node, "kind") or ChangeKind.RANGE),
        range_text="base..head",
        base_tree=BASE_TREE,
        head_tree=HEAD_TREE,
        base_commit=None,
        head_commit=HEAD_COMMIT,
        files=files,
        commits=commits,
        limitations=_cut_short(cut) if cut else (),
        title=text(node, "title") or commits[0].subject,
        description=text(node, "description"),
    )


def _cut_short(missing: CouldNotLook) -> tuple[Limitation, ...]:
    return (Limitation(subject="commits", detail=missing.detail, remedy="", kind=LimitationKind.COUNT),)


def _file(node: Fields) -> FileChange:
    status = FileStatus(text(node, "status") or FileStatus.MODIFIED)
    path, old = text(node, "path"), text(node, "old_path")
    added = int(text(node, "lines_added") or (0 if status is FileStatus.DELETED else 1))
    removed = int(text(node, "lines_removed") or 0)
    return FileChange(
        status=status,
        base=None if status is FileStatus.ADDED else _blob(old or path),
        head=None if status is FileStatus.DELETED else _blob(path),
        added=(LineRange(start=1, end=added),) if added else (),
        removed=(LineRange(start=1, end=removed),) if removed else (),
        is_binary=flag(node, "is_binary"),
        lands_on=tuple(map(RepoPath, texts(node, "lands_on"))),
    )


def _file_at(path: str) -> FileChange:
    return FileChange(
        status=FileStatus.MODIFIED,
        base=_blob(path),
        head=_blob(path),
        added=(LineRange(start=1, end=1),),
        lands_on=(),
    )


def _blob(path: str) -> Blob:
    return Blob(path=RepoPath(path), mode=Mode.REGULAR, oid=ObjectId("e" * 40))


def _commits(node: Fields) -> Iterator[Commit]:
    written = records(node, "commits")
    for number, each in enumerate(written):
        author = text(each, "author") or _AUTHOR
        yield _commit(
            number, author, committer=text(each, "committer") or author, message=text(each, "message") or "Change it"
        )
    for number, author in enumerate(texts(node, "authors") or (_AUTHOR,) if not written else ()):
        others = texts(node, "co_authors") if number == 0 else ()
        trailers = "".join(f"Co-authored-by: {name} <{name}>\n" for name in others)
        title = text(node, "title") or "Change it"
        yield _commit(number, author, committer=author, message=f"{title}\n\n{trailers}" if trailers else title)


def _commit(number: int, author: str, *, committer: str, message: str) -> Commit:
    at = moment_of(USUAL_NOW)
    return Commit(
        oid=ObjectId(f"{number:040x}"),
        tree=HEAD_TREE,
        parents=(ObjectId(f"{number + 1:040x}"),),
        author=Identity(name=author.partition("@")[0], email=author),
        committer=Identity(name=committer.partition("@")[0], email=committer),
        authored_at=at,
        committed_at=at,
        message=message,
    )


def _provenance(case: Fields, change: Change) -> Provenance:
    node = part(case, "provenance")
    origin = Origin(text(node, "origin") or (Origin.AI if texts(node, "agents") else Origin.UNKNOWN))
    stated = [text(each, "origin") for each in records(part(case, "change"), "commits")]
    own = [Origin(each) if each else origin for each in stated] or [origin] * len(change.commits)
    return Provenance(
        origin=origin,
        commits=tuple(
            CommitProvenance(commit=commit.oid, origin=each, evidence=tuple(_evidence(node, commit.oid)))
            for commit, each in zip(change.commits, own, strict=True)
        ),
        disclosure=("the case says that it is broken",) if flag(node, "disclosure_broken") else (),
    )


def _evidence(node: Fields, commit: ObjectId) -> Iterator[ProvenanceEvidence]:
    for agent in texts(node, "agents"):
        yield ProvenanceEvidence(
            commit=commit,
            source=Source.TRAILER,
            says=Origin.AI,
            agent=agent,
            detail=_SAID,
            confidence=Confidence.HIGH,
        )


def _findings(case: Fields, first: RepoPath) -> Iterator[WeighedFinding]:
    for number, node in enumerate(records(case, "findings")):
        place = Place(path=RepoPath(text(node, "path") or first), line=int(text(node, "line") or 1))
        finding = Finding(
            rule=RuleId(text(node, "rule")),
            message=_SAID,
            place=place,
            severity=Severity(text(node, "severity") or Severity.HIGH),
            confidence=Confidence(text(node, "confidence") or Confidence.HIGH),
            anchor=str(number),
        )
        yield WeighedFinding(finding=finding, state=FindingState(text(node, "state") or FindingState.NEW))


def _outcomes(case: Fields, first: RepoPath) -> Iterator[Outcome]:
    """What rules say as the case has it; of those that it does not speak of, what follows from the rest, as in a review."""
    yield from _stated_outcomes(case)
    stated = {text(node, "rule") for node in records(case, "outcomes")}
    for node in records(case, "findings"):
        if (rule := text(node, "rule")) not in stated:
            yield Outcome(rule=RuleId(rule), subject=text(node, "path") or first, state=OutcomeState.FOUND)
    if _IMPACT not in stated:
        missing = missing_in(case, "impact")
        noticed = (
            OutcomeState.FOUND if text(part(case, "impact"), "dependents") not in ("", "0") else OutcomeState.CLEAR
        )
        yield Outcome(
            rule=_IMPACT, subject="", state=OutcomeState.COULD_NOT_LOOK if missing else noticed, missing=missing
        )


def _stated_outcomes(case: Fields) -> Iterator[Outcome]:
    for node in records(case, "outcomes"):
        reason = text(node, "reason")
        usual = OutcomeState.COULD_NOT_LOOK if reason else OutcomeState.CLEAR
        state = OutcomeState(text(node, "state") or usual)
        is_blind = state is OutcomeState.COULD_NOT_LOOK
        why = CouldNotLook(reason=Reason(reason or Reason.FAILED), detail=_SAID) if is_blind else None
        yield Outcome(rule=RuleId(text(node, "rule")), subject=text(node, "subject"), state=state, missing=why)


def _coverage(case: Fields, change: Change) -> Coverage:
    unread = {
        text(node, "path"): Reason(text(node, "reason") or Reason.UNPARSED)
        for node in records(part(case, "coverage"), "unread")
    }
    languages = {text(node, "path"): text(node, "language") for node in records(part(case, "change"), "files")}
    paths = dict.fromkeys((*(str(file.path) for file in change.files), *unread))
    return Coverage(
        files=tuple(
            FileCoverage(
                path=RepoPath(path),
                language=languages.get(path) or role_of(RepoPath(path)) or "code",
                examined=path not in unread,
                missing=CouldNotLook(reason=unread[path], detail=_SAID) if path in unread else None,
            )
            for path in paths
        )
    )


def _impact(case: Fields, first: RepoPath) -> Impact | CouldNotLook:
    missing = missing_in(case, "impact")
    if missing is not None:
        return missing
    node = part(case, "impact")
    reached = tuple(
        Reached(kind=kind, name=name, certainty=Certainty.SEEN) for key, kind in _REACHED for name in texts(node, key)
    )
    changed = ChangedSymbol(symbol=symbol_id(first, "it"), kind="function", depth=ChangeDepth.BODY, line=1)
    dependents = int(text(node, "dependents") or 0)
    return Impact(
        changed=() if role_of(first) == "prose" else (changed,),
        dependents=tuple(
            Dependent(
                symbol=symbol_id(RepoPath(f"user{number}.py"), "user"), distance=1, certainty=Certainty.SEEN, path=()
            )
            for number in range(dependents)
        ),
        reached=reached,
    )


def _risk(case: Fields) -> Risk:
    node, missing = part(case, "risk"), missing_in(case, "risk.percentile")
    return Risk(
        percentile=None if missing else float(text(node, "percentile") or 50),
        baseline_percentile=None if missing else float(text(node, "size_percentile") or 50),
        sample=0 if missing else 1_000,
        window="the case's own",
        model="the case's own",
        refused=missing.detail if missing else "",
    )


def _surfaces(case: Fields, first: RepoPath) -> Iterator[Surface]:
    for node in records(case, "surfaces"):
        yield Surface(
            kind=SurfaceKind(text(node, "kind")),
            path=RepoPath(text(node, "path") or first),
            reason=_SAID,
            symbol=text(node, "symbol"),
            certainty=Certainty(text(node, "certainty") or Certainty.SEEN),
        )


def _components(case: Fields, change: Change) -> Iterator[Component]:
    named = {text(node, "name") for node in records(case, "components")}
    for node in records(case, "components"):
        yield _component(node, roots=tuple(file.path for file in change.files) if flag(node, "is_changed") else ())
    for name in texts(part(case, "impact"), "tier_one"):
        if name not in named:
            yield Component(
                name=name,
                kind=ComponentKind.SERVICE,
                roots=(),
                tier=Stated(value=1, reason=_SAID, declared=True),
                area=Stated(value=AreaLevel.MEDIUM, reason=_SAID, declared=False),
            )


def _component(node: Fields, *, roots: tuple[RepoPath, ...]) -> Component:
    return Component(
        name=text(node, "name"),
        kind=ComponentKind(text(node, "kind") or ComponentKind.SERVICE),
        roots=roots,
        tier=Stated(value=int(text(node, "tier") or 2), reason=_SAID, declared=_is_said(node, "is_tier_declared")),
        area=Stated(
            value=AreaLevel(text(node, "area") or AreaLevel.MEDIUM),
            reason=_SAID,
            declared=_is_said(node, "is_area_declared"),
        ),
        owners=texts(node, "owners"),
    )


def _areas(case: Fields, change: Change) -> Iterator[tuple[RepoPath, Stated[AreaLevel]]]:
    """The levels of changed files: as the case says, else of code that of the component it belongs to, if that is said."""
    placed = [node for node in records(case, "components") if flag(node, "is_changed") and "area" in node.entries]
    if placed:
        area = _component(placed[0], roots=()).area
        yield from ((file.path, area) for file in change.files if role_of(file.path) in CODE)
    for node in records(part(case, "change"), "files"):
        if level := text(node, "area"):
            yield RepoPath(text(node, "path")), Stated(value=AreaLevel(level), reason=_SAID, declared=True)


def _is_said(node: Fields, key: str) -> bool:
    """Whether a flag that holds when left out was not taken back."""
    return flag(node, key) if key in node.entries else True
