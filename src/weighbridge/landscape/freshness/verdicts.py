"""What came of a document: each thing that it names, and what it is worth to whoever follows it."""

from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.prose.mentions import Mention
from weighbridge.landscape.prose.standing import Standing


class Truth(StrEnum):
    """What became of one thing that a document names."""

    TRUE = "true"
    CHANGED = "changed since"
    """It is there, and was changed after the document's line was written."""
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """Nothing here says whether it is there: it may be of something else."""


class Verdict(StrEnum):
    """What a document is worth to whoever follows it."""

    FRESH = "fresh"
    DOUBTFUL = "doubtful"
    STALE = "stale"
    UNKNOWN = "unknown"


class Resolved(Struct, frozen=True, kw_only=True, gc=False):
    """One mention with what became of what it names; `written_at` is when its line was, in seconds, 0 where that is not told."""

    mention: Mention
    truth: Truth
    reason: str = ""
    is_certain: bool = False
    """Of one that is broken, whether nothing but this repository can be meant."""
    is_rewritten: bool = False
    """Of one that changed since, whether most of what was there is not any more."""
    written_at: int = 0


class Judged(Struct, frozen=True, kw_only=True):
    """A document with its verdict; `reasons` are sentences, `edited_at` is when it was last edited, in seconds."""

    path: RepoPath
    verdict: Verdict
    standing: Standing = Standing.LIVING
    reasons: tuple[str, ...] = ()
    resolved: tuple[Resolved, ...] = ()
    edited_at: int = 0
    is_cut: bool = False
    missing: CouldNotLook | None = None
    """Why it could not be read."""

    @property
    def broken(self) -> tuple[Resolved, ...]:
        """What it names that is gone."""
        return tuple(each for each in self.resolved if each.truth is Truth.BROKEN)


class Listed(Struct, frozen=True, kw_only=True):
    """The documents of a tree, judged at a commit; `missing` says what could not be looked at. Times are in seconds since 1970, UTC."""

    repository: str
    commit: str
    documents: tuple[Judged, ...]
    missing: tuple[CouldNotLook, ...] = ()

    def of(self, verdict: Verdict) -> tuple[Judged, ...]:
        """Those of one verdict."""
        return tuple(each for each in self.documents if each.verdict is verdict)
