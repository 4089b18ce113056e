"""What a constraint on a version lets in, and what a change lets in more.

Terraform takes the newest that fits: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
"""

import re
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_PART: Final = LatePattern(r"\s*(>=|<=|!=|~>|=|>|<)?\s*v?(\d+(?:\.\d+)*)(?:[-+.][\w.+-]*)?\s*")
_SHA: Final = re.compile(r"[0-9a-f]{7,40}")
_NUMBER: Final = re.compile(r"\d+")
_EXACT: Final = ("", "=")


class VersionTurn(Struct, frozen=True, kw_only=True):
    """A constraint that takes another major version now, or any: `is_open` where nothing bounds it any more."""

    before: str
    after: str
    is_open: bool = False
    was_exact: bool = False
    """Whether nothing but one version, tag or revision was taken before."""


class _Span(Struct, frozen=True, kw_only=True):
    """The least major version that fits and the newest that may; `newest` is None where nothing bounds it."""

    least: int
    newest: int | None
    is_exact: bool


def turned(was: str, now: str) -> VersionTurn | None:
    """What becomes of a constraint; None where it takes the same major versions, or fewer, and where one cannot be read."""
    before, after = _span(was), _span(now)
    if before is None or (after is None and now.strip()):
        return None
    if before.newest is not None and (after is None or after.newest is None):
        return VersionTurn(before=was.strip(), after=now.strip(), is_open=True, was_exact=before.is_exact)
    if after is None:
        return None
    if before.newest is None and after.newest is not None:
        is_other = before.least != after.least
        return VersionTurn(before=was.strip(), after=now.strip()) if is_other else None
    old, new = (each.least if each.newest is None else each.newest for each in (before, after))
    is_told = old != new if after.newest is not None else old < new
    return VersionTurn(before=str(old), after=str(new)) if is_told else None


def lost_pin(was: str, now: str) -> VersionTurn | None:
    """A tag or revision of a repository that goes, or becomes a branch; None where it is still one, or was none."""
    if not _is_pin(was) or _is_pin(now):
        return None
    return VersionTurn(before=was, after=now, is_open=True, was_exact=True)


def loosened(turn: VersionTurn) -> str:
    """What is so from then on of a module that nothing holds to a version, in words."""
    now = f"is taken at `{turn.after}`" if turn.after else "is taken at no version"
    return (
        f"{now} and was held to `{turn.before}`: no lock file keeps a module, so the next `terraform init` takes whatever its authors"
        " released or pushed last, which no change here shows"
    )


def _is_pin(ref: str) -> bool:
    """Whether a revision is called by numbers or a digest; whatever else it is called is a branch."""
    return _NUMBER.search(ref) is not None or _SHA.fullmatch(ref) is not None


def _span(constraint: str) -> _Span | None:
    parts = [_PART.fullmatch(each) for each in constraint.split(",")]
    if not constraint.strip() or None in parts:
        return None
    least, newest, is_exact = 0, [], False
    for found in parts:
        sign, version = (found[1] or "", found[2]) if found is not None else ("", "")
        first, *rest = (int(each[:9]) for each in version.split("."))
        if sign in (*_EXACT, ">", ">=", "~>"):
            least = max(least, first)
        if sign in (*_EXACT, "<=", "~>"):
            newest.append(first)
        if sign == "<":
            newest.append(first if any(rest) else first - 1)
        is_exact = is_exact or sign in _EXACT
    return _Span(least=least, newest=min(newest, default=None), is_exact=is_exact)
