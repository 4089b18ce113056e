"""Which documents a change cites as what it goes by, and which of these are stale."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.freshness.verdicts import Judged, Verdict
from weighbridge.landscape.prose.standing import is_document

MOST_TEXT: Final = 200_000
"""Characters of all that a change says of itself; a longer message is a log."""
MOST_CITED: Final = 20
_MOST_ADDED: Final = 5_000
_MOST_COLUMNS: Final = 500

_DOCUMENT: Final = LatePattern(
    r"(?i)(?<![\w.-])((?:[\w%.+-]{1,80}/){0,12}[\w%+-][\w%.+-]{0,80}\.(?:md|markdown|mdx|rst|adoc|asciidoc|html?))\b"
)
_SENTENCE: Final = LatePattern(r"(?<=[.!?])\s+|\n\s*\n|\n\s*[-*]\s")
_DOUBTED: Final = LatePattern(
    r"(?i)\b(?:out[- ]?of[- ]?date|outdated|stale|obsolete|incorrect|wrong|misleading|no longer|contradict\w*|despite|unlike|contrary"
    r"|delet\w+|remov\w+|renam\w+|mov(?:e|ed|es|ing)|fix(?:es|ed)? (?:a )?(?:typo|link)s?)\b"
)
_FOLLOWED: Final = LatePattern(
    r"(?i)\b(?:follow(?:s|ed|ing)?|accord\w*|as (?:described|documented|written|stated|told|said|per)|per|see|based on|recommend\w*)\s"
)
_COMMENT: Final = LatePattern(r"(?:^|\s)(?:#|//|/\*|\*|--|;|<!--|\"{3}|'{3})\s*\S")


class Citation(Struct, frozen=True, kw_only=True):
    """A document that is named, where (`the description`, a comment's place), and the sentence that names it."""

    path: RepoPath
    where: str
    sentence: str
    is_touched: bool = False
    """Whether the change edits it too: then what it was is mended."""


class StaleAdvice(Struct, frozen=True, kw_only=True):
    """A stale document that a change cites; `side` is where it is stale."""

    citation: Citation
    judged: Judged
    side: Side


class Naming(Struct, frozen=True, kw_only=True):
    """A name that looks like a document's, where it stands, and the sentence around it."""

    name: str
    where: str
    sentence: str


def namings(change: Change, contents: ChangedBytes) -> list[Naming]:
    """What a change says that looks like the name of a document it goes by; what it calls wrong is left out."""
    return [
        Naming(name=name, where=where, sentence=" ".join(sentence.split())[:300])
        for where, text in _texts(change, contents)
        for sentence in _SENTENCE.split(text)
        for name in _DOCUMENT.findall(sentence)
        if not _DOUBTED.search(sentence)
    ]


def citations(found: list[Naming], change: Change, *, known: Mapping[RepoPath, object]) -> list[Citation]:
    """The documents of a tree that are meant; those that the change only edits are left out."""
    touched = {file.path for file in change.files}
    names = _Names(known)
    cited: dict[RepoPath, Citation] = {}
    for each in found:
        path = names.find(each.name)
        is_only_edited = path in touched and not _FOLLOWED.search(each.sentence)
        if path is not None and path not in cited and not is_only_edited:
            cited[path] = Citation(path=path, where=each.where, sentence=each.sentence, is_touched=path in touched)
    return list(cited.values())[:MOST_CITED]


def _texts(change: Change, contents: ChangedBytes) -> Iterator[tuple[str, str]]:
    left = MOST_TEXT
    seen: set[str] = set()
    said = [("the title", change.title), ("the description", change.description)]
    said += [(f"commit {each.oid[:8]}", each.message) for each in change.commits]
    for where, text in said:
        if text not in seen and left > 0:
            seen.add(text)
            yield where, text[:left]
            left -= len(text)
    for file in change.files:
        if file.head is None or is_document(file.path) or not file.added or file.is_binary:
            continue
        lines = contents.text(file.path).split("\n")
        numbers = (n for each in file.added for n in range(each.start, min(each.end, len(lines)) + 1))
        for _, number in zip(range(_MOST_ADDED), numbers, strict=False):
            line = lines[number - 1][:_MOST_COLUMNS]
            if "." in line and _COMMENT.search(line) and _DOCUMENT.search(line):
                yield f"a comment at {file.path}:{number}", line


class _Names:
    """Finds documents of a tree by a path, a link that ends in it, or a name that only one has."""

    def __init__(self, known: Mapping[RepoPath, object]) -> None:
        self._known = known
        self._by_name: dict[str, list[RepoPath]] | None = None

    def find(self, name: str) -> RepoPath | None:
        """The document that is meant; None where there is none, or several may be."""
        path = RepoPath(name.strip("/"))
        if path in self._known:
            return path if is_document(path) else None
        if self._by_name is None:
            self._by_name = {}
            for each in self._known:
                if is_document(each):
                    self._by_name.setdefault(each.rpartition("/")[2].lower(), []).append(each)
        alike = self._by_name.get(path.rpartition("/")[2].lower(), [])
        ending = [each for each in alike if f"/{each}".lower().endswith(f"/{path}".lower())]
        within = [each for each in alike if "/" in each and f"/{path}".lower().endswith(f"/{each}".lower())]
        hits = ending or within
        return hits[0] if len(hits) == 1 else None


Judge = Callable[[list[RepoPath], Side], list[Judged]]


def stale_advice(cited: list[Citation], judge: Judge) -> Iterator[StaleAdvice]:
    """Those of the cited documents that are stale at head, else at base."""
    by_path = {each.path: each for each in cited}
    heads = {each.path: each for each in judge(list(by_path), Side.HEAD)}
    fresh = {path for path, each in heads.items() if each.verdict is not Verdict.STALE}
    left = [path for path, each in by_path.items() if path in fresh and not each.is_touched]
    bases = {each.path: each for each in judge(left, Side.BASE)} if left else {}
    for path, citation in by_path.items():
        for side, found in ((Side.HEAD, heads.get(path)), (Side.BASE, bases.get(path))):
            if found is not None and found.verdict is Verdict.STALE:
                yield StaleAdvice(citation=citation, judged=found, side=side)
                break
