"""What a change does to the options and commands of programs, and who calls these with them."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.argument_changes import ArgumentChanges
from weighbridge.landscape.contracts.implicit.calling_lines import CalledLine, CallingLines, calling, programs_of
from weighbridge.landscape.contracts.implicit.commands import CommandChange, lost_commands
from weighbridge.landscape.contracts.implicit.exit_codes import ExitChange, lost_codes, renamed_codes
from weighbridge.landscape.contracts.implicit.options import Option, options
from weighbridge.landscape.contracts.trees import Trees
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test

_SHORT: Final = 2


class OptionChange(Struct, frozen=True, kw_only=True):
    """An option that is gone, or is asked for newly: `callers` still write it, or do not write it yet."""

    place: Place
    option: Option
    now: str = ""
    callers: tuple[CalledLine, ...] = ()
    was_there: bool = False
    was: str = ""
    """What it was where it was left out."""
    is_taken: bool = False
    """Whether another option has its short name now."""


class OptionChanges:
    """What a change does to the options of programs, compared when a rule asks."""

    def __init__(self, code: CodeChange, trees: Trees) -> None:
        self._code = code
        self._calls = CallingLines(trees)
        self._release = trees.release

    @cached_property
    def commands(self) -> Sequence[CommandChange]:
        """The commands that no changed file adds any more."""
        return [*lost_commands(self._code, self._calls)]

    @cached_property
    def arguments(self) -> ArgumentChanges:
        """What commands take by place, and the values that they take."""
        return ArgumentChanges(self._code, self._calls, release=self._release)

    @cached_property
    def exits(self) -> Sequence[ExitChange]:
        """The numbers that scripts here ask for and that no program ends with any more."""
        return [*lost_codes(self._code, self._calls)]

    def exits_by_constants(self, landscapes: Landscapes) -> Iterator[ExitChange]:
        """The same of numbers that a constant of another file says."""
        return renamed_codes(self._code, landscapes, lines=self._calls)

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
                heir = next((other for other in head if set(other.names) & set(each.names)), None)
                heir = heir or (come[0] if len(gone) == len(come) == 1 else None)
                now = heir.long if heir is not None else ""
                names = tuple(name for name in each.names if len(name) > _SHORT) or each.names
                callers = tuple(line for line in self._calling(path, each) if _has(line.text, names))
                line = heir.line if heir is not None else self._line(path, each)
                place = Place(path=path, line=line, end_line=line, symbol=self._symbol(path, each, side=Side.BASE))
                found.append(OptionChange(place=place, option=each, now=now, callers=callers))
        return found

    @cached_property
    def short(self) -> Sequence[OptionChange]:
        """The short names that options which are still there do not have any more."""
        found: list[OptionChange] = []
        for path, (base, head) in self._sides.items():
            names = {name: option for option in head for name in option.names}
            for each, after in self._paired(path, base, head=head):
                if each is None:
                    continue
                for name in each.names:
                    if len(name) != _SHORT or name in after.names or not after.is_by_dashes:
                        continue
                    taken = names.get(name)
                    if taken is not None and taken.long == each.long:
                        continue  # it is declared in one way or another
                    callers = tuple(x for x in self._calling(path, each) if _has(x.text, (name,)))
                    place = Place(
                        path=path,
                        line=after.line,
                        end_line=after.line,
                        symbol=self._symbol(path, after, side=Side.HEAD),
                    )
                    if taken is None and not callers:
                        continue  # whoever types it is told
                    option = replace(each, names=(name, each.long))
                    found.append(
                        OptionChange(
                            place=place,
                            option=option,
                            now=taken.long if taken else "",
                            callers=callers,
                            is_taken=taken is not None,
                        )
                    )
        return found

    @cached_property
    def defaults(self) -> Sequence[OptionChange]:
        """The options that are something else where they are left out."""
        found: list[OptionChange] = []
        for path, (base, head) in self._sides.items():
            for was, each in self._paired(path, base, head=head):
                if was is None or not was.default or not each.default or _is_same(was.default, each.default):
                    continue
                callers = tuple(x for x in self._calling(path, each) if not _has(x.text, each.names))
                place = Place(
                    path=path, line=each.line, end_line=each.line, symbol=self._symbol(path, each, side=Side.HEAD)
                )
                found.append(OptionChange(place=place, option=each, callers=callers, was=was.default))
        return found

    @cached_property
    def required(self) -> Sequence[OptionChange]:
        """The options without which a program ends, and that it did without."""
        found: list[OptionChange] = []
        for path, (base, head) in self._sides.items():
            others = {name for option in (*base, *head) for name in option.names}
            for was, each in self._paired(path, base, head=head) if base else ():
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

    def _paired(
        self, path: RepoPath, base: Sequence[Option], *, head: Sequence[Option]
    ) -> Iterator[tuple[Option | None, Option]]:
        """Each option of head with what it was, None where there was none; commands of one file may have options of one name."""
        for long in dict.fromkeys(option.long for option in head):
            old, new = ([each for each in side if each.long == long] for side in (base, head))
            if len(old) != len(new) and old:
                owners = {self._symbol(path, each, side=Side.BASE): each for each in old}
                named = [(owners.get(self._symbol(path, each, side=Side.HEAD)), each) for each in new]
                yield from ((was, each) for was, each in named if was is not None and len(owners) == len(old))
            else:
                yield from zip(old, new, strict=True) if old else ((None, each) for each in new)

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
        file = self._code.files[path]
        known = (*programs_of(file.base or file.head, path, scope=option.scope), *self._calls.started_at(path))
        programs = list(dict.fromkeys(known))
        if not programs:
            return
        wanted = re.compile(rf"{calling(programs, path)}(?P<given>[\s\"',][^|;&]*)")
        for line in self._calls.with_options:
            if given := wanted.search(line.text):
                yield CalledLine(line.place, given["given"], line.is_note)


def _read(facts: FileFacts | None) -> list[Option]:
    return options(facts) if facts is not None else []


def _is_same(one: str, other: str) -> bool:
    """Whether two defaults are one text or one number."""
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False


def _has(text: str, names: tuple[str, ...]) -> bool:
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in names)
