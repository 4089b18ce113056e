"""Who calls a program of the tree, and with what: lines of scripts, workflows, manifests and notes that name both."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.contracts.trees import Trees
from weighbridge.landscape.test_files import is_test

_MOST_FILES: Final = 800
_MOST_BYTES: Final = 300_000
_NOTES: Final = (".md", ".rst", ".txt", ".adoc")
_NAMES: Final = LatePattern(
    r"(?:.*dockerfile.*|containerfile.*|procfile.*|makefile|justfile|package\.json|tox\.ini|jenkinsfile"
    r"|.*\.(?:ya?ml|sh|bash|service|toml|mk|md|rst|txt|adoc|tf|hcl|ps1|bat|cron|crontab|j2|tpl))"
)
_RUN_FOLDERS: Final = LatePattern(r"(?i)(?:^|/)(?:cron(?:tabs?|\.\w+)?|s?bin|scripts?|hooks|ops|ci|libexec)/[\w-]+\Z")
"""Files without an ending that are run, by the folder that they lie in."""
_NOT_NAMED: Final = frozenset(
    {
        "main",
        "cli",
        "__main__",
        "__init__",
        "index",
        "app",
        "args",
        "arguments",
        "options",
        "parser",
        "command",
        "commands",
        "cmd",
        "src",
        "management",
        "bin",
        "root",
        "flags",
        "config",
    }
)
"""Names of files and folders that no program is called by."""
_HISTORY: Final = LatePattern(
    r"(?i)(?:^|/)(?:change(?:s|log)|history|news|release[^/]*|upgrad[^/]*|migrat[^/]*)[^/]*$|/(?:changes|releases?)/"
)
_LINES: Final = LatePattern(r"(?:[^\n]*\\\n)*[^\n]*\n?")
_MANIFESTS: Final = {
    "pyproject.toml": LatePattern(r"(?ms)^\[project\.scripts\]\s*\n(?P<names>(?:[\w.-]+\s*=[^\n]*\n?)+)"),
    "go.mod": LatePattern(r"^module\s+\S*?(?P<name>[\w.-]+?)(?:/v\d+)?\s*$", re.MULTILINE),
    "pom.xml": LatePattern(r"(?s)\A(?:.*?</parent>)?.*?<artifactId>(?P<name>[^<]+)"),
    "package.json": LatePattern(r'"name"\s*:\s*"(?:@[\w.-]+/)?(?P<name>[\w.-]+)"'),
}
"""Where the names of a repository's programs stand."""

_STARTED: Final = {
    "pyproject.toml": LatePattern(r"(?ms)^\[(?:project|tool\.poetry)\.scripts\]\s*\n(?:[\w.\"-]+\s*=[^\n]*\n?)+"),
    "package.json": LatePattern(r'"bin"\s*:\s*\{[^}]*\}'),
}
"""Where programs are named with what they begin in."""
_PAIR: Final = LatePattern(r"""(?m)["']?([\w.-]+)["']?\s*[=:]\s*["']([\w./-]+(?::[\w.]+)?)["']""")


class CalledLine(Struct, frozen=True):
    """A command line as it stands somewhere, or what a program is given by it; `is_note` where only people read it."""

    place: Place
    text: str
    is_note: bool


class CallingLines:
    """The lines of one tree, read when somebody asks."""

    def __init__(self, trees: Trees) -> None:
        self._trees = trees

    @cached_property
    def with_options(self) -> Sequence[CalledLine]:
        """The lines that hold options, those that go on behind a backslash whole."""
        return [
            line for path, data in self._texts if b" -" in data for line in _called(path, data) if " -" in line.text
        ]

    def naming(self, programs: Sequence[str]) -> Iterator[CalledLine]:
        """The lines that hold the name of a program."""
        names = [each.encode() for each in programs]
        for path, data in self._texts:
            if any(each in data for each in names):
                yield from (line for line in _called(path, data) if any(each in line.text for each in programs))

    def naming_or_asking(self, programs: Sequence[str]) -> Iterator[CalledLine]:
        """All lines of the scripts that name a program and ask how the last one ended."""
        names = [each.encode() for each in programs]
        for path, data in self._texts:
            if b"$?" in data and not path.endswith(_NOTES) and any(each in data for each in names):
                yield from _called(path, data)

    @cached_property
    def programs(self) -> Sequence[str]:
        """What the programs of the repository are called by its manifests."""
        found: list[str] = []
        blobs = self._trees.on(Side.HEAD).blobs
        for path, pattern in _MANIFESTS.items():
            data = self._trees.read(blobs[RepoPath(path)].oid, _MOST_BYTES) if RepoPath(path) in blobs else None
            match = pattern.search(data.decode("utf-8", "replace")) if isinstance(data, bytes) else None
            if match and "names" in match.groupdict():
                found += [line.partition("=")[0].strip() for line in match["names"].splitlines()]
            elif match:
                found.append(match["name"])
        return found

    def started_at(self, path: RepoPath) -> Sequence[str]:
        """What a program is called by the manifests that say which file, or which package, it begins in."""
        blobs = self._trees.on(Side.HEAD).blobs
        found: list[str] = []
        for manifest, pattern in _STARTED.items():
            data = self._trees.read(blobs[RepoPath(manifest)].oid, _MOST_BYTES) if RepoPath(manifest) in blobs else None
            table = pattern.search(data.decode("utf-8", "replace")) if isinstance(data, bytes) else None
            pairs = [*_PAIR.finditer(table[0])] if table else []
            for name, target in (each.groups() for each in pairs):
                begins = (
                    target.partition(":")[0]
                    .removeprefix("./")
                    .replace(".js", "")
                    .replace(".", "/")
                    .removesuffix("/__main__")
                )
                ending = path.rpartition(".")[0]
                is_alone = len(pairs) == 1 and f"/{begins.partition('/')[0]}/" in f"/{path}"
                if is_alone or f"/{ending}".endswith(f"/{begins}"):
                    found.append(name)
        return found

    @cached_property
    def _texts(self) -> Sequence[tuple[RepoPath, bytes]]:
        blobs = self._trees.on(Side.HEAD).blobs
        names = ((path, path.rpartition("/")[2].lower()) for path in blobs)
        likely = [
            path
            for path, name in names
            if (_NAMES.fullmatch(name) or _RUN_FOLDERS.search(path)) and not is_test(path) and not _HISTORY.search(path)
        ]
        found: list[tuple[RepoPath, bytes]] = []
        for path in sorted(likely, key=lambda path: (path.endswith(_NOTES), path.count("/"), path))[:_MOST_FILES]:
            data = self._trees.read(blobs[path].oid, _MOST_BYTES)
            if isinstance(data, bytes) and b"\0" not in data:
                found.append((path, data))
        return found


def calling(programs: Sequence[str], path: RepoPath) -> str:
    """What finds a program in a line: by its name, behind whatever runs it, or as a module that Python is told to run."""
    called = "|".join(map(re.escape, programs))
    stem = re.escape(path.rpartition("/")[2].partition(".")[0])
    modules = "|".join(sorted({stem, "cli", "main", "__main__", "app"}))
    return (
        rf"(?:(?<![\w-])(?<!-\w )(?:{called})(?:\.\w+|:[\w.-]+)?"
        rf"|(?<=[\dn] -m )(?:\w+\.)*(?:{called})(?:\.(?:{modules}))?(?![\w.]))"
    )


def programs_of(facts: FileFacts | None, path: RepoPath, *, scope: int) -> list[str]:
    """What the program is called by: its command, its file, or the folder that holds it."""
    parts = path.split("/")
    stem = parts[-1].partition(".")[0]
    names = [stem, stem.replace("_", "-"), *(parts[-2:-1] if stem in _NOT_NAMED else ())]
    if facts is not None:
        owner = facts.qualified_name(scope)
        names += [entry.key.split()[-1] for entry in facts.entry_points if entry.kind == "cli" and entry.key.strip()]
        names += [owner, owner.replace("_", "-")] if owner else []
    return list(dict.fromkeys(name for name in names if len(name) > 1 and name not in _NOT_NAMED and "." not in name))


def _called(path: RepoPath, data: bytes) -> Iterator[CalledLine]:
    line = 1
    for match in _LINES.finditer(data.decode("utf-8", "replace")):
        yield CalledLine(Place(path=path, line=line, end_line=line), match[0], path.endswith(_NOTES))
        line += match[0].count("\n")
