"""Who calls a program of the tree with which options: lines of scripts, workflows, manifests and notes that name both."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.options import Option, options
from weighbridge.landscape.contracts.trees import Trees
from weighbridge.landscape.test_files import is_test

_SHORT: Final = 2
_MOST_FILES: Final = 800
_MOST_BYTES: Final = 300_000
_NOTES: Final = (".md", ".rst", ".txt", ".adoc")
_NAMES: Final = LatePattern(
    r"(?:.*dockerfile.*|containerfile.*|procfile.*|makefile|justfile|package\.json|tox\.ini|jenkinsfile"
    r"|.*\.(?:ya?ml|sh|bash|service|toml|mk|md|rst|txt|adoc|tf|hcl|ps1|bat|cron|crontab|j2|tpl))"
)
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


class CalledLine(Struct, frozen=True):
    """A command line as it stands somewhere, or what a program is given by it; `is_note` where only people read it."""

    place: Place
    text: str
    is_note: bool


class OptionChange(Struct, frozen=True, kw_only=True):
    """An option that is gone, or is asked for newly: `callers` still write it, or do not write it yet."""

    place: Place
    option: Option
    now: str = ""
    callers: tuple[CalledLine, ...] = ()
    was_there: bool = False


class OptionChanges:
    """What a change does to the options of programs, compared when a rule asks."""

    def __init__(self, code: CodeChange, trees: Trees) -> None:
        self._code = code
        self._trees = trees

    @cached_property
    def removed(self) -> Sequence[OptionChange]:
        """The options that no changed file adds any more."""
        kept = {name for _, head in self._sides.values() for option in head for name in option.names}
        found: list[OptionChange] = []
        for path, (base, head) in self._sides.items():
            gone = [each for each in base if each.long not in kept]
            known = {name for each in base for name in each.names}
            come = [each for each in head if not known.intersection(each.names)]
            for each in gone if self._code.files[path].head is not None else ():
                now = come[0].long if len(gone) == len(come) == 1 else ""
                names = tuple(name for name in each.names if len(name) > _SHORT) or each.names
                callers = tuple(line for line in self._calling(path, each) if _has(line.text, names))
                line = come[0].line if now else self._line(path, each)
                place = Place(path=path, line=line, end_line=line, symbol=self._symbol(path, each, side=Side.BASE))
                found.append(OptionChange(place=place, option=each, now=now, callers=callers))
        return found

    @cached_property
    def required(self) -> Sequence[OptionChange]:
        """The options without which a program ends, and that it did without."""
        found: list[OptionChange] = []
        for path, (base, head) in self._sides.items():
            known = {option.long: option for option in base}
            others = {name for option in (*base, *head) for name in option.names}
            for each in head if base else ():
                was = known.get(each.long)
                if not each.is_required or (was is not None and was.is_required):
                    continue
                lines = self._calling(path, each)
                callers = tuple(x for x in lines if _has(x.text, tuple(others)) and not _has(x.text, each.names))
                place = Place(
                    path=path, line=each.line, end_line=each.line, symbol=self._symbol(path, each, side=Side.HEAD)
                )
                found.append(OptionChange(place=place, option=each, callers=callers, was_there=was is not None))
        return found

    @cached_property
    def _sides(self) -> dict[RepoPath, tuple[list[Option], list[Option]]]:
        likely = {path: file for path, file in self._code.files.items() if not is_test(path)}
        read = {path: (_read(file.base), _read(file.head)) for path, file in likely.items()}
        return {path: sides for path, sides in read.items() if any(sides)}

    def _line(self, path: RepoPath, option: Option) -> int:
        """Where in head stands what the option was added by."""
        head = self._code.files[path].head
        symbol = self._symbol(path, option, side=Side.BASE)
        holders = range(len(head.definitions)) if head else ()
        found = next((at for at in holders if head and head.qualified_name(at) == symbol), 0)
        return head.definitions[found].line if head and found else 1

    def _symbol(self, path: RepoPath, option: Option, *, side: Side) -> str:
        facts = self._code.files[path].on(side)
        return facts.qualified_name(option.scope) if facts else ""

    def _calling(self, path: RepoPath, option: Option) -> Iterator[CalledLine]:
        """The lines that call the program that an option belongs to."""
        programs = _programs(self._code.files[path], path, option=option)
        if not programs:
            return
        called = "|".join(map(re.escape, programs))
        wanted = re.compile(rf"(?<![\w-])(?<!-\w )(?:{called})(?:\.\w+)?(?P<given>[\s\"',][^|;&]*)")
        for line in self._lines:
            if given := wanted.search(line.text):
                yield CalledLine(line.place, given["given"], line.is_note)

    @cached_property
    def _lines(self) -> Sequence[CalledLine]:
        """The lines that hold options, those that go on behind a backslash whole."""
        blobs = self._trees.on(Side.HEAD).blobs
        names = ((path, path.rpartition("/")[2].lower()) for path in blobs)
        likely = [
            path for path, name in names if _NAMES.fullmatch(name) and not is_test(path) and not _HISTORY.search(path)
        ]
        found: list[CalledLine] = []
        for path in sorted(likely, key=lambda path: (path.endswith(_NOTES), path.count("/"), path))[:_MOST_FILES]:
            data = self._trees.read(blobs[path].oid, _MOST_BYTES)
            if isinstance(data, bytes) and b" -" in data:
                found += _called(path, data.decode("utf-8", "replace"))
        return found


def _called(path: RepoPath, text: str) -> Iterator[CalledLine]:
    line = 1
    for match in _LINES.finditer(text):
        if " -" in match[0]:
            yield CalledLine(Place(path=path, line=line, end_line=line), match[0], path.endswith(_NOTES))
        line += match[0].count("\n")


def _read(facts: FileFacts | None) -> list[Option]:
    return options(facts) if facts is not None else []


def _has(text: str, names: tuple[str, ...]) -> bool:
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in names)


def _programs(file: FileCode, path: RepoPath, *, option: Option) -> list[str]:
    """What the program is called by: its command, its file, or the folder that holds it."""
    facts = file.base or file.head
    parts = path.split("/")
    stem = parts[-1].partition(".")[0]
    names = [stem, stem.replace("_", "-"), *(parts[-2:-1] if stem in _NOT_NAMED else ())]
    if facts is not None:
        owner = facts.qualified_name(option.scope)
        names += [entry.key.split()[-1] for entry in facts.entry_points if entry.kind == "cli" and entry.key.strip()]
        names += [owner, owner.replace("_", "-")] if owner else []
    return list(dict.fromkeys(name for name in names if len(name) > 1 and name not in _NOT_NAMED and "." not in name))
