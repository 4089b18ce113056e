"""Code of the tree that this run could not read: who in it would notice a change is not known, and that must be said."""

from collections.abc import Mapping
from typing import Final

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason

_OF_THIS_RUN: Final = (Reason.NO_HISTORY, Reason.FAILED, Reason.TIMED_OUT)
"""What another clone or a quieter machine would have read; bytes nobody can read were judged when they were changed."""
_NAMED: Final = 3


def gap_in(unread: Mapping[Blob, CouldNotLook]) -> CouldNotLook | None:
    """One reason for all files that could not be read, the worst first; None when this run missed nothing."""
    for reason in _OF_THIS_RUN:
        found = {blob.path: missing for blob, missing in unread.items() if missing.reason is reason}
        if found:
            return _told(found)
    return None


def _told(found: Mapping[RepoPath, CouldNotLook]) -> CouldNotLook:
    paths = sorted(found)
    named = ", ".join(paths[:_NAMED]) + (f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else "")
    first = found[paths[0]]
    count = "1 code file" if len(paths) == 1 else f"{len(paths):,} code files"
    return CouldNotLook(
        reason=first.reason,
        detail=f"{count} of this tree could not be read, so who there would notice is not known: {named}",
        remedy=first.remedy,
    )
