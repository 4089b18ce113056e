"""What the settings of a repository say of Flyway's scripts: in which folders each environment looks for them, and how their names begin.

https://documentation.red-gate.com/fd/locations-setting-277579008.html: a location holds all folders below it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.test_files import is_test

_SCRIPT: Final = LatePattern(r"(?:^|/)(?:[A-Za-z]*\d[\d_.]*|R)__[^/]+\.(?:sql|java|kt)$")
_SETTINGS: Final = LatePattern(
    r"(?:^|/)(?:(?:application|bootstrap|values)[\w.-]*\.(?:ya?ml|properties)|flyway[\w.-]*\.(?:conf|toml|properties)|[\w.-]*\.env)$",
    re.IGNORECASE,
)
_LISTS: Final = LatePattern(
    r"^[ \t]*[\"']?[\w.\-]*?locations[\"']?[ \t]*[:=][ \t]*(?P<list>[^\n]*(?:\n[ \t]*-[^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_LOCATION: Final = LatePattern(r"(?:classpath|filesystem):/?(?P<path>[\w./+-]+)")
_PREFIX: Final = LatePattern(
    r"^[ \t]*[\w.]*sql-?migration-?prefix[ \t]*[:=][ \t]*[\"']?(?P<prefix>\w*)", re.IGNORECASE | re.MULTILINE
)
_OF_SCRIPT: Final = ".sql.conf"
"""How a file ends that says of the script beside it how that is run."""
_SAID_OF_SCRIPT: Final = LatePattern(
    r"(?:\s*(?:[#!][^\r\n]*|(?:executeInTransaction|shouldExecute|placeholderReplacement)[ \t]*=[ \t]*(?:true|false)[ \t]*"
    r"|encoding[ \t]*=[ \t]*UTF-8[ \t]*)(?:\r?\n|$))*\s*",
    re.IGNORECASE,
)
"""https://documentation.red-gate.com/fd/flyway-execute-in-transaction-setting-277578997.html and its like; another encoding is not read here."""
_FOR_WORK: Final = frozenset(
    {"dev", "develop", "development", "local", "localdev", "localhost", "test", "tests", "testing", "integration", "it", "ci", "e2e", "seed", "seeds", "demo"}
)  # fmt: skip
"""Words of environments, and of folders, in which nobody's data is in use."""
_MOST_FILES: Final = 40


class _List(Struct, frozen=True):
    """The locations that one file of settings lists, and whether that is of an environment for work and tests alone."""

    paths: tuple[str, ...]
    is_for_work: bool


class FlywaySettings:
    """Answers for one tree."""

    def __init__(self, paths: Callable[[], Iterable[RepoPath]], text: Callable[[RepoPath], str]) -> None:
        self._paths = paths
        self._text = text

    def is_for_work(self, path: RepoPath) -> bool:
        """Whether only environments for development and tests run a script: by its folder's name and by every list of locations there is."""
        folder = folder_of(path)
        if (
            _SCRIPT.search(path) is None
            or _FOR_WORK.isdisjoint(_words(folder.rpartition("/")[2]))
            or self._lists is None
        ):
            return False
        covers = [each for each in self._lists if any(f"/{one}/" in f"/{folder}/" for one in each.paths)]
        has_use = any(not each.is_for_work for each in self._lists)
        return has_use and bool(covers) and all(each.is_for_work for each in covers)

    def is_script(self, path: RepoPath) -> bool:
        """Whether a file is a versioned script by the prefix that the settings give."""
        name = path.rpartition("/")[2]
        if _SCRIPT.search(path) is None or name.startswith("R__"):
            return False
        return any(name.startswith(each) and name[len(each) : len(each) + 1].isdigit() for each in self._prefixes)

    @cached_property
    def _files(self) -> Sequence[tuple[RepoPath, str]]:
        found = [path for path in self._paths() if _SETTINGS.search(path)][:_MOST_FILES]
        return [(path, text) for path in found if "flyway" in (text := self._text(path)).lower()]

    @cached_property
    def _lists(self) -> Sequence[_List] | None:
        """What each file lists; None where one is only known when it runs."""
        found: list[_List] = []
        for path, text in self._files:
            for listed in _LISTS.finditer(text):
                said = listed["list"]
                paths = tuple(each["path"].strip("/") for each in _LOCATION.finditer(said))
                if "${" in said or "{{" in said or (not paths and "flyway" in listed[0].lower()):
                    return None
                if paths:
                    words = _words(path.rpartition("/")[2].rpartition(".")[0])
                    found.append(_List(paths, is_test(path) or not _FOR_WORK.isdisjoint(words)))
        return found

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        return frozenset(said["prefix"] for _, text in self._files for said in _PREFIX.finditer(text))


def script_of(path: RepoPath) -> RepoPath | None:
    """The script of which a file beside it says how it is run, where it is such a file."""
    return RepoPath(path.removesuffix(".conf")) if path.endswith(_OF_SCRIPT) else None


def is_understood(text: str) -> bool:
    """Whether all that such a file says is known here: whether the script runs in a transaction is read with it."""
    return _SAID_OF_SCRIPT.fullmatch(text) is not None


def _words(name: str) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z0-9]+", name.lower()))
