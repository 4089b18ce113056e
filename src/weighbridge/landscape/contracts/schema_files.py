"""Schemas of queries and of messages in the files of a change: put together on either side, and compared."""

from collections.abc import Sequence

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
    return _compare(role, sides[Side.BASE], head=sides[Side.HEAD])


def _compare(role: str, base: dict[RepoPath, str], *, head: dict[RepoPath, str]) -> Sequence[Break | CouldNotLook]:
    if role == GRAPHQL:
        from weighbridge.landscape.contracts.graphql_breaks import graphql_breaks  # noqa: PLC0415 - 85 ms of imports

        found = graphql_breaks(base, head)
        return [found] if isinstance(found, CouldNotLook) else found
    from weighbridge.landscape.contracts.protobuf.compare import protobuf_breaks  # noqa: PLC0415 - few changes hold any

    return protobuf_breaks(base, head)
