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


def is_manifest(path: RepoPath) -> bool:
    """Whether the place says that the file builds something or names what is installed."""
    return any(rule.kind is SurfaceKind.BUILD_AND_DEPLOY for rule in kinds_of_place(path))


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
