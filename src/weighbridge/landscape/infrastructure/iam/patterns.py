"""Names with wildcards as sets: whether one holds another, and whether two have anything in common."""

from functools import lru_cache
from typing import Final

from msgspec import Struct

_LONGEST: Final = 400
_REMEMBERED: Final = 1 << 14


class Names(Struct, frozen=True):
    """All names that a pattern fits; where `excluded` has any, all names that none of these fits."""

    pattern: str
    excluded: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    """How its source has the pattern, or what is excluded, where that is written otherwise than it is compared."""

    @property
    def is_all(self) -> bool:
        """Whether it is everything, or everything but something."""
        return bool(self.excluded) or self.pattern in ("*", "*:*", "**")

    def holds(self, other: "Names") -> bool:
        """Whether every name of the other is one of these; never wrong where it says so."""
        if not self.excluded and not other.excluded:
            return fits(self.pattern, other.pattern)
        if not other.excluded:
            return not any(meet(each, other.pattern) for each in self.excluded)
        if not self.excluded:
            return self.pattern == "*"
        return all(any(fits(mine, each) for mine in other.excluded) for each in self.excluded)

    def meets(self, pattern: str) -> bool:
        """Whether any name fits both this and a pattern."""
        if self.excluded:
            return not any(fits(each, pattern) for each in self.excluded)
        return meet(self.pattern, pattern)

    @property
    def words(self) -> str:
        """How to write it."""
        if self.excluded:
            return f"all but {', '.join(self.written or self.excluded)}"
        return self.written[0] if self.written else self.pattern


@lru_cache(_REMEMBERED)
def fits(pattern: str, name: str) -> bool:
    """Whether a name, which may be a pattern itself, lies wholly within a pattern of `*` and `?`."""
    at = start = 0
    star, resume = -1, 0
    while at < len(name):
        if start < len(pattern) and pattern[start] == "*":
            star, resume = start, at
            start += 1
        elif start < len(pattern) and (pattern[start] == name[at] or (pattern[start] == "?" and name[at] != "*")):
            start, at = start + 1, at + 1
        elif star >= 0:
            resume += 1
            start, at = star + 1, resume
        else:
            return False
    return not pattern[start:].strip("*")


@lru_cache(_REMEMBERED)
def meet(one: str, other: str) -> bool:
    """Whether some name fits both patterns; of very long ones it is taken that there is one."""
    if len(one) > _LONGEST or len(other) > _LONGEST:
        return True
    reached = {0}
    reached = _past_stars(other, reached)
    for sign in one:
        after: set[int] = set(reached) if sign == "*" else set()
        for at in reached:
            if sign == "*":
                after |= set(range(at, len(other) + 1))
            elif at < len(other) and (other[at] in (sign, "?") or sign == "?"):
                after.add(at + 1)
            if at < len(other) and other[at] == "*" and sign != "*":
                after.add(at)
        reached = _past_stars(other, after)
        if not reached:
            return False
    return len(other) in reached


def _past_stars(pattern: str, places: set[int]) -> set[int]:
    found = set(places)
    for at in places:
        while at < len(pattern) and pattern[at] == "*":
            at += 1  # noqa: PLW2901 - a star may stand for nothing
            found.add(at)
    return found
