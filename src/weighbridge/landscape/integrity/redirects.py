"""Where manifests and the configuration of their tools send an import, compared before and after."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.integrity.sources import leads_alike, source_reader
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.golang import replacements
from weighbridge.landscape.manifests.texts import commented_json_object, json_object, text_of

_ENTRIES: Final = ("main", "module", "browser", "exports", "imports", "_moduleAliases")
_SECTIONS: Final = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_FORCED: Final = ("overrides", "resolutions")
_ELSEWHERE: Final = LatePattern(
    r"npm:|file:|link:|portal:|git\b|git\+|https?:|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#|\Z)"
)
"""How a wanted version begins that is none: another package, a folder, a repository."""
_CONDITION: Final = " > "
_DEEPEST: Final = 12
DEFAULT: Final = "index.js"
"""What a package without `main` is entered by."""
_OPENED: Final = (
    "exports",
    "exports .",
    "exports . > default",
    "exports . > require",
    "exports . > import",
    "exports . > node",
)


class Redirect(Struct, frozen=True, kw_only=True):
    """A key of a manifest by which imports are found, and what it leads to before and after; empty where it is not there."""

    key: str
    before: str
    after: str
    line: int = 0


_MOST_PLACED: Final = 200
"""Redirects whose line is looked for; the file's first line stands for that of the others."""

Read = Callable[[bytes], Mapping[str, str]]


def redirects(path: RepoPath, before: bytes | None, *, after: bytes) -> Iterator[Redirect]:
    """What a manifest leads to another place than before.

    Raises:
        ManifestError: one of its sides could not be read.
    """
    read, judged = _reader(path)
    if read is None or judged is None:
        return
    known, new = _Known(read(before) if before is not None else {}), read(after)
    lines = text_of(after).split("\n")
    told = 0
    for key, value in new.items():
        was = known.old.get(key) or _led_before(key, value, known=known)
        if not leads_alike(key, before=was, after=value) and (was or judged(key, known)):
            told += 1
            line = _line_of(lines, key, value=value) if told <= _MOST_PLACED else 1
            yield Redirect(key=key, before=was, after=value, line=line)


class _Known:
    """The keys of the side before, by what a new key may have been found by."""

    def __init__(self, old: Mapping[str, str]) -> None:
        self.old = old
        self._under: dict[str, list[str]] = {}
        self._patterns: dict[tuple[str, str], dict[str, str]] = {}
        """By section and what stands before the star, what stands behind it, with the key."""
        for key, target in old.items():
            self._under.setdefault(key.partition(_CONDITION)[0], []).append(target)
            section, _, rest = key.partition(" ")
            begin, star, end = rest.partition("*")
            if star:
                self._patterns.setdefault((section, begin), {})[end] = key

    def under(self, outer: str) -> Sequence[str]:
        """What a key leads to, under whatever condition."""
        return self._under.get(outer, ())

    def covering(self, section: str, rest: str) -> Iterator[str]:
        """The keys whose pattern takes in what stands behind the section; each text before a star is asked for once."""
        for length in range(len(rest) + 1):
            ends = self._patterns.get((section, rest[:length]), {})
            few = ends if len(ends) <= len(rest) else (rest[at:] for at in range(length, len(rest) + 1))
            yield from (
                ends[end] for end in few if end in ends and rest.endswith(end) and len(rest) >= length + len(end)
            )


def _led_before(key: str, value: str, *, known: _Known) -> str:
    """What a key that is new was found by: whatever the condition, under any condition, by a pattern, or by `main`."""
    outer, _, _ = key.partition(_CONDITION)
    under = list(known.under(outer))
    section, _, rest = key.partition(" ")
    name, _, asked = rest.partition(_CONDITION)
    for pattern in known.covering(section, rest) if name and not under and section in ("exports", "imports") else ():
        begin, _, conditions = pattern.partition(" ")[2].partition(_CONDITION)
        if "*" in begin and conditions == asked:
            before, _, behind = begin.partition("*")
            part = name.removeprefix(before)
            under.append(known.old[pattern].replace("*", part.removesuffix(behind) if behind else part))
    if value in under:
        return value
    return next(iter(under), "") or _entered_before(key, value, old=known.old)


def _entered_before(key: str, value: str, *, old: Mapping[str, str]) -> str:
    """What a package was entered by, when `exports` enters it by another file from now on."""
    main = old.get("main", "")
    if key not in _OPENED or any(known.startswith("exports") for known in old) or main in ("", DEFAULT):
        return ""
    return main if _stem(value) != _stem(main) else value


def _stem(path: str) -> str:
    """A file's name without ending and folder: one package is often built in several forms."""
    return path.rpartition("/")[2].partition(".")[0]


def is_manifest(path: RepoPath) -> bool:
    """Whether a file is one of those that are read here."""
    return _reader(path)[0] is not None


Judge = Callable[[str, _Known], bool]


def _reader(path: RepoPath) -> tuple[Read | None, Judge | None]:
    name = path.rpartition("/")[2]
    if name == "package.json":
        return _package, _is_moved
    if name in ("tsconfig.json", "jsconfig.json") or re.fullmatch(r"tsconfig[.-][\w.-]+\.json", name):
        return _paths, _is_any
    if name in ("go.mod", "go.work"):
        return _replaced, _is_any
    return source_reader(path), _is_any


def _is_any(_key: str, _known: _Known) -> bool:
    return True


def _is_moved(key: str, known: _Known) -> bool:
    """Whether a new key takes something over: a new name is nobody's yet, one that a pattern covered was found before."""
    section, _, rest = key.partition(" ")
    if key in known.old or section in ("main", "browser", *_FORCED):
        return True
    return next(known.covering(section, rest), None) is not None


def _package(data: bytes) -> Mapping[str, str]:
    """Entries and subpaths by `exports . > import`; dependencies that are not wanted by a version alone."""
    package, _ = json_object(data)
    found = {key: value for name in _ENTRIES if name in package for key, value in _flat(name, package[name])}
    for section in (*_SECTIONS, *_FORCED):
        for key, value in _flat(section, package.get(section, {})):
            is_elsewhere = _ELSEWHERE.match(value) is not None
            if section in _SECTIONS or is_elsewhere:
                found[key.replace(section, "dependency", 1)] = value if is_elsewhere else "the registry"
    found.setdefault("main", DEFAULT)
    return found


def _flat(key: str, value: object, *, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, bool):
        yield key, str(value).lower()
    elif depth >= _DEEPEST and isinstance(value, list | dict):
        raise ManifestError(f"what its keys lead to nests deeper than {_DEEPEST} levels")
    elif isinstance(value, list):
        yield key, json.dumps(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{key} {'> ' if depth else ''}{name}", inner, depth=depth + 1)


def _paths(data: bytes) -> Mapping[str, str]:
    """The `paths` and the `baseUrl` of a configuration of TypeScript, which is JSON with comments."""
    options = commented_json_object(data).get("compilerOptions", {})
    if not isinstance(options, dict):
        return {}
    found = dict(_flat("paths", options.get("paths", {})))
    return found | dict(_flat("baseUrl", options.get("baseUrl", {})))


def _replaced(data: bytes) -> Mapping[str, str]:
    return {f"replace {module}": target for module, target in replacements(data).items()}


def _line_of(lines: Sequence[str], key: str, *, value: str) -> int:
    """The line at which a value stands behind the last part of its key, else the first that holds the key."""
    last = re.split(r" > | ", key)[-1]
    short = value.replace("\\", "").strip('[]"')[:60]
    both = (n for n, line in enumerate(lines, 1) if last in line and short in line.replace("\\", ""))
    spelled = (n for n, line in enumerate(lines, 1) if "://" in short and short in line)
    one = (n for n, line in enumerate(lines, 1) if last in line)
    return next(both, 0) or next(spelled, 0) or next(one, 0)
