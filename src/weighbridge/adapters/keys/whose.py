"""Whether others could put another file in the place of one that is run: as OpenSSH asks of its own, with every folder up to
the root, and of each link on the way.

A folder in which everybody may write, and change only what is their own (`/tmp`), is as good as its owner. A group may write
that is the user's alone.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

_MOST_LINKS: Final = 40


class Held(Struct, frozen=True, kw_only=True):
    """Who holds a file, folder or link: its mode, and the numbers of its owner and of its group."""

    place: Path
    mode: int
    owner: int
    group: int


def why_others_could_change(path: Path) -> str:
    """Why others than root and this user could, in words; empty where they could not, or a system has no such owners."""
    if os.name == "nt":
        return ""
    problems = (why_not_own(each, me=os.geteuid(), is_mine_alone=_is_mine_alone) for each in _on_the_way(path))
    return next(filter(None, problems), "")


def why_not_own(held: Held, *, me: int, is_mine_alone: Callable[[int], bool]) -> str:
    """Why somebody else than root and the user `me` could change what is held so; groups may that are `is_mine_alone`."""
    if held.owner not in (0, me):
        return f"{held.place} belongs to another user (number {held.owner})"
    is_shared = bool(held.mode & stat.S_ISVTX) and stat.S_ISDIR(held.mode)
    if stat.S_ISLNK(held.mode) or is_shared:
        return ""
    if held.mode & stat.S_IWOTH:
        return f"anybody may change {held.place}: chmod o-w it"
    if held.mode & stat.S_IWGRP and not is_mine_alone(held.group):
        return f"the group {_name_of(held.group)} may change {held.place}: chmod g-w it"
    return ""


def _on_the_way(path: Path) -> Iterator[Held]:
    """Everything that decides what stands at a path, the root first. Raises `OSError` where there is nothing."""
    here, links = Path("/"), 0
    left = list(reversed(Path(os.path.abspath(path)).parts[1:]))
    yield _held(here)
    while left:
        part = left.pop()
        if part == "..":
            here = here.parent
            continue
        found = _held(here / part)
        yield found
        if not stat.S_ISLNK(found.mode):
            here = here / part
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(f"too many links lead to {path}")
        target = Path(os.readlink(found.place))
        here = Path("/") if target.is_absolute() else here
        left += reversed(target.parts[1:] if target.is_absolute() else target.parts)


def _held(place: Path) -> Held:
    state = place.lstat()
    return Held(place=place, mode=state.st_mode, owner=state.st_uid, group=state.st_gid)


def _is_mine_alone(group: int) -> bool:
    """Whether it is the group that a system makes for one user: the user's own, by their name, and of nobody else."""
    import grp  # noqa: PLC0415 - not on every system
    import pwd  # noqa: PLC0415 - the same

    try:
        user, found = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return user.pw_gid == group and found.gr_name == user.pw_name and set(found.gr_mem) <= {user.pw_name}


def _name_of(group: int) -> str:
    import grp  # noqa: PLC0415 - not on every system

    try:
        return grp.getgrgid(group).gr_name
    except KeyError:
        return f"number {group}"
