"""Path globs of our own configuration: a folder holds all below it, `*` stays in a folder, `**` crosses folders."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

from msgspec import Struct

from weighbridge.domain.ids import RepoPath

_PIECE = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|[^*?]+")
MAX_CROSSINGS = 3
"""How often `**` may stand in one glob: each one multiplies the ways a hostile path can be tried."""

_WILD = re.compile(r"[*?]")


@lru_cache(maxsize=4096)
def _compiled(glob: str) -> re.Pattern[str]:
    return re.compile(glob_pattern(glob))


def glob_pattern(glob: str) -> str:
    """The regular expression that holds a path whole when the glob does, in a form that RE2 reads too."""
    pattern = glob.strip("/").removeprefix("./")
    if pattern in ("", ".", "**"):
        return r"(?s:.*)"
    parts = []
    for found in _PIECE.finditer(re.sub(r"(?:\*\*/)+", "**/", pattern)):
        match found.group():
            case "**/":
                parts.append(r"(?:.*/)?")
            case "/**":
                parts.append(r"/.*")
            case "**":
                parts.append(r".*")
            case "*":
                parts.append(r"[^/]*")
            case "?":
                parts.append(r"[^/]")
            case text:
                parts.append(re.escape(text))
    return "(?s:" + "".join(parts) + "(?:/.*)?)"


def why_not_a_glob(pattern: str) -> str:
    """What keeps `pattern` from being a path or glob of a repository, in words; empty when nothing does."""
    if pattern.startswith("!"):
        return "a pattern cannot be negated here; list what is meant"
    if "\\" in pattern:
        return "folders are separated by `/`"
    if "//" in pattern.strip("/"):
        return "folders are separated by one `/`: no path has an empty part"
    if ".." in pattern.split("/"):
        return "a path cannot leave the repository"
    if pattern.count("**") > MAX_CROSSINGS:
        return f"at most {MAX_CROSSINGS} `**` fit in one pattern"
    return ""


def is_glob(pattern: str) -> bool:
    """Whether `pattern` holds a wildcard at all."""
    return _WILD.search(pattern) is not None


def plain_root(pattern: str) -> RepoPath | None:
    """The folder or file a pattern names outright: `a/b`, `a/b/`, `a/b/**`; None when it is a real glob."""
    root = pattern.strip("/").removeprefix("./").removesuffix("/**").removesuffix("/*").strip("/")
    if root in (".", "**", "*"):
        root = ""
    return None if is_glob(root) else RepoPath(root)


class PathGlobs(Struct, frozen=True, dict=True):
    """Some globs, asked together."""

    patterns: tuple[str, ...]

    def matches(self, path: RepoPath) -> bool:
        """Whether any of the globs holds `path`."""
        return any(pattern.fullmatch(path) for pattern in self._compiled)

    def folders_among(self, paths: Iterable[RepoPath]) -> tuple[RepoPath, ...]:
        """The outermost folders (or files) of `paths` that the globs match, sorted."""
        found: set[RepoPath] = set()
        seen: set[str] = set()
        for path in paths:
            end = path.find("/")
            while True:
                place = path if end < 0 else path[:end]
                if place in found:
                    break
                if place not in seen:
                    seen.add(place)
                    if self.matches(RepoPath(place)):
                        found.add(RepoPath(place))
                        break
                if end < 0:
                    break
                end = path.find("/", end + 1)
        return tuple(sorted(found))

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_compiled(pattern) for pattern in self.patterns)
