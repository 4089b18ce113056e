"""Schemas of queries and of messages in the files of a change: put together on either side, and compared."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.recognise import GRAPHQL, contract_blob


def compare_files(role: str, files: Sequence[FileChange], *, contents: ChangedBytes) -> Sequence[Break | CouldNotLook]:
    """What files of one kind break, and which could not be read."""
    sides: dict[Side, dict[RepoPath, str]] = {side: {} for side in Side}
    missing: list[CouldNotLook] = []
    for file in files:
        for side in Side:
            blob = contract_blob(file, side)
            data = contents.of(blob.path, side) if blob else None
            if blob and isinstance(data, bytes):
                sides[side][blob.path] = data.decode("utf-8", "replace")
            elif isinstance(data, CouldNotLook):
                missing.append(data)
    if missing or not sides[Side.BASE]:
        return missing
    hidden = {
        file.base.path: file.head.path
        for file in files
        if file.base and file.head and not contract_blob(file, Side.HEAD)
    }
    return list(
        _whole(_compare(role, sides[Side.BASE], head=sides[Side.HEAD]), left=sides[Side.HEAD].keys(), hidden=hidden)
    )


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
        yield first


def _compare(role: str, base: dict[RepoPath, str], *, head: dict[RepoPath, str]) -> Sequence[Break | CouldNotLook]:
    if role == GRAPHQL:
        from weighbridge.landscape.contracts.graphql_breaks import graphql_breaks  # noqa: PLC0415 - 85 ms of imports

        found = graphql_breaks(base, head)
        return [found] if isinstance(found, CouldNotLook) else found
    from weighbridge.landscape.contracts.protobuf.compare import protobuf_breaks  # noqa: PLC0415 - few changes hold any

    return protobuf_breaks(base, head)
