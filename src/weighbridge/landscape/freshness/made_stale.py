"""Which documents a change makes stale: they name what it takes away, at a place that it leaves as it was."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.freshness.files import Files, candidates
from weighbridge.landscape.freshness.judging import Ground, said_by
from weighbridge.landscape.freshness.lost_names import Lost, by_name
from weighbridge.landscape.freshness.words import readable, sayings
from weighbridge.landscape.prose.mentions import Marking, Mention, MentionKind
from weighbridge.landscape.prose.reading import read_prose
from weighbridge.landscape.prose.standing import Standing, is_document, standing_of

MOST_DOCUMENTS: Final = 3_000
"""Documents of a tree that are searched; the others are counted, and said."""
MOST_FILES: Final = 12_000
"""Files of a tree that are read to see whether they still say a name which a document says."""
_MOST_BYTES: Final = 2_000_000
_WORD: Final = re.compile(r"\w+")

MaySay = Callable[[Iterable[RepoPath], Iterable[str]], set[RepoPath]]
"""Which of some files may say any of some words."""


class MadeStale(Struct, frozen=True, kw_only=True):
    """A statement of a document that names what the change takes away."""

    path: RepoPath
    mention: Mention
    lost: Lost


class Found(Struct, frozen=True, kw_only=True):
    """The statements, and why some of the tree could not be looked at."""

    statements: tuple[MadeStale, ...] = ()
    missing: CouldNotLook | None = None


def made_stale(lost: list[Lost], ground: Ground, *, may_say: MaySay) -> Found:
    """The statements of living documents of head that name what is lost; nothing is read where nothing is."""
    if not lost:
        return Found()
    documents = [path for path, blob in ground.blobs.items() if is_document(path) and blob.mode is not Mode.SYMLINK]
    missing = None
    if len(documents) > MOST_DOCUMENTS:
        missing = _limit(
            f"{len(documents):,} documents are here, and {MOST_DOCUMENTS:,} were searched for what the change takes away"
        )
    names = by_name(lost)
    likely = may_say(documents[:MOST_DOCUMENTS], {_word(each) for each in names.values()})
    told = [*_told(sorted(likely), names, ground=ground)]
    still, unread = _still_said({said_by(each.mention) for each in told}, ground)
    kept = tuple(each for each in told if said_by(each.mention) not in still or each.lost.kind in _BY_PLACE)
    return Found(statements=kept, missing=unread or missing)


_BY_PLACE: Final = frozenset({MentionKind.PATH, MentionKind.COMMAND})


def _word(lost: Lost) -> str:
    """The longest word of a name: whoever says the name says it."""
    name = lost.name.rpartition("/")[2] if lost.kind is MentionKind.PATH else lost.name
    return max(_WORD.findall(name), key=len, default=name)


def _told(paths: Iterable[RepoPath], names: Mapping[str, Lost], *, ground: Ground) -> Iterator[MadeStale]:
    blobs: dict[RepoPath, Blob] = {path: ground.blobs[path] for path in paths}
    texts = dict(ground.reading.bytes_of([blob.oid for blob in blobs.values()], _MOST_BYTES))
    for path, blob in blobs.items():
        data = texts.get(blob.oid)
        if data is None or standing_of(path, data.decode("utf-8", "replace")) is not Standing.LIVING:
            continue
        seen: set[tuple[int, str]] = set()
        for mention in read_prose(path, data).mentions:
            lost = _lost_by(mention, path, names=names, files=ground.files)
            if lost is not None and not mention.is_past and (mention.line, lost.name) not in seen:
                seen.add((mention.line, lost.name))
                yield MadeStale(path=path, mention=mention, lost=lost)


def _lost_by(mention: Mention, document: RepoPath, *, names: Mapping[str, Lost], files: Files) -> Lost | None:
    if mention.kind is MentionKind.PATH:
        hit = next((names[place] for place in candidates(mention, document) if place in names), None)
        is_there = files.at if mention.marking is Marking.LINK else files.find
        return hit if hit is not None and hit.kind is MentionKind.PATH and is_there(mention, document) is None else None
    lost = names.get(mention.name if mention.kind is MentionKind.COMMAND else said_by(mention))
    return lost if lost is not None and lost.kind in (mention.kind, *_ALIKE.get(mention.kind, ())) else None


_ALIKE: Final = {MentionKind.TABLE: (MentionKind.SYMBOL,), MentionKind.SYMBOL: (MentionKind.SETTING,)}


def _still_said(names: set[str], ground: Ground) -> tuple[set[str], CouldNotLook | None]:
    wanted = names - {""}
    if not wanted:
        return set(), None
    files = [*readable(ground.blobs.values())]
    if len(files) > MOST_FILES:
        detail = f"{len(files):,} files may still say what the change takes away, too many to be read: {', '.join(sorted(wanted)[:5])}"
        return wanted, _limit(detail)
    return set(sayings(files, wanted, reading=ground.reading)), None


def _limit(detail: str) -> CouldNotLook:
    return CouldNotLook(reason=Reason.LIMIT, detail=detail)
