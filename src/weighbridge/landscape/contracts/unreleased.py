"""Which breaks of contracts are of what came into being since the newest release."""

from collections.abc import Callable, Sequence

from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.releases import Release, is_of_release

Compare = Callable[[Change], Sequence[Break | CouldNotLook]]
"""What a change breaks."""


def since_release(breaks: Sequence[Break], change: Change, *, release: Release, compare: Compare) -> list[bool]:
    """Of each break, whether those who have the release lose nothing by it: not where that cannot be told."""
    if release.has_all_as_before(change):
        return [False] * len(breaks)  # whoever has the release loses what is lost since the base
    bases = {blob.path: file.base.path for file in change.files if file.base for blob in (file.base, file.head) if blob}
    asked = {bases[each.place.path] for each in breaks if each.place.path in bases}
    from_release, there = release.since(change, asked)
    again = compare(from_release) if there else ()
    if not there or any(isinstance(each, CouldNotLook) for each in again):
        return [False] * len(breaks)
    now = [each for each in again if isinstance(each, Break)]
    return [
        bases.get(each.place.path) in there
        and not is_of_release(each, breaks, since_release=now)
        and not _was_elsewhere(each, bases[each.place.path], release=release)
        for each in breaks
    ]


def _was_elsewhere(found: Break, path: RepoPath, *, release: Release) -> bool:
    """Whether the release may hold in another file what a break is of."""
    named = found.named[0].partition(".")[0] if found.named else ""
    owner = found.things[0].partition("#")[0].rpartition(".")[2] if found.things else ""
    thing = owner or named or (found.operations[0].path if found.operations else "")
    if not thing:
        return True
    ending = path[path.rfind(".") :]
    return not release.holds(thing, path) and release.holding(thing, below=RepoPath(""), endings=(ending,)) != []
