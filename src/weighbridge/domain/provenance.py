"""Provenance: who or what wrote a commit or a line, and how we know; a missing marker proves nothing."""

from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import EvidenceId, ObjectId, RepoPath, evidence_id


class Origin(StrEnum):
    """The four states of provenance."""

    AI = "ai"
    MIXED = "mixed"
    HUMAN = "human"
    """Attested by the signature of an enrolled person, never by a trailer or by the absence of one."""
    UNKNOWN = "unknown"


class Source(StrEnum):
    """The kind of signal a piece of evidence was read from."""

    IDENTITY = "identity"
    TRAILER = "trailer"
    BODY = "body"
    SUBJECT = "subject"
    NOTES = "notes"
    AGENT_TRACE = "agent-trace"
    CHECKPOINT = "checkpoint"
    SIGNATURE = "signature"


class SignatureState(StrEnum):
    """What came of checking one signature."""

    VALID = "valid"
    """Made by an enrolled person's key over exactly these bytes."""
    INVALID = "invalid"
    """Not over these bytes, or not a signature at all."""
    NOT_ENROLLED = "not-enrolled"
    """Made with a key that belongs to nobody enrolled."""
    NOT_VERIFIED = "not-verified"
    """Present, but of a kind that is not checked, or the tool for it is missing."""


class SignatureCheck(Struct, frozen=True, kw_only=True):
    """What came of checking one signature: `principal` is who made it, when that is proven."""

    state: SignatureState
    detail: str
    principal: str = ""
    user_present: bool = False
    """A security key says somebody touched it; a plain key proves possession only."""


class ProvenanceEvidence(Struct, frozen=True, kw_only=True):
    """One signal: what it says, where it was read, which agent it names, and how sure it makes us.

    `says` is `ai`, `human` or `mixed`; `path` and `lines` are given where the signal speaks of a range.
    """

    commit: ObjectId
    source: Source
    says: Origin
    agent: str
    detail: str
    confidence: Confidence
    path: RepoPath | None = None
    lines: tuple[LineRange, ...] = ()
    form: str = ""
    """The id of the matched entry of the forms file."""

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this signal by."""
        spans = ",".join(f"{r.start}-{r.end}" for r in self.lines)
        return evidence_id("provenance", self.commit, self.source, self.agent, self.detail, self.path or "", spans)


class CommitProvenance(Struct, frozen=True, kw_only=True):
    """The provenance of one commit with everything that speaks for it and everything that disagrees."""

    commit: ObjectId
    origin: Origin
    evidence: tuple[ProvenanceEvidence, ...] = ()
    conflicts: tuple[str, ...] = ()


class LineProvenance(Struct, frozen=True, kw_only=True):
    """The provenance of added lines of one file, where a signal gives ranges."""

    path: RepoPath
    lines: LineRange
    origin: Origin
    agent: str
    commit: ObjectId


class Provenance(Struct, frozen=True, kw_only=True):
    """The provenance of a change: per commit, per line where known, and in one word for the whole."""

    origin: Origin
    commits: tuple[CommitProvenance, ...] = ()
    lines: tuple[LineProvenance, ...] = ()
    unreachable: tuple[str, ...] = ()
    """Evidence that names commits this history no longer reaches, in words."""
    disclosure: tuple[str, ...] = ()
    """How the change breaks the configured disclosure rule, in words; empty when it keeps it or none is set."""
    notices: tuple[str, ...] = ()
    """What kept signals from being read in full, in words: malformed notes, signatures nobody could check."""

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents named anywhere, sorted, each once."""
        found = {e.agent for c in self.commits for e in c.evidence if e.says in (Origin.AI, Origin.MIXED) and e.agent}
        return tuple(sorted(found))
