"""What documents are judged against: a tree, and what led to it."""

from collections.abc import Mapping

from weighbridge.app.ports import Progress, Repository
from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.freshness.judging import Ground
from weighbridge.landscape.freshness.past import Past
from weighbridge.landscape.freshness.words import Reading


def ground_of(
    repository: Repository,
    blobs: Mapping[RepoPath, Blob],
    *,
    until: ObjectId | None,
    progress: Progress,
    taken: frozenset[RepoPath] = frozenset(),
) -> Ground:
    """The tree that holds `blobs`, with the history up to a commit as far as it is told; `taken` is what a change takes away."""
    if until is not None:
        progress.step("reading the history")
    past = Past(repository.passings(RepoPath(""), until) if until is not None else ())

    def told(done: int, total: int) -> None:
        progress.step("reading what documents name", done, total)

    reading = Reading(read=repository.read, read_many=repository.read_many, step=told)
    return Ground(blobs=blobs, past=past, reading=reading, taken=taken)
