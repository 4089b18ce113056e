"""What two versions of an API description say of where its operations are served."""

from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.domain.places import Place
from weighbridge.landscape.contracts.breaks import Break, Level, Operation
from weighbridge.landscape.contracts.descriptions import Call, Description, bases_of, hosts_of
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.matching import Matched, whole_shape

_SHOWN: Final = 3

Bases = tuple[str, str]
"""What stands before every path, before and after."""


def moved_bases(old: Description, new: Description, *, calls: tuple[Sequence[Call], Sequence[Call]]) -> Bases:
    """What stands before the paths of each, where part of one stands in the paths of the other; else nothing does."""
    before, after = old.base_paths, new.base_paths
    if before == after or len(before) != 1 or len(after) != 1:
        return "", ""
    bases = before[0], after[0]
    whole, bare = (_shapes(calls[0], base=one) & _shapes(calls[1], base=other) for one, other in (bases, ("", "")))
    return bases if len(whole) > len(bare) else ("", "")


def _shapes(calls: Sequence[Call], *, base: str) -> set[tuple[str, str]]:
    return {(call.operation.method, whole_shape(call, base)) for call in calls if not call.is_webhook}


def server_breaks(old: Description, new: Description, *, kept: Sequence[Matched], bases: Bases) -> Iterator[Break]:
    """Whether the path that stands before every other is another one, or the servers are."""
    before, after = old.base_paths, new.base_paths
    spot = new.root.get("basePath" if new.is_old else "servers") or new.root
    called = [each.old for each in kept if not each.old.is_webhook and each.old.servers is None]
    if not called:
        return
    is_said_by_both = old.is_old == new.is_old or "" not in (*before, *after)
    if bases == ("", "") and is_said_by_both and set(before).isdisjoint(after):
        found = _otherwise(spot)
        found.words = f"every path begins with {_listed(after)} now, not with {_listed(before)}: whoever calls the old ones is refused"
        found.operations = [Operation(each.operation.method, before[0] + each.operation.path) for each in called]
        yield found
    elif _are_elsewhere(old.hosts, new.hosts):
        found = _elsewhere(old.hosts, new.hosts, spot=spot)
        found.operations = [each.operation for each in called]
        yield found
    for found in _values_gone(old.servers, new.servers):
        found.operations = [each.operation for each in called]
        yield found


def _values_gone(before: Sequence[Spot], after: Sequence[Spot]) -> Iterator[Break]:
    """The values that a variable of a server's address may no longer have."""
    kept = {server.text("url"): server for server in after}
    for server in before:
        now = _variables(kept[server.text("url")]) if server.text("url") in kept else {}
        for name, values in _variables(server).items():
            gone = [each for each in values if each not in now.get(name, values)]
            if gone:
                yield _value_gone(server.text("url"), name, gone=gone, spot=kept[server.text("url")])


def _variables(server: Spot) -> dict[str, list[str]]:
    """The variables of a server's address that have a list of values."""
    listed = server.get("variables")
    values = {each.name: each.get("enum") for each in (listed.fields() if listed else ())}
    return {name: [each.text() for each in spot.items()] for name, spot in values.items() if spot}


def own_server_breaks(old: Call, new: Call) -> Iterator[Break]:
    """Whether an operation is served elsewhere because of servers of its own."""
    if old.servers is None and new.servers is None:
        return
    before, after = (
        bases_of(call.servers.items()) if call.servers else call.description.base_paths for call in (old, new)
    )
    hosts, now = (hosts_of(call.servers.items()) if call.servers else call.description.hosts for call in (old, new))
    spot = new.servers or new.spot
    if set(before).isdisjoint(after):
        found = _otherwise(spot)
        found.words = f"its path begins with {_listed(after)} now, not with {_listed(before)}: whoever calls the old one is refused"
    elif _are_elsewhere(hosts, now):
        found = _elsewhere(hosts, now, spot=spot)
    else:
        return
    found.subject, found.operations = f"{new.operation} {found.check}", [old.operation]
    yield found


def _are_elsewhere(before: frozenset[str], after: frozenset[str]) -> bool:
    """Whether both name servers, and none of the former is named any more."""
    return bool(before) and bool(after) and before.isdisjoint(after)


def _otherwise(spot: Spot) -> Break:
    place = Place(path=spot.path, line=spot.line, end_line=spot.line)
    return Break(
        kind="server-changed",
        check="api-base-path-changed",
        level=Level.ERROR,
        words="",
        place=place,
        subject="servers",
        is_noticed=True,
    )


def _elsewhere(before: frozenset[str], after: frozenset[str], *, spot: Spot) -> Break:
    one, other = (_listed(sorted(each)) for each in (before, after))
    return Break(
        kind="server-changed",
        check="api-host-changed",
        level=Level.WARNING,
        words=f"it is served by {other} now, and {one} is not named any more: whoever calls it there depends on what stays there",
        place=Place(path=spot.path, line=spot.line, end_line=spot.line),
        subject="hosts",
    )


def _value_gone(url: str, name: str, *, gone: Sequence[str], spot: Spot) -> Break:
    return Break(
        kind="server-changed",
        check="api-server-variable-value-removed",
        level=Level.WARNING,
        words=f"`{name}` of the address `{url[:80]}` may no longer be {_listed(gone)}: whoever calls it there depends on what stays there",
        place=Place(path=spot.path, line=spot.line, end_line=spot.line),
        subject=f"server variable {name}",
    )


def _listed(names: Sequence[str]) -> str:
    return " or ".join(f"`{name or '/'}`" for name in names[:_SHOWN])
