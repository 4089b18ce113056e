"""The API descriptions of a change, each with what it was before."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final, TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.alike import OfAnother, of_another, without_alike
from weighbridge.landscape.contracts.breaks import Break, Level, Operation
from weighbridge.landscape.contracts.consumers import Consumers
from weighbridge.landscape.contracts.description_breaks import DescriptionBreaks, operations_of
from weighbridge.landscape.contracts.descriptions import Description, description_of, is_description
from weighbridge.landscape.contracts.library import MOST_BYTES, Key, Library, Parsed, Read
from weighbridge.landscape.contracts.recognise import STRUCTURED, contract_blob, says_openapi
from weighbridge.landscape.contracts.releases import Release
from weighbridge.landscape.contracts.taken_anyway import taken_as_false
from weighbridge.landscape.contracts.trees import Trees, reading
from weighbridge.landscape.landscape import Landscape

_MOST_BESIDE: Final = 300
"""Files in the folder of a description that is gone which are looked into."""

_MOST_READ: Final = 10
"""Descriptions among these that are read."""


class Pair(Struct, kw_only=True, eq=False, dict=True):
    """One description before and after; None where there is none."""

    old: Description | CouldNotLook | None
    new: Description | CouldNotLook | None
    elsewhere: frozenset[tuple[str, str]] = frozenset()
    hidden: RepoPath | None = None
    """Where its file lies now, which is no place for a description."""
    copies: Sequence[Description] = ()
    """What other changed files said of the same API before."""

    def missing(self) -> Iterator[CouldNotLook]:
        """Why it could not be compared, wholly or in places."""
        for side in (self.old, self.new):
            if isinstance(side, CouldNotLook):
                yield side
        if isinstance(self.new, Description) and isinstance(self.old, Description):
            known = self.old.library.lost
            yield from self._cut
            yield from (lost.missing for text, lost in self.new.library.lost.items() if text not in known)
            yield from self.new.doubts(besides=self.old)

    def breaks(self, today: date | None) -> Sequence[Break]:
        """What it breaks; nothing where it is new, or cannot be read."""
        if not isinstance(self.old, Description) or isinstance(self.new, CouldNotLook):
            return ()
        if self.new is None:
            return self._gone(self.old)
        comparison = DescriptionBreaks(self.old, self.new, today=today, elsewhere=self.elsewhere)
        found = comparison.all()
        self._cut = tuple(comparison.missing)
        if any(each.level is not Level.NOTE for each in found):
            for copy in self.copies:
                found = _not_said_before(found, copy, new=self.new, today=today)
        return found

    def _gone(self, old: Description) -> Sequence[Break]:
        hidden = f" to `{self.hidden}`, where nobody looks for one" if self.hidden else ""
        lost = [call for call in old.calls() if (call.operation.method, call.shape) not in self.elsewhere]
        if not lost:
            return ()
        kept = [call for call in lost if not call.is_deprecated]
        return (
            Break(
                kind="operation-removed",
                check="api-removed-without-deprecation",
                level=Level.ERROR if kept else Level.WARNING,
                words=f"the whole description is gone{hidden}, and with it all {len(lost)} operations: nobody says any more that they are there",
                place=Place(path=old.root.path, line=1, end_line=1, side=Side.BASE),
                subject="the description is gone",
                operations=[call.operation for call in lost],
                is_noticed=True,
            ),
        )

    @cached_property
    def operations(self) -> Sequence[Operation]:
        """Every operation that there was."""
        return [call.operation for call in self.old.calls()] if isinstance(self.old, Description) else []

    @cached_property
    def sent(self) -> frozenset[Operation]:
        """The operations that the server calls itself: who receives them is not who calls the others."""
        calls = self.old.calls() if isinstance(self.old, Description) else ()
        return frozenset(call.operation for call in calls if call.is_webhook)

    def taken_as_false(self, found: Break, landscape: Landscape) -> str:
        """What becomes of requests without a field that must be sent now, where a server here takes them; else empty."""
        return taken_as_false(found, landscape)

    def consumers(self, landscape: Landscape, changed: frozenset[RepoPath]) -> Consumers:
        """Who calls its operations."""
        if self._consumers is None:
            self._consumers = self._who(landscape, changed)
        return self._consumers

    def callers(self, landscape: Landscape, changed: frozenset[RepoPath]) -> Consumers:
        """Who called them before the change."""
        if self._callers is None:
            self._callers = self._who(landscape, changed)
        return self._callers

    def _who(self, landscape: Landscape, changed: frozenset[RepoPath]) -> Consumers:
        bases = self.old.base_paths if isinstance(self.old, Description) else ("",)
        hosts = self.old.hosts if isinstance(self.old, Description) else frozenset()
        ids = {call.operation: call.id for call in self.old.calls()} if isinstance(self.old, Description) else {}
        return Consumers(landscape, bases=bases, hosts=hosts, changed=changed, ids=ids)

    _consumers: Consumers | None = None
    _callers: Consumers | None = None
    _cut: tuple[CouldNotLook, ...] = ()


def pairs(
    contents: ChangedBytes,
    *,
    trees: Trees,
    files: Sequence[FileChange],
    roots: Sequence[RepoPath],
) -> Sequence[Pair]:
    """Each description of a change with what it was: those in changed files, and those that begin elsewhere."""
    read = {side: reading(side, contents, trees=trees) for side in Side}
    if len(files) == 1 and not roots:
        read |= _without_alike(files[0], read)
    known: dict[Key, Parsed] = {}
    old, new = (Library(read[side], known) for side in (Side.BASE, Side.HEAD))
    found = [_pair(file, old, new=new) for file in files]
    found += [Pair(old=_description(root, old), new=_description(root, new)) for root in roots]
    heads = [pair.new for pair in found if isinstance(pair.new, Description)]
    if len(found) > 1:
        _put_together(found)
        for pair in found:
            others = [
                operations_of(each) for each in heads if each is not pair.new and _are_served_alike(pair.old, each)
            ]
            pair.elsewhere = frozenset().union(*others)
            pair.copies = [each.old for each in found if each is not pair and _are_copies(each.old, pair)]
    for pair in found:
        if isinstance(pair.old, Description) and pair.new is None and pair.hidden is None:
            beside = _beside(pair.old, trees.on(Side.HEAD).blobs, read=read[Side.HEAD])
            pair.elsewhere |= _still_described(pair.old, beside, library=new)
    return found


def _are_copies(other: Description | CouldNotLook | None, pair: Pair) -> TypeGuard[Description]:
    """Whether a description was one of what another describes: most of either's operations are the other's too."""
    if not isinstance(other, Description) or not isinstance(pair.old, Description) or pair.new is None:
        return False
    ours, theirs = operations_of(pair.old), operations_of(other)
    return _are_served_alike(pair.old, other) and 2 * len(ours & theirs) > max(len(ours), len(theirs))


def _not_said_before(found: Sequence[Break], copy: Description, *, new: Description, today: date | None) -> list[Break]:
    """Breaks, with those told as no more than a copy brought up to date of which another description said so already."""
    again = {(each.kind, each.words) for each in DescriptionBreaks(copy, new, today=today, elsewhere=frozenset()).all()}
    described = operations_of(copy)
    calls = {call.operation: (call.operation.method, call.shape) for call in new.calls()}
    known = [
        each.kind != "operation-removed"
        and (each.kind, each.words) not in again
        and bool(each.operations)
        and all(calls.get(operation) in described for operation in each.operations)
        for each in found
    ]
    said = f", which `{copy.root.path}` said before as well"
    return [
        replace(each, level=Level.NOTE, words=each.words + said) if is_known else each
        for each, is_known in zip(found, known, strict=True)
    ]


def _without_alike(file: FileChange, read: Mapping[Side, Read]) -> Mapping[Side, Read]:
    """What reads both versions of the only description, with what both say alike left out of them."""
    blobs = {side: contract_blob(file, side) for side in Side}
    data = {side: read[side](blob.path) for side, blob in blobs.items() if blob}
    old, new = data.get(Side.BASE), data.get(Side.HEAD)
    if not isinstance(old, bytes) or not isinstance(new, bytes) or max(len(old), len(new)) > MOST_BYTES:
        return {}
    shorter = without_alike(old, new)
    if shorter is None:
        return {}
    told = zip(blobs.items(), shorter, strict=True)
    return {side: _reading(blob.path, text, others=read[side]) for (side, blob), text in told if blob}


def _reading(path: RepoPath, text: bytes, *, others: Read) -> Read:
    """What reads one file as some text, and others as they are."""
    return lambda asked: text if asked == path else others(asked)


def in_release(file: FileChange, *, contents: ChangedBytes, release: Release) -> Mapping[ObjectId, bytes] | None:
    """An API description as a release and a change's head have it, by their names as objects, without what the change does not
    touch, as far as that can be left out; None where the release says of all that is touched what the base says, so that
    whatever breaks is broken for those who have the release.
    """
    released = release.tree.blobs.get(file.base.path) if file.base else None
    if file.base is None or file.head is None or released is None:
        return {}
    if released.oid == file.base.oid:
        return None
    old, new = contents.of(file.base.path, Side.BASE), contents.of(file.head.path, Side.HEAD)
    other = release.read(released.oid, MOST_BYTES)
    if not isinstance(old, bytes) or not isinstance(new, bytes) or not isinstance(other, bytes):
        return {}
    told = of_another(old, new, other=other) if max(len(old), len(new), len(other)) <= MOST_BYTES else OfAnother()
    if told.is_alike:
        return None
    return {released.oid: told.texts[0], file.head.oid: told.texts[1]} if told.texts else {}


def _beside(old: Description, listing: Iterable[RepoPath], *, read: Read) -> list[RepoPath]:
    """The descriptions in the folder of one that is gone which name any of its operations' paths, those that name most first."""
    folder = posixpath.dirname(old.root.path)
    near = (each for each in listing if posixpath.dirname(each) == folder and each.lower().endswith(STRUCTURED))
    names = {call.operation.path.encode() for call in old.calls()}
    found: list[tuple[int, RepoPath]] = []
    for path in sorted(near)[:_MOST_BESIDE]:
        data = read(path)
        if isinstance(data, bytes) and says_openapi(data):
            found.append((-sum(name in data for name in names), path))
    return [path for count, path in sorted(found)[:_MOST_READ] if count]


def _still_described(old: Description, paths: Iterable[RepoPath], *, library: Library) -> frozenset[tuple[str, str]]:
    """The operations of a description that others of the same version give too.

    Who sends a webhook need not be known; what is called is the same thing only on the same servers.
    """
    kept: set[tuple[str, str]] = set()
    for path in paths:
        other = _description(path, library)
        if not isinstance(other, Description) or other.version != old.version or not _are_served_alike(old, other):
            continue
        is_known = not old.hosts.isdisjoint(other.hosts)
        kept.update((call.operation.method, call.shape) for call in other.calls() if is_known or call.is_webhook)
    return frozenset(kept)


def _pair(file: FileChange, old: Library, *, new: Library) -> Pair:
    """A changed file's description before and after; what is hidden now is gone."""
    base, head = (contract_blob(file, side) for side in (Side.BASE, Side.HEAD))
    return Pair(
        old=_description(base.path if base else None, old),
        new=_description(head.path if head else None, new),
        hidden=file.head.path if file.head and head is None else None,
    )


def _description(path: RepoPath | None, library: Library) -> Description | CouldNotLook | None:
    """The description that begins in a file; None where there is none."""
    root = library.document(path) if path else None
    if root is None or isinstance(root, CouldNotLook):
        return root
    return description_of(root, library) if is_description(root) else None


def _are_served_alike(old: Description | CouldNotLook | None, new: Description) -> bool:
    """Whether what one described may be what the other describes: not where their servers have nothing in common."""
    if not isinstance(old, Description):
        return False
    hosts = not (old.hosts and new.hosts) or not old.hosts.isdisjoint(new.hosts)
    return hosts and not set(old.base_paths).isdisjoint(new.base_paths)


def _put_together(found: list[Pair]) -> None:
    """A description that is gone is one that came, where most of its operations are the same."""
    gone = [pair for pair in found if isinstance(pair.old, Description) and pair.new is None]
    came = [pair for pair in found if isinstance(pair.new, Description) and pair.old is None]
    for pair in gone:
        assert isinstance(pair.old, Description), "chosen so"
        mine = operations_of(pair.old)
        for other in came:
            assert isinstance(other.new, Description), "chosen so"
            if other.old is None and 2 * len(mine & operations_of(other.new)) >= len(mine) > 0:
                pair.new = other.new
                found.remove(other)
                came.remove(other)
                break
