"""Trace who or what wrote a change, from every signal the repository holds."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.app.ports import Repository, SignatureVerifier
from weighbridge.domain.change import Change, Commit
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.provenance import (
    Origin,
    Provenance,
    ProvenanceEvidence,
    SignatureCheck,
    SignatureState,
    Source,
)
from weighbridge.domain.trust import Trust
from weighbridge.provenance import checkpoints, notes, traces
from weighbridge.provenance.claims import HeadClaim, LineClaim, Record
from weighbridge.provenance.decide import Signals, decide_provenance
from weighbridge.provenance.lines import carry, split_lines, within
from weighbridge.provenance.mailmap import Mailmap, read_mailmap
from weighbridge.provenance.settings import Settings
from weighbridge.provenance.settings_file import PROVENANCE_PATH, load_settings
from weighbridge.provenance.signed import signed_part

NOTES: Final = "refs/notes/ai"
STASH_NOTES: Final = "refs/notes/ai-stash"
LEGACY: Final = "refs/ai/authorship/"
_MOST_LEGACY: Final = 20_000
_MOST_SIGNATURES: Final = 300
_MOST_FILES_CARRIED: Final = 400
_MOST_FILE_BYTES: Final = 2_000_000
_MOST_UNREACHABLE_READ: Final = 200
_MOST_UNREACHABLE_TOLD: Final = 20


def trace_provenance(
    repository: Repository, change: Change, *, trust: Trust, verifier: SignatureVerifier
) -> Provenance:
    """The provenance of `change`: per commit, per added line where records give lines, with every disagreement.

    Raises:
        ConfigurationError: the trusted settings document is wrong.
        RepositoryError: git could not give what the change needs.
    """
    document = trust.document(PROVENANCE_PATH)
    settings = load_settings(document.data, document.path) if document else Settings()
    aliases = trust.document(".mailmap")
    gathered = _Gathered()
    _gather_notes(repository, change, settings=settings, gathered=gathered)
    _gather_traces(repository, change, settings=settings, gathered=gathered)
    _gather_checkpoints(repository, change, gathered=gathered)
    _check_signatures(repository, change, trust=trust, verifier=verifier, gathered=gathered)
    signals = Signals(
        claims={commit: tuple(claims) for commit, claims in gathered.claims.items()},
        on_head=tuple(_carried(repository, change, gathered=gathered)),
        further=tuple(gathered.further),
        signatures=gathered.signatures,
        unreachable=tuple(gathered.unreachable),
        notices=tuple(gathered.notices),
    )
    mailmap = read_mailmap(aliases.data) if aliases else Mailmap()
    return decide_provenance(change.commits, signals, settings=settings, mailmap=mailmap)


class _Gathered(Struct):
    """What has been collected so far."""

    claims: dict[ObjectId, list[LineClaim]] = field(default_factory=dict)
    further: list[ProvenanceEvidence] = field(default_factory=list)
    signatures: dict[ObjectId, SignatureCheck] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def add(self, commit: ObjectId, record: Record, *, where: str) -> None:
        """Take a record's claims, and tell what was left out of it."""
        self.claims.setdefault(commit, []).extend(record.claims)
        self.notices += [f"{where} of {commit[:12]}: {problem}" for problem in record.problems]


def _gather_notes(repository: Repository, change: Change, *, settings: Settings, gathered: _Gathered) -> None:
    words = settings.forms.words
    oids = [commit.oid for commit in change.commits]
    there = repository.refs("refs/notes/", 1_000)
    for ref, where in ((NOTES, "note"), (STASH_NOTES, "stash note")):
        if ref in there and oids:
            for commit, data in repository.notes(ref, oids).items():
                gathered.add(commit, notes.read_note(data, words), where=where)
        if ref in there:
            gathered.unreachable += _unreachable(repository, change, ref=ref, settings=settings)
    legacy = repository.refs(LEGACY, _MOST_LEGACY) if oids else {}
    for oid in oids:
        blob = legacy.get(LEGACY + oid)
        found = repository.read(blob, notes.MOST_BYTES) if blob else None
        if isinstance(found, CouldNotLook):
            gathered.notices.append(f"older log of {oid[:12]}: {found.detail}")
        elif found is not None:
            gathered.add(oid, notes.read_note(found, words), where="older log")


def _unreachable(repository: Repository, change: Change, *, ref: str, settings: Settings) -> Iterator[str]:
    """Notes on commits no branch reaches: those that speak of the change's files by name, the rest as a number."""
    lost = repository.orphaned_notes(ref)
    if not lost:
        return
    ours = {file.path for file in change.files}
    told = 0
    for commit, data in repository.notes(ref, lost[:_MOST_UNREACHABLE_READ]).items():
        claims = [c for c in notes.read_note(data, settings.forms.words).claims if c.path in ours]
        if claims and told < _MOST_UNREACHABLE_TOLD:
            told += 1
            count = sum(span.end - span.start + 1 for claim in claims for span in claim.lines)
            paths = ", ".join(sorted({claim.path for claim in claims})[:3])
            agents = ", ".join(sorted({c.agent for c in claims if c.agent})) or "a person"
            yield f"{ref} on {commit[:12]}, which no branch reaches, about {paths} by {agents}; lines: {count}"
    if len(lost) > told:
        yield f"{ref}: further notes on commits that no branch reaches (squashed, rebased or dropped): {len(lost) - told}"


def _gather_traces(repository: Repository, change: Change, *, settings: Settings, gathered: _Gathered) -> None:
    if change.head_commit is None:
        return
    data = repository.file_at(change.head_commit, traces.PATH, traces.MOST_BYTES)
    if data is None:
        return
    if isinstance(data, CouldNotLook):
        gathered.notices.append(f"{traces.PATH}: {data.detail}")
        return
    found = traces.read_traces(data, settings.forms.words)
    if found.conforming < found.total or found.problems:
        why = "; ".join(found.problems[:4])
        gathered.notices.append(f"{traces.PATH}: {found.conforming} of {found.total} records keep to the schema: {why}")
    ours = {commit.oid: commit.oid for commit in change.commits}
    # The reference writer records the commit it started from: its lines went into the first commit made on that one.
    started = {parent: commit.oid for commit in change.commits for parent in commit.parents[:1]}
    for trace in found.records:
        exact = ours.get(ObjectId(trace.revision))
        commit = exact or started.get(ObjectId(trace.revision))
        if commit is not None:
            claims = trace.claims if exact else tuple(_less_sure(claim) for claim in trace.claims)
            gathered.claims.setdefault(commit, []).extend(claims)


def _less_sure(claim: LineClaim) -> LineClaim:
    return LineClaim(
        path=claim.path,
        lines=claim.lines,
        says=claim.says,
        agent=claim.agent,
        source=claim.source,
        confidence=Confidence.LOW,
        detail=f"{claim.detail}, recorded on the commit before",
    )


def _gather_checkpoints(repository: Repository, change: Change, *, gathered: _Gathered) -> None:
    linked = [(commit, ids) for commit in change.commits if (ids := checkpoints.checkpoint_ids(commit.message))]
    if not linked:
        return
    branches = [oid for prefix in checkpoints.REFS for oid in repository.refs(prefix, 10).values()]
    ours = {file.path for file in change.files}
    for commit, ids in linked:
        for checkpoint in ids:
            found = _checkpoint(repository, branches, checkpoint=checkpoint)
            if found is None:
                gathered.notices.append(f"checkpoint {checkpoint} of {commit.oid[:12]}: its metadata is not here")
                continue
            touched = len(found.files & ours)
            gathered.further.append(
                ProvenanceEvidence(
                    commit=commit.oid,
                    source=Source.CHECKPOINT,
                    says=Origin.MIXED,
                    agent=found.agent.casefold() or "entire",
                    detail=f"checkpoint {checkpoint}: its sessions touched {touched} of the change's files",
                    confidence=Confidence.LOW,
                )
            )


def _checkpoint(
    repository: Repository, branches: list[ObjectId], *, checkpoint: str
) -> checkpoints.CheckpointMetadata | None:
    """A checkpoint's summary with the agent its sessions name, from the first branch that holds it."""
    for branch in branches:
        summary = repository.file_at(branch, checkpoints.summary_path(checkpoint), checkpoints.MOST_BYTES)
        if not isinstance(summary, bytes):
            continue
        found = checkpoints.read_checkpoint(summary)
        for number in range(min(found.sessions, checkpoints.MOST_SESSIONS)):
            path = checkpoints.session_path(checkpoint, number)
            session = repository.file_at(branch, path, checkpoints.MOST_BYTES)
            agent = checkpoints.read_checkpoint(session).agent if isinstance(session, bytes) else ""
            if agent:
                return checkpoints.CheckpointMetadata(files=found.files, agent=agent, sessions=found.sessions)
        return found
    return None


def _check_signatures(
    repository: Repository, change: Change, *, trust: Trust, verifier: SignatureVerifier, gathered: _Gathered
) -> None:
    signed = [commit for commit in change.commits if commit.signature is not None]
    if not signed:
        return
    if not trust.enrolled_signers:
        gathered.notices.append(f"signed commits that were not checked, because nobody is enrolled: {len(signed)}")
        return
    for commit in signed[:_MOST_SIGNATURES]:
        gathered.signatures[commit.oid] = _check(repository, commit, signers=trust.enrolled_signers, verifier=verifier)
    if len(signed) > _MOST_SIGNATURES:
        gathered.notices.append(f"only the newest {_MOST_SIGNATURES} of {len(signed)} signatures were checked")


def _check(
    repository: Repository, commit: Commit, *, signers: Mapping[str, str], verifier: SignatureVerifier
) -> SignatureCheck:
    raw = repository.raw_commit(commit.oid)
    if isinstance(raw, CouldNotLook):
        return SignatureCheck(state=SignatureState.NOT_VERIFIED, detail=raw.detail)
    part = signed_part(raw)
    if part.signature is None:
        return SignatureCheck(state=SignatureState.INVALID, detail=part.problem or "there is none after all")
    return verifier.verify(part.payload, part.signature, signers=signers)


def _carried(repository: Repository, change: Change, *, gathered: _Gathered) -> Iterator[HeadClaim]:
    """Every claim on the head's added lines, oldest commit first, so that later ones are weighed against earlier."""
    head = change.head_commit
    added = {file.path: file.added for file in change.files if file.head is not None and file.added}
    order = [commit.oid for commit in reversed(change.commits)]
    wanted = [(oid, claim) for oid in order for claim in gathered.claims.get(oid, []) if claim.path in added]
    if head is None or not wanted:
        return
    moves: dict[tuple[ObjectId, RepoPath], Mapping[int, int] | None] = {}
    skipped = 0
    for oid, claim in wanted:
        if oid != head and (oid, claim.path) not in moves:
            if len(moves) >= _MOST_FILES_CARRIED:
                skipped += 1
                continue
            moves[(oid, claim.path)] = _moved(repository, oid, head=head, path=claim.path)
        lines = within(claim.lines, added[claim.path], moved=moves.get((oid, claim.path)))
        if lines:
            yield HeadClaim(commit=oid, path=claim.path, lines=tuple(lines), claim=claim)
    if skipped:
        gathered.notices.append(f"{skipped} records of lines were not carried to the head: too many files")


def _moved(repository: Repository, commit: ObjectId, *, head: ObjectId, path: RepoPath) -> Mapping[int, int] | None:
    """Where the lines of `path` at `commit` stand at `head`: None when nothing moved, empty when that is unknown."""
    old = repository.file_at(commit, path, _MOST_FILE_BYTES)
    new = repository.file_at(head, path, _MOST_FILE_BYTES)
    if not isinstance(old, bytes) or not isinstance(new, bytes):
        return {}
    return None if old == new else carry(split_lines(old), split_lines(new))
