"""Workflows in which nothing changed but the versions of actions that were used before: nothing else is checked, or with other rights."""

import re
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.surfaces.settings import read_settings

_PLACE: Final = re.compile(r"(?:^|.*/)\.github/(?:workflows|actions)/.+\.ya?ml", re.IGNORECASE)
_USES: Final = re.compile(
    r"(?P<before>[ \t]*(?:-[ \t]+)?uses:[ \t]*)(?P<quote>[\"']?)(?P<action>[\w.-]+/[\w./-]+)@(?P<ref>[\w.-]+)(?P=quote)[ \t]*"
    r"(?:#[ \t]*(?P<said>.*?))?[ \t]*"
)
"""A line that uses an action of a repository; with a commit people write which version that is."""
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_VERSION: Final = re.compile(r"v?(\d+(?:\.\d+){0,3})")


RENEWS: Final = "it uses other versions of actions that it used before"


def only_renews_actions(path: RepoPath, before: str, *, after: str) -> bool:
    """Whether two texts of a workflow differ in the versions of actions, and in nothing else.

    Another version is one that is not said to be lower, and that is held at least as fast as the former was: a commit
    is not given up for a tag, nor a tag for a branch. Lines that look so and stand in a script are told by their settings.
    """
    old, new = before.splitlines(), after.splitlines()
    if not _PLACE.fullmatch(path) or len(old) != len(new):
        return False
    pairs = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    if not pairs or not all(_is_renewed(one, other) for one, other in pairs):
        return False
    was, now = read_settings(path, before), read_settings(path, after)
    if was is None or now is None or was.keys() != now.keys():
        return False
    changed = [key for key in was if was[key] != now[key]]
    return len(changed) == len(pairs) and all(key.rpartition(".")[2] == "uses" for key in changed)


def _is_renewed(one: str, other: str) -> bool:
    """Whether the version of an action alone differs between two lines."""
    was, now = _USES.fullmatch(one), _USES.fullmatch(other)
    if was is None or now is None or any(was[part] != now[part] for part in ("before", "quote", "action")):
        return False
    is_fast = _COMMIT.fullmatch(now["ref"]) or (_VERSION.fullmatch(was["ref"]) and _VERSION.fullmatch(now["ref"]))
    is_version = _COMMIT.fullmatch(was["ref"]) or _VERSION.fullmatch(was["ref"])
    return bool(was["ref"] != now["ref"] and is_fast and is_version and not _is_lower(_said(now), _said(was)))


def _said(line: re.Match[str]) -> tuple[int, ...]:
    """The version that a line says; empty where it says none."""
    version = _VERSION.fullmatch(line["ref"]) or _VERSION.match(line["said"] or "")
    return tuple(int(part) for part in version[1].split(".")) if version and len(version[1]) < 40 else ()


def _is_lower(now: tuple[int, ...], was: tuple[int, ...]) -> bool:
    """Whether a version is surely before another: `4` may be any `4.x`."""
    shared = min(len(now), len(was))
    return now[:shared] < was[:shared]
