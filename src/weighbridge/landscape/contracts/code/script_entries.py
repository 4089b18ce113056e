"""Which files of a package of npm others import, as sources: a manifest names what is built of them."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.contracts.code.packages import Published
from weighbridge.landscape.test_files import is_test

_BUILT: Final = LatePattern(
    r"\A[_.]?(?:dist|build|lib|es|esm|cjs|out|types|umd|node|module)(?:[-_](?:esm?|cjs|types|node|web))?/"
)
"""Folders that compilers fill."""

_ENDING: Final = LatePattern(r"(?:\.d)?\.[cm]?[jt]sx?\Z")
_SOURCES: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".d.ts", ".jsx")
_RUN: Final = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_ENDS: Final = r"(?:\.d)?\.[cm]?[jt]sx?"
_MOST_OF_PATTERN: Final = 400
_USUAL: Final = ("src/index", "index", "src/main", "lib/index", "src/mod")


def entries_of(
    package: Published, has: Callable[[RepoPath], bool], *, listing: Iterable[RepoPath] = ()
) -> Iterator[tuple[str, RepoPath]]:
    """What others write behind `from`, and the source that it stands for; what names many files at once, each of those listed."""
    found: set[tuple[str, RepoPath]] = set()
    for key, file in package.entries or ((".", "index.js"),):
        if file.endswith(".json"):
            continue
        if "*" in key:
            for each in _of_pattern(package, key, file=file, listing=listing):
                if each not in found:
                    found.add(each)
                    yield each
            continue
        source = _source(package, file, has=has) or (_usual(package, has=has) if key == "." else None)
        if source is not None and (key, source) not in found:
            found.add((key, source))
            yield package.name + key[1:], source


def unfound(package: Published, has: Callable[[RepoPath], bool], *, listing: Iterable[RepoPath]) -> list[str]:
    """What others can import of which no source is found."""
    known = {name for name, _ in entries_of(package, has, listing=listing)}
    asked = [(key, file) for key, file in package.entries if file.endswith(_RUN)]
    missing = [key for key, _ in asked if "*" not in key and package.name + key[1:] not in known]
    for key, _ in asked:
        before, star, _ = (package.name + key[1:]).partition("*")
        if star and not any(each.startswith(before) for each in known):
            missing.append(key)
    return list(dict.fromkeys(missing))


def _of_pattern(
    package: Published, key: str, *, file: str, listing: Iterable[RepoPath]
) -> Iterator[tuple[str, RepoPath]]:
    """The files that a pattern lets be imported, by the first folder in which there are any."""
    inside = f"{package.root}/" if package.root else ""
    paths = [each for each in listing if each.startswith(inside) and each.endswith(_SOURCES)]
    for stem in _stems(file):
        before, _, after = stem.partition("*")
        wanted = re.compile(re.escape(inside + before) + r"(?P<name>[^*]+?)" + re.escape(after) + _ENDS)
        matches = [(match["name"], path) for path in paths if (match := wanted.fullmatch(path))]
        for name, path in matches[:_MOST_OF_PATTERN]:
            if not is_test(path):
                yield package.name + key[1:].replace("*", name), path
        if matches:
            return


def _source(package: Published, file: str, *, has: Callable[[RepoPath], bool]) -> RepoPath | None:
    for stem in _stems(file):
        for each in (stem, f"{stem}/index"):
            for ending in _SOURCES:
                path = _in(package, each + ending)
                if has(path):
                    return path
    return None


def _stems(file: str) -> list[str]:
    """Where the source of a built file may lie, without its ending, the likeliest first."""
    written = file.removeprefix("./")
    bare = [_ENDING.sub("", written)]
    while (shorter := _BUILT.sub("", bare[-1])) != bare[-1]:
        bare.append(shorter)
    inner = bare[1:] or bare
    stems = [f"{folder}{each}" for each in inner for folder in ("src/", "source/")] + [*inner, bare[0]]
    if written.endswith(".d.ts"):
        stems.insert(0, written[: -len(".d.ts")])
    return stems


def _usual(package: Published, *, has: Callable[[RepoPath], bool]) -> RepoPath | None:
    paths = (_in(package, stem + ending) for stem in _USUAL for ending in _SOURCES)
    return next((path for path in paths if has(path)), None)


def _in(package: Published, below: str) -> RepoPath:
    return RepoPath(f"{package.root}/{below}" if package.root else below)
