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


def renewed_actions(path: RepoPath, before: str, *, after: str) -> tuple[str, ...]:
    """The actions of which another version is used, where two texts of a workflow differ in nothing else; else none.

    Another version is one that is not said to be lower, and that is held at least as fast as the former was: a commit
    is not given up for a tag, nor a tag for a branch. Lines that look so and stand in a script are told by their settings.
    """
    old, new = before.splitlines(), after.splitlines()
    if not _PLACE.fullmatch(path) or len(old) != len(new):
        return ()
    pairs = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    found = [_renewed(one, other) for one, other in pairs]
    actions = [action for action in found if action]
    was, now = read_settings(path, before), read_settings(path, after)
    if len(actions) < len(pairs) or was is None or now is None or was.keys() != now.keys():
        return ()
    changed = [key for key in was if was[key] != now[key]]
    is_all = len(changed) == len(pairs) and all(key.rpartition(".")[2] == "uses" for key in changed)
    return tuple(dict.fromkeys(actions)) if is_all else ()


def _renewed(one: str, other: str) -> str:
    """The action whose version alone differs between two lines; empty where anything else does."""
    was, now = _USES.fullmatch(one), _USES.fullmatch(other)
    if was is None or now is None or any(was[part] != now[part] for part in ("before", "quote", "action")):
        return ""
    is_fast = _COMMIT.fullmatch(now["ref"]) or (_VERSION.fullmatch(was["ref"]) and _VERSION.fullmatch(now["ref"]))
    is_version = _COMMIT.fullmatch(was["ref"]) or _VERSION.fullmatch(was["ref"])
    if was["ref"] == now["ref"] or not is_fast or not is_version or _is_lower(_said(now), _said(was)):
        return ""
    return was["action"]


def _said(line: re.Match[str]) -> tuple[int, ...]:
    """The version that a line says; empty where it says none."""
    version = _VERSION.fullmatch(line["ref"]) or _VERSION.match(line["said"] or "")
    return tuple(int(part) for part in version[1].split(".")) if version and len(version[1]) < 40 else ()


def _is_lower(now: tuple[int, ...], was: tuple[int, ...]) -> bool:
    """Whether a version is surely before another: `4` may be any `4.x`."""
    shared = min(len(now), len(was))
    return now[:shared] < was[:shared]
