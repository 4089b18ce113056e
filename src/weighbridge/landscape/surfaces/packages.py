"""What a manifest of packages says of what is installed, and what it only says of itself."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import SurfaceKind
from weighbridge.landscape.surfaces.places import kinds_of_place
from weighbridge.landscape.surfaces.settings import settings_of

_INSTALLS: Final = LatePattern(
    r"(?:.*\.)?(?:[a-z]+[-_]?)?dependencies(?:\..*)?"
    r"|(?:dependency-groups|overrides|resolutions|packageManager|requires?(?:-dev)?|repositories|imports|pnpm|workspaces"
    r"|catalogs?|patch|replace|sources?|registries|versions|libraries|plugins|bundles|packages)(?:\..*)?"
    r"|build-system\.requires(?:\..*)?|options\.(?:setup_requires|install_requires|extras_require)(?:\..*)?"
    r"|tool\.(?:uv|poetry|pdm|pixi)\.(?:sources?|index|find-links)(?:\..*)?"
    r"|scripts\.(?:pre|post)?(?:install|prepare)",
    re.IGNORECASE,
)
"""Keys under which manifests name packages, or the places these come from, or say what runs when they are installed."""
_DESCRIBES: Final = LatePattern(
    r"(?:(?:project|package|metadata|tool\.poetry)\.)?(?:version|description|readme|keywords|classifiers|urls|authors?|maintainers?"
    r"|contributors|licen[cs]e(?:-files)?|homepage|repository|bugs|funding|documentation)(?:\..*)?",
    re.IGNORECASE,
)

_LISTS: Final = ("it says what is installed", "it pins what is installed")
_COMMENTS: Final = {".txt": ("#",), ".in": ("#",), "gemfile": ("#",), "go.mod": ("//",), "go.work": ("//",)}
"""How comments begin in listings that people write."""
_OF_GO: Final = LatePattern(r"\s*(?:go|toolchain)\s+\S+\s*")


def is_manifest(path: RepoPath) -> bool:
    """Whether the place says that the file builds something or names what is installed."""
    return any(rule.kind is SurfaceKind.BUILD_AND_DEPLOY for rule in kinds_of_place(path))


def lists_other_packages(path: RepoPath, before: str, *, after: str) -> bool | None:
    """Whether the lines of a listing or a lock that are no comments differ; None of a file that is none, or says how to build too."""
    if not any(rule.kind is SurfaceKind.BUILD_AND_DEPLOY and rule.reason in _LISTS for rule in kinds_of_place(path)):
        return None
    marks = next((marks for ending, marks in _COMMENTS.items() if path.lower().endswith(ending)), ())
    old, new = (
        [line for line in text.splitlines() if (said := line.strip()) and not said.startswith(marks)]
        for text in (before, after)
    )
    is_of_go = path.lower().endswith(("go.mod", "go.work"))
    if is_of_go and old != new and not _apart_from_go(old, new):
        return None
    return old != new


def _apart_from_go(old: Iterable[str], new: Iterable[str]) -> bool:
    """Whether more differs than the version of Go."""
    one, other = ([line for line in lines if not _OF_GO.fullmatch(line)] for lines in (old, new))
    return one != other


def names_other_packages(path: RepoPath, before: str, *, after: str) -> bool:
    """Whether the settings under which a manifest names packages, or their sources, differ."""
    if not is_manifest(path):
        return False
    changed = _changed(path, before, after=after)
    named = (key for key in changed if _INSTALLS.fullmatch(key))
    return any(not (key.startswith("imports.") and _is_inside(changed[key])) for key in named)


def _is_inside(values: Iterable[str | None]) -> bool:
    """Whether names of imports lead to files of the package itself, before and now."""
    return all(value is None or value.startswith("./") for value in values)


def only_describes(path: RepoPath, before: str, *, after: str) -> bool:
    """Whether two versions of a manifest differ, and in nothing but what it says of itself: its version, its authors."""
    changed = _changed(path, before, after=after)
    return bool(changed) and all(_DESCRIBES.fullmatch(key) for key in changed)


def _changed(path: RepoPath, before: str, *, after: str) -> Mapping[str, tuple[str | None, str | None]]:
    """The settings that differ, each with what it was and is."""
    old, new = settings_of(path, before), settings_of(path, after)
    return {key: (old.get(key), new.get(key)) for key in {*old, *new} if old.get(key) != new.get(key)}
