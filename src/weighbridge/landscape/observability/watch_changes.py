"""What a change does to the watches of its files: which are gone, and which see less, or tell fewer."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import NotRead, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.observability.watches import UnreadableError, Watch, watches_in

MOST_FILES: Final = 1_000
"""So many changed files are read."""
_ENDINGS: Final = (".yaml", ".yml", ".json", ".rules")


class Placed(Struct, frozen=True):
    """A watch with the file that it is written in."""

    path: RepoPath
    watch: Watch

    def at(self, side: Side) -> Place:
        """Where it begins."""
        line = self.watch.line
        return Place(path=self.path, line=line, end_line=line, symbol=self.watch.name, side=side)


class WatchChanges:
    """The watches of both sides of the changed files."""

    def __init__(self, change: Change, contents: ChangedBytes) -> None:
        self._files = [each for each in change.files if each.path.endswith(_ENDINGS) and not each.is_binary]
        self._contents = contents

    @cached_property
    def _read(self) -> tuple[Mapping[Side, Sequence[Placed]], Sequence[NotRead]]:
        found: dict[Side, list[Placed]] = {Side.BASE: [], Side.HEAD: []}
        unread: list[NotRead] = []
        if not self._files:
            return found, unread
        for file in self._files[:MOST_FILES]:
            for side in Side:
                blob = file.on(side)
                data = self._contents.of(blob.path, side) if blob is not None else None
                if blob is None or not isinstance(data, bytes):
                    continue
                try:
                    found[side] += [Placed(blob.path, each) for each in watches_in(blob.path, data)]
                except UnreadableError as error:
                    detail = f"what it watches is not known: {error}"
                    unread.append(NotRead(path=file.path, reason=Reason.UNPARSED, detail=detail))
        if len(self._files) > MOST_FILES:
            detail = (
                f"more than {MOST_FILES:,} files of YAML or JSON change; which alerts the others hold was not looked at"
            )
            unread.append(NotRead(path=self._files[MOST_FILES].path, reason=Reason.LIMIT, detail=detail))
        return found, unread

    def on(self, side: Side) -> Sequence[Placed]:
        """All watches of one side of the changed files."""
        return self._read[0][side]

    @property
    def unread(self) -> Sequence[NotRead]:
        """The files that seem to hold some and could not be read."""
        return self._read[1]

    @cached_property
    def _matched(self) -> tuple[list[tuple[Placed, Placed]], list[Placed], list[Placed]]:
        """(what is on both sides, what is gone, what is new): by name, in the same file first; then by what it asks."""
        gone, new = list(self.on(Side.BASE)), list(self.on(Side.HEAD))
        pairs: list[tuple[Placed, Placed]] = []
        for key in (
            lambda each: (each.path, each.watch.key),
            lambda each: each.watch.key,
            lambda each: (each.path, each.watch.kind, each.watch.queries) if each.watch.queries else id(each),
        ):
            waiting: dict[object, list[Placed]] = {}
            for each in new:
                waiting.setdefault(key(each), []).append(each)
            left: list[Placed] = []
            for each in gone:
                if queue := waiting.get(key(each)):
                    pairs.append((each, queue.pop(0)))
                else:
                    left.append(each)
            gone, new = left, [each for queue in waiting.values() for each in queue]
        return pairs, gone, new

    @property
    def kept(self) -> Sequence[tuple[Placed, Placed]]:
        """The watches of both sides, before and after."""
        return self._matched[0]

    @property
    def gone(self) -> Sequence[Placed]:
        """The watches that are nowhere in the changed files any more."""
        return self._matched[1]

    @property
    def new(self) -> Sequence[Placed]:
        """Those that were nowhere before."""
        return self._matched[2]
