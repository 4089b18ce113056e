"""What can be seen of what documents and comments say."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weighbridge.app.sights.seen import Seen
from weighbridge.domain.change import FileStatus
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.engine.run import Provider
from weighbridge.landscape.freshness.of_change import DocumentsOfChange

if TYPE_CHECKING:
    from weighbridge.landscape.freshness.cited import StaleAdvice
    from weighbridge.landscape.freshness.judging import Ground
    from weighbridge.landscape.freshness.made_stale import Found
    from weighbridge.landscape.freshness.verdicts import Judged


def facts(seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {
        DocumentsOfChange: lambda: DocumentsOfChange(find_made=lambda: _made(seen), find_advice=lambda: _advice(seen))
    }


def _made(seen: Seen) -> "Found":
    from weighbridge.landscape.freshness.lost_names import lost_names  # noqa: PLC0415 - only where something is taken away
    from weighbridge.landscape.freshness.made_stale import Found, made_stale  # noqa: PLC0415 - the same

    if not any(
        file.base is not None and (file.removed or file.status is not FileStatus.MODIFIED) for file in seen.change.files
    ):
        return Found()
    lost = lost_names(seen.change, seen.bytes)
    return (
        made_stale(lost, _ground(seen, Side.HEAD), lambda paths, words: _may_say(seen, paths, words))
        if lost
        else Found()
    )


def _may_say(seen: Seen, paths: Iterable[RepoPath], words: Iterable[str]) -> set[RepoPath]:
    """Each document's words are read once for all runs."""
    from weighbridge.landscape.landscape import Landscape  # noqa: PLC0415 - the same
    from weighbridge.landscape.worded_texts import WordedTexts  # noqa: PLC0415 - the same

    landscape = Landscape(seen.head_tree, seen.source, read=seen.repository.read, read_many=seen.repository.read_many)
    return WordedTexts(landscape, texts={}, most_bytes=_MOST_BYTES).saying(paths, set(words))


_MOST_BYTES = 2_000_000


def _advice(seen: Seen) -> "tuple[StaleAdvice, ...]":
    from weighbridge.landscape.freshness.cited import citations, namings, stale_advice  # noqa: PLC0415 - only where a document is cited
    from weighbridge.landscape.freshness.judging import judge  # noqa: PLC0415 - the same

    named = namings(seen.change, seen.bytes)
    if not named:
        return ()
    cited = citations(named, seen.change, {**seen.base_tree.blobs, **seen.head_tree.blobs})

    def judged(paths: list[RepoPath], side: Side) -> "list[Judged]":
        ground = _ground(seen, side, with_past=True)
        return judge([ground.blobs[path] for path in paths if path in ground.blobs], ground)

    return tuple(stale_advice(cited, judged)) if cited else ()


def _ground(seen: Seen, side: Side, *, with_past: bool = False) -> "Ground":
    from weighbridge.app.document_ground import ground_of  # noqa: PLC0415 - the same

    change = seen.change
    tree = seen.head_tree if side is Side.HEAD else seen.base_tree
    until = (change.base_commit or change.head_commit) if with_past else None
    lost = frozenset(seen.base_tree.blobs) - frozenset(tree.blobs) if with_past else frozenset()
    return ground_of(seen.repository, tree.blobs, until=until, progress=seen.progress, taken=lost)
