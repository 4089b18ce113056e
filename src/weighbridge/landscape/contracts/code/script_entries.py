"""Which files of a package of npm others import, as sources: a manifest names what is built of them."""

from collections.abc import Callable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.contracts.code.packages import Published

_BUILT: Final = LatePattern(
    r"\A[_.]?(?:dist|build|lib|es|esm|cjs|out|types|umd|node|module)(?:[-_](?:esm?|cjs|types|node|web))?/"
)
"""Folders that compilers fill."""

_ENDING: Final = LatePattern(r"(?:\.d)?\.[cm]?[jt]sx?\Z")
_SOURCES: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".d.ts", ".jsx")
_USUAL: Final = ("src/index", "index", "src/main", "lib/index", "src/mod")


def entries_of(package: Published, has: Callable[[RepoPath], bool]) -> Iterator[tuple[str, RepoPath]]:
    """What others write behind `from`, and the source that it stands for; what names many files at once is left out."""
    found: set[tuple[str, RepoPath]] = set()
    for key, file in package.entries or ((".", "index.js"),):
        if "*" in key or file.endswith(".json"):
            continue
        source = _source(package, file, has=has) or (_usual(package, has=has) if key == "." else None)
        if source is not None and (key, source) not in found:
            found.add((key, source))
            yield package.name + key[1:], source


def _source(package: Published, file: str, *, has: Callable[[RepoPath], bool]) -> RepoPath | None:
    written = file.removeprefix("./")
    bare = [_ENDING.sub("", written)]
    while (shorter := _BUILT.sub("", bare[-1])) != bare[-1]:
        bare.append(shorter)
    inner = bare[1:] or bare
    stems = [f"{folder}{each}" for each in inner for folder in ("src/", "source/")] + [*inner, bare[0]]
    if written.endswith(".d.ts"):
        stems.insert(0, written[: -len(".d.ts")])
    for stem in stems:
        for each in (stem, f"{stem}/index"):
            for ending in _SOURCES:
                path = _in(package, each + ending)
                if has(path):
                    return path
    return None


def _usual(package: Published, *, has: Callable[[RepoPath], bool]) -> RepoPath | None:
    paths = (_in(package, stem + ending) for stem in _USUAL for ending in _SOURCES)
    return next((path for path in paths if has(path)), None)


def _in(package: Published, below: str) -> RepoPath:
    return RepoPath(f"{package.root}/{below}" if package.root else below)
