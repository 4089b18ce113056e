"""Find what a change does to documents, and which stale ones it goes by."""

from collections.abc import Iterable
from typing import Final

from weighbridge.app.document_ground import ground_of
from weighbridge.app.sights.seen import Seen
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.freshness.cited import StaleAdvice, citations, namings, stale_advice
from weighbridge.landscape.freshness.judging import Ground, judge
from weighbridge.landscape.freshness.lost_names import lost_names
from weighbridge.landscape.freshness.made_stale import Found, made_stale
from weighbridge.landscape.freshness.verdicts import Judged
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.worded_texts import WordedTexts

_MOST_BYTES: Final = 2_000_000


def find_made_stale(seen: Seen) -> Found:
    """What documents of head say that the change makes false; no document is read where it takes no name away."""
    lost = lost_names(seen.change, seen.bytes)
    if not lost:
        return Found()
    repository = seen.repository
    landscape = Landscape(seen.head_tree, seen.source, read=repository.read, read_many=repository.read_many)
    texts = WordedTexts(landscape, texts={}, most_bytes=_MOST_BYTES)

    def may_say(paths: Iterable[RepoPath], words: Iterable[str]) -> set[RepoPath]:
        return texts.saying(paths, set(words))

    ground = ground_of(repository, seen.head_tree.blobs, until=None, progress=seen.progress)
    return made_stale(lost, ground, may_say=may_say)


def find_stale_advice(seen: Seen) -> tuple[StaleAdvice, ...]:
    """The stale documents that the change cites; no tree is read where it names none."""
    found = namings(seen.change, seen.bytes)
    if not found:
        return ()
    cited = citations(found, seen.change, known={**seen.base_tree.blobs, **seen.head_tree.blobs})

    def judged(paths: list[RepoPath], side: Side) -> list[Judged]:
        ground = _ground(seen, side)
        return judge([ground.blobs[path] for path in paths if path in ground.blobs], ground)

    return tuple(stale_advice(cited, judged)) if cited else ()


def _ground(seen: Seen, side: Side) -> Ground:
    change = seen.change
    tree = seen.head_tree if side is Side.HEAD else seen.base_tree
    return ground_of(
        seen.repository,
        tree.blobs,
        until=change.base_commit or change.head_commit,
        progress=seen.progress,
        taken=frozenset(seen.base_tree.blobs) - frozenset(tree.blobs),
    )
