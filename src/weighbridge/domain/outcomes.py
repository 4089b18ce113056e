"""Outcomes: what came of looking, where not having looked is a value of its own."""

from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.change import LineRange
from weighbridge.domain.ids import EvidenceId, RepoPath, RuleId, evidence_id


class OutcomeState(StrEnum):
    """What one rule can say of one subject."""

    FOUND = "found"
    CLEAR = "clear"
    NOT_APPLICABLE = "not-applicable"
    COULD_NOT_LOOK = "could-not-look"


class Reason(StrEnum):
    """Why something could not look."""

    NOT_CONFIGURED = "not-configured"
    UNSUPPORTED = "unsupported"
    UNPARSED = "unparsed"
    LIMIT = "limit"
    TIMED_OUT = "timed-out"
    TOOL_MISSING = "tool-missing"
    STALE_DATA = "stale-data"
    NO_HISTORY = "no-history"
    FAILED = "failed"
    """A rule or extractor broke: ours to mend, and never to be read as "clear"."""


class CouldNotLook(Struct, frozen=True, kw_only=True):
    """A place where a fact should be, holding the reason there is none and the way to mend it."""

    reason: Reason
    detail: str
    remedy: str = ""


class NotRead(CouldNotLook, frozen=True, kw_only=True):
    """The same of one file: nothing is said of others that the same rule judges."""

    path: RepoPath

    @property
    def plain(self) -> CouldNotLook:
        """Without the file, as it is kept beside it."""
        return CouldNotLook(reason=self.reason, detail=self.detail, remedy=self.remedy)


class Outcome(Struct, frozen=True, kw_only=True):
    """What `rule` says of `subject`: a path, or the empty string for the change as a whole."""

    rule: RuleId
    subject: str
    state: OutcomeState
    missing: CouldNotLook | None = None

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this outcome by."""
        reason = self.missing.reason if self.missing else ""
        return evidence_id("outcome", self.rule, self.subject, self.state, reason)


class FileCoverage(Struct, frozen=True, kw_only=True):
    """Whether some extractor understood one changed file; `unread` are the changed lines none could read."""

    path: RepoPath
    language: str
    examined: bool
    missing: CouldNotLook | None = None
    unread: tuple[LineRange, ...] = ()


class Coverage(Struct, frozen=True, kw_only=True):
    """Which changed files were understood, file by file."""

    files: tuple[FileCoverage, ...] = ()

    @property
    def examined(self) -> int:
        """How many changed files were fully understood."""
        return sum(file.examined for file in self.files)

    def __str__(self) -> str:
        return f"{self.examined} of {len(self.files)} file{'' if len(self.files) == 1 else 's'}"
