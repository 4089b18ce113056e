"""Schemas of queries and of messages in the files of a change: put together on either side, and compared."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.breaks import Break, Uses
from weighbridge.landscape.contracts.recognise import GRAPHQL, contract_blob
from weighbridge.landscape.contracts.uses import UsesOfNames
from weighbridge.landscape.landscape import Landscape

if TYPE_CHECKING:
    from weighbridge.landscape.contracts.graphql.schemas import Schema
    from weighbridge.landscape.contracts.uses import Consumer

WhoUses = Callable[[Break], tuple[Sequence["Consumer"], bool]]
"""Who uses what a break takes, and whether those who use such things are known."""

_FOR_CODE: Final = frozenset({"protobuf-rpc-changed", "protobuf-type-removed"})
"""Kinds that nobody meets who does not name what is gone; others are met in what was sent too."""


class Compared(Struct, kw_only=True):
    """What came of comparing files of one kind."""

    answers: Sequence[Break | CouldNotLook] = ()
    schemas: "Sequence[Schema]" = ()
    paths: frozenset[RepoPath] = frozenset()

    def users(self, landscape: Landscape, changed: frozenset[RepoPath]) -> WhoUses:
        """Who in a tree uses what breaks."""
        if self.schemas:
            from weighbridge.landscape.contracts.graphql.uses import (  # noqa: PLC0415 - few changes hold any
                Queries,
                consumers_of,
                leaving_out,
            )

            queries = Queries(landscape, schemas=self.paths)
            breaks = [each for each in self.answers if isinstance(each, Break)]
            used = [queries.used(schema, breaks) for schema in self.schemas]
            is_used = any(map(queries.any_of, self.schemas))
            return lambda found: (
                [
                    c
                    for each in used
                    for c in (
                        *consumers_of(found, each, changed=changed, landscape=landscape),
                        *leaving_out(found, each, changed=changed, landscape=landscape),
                    )
                ],
                is_used,
            )
        by_name = UsesOfNames(landscape, changed=changed)

        def who(found: Break) -> "tuple[Sequence[Consumer], bool]":
            if found.uses is None:
                return (), False
            return by_name.of(found.uses), found.kind in _FOR_CODE and by_name.any_near(found.uses)

        return who


def compare_files(role: str, files: Sequence[FileChange], *, contents: ChangedBytes) -> Compared:
    """What files of one kind break, and which could not be read."""
    sides: dict[Side, dict[RepoPath, str]] = {side: {} for side in Side}
    missing: list[CouldNotLook] = []
    for file in files:
        blobs = {side: blob for side in Side if (blob := contract_blob(file, side))}
        read = {side: contents.of(blob.path, side) for side, blob in blobs.items()}
        unread = [data for data in read.values() if isinstance(data, CouldNotLook)]
        missing += unread
        for side, data in read.items() if not unread else ():  # of one that is known by half, nothing can be compared
            if isinstance(data, bytes):
                sides[side][blobs[side].path] = data.decode("utf-8", "replace")
    if not sides[Side.BASE]:
        return Compared(answers=missing)
    hidden = {
        file.base.path: file.head.path
        for file in files
        if file.base and file.head and not contract_blob(file, Side.HEAD)
    }
    found = _compare(role, sides[Side.BASE], head=sides[Side.HEAD])
    found.answers = [*missing, *_whole(found.answers, left=sides[Side.HEAD].keys(), hidden=hidden)]
    found.paths = frozenset(path for texts in sides.values() for path in texts)
    return found


def _whole(
    found: Sequence[Break | CouldNotLook], *, left: Collection[RepoPath], hidden: Mapping[RepoPath, RepoPath]
) -> Iterator[Break | CouldNotLook]:
    """What was found, with all that is gone with one file told as one."""
    gone: dict[RepoPath, list[Break]] = {}
    for each in found:
        if isinstance(each, Break) and each.place.side is Side.BASE and each.place.path not in left:
            gone.setdefault(each.place.path, []).append(each)
        else:
            yield each
    for path, breaks in gone.items():
        where = f" to `{hidden[path]}`, where nobody looks for one" if path in hidden else ""
        most = " and more" if len(breaks) > 1 else ""
        first = breaks[0]
        first.words = f"the whole file is gone{where}, and what it held with it: {first.words}{most}"
        first.level = max(each.level for each in breaks)
        first.named = tuple(dict.fromkeys(name for each in breaks for name in each.named))
        first.uses = _any_of([each.uses for each in breaks if each.uses is not None])
        yield first


def _any_of(uses: Sequence[Uses]) -> Uses | None:
    """How code uses any of several things."""
    if not uses:
        return None
    return Uses(
        names=tuple(dict.fromkeys(name for each in uses for name in each.names)),
        near=tuple(dict.fromkeys(name for each in uses for name in each.near)),
        modules=tuple(dict.fromkeys(name for each in uses for name in each.modules)),
        is_member=all(each.is_member for each in uses),
    )


def _compare(role: str, base: dict[RepoPath, str], *, head: dict[RepoPath, str]) -> Compared:
    if role == GRAPHQL:
        from weighbridge.landscape.contracts.graphql.compare import compare_graphql  # noqa: PLC0415 - few changes hold any

        found = compare_graphql(base, head)
        if isinstance(found, CouldNotLook):
            return Compared(answers=[found])
        return Compared(answers=[*found.missing, *found.breaks], schemas=found.schemas)
    from weighbridge.landscape.contracts.protobuf.compare import protobuf_breaks  # noqa: PLC0415 - few changes hold any

    return Compared(answers=protobuf_breaks(base, head))
