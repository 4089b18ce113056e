"""List the documents of a tree, each with what it is worth to whoever follows it."""

from collections.abc import Sequence
from typing import Final

from weighbridge.app.document_ground import ground_of
from weighbridge.app.near_names import near_paths
from weighbridge.app.ports import ChangeRequest, Repository, RepositoryError
from weighbridge.app.sight import Sight
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.paths import is_below
from weighbridge.landscape.freshness.judging import judge
from weighbridge.landscape.freshness.verdicts import Listed
from weighbridge.landscape.prose.standing import is_document

MOST_DOCUMENTS: Final = 5_000
"""Documents of one run; a tree with more is looked at a folder at a time."""


class NoSuchDocumentError(Exception):
    """What was named is no document of the tree, nor a folder with some; the message says what is near it."""


def list_documents(sight: Sight, names: Sequence[str] = (), *, folder: str = "") -> Listed:
    """The documents named, or below the folders named, or all; `folder` is where names are looked up from first.

    Raises:
        NoSuchDocumentError: a name leads to none.
    """
    blobs = sight.head_tree.blobs
    every = [
        blob for path, blob in blobs.items() if is_document(path) and blob.mode not in (Mode.SYMLINK, Mode.SUBMODULE)
    ]
    wanted = _named(every, names, folder=folder)
    missing = []
    if len(wanted) > MOST_DOCUMENTS:
        detail = f"{len(wanted):,} documents are here, and {MOST_DOCUMENTS:,} were looked at"
        missing.append(CouldNotLook(reason=Reason.LIMIT, detail=detail, remedy="name a folder"))
    until = sight.change.head_commit or sight.change.base_commit or _newest(sight.repository)
    ground = ground_of(sight.repository, blobs, until=until, progress=sight.progress)
    if not ground.past.is_known:
        missing.append(NO_PAST)
    return Listed(
        repository=sight.change.repository,
        commit=until or "",
        documents=tuple(judge(wanted[:MOST_DOCUMENTS], ground)),
        missing=tuple(missing),
    )


NO_PAST: Final = CouldNotLook(
    reason=Reason.NO_HISTORY,
    detail="what the tree was when documents were written is not told: little can be said to be gone",
    remedy="git fetch --unshallow brings the rest",
)


def _newest(repository: Repository) -> ObjectId | None:
    """The commit that a work tree stands on; None where there is none yet."""
    try:
        return repository.change(ChangeRequest(range_text="HEAD")).head_commit
    except RepositoryError:
        return None


def _named(every: Sequence[Blob], names: Sequence[str], *, folder: str) -> list[Blob]:
    if not names:
        return list(every)
    found: dict[RepoPath, Blob] = {}
    for name in names:
        places = [place.strip("/") for place in (f"{folder}/{name}" if folder else name, name)]
        places = ["" if place == "." else place.removeprefix("./") for place in places]
        those = next(
            (hit for place in places if (hit := [b for b in every if b.path == place or is_below(b.path, place)])), []
        )
        if not those:
            near = near_paths(name, [blob.path for blob in every])
            listed = f"; near it: {', '.join(near)}" if near else ""
            raise NoSuchDocumentError(f"{name!r} is no document here{listed}")
        found |= {blob.path: blob for blob in those}
    return list(found.values())
