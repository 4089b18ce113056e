"""Groups the paths of a change by who must approve them."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.owners import OwnerGroup, Ownership
from weighbridge.domain.persons import folded
from weighbridge.landscape.owners.model import CodeOwners, Responsibility

_MOST_TOLD: Final = 20


class _OpenGroup(Struct, kw_only=True):
    """A group while paths are added to it."""

    first: Responsibility
    paths: list[RepoPath] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)


def ownership(owners: CodeOwners, paths: Iterable[RepoPath]) -> Ownership:
    """Who owns `paths`, by section and by the same owners in any order; what nobody owns is named too."""
    groups: dict[tuple[object, ...], _OpenGroup] = {}
    keys: dict[int, tuple[object, ...]] = {}
    unowned: list[RepoPath] = []
    for path in paths:
        responsible = owners.responsibilities(path)
        if not responsible:
            unowned.append(path)
        for each in responsible:
            key = keys.get(id(each)) or keys.setdefault(id(each), _key(each))  # the file holds each of them
            group = groups.setdefault(key, _OpenGroup(first=each))
            group.paths.append(path)
            group.lines.add(each.line)
    return Ownership(
        source=owners.path,
        groups=tuple(_closed(group, owners.path) for group in groups.values()),
        unowned=tuple(unowned),
        notices=tuple(_notices(owners)),
    )


def _key(responsible: Responsibility) -> tuple[object, ...]:
    names = frozenset(map(folded, responsible.owners))
    return responsible.section, names, responsible.optional, responsible.approvals


def _closed(group: _OpenGroup, source: RepoPath) -> OwnerGroup:
    return OwnerGroup(
        owners=group.first.owners,
        paths=tuple(group.paths),
        source=source,
        lines=tuple(sorted(group.lines)),
        section=group.first.section,
        optional=group.first.optional,
        approvals=group.first.approvals,
    )


def _notices(owners: CodeOwners) -> Iterable[str]:
    for skipped in owners.skipped[:_MOST_TOLD]:
        yield f"{owners.path}:{skipped.line}: {skipped.reason}; {owners.forge} passes it over"
    if len(owners.skipped) > _MOST_TOLD:
        yield f"{owners.path}: {len(owners.skipped) - _MOST_TOLD} further lines are passed over"
