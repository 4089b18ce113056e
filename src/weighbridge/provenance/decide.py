"""Weighing every signal of a change into the four states.

- `ai`: a mark or record names an agent, and nothing attests that a person took part in writing.
- `mixed`: besides that, the author's own signature, or a record of lines typed by a person; or the signals say
  themselves that the share is unknown.
- `human`: a valid signature of an enrolled person who is also the commit's author, and no sign of an agent. A signature
  vouches for what it is under, so one under somebody else's authorship says who took the commit in, not who wrote it.
- `unknown`: everything else. No marker is no evidence.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from weighbridge.domain.change import Commit
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.provenance import (
    CommitProvenance,
    LineProvenance,
    Origin,
    Provenance,
    ProvenanceEvidence,
    SignatureCheck,
    SignatureState,
    Source,
)
from weighbridge.provenance.claims import HeadClaim, LineClaim, ranges_of
from weighbridge.provenance.disclosure import breaches
from weighbridge.provenance.mailmap import Mailmap
from weighbridge.provenance.marks import Marks, marks_of, shown
from weighbridge.provenance.settings import Settings

_AGENTS_PART = frozenset({Origin.AI, Origin.MIXED})


class Signals(Struct, frozen=True, kw_only=True):
    """Everything known beside the commits themselves: records of lines, signatures' checks, what could not be read."""

    claims: Mapping[ObjectId, tuple[LineClaim, ...]] = field(default_factory=dict)
    on_head: tuple[HeadClaim, ...] = ()
    further: tuple[ProvenanceEvidence, ...] = ()
    signatures: Mapping[ObjectId, SignatureCheck] = field(default_factory=dict)
    unreachable: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def decide_provenance(
    commits: Sequence[Commit], signals: Signals, *, settings: Settings, mailmap: Mailmap
) -> Provenance:
    """The provenance of the change that `commits` make up; without commits it is unknown."""
    further: dict[ObjectId, list[ProvenanceEvidence]] = {}
    for evidence in signals.further:
        further.setdefault(evidence.commit, []).append(evidence)
    decided: list[CommitProvenance] = []
    notices = [*signals.notices, *_unchecked(signals.signatures)]
    for commit in commits:
        marks = marks_of(commit, settings.forms)
        notices += marks.notices
        check = signals.signatures.get(commit.oid)
        records = (*further.get(commit.oid, ()), *_of_claims(commit, signals.claims.get(commit.oid, ())))
        decided.append(
            _of_commit(commit, marks, records=records, attestation=_Attestation.of(commit, check, mailmap=mailmap))
        )
    attested = {found.commit for found in decided if any(_is_attestation(e) for e in found.evidence)}
    return Provenance(
        origin=_of_change(commits, decided),
        commits=tuple(decided),
        lines=_of_lines(signals.on_head, attested),
        unreachable=signals.unreachable,
        disclosure=breaches(settings.disclosure, list(zip(commits, decided, strict=True))),
        notices=tuple(dict.fromkeys(notices)),
    )


class _Attestation(Struct, frozen=True, kw_only=True):
    """A signature's check seen with the commit it is on: whether its author attests it, and what is odd about it."""

    by_author: bool = False
    evidence: tuple[ProvenanceEvidence, ...] = ()
    conflicts: tuple[str, ...] = ()

    @classmethod
    def of(cls, commit: Commit, check: SignatureCheck | None, *, mailmap: Mailmap) -> "_Attestation":
        """What the check says about who wrote the commit."""
        if check is not None and check.state is SignatureState.INVALID:
            return cls(conflicts=(f"its signature does not verify: {check.detail}",))
        if check is None or check.state is not SignatureState.VALID:
            return cls()
        author = mailmap.resolve(commit.author)
        names = {commit.author.email.strip().casefold(), author.email.strip().casefold()}
        if check.principal.casefold() not in names:
            who = shown(str(commit.author))
            return cls(conflicts=(f"signed by {check.principal}, written by {who}: who wrote it stays open",))
        evidence = ProvenanceEvidence(
            commit=commit.oid,
            source=Source.SIGNATURE,
            says=Origin.HUMAN,
            agent="",
            detail=f"signed by {check.principal}: {check.detail}",
            confidence=Confidence.HIGH if check.user_present else Confidence.MEDIUM,
        )
        return cls(by_author=True, evidence=(evidence,))


def _unchecked(signatures: Mapping[ObjectId, SignatureCheck]) -> Iterable[str]:
    """Signatures that attest nothing, told once for each reason."""
    unproven = {SignatureState.NOT_VERIFIED, SignatureState.NOT_ENROLLED}
    counts = Counter(check.detail for check in signatures.values() if check.state in unproven)
    for detail, count in sorted(counts.items()):
        yield f"{count} signed {'commit' if count == 1 else 'commits'}: {detail}"


def _is_attestation(evidence: ProvenanceEvidence) -> bool:
    return evidence.source is Source.SIGNATURE and evidence.says is Origin.HUMAN


def _of_claims(commit: Commit, claims: Iterable[LineClaim]) -> Iterable[ProvenanceEvidence]:
    for claim in claims:
        yield ProvenanceEvidence(
            commit=commit.oid,
            source=claim.source,
            says=claim.says,
            agent=claim.agent,
            detail=claim.detail,
            confidence=claim.confidence,
            path=claim.path,
            lines=claim.lines,
        )


def _of_commit(
    commit: Commit, marks: Marks, *, records: Sequence[ProvenanceEvidence], attestation: _Attestation
) -> CommitProvenance:
    evidence = (*marks.evidence, *records, *attestation.evidence)
    agents = [e for e in evidence if e.says in _AGENTS_PART]
    typed = [e for e in records if e.says is Origin.HUMAN]
    if agents:
        is_mixed = attestation.by_author or bool(typed) or all(e.says is Origin.MIXED for e in agents)
        origin = Origin.MIXED if is_mixed else Origin.AI
    else:
        origin = Origin.HUMAN if attestation.by_author else Origin.UNKNOWN
    conflicts = (*marks.conflicts, *attestation.conflicts, *_disagreements(marks, records))
    return CommitProvenance(commit=commit.oid, origin=origin, evidence=evidence, conflicts=conflicts)


def _disagreements(marks: Marks, records: Sequence[ProvenanceEvidence]) -> Iterable[str]:
    """Where the commit's own marks and the records of its lines tell different stories."""
    lines = [e for e in records if e.path is not None]
    told = sorted({e.agent for e in marks.evidence if e.says is Origin.AI})
    recorded = sorted({e.agent for e in lines if e.says in _AGENTS_PART})
    if told and lines and not recorded:
        yield f"its marks name {', '.join(told)}; the records of its lines name people only"
    if told and recorded and not set(told) & set(recorded):
        yield f"its marks name {', '.join(told)}; the records of its lines name {', '.join(recorded)}"


def _of_change(commits: Sequence[Commit], decided: Sequence[CommitProvenance]) -> Origin:
    """One word for all: merges that say nothing of their own are left out."""
    pairs = zip(commits, decided, strict=True)
    telling = {d.origin for c, d in pairs if len(c.parents) < 2 or d.evidence}
    if len(telling) == 1:
        return telling.pop()
    return Origin.MIXED if telling & _AGENTS_PART else Origin.UNKNOWN


def _of_lines(claims: Sequence[HeadClaim], attested: set[ObjectId]) -> tuple[LineProvenance, ...]:
    """Claims about head's lines as runs of one origin; lines that two claims see differently are mixed."""
    said: dict[RepoPath, dict[int, HeadClaim]] = {}
    torn: dict[RepoPath, set[int]] = {}
    for head_claim in claims:
        lines = said.setdefault(head_claim.path, {})
        for number in head_claim.lines:
            earlier = lines.setdefault(number, head_claim)
            if earlier.claim.says is not head_claim.claim.says:
                torn.setdefault(head_claim.path, set()).add(number)
    found: list[LineProvenance] = []
    for path in sorted(said):
        runs: dict[tuple[Origin, str, ObjectId], list[int]] = {}
        for number, head_claim in sorted(said[path].items()):
            says = Origin.MIXED if number in torn.get(path, ()) else head_claim.claim.says
            if says is Origin.HUMAN and head_claim.commit not in attested:
                says = Origin.UNKNOWN
            runs.setdefault((says, head_claim.claim.agent, head_claim.commit), []).append(number)
        for (origin, agent, commit), numbers in runs.items():
            found += [
                LineProvenance(path=path, lines=span, origin=origin, agent=agent, commit=commit)
                for span in ranges_of(numbers)
            ]
    return tuple(sorted(found, key=lambda line: (line.path, line.lines.start)))
