"""What a change takes from whoever gives commands values and words by place, with the lines that give them here."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.calling_lines import CalledLine, CallingLines, programs_of
from weighbridge.landscape.contracts.implicit.taken import (
    ANY,
    Taken,
    Values,
    ends_of_many,
    lost_values,
    turned_switches,
)
from weighbridge.landscape.contracts.implicit.taken_others import of_go, of_scripts
from weighbridge.landscape.contracts.implicit.taken_python import of_python
from weighbridge.landscape.contracts.releases import FindRelease
from weighbridge.landscape.test_files import is_test

_SAID: Final = ("add_argument", "argument", "option", "Choice", "choices", "Command", "positional", "arguments")
_SHELL: Final = re.compile(r"[|;&#><`)]")
_NAMED: Final = 3
_INDENT: Final = 4
"""Blanks that make a line of prose a line of code."""


class ArgumentChange(Struct, frozen=True, kw_only=True):
    """One thing that is given and no longer taken, in words; `callers` give it here, `is_released` says that the newest release takes it."""

    what: str
    words: str
    place: Place
    callers: tuple[CalledLine, ...] = ()
    is_released: bool = False


class _Both(Struct, frozen=True):
    """A command of a file before and after."""

    path: RepoPath
    file: FileCode
    old: Taken
    new: Taken


class ArgumentChanges:
    """Answers for one change."""

    def __init__(self, code: CodeChange, lines: CallingLines, *, release: FindRelease) -> None:
        self._code = code
        self._lines = lines
        self._release = release

    def values(self) -> Iterator[ArgumentChange]:
        """Values that an option or an argument may have no more."""
        for both in self._pairs():
            for label, lost, now in lost_values(both.old, both.new):
                words = _of_values(label, lost, now=now, was=both.old.values[label])
                pattern = _giving(label, lost) if lost else _giving_none_of(label, now.listed or ())
                callers = self._calling(both, pattern=pattern) if pattern else []
                said = (label, *lost[:1])
                yield self._told(both, label, words=words, line=now.line, callers=callers, said=said)
            for labels, line, is_asked in turned_switches(both.old, both.new):
                what = "must be given a value now, where it took none" if is_asked else "takes no value any more"
                callers = self._calling(both, pattern=_giving_switch(labels, is_asked=is_asked))
                yield self._told(
                    both, labels[0], words=f"`{labels[0]}` {what}", line=line, callers=callers, said=labels[:1]
                )
            for label, now in ends_of_many(both.old, both.new):
                words = f"`{label}` takes one value now, where it took several: what follows the first is taken for something else"
                yield self._told(both, label, words=words, line=now.line, callers=[], said=(label,))

    def places(self) -> Iterator[ArgumentChange]:
        """Words by place that must be given as well, are taken no more, or change places."""
        for both in self._pairs():
            found = [*_of_places(both.old, both.new)]
            if found:
                words = "; ".join(each for each, _ in found)
                counted = [each for each in self._calling(both) if _fails(each, both.old, new=both.new)]
                said = [each.name for each in both.old.places]
                yield self._told(both, "places", words=words, line=found[0][1], callers=counted, said=said)

    def _pairs(self) -> Iterator[_Both]:
        for path, file in self._code.files.items():
            if is_test(path) or file.base is None or file.head is None:
                continue
            before, after = _commands(file.base), _commands(file.head)
            yield from (_Both(path, file, old, after[key]) for key, old in before.items() if key in after)

    def _told(
        self, both: _Both, what: str, *, words: str, line: int, callers: Sequence[CalledLine], said: Sequence[str]
    ) -> ArgumentChange:
        head, scope = both.file.head, both.new.scope
        place = Place(path=both.path, line=line, end_line=line, symbol=head.qualified_name(scope) if head else "")
        return ArgumentChange(
            what=f"{both.old.name} {what}".strip(),
            words=words,
            place=place,
            callers=tuple(callers),
            is_released=not callers and self._is_released(both.file, said),
        )

    def _is_released(self, file: FileCode, said: Sequence[str]) -> bool:
        newest, base = self._release(()), file.change.base
        data = newest.text_of(base.path) if newest and base else None
        return isinstance(data, bytes) and all(each.encode() in data for each in said if " " not in each)

    def _calling(self, both: _Both, *, pattern: str = "") -> list[CalledLine]:
        """The lines that call the program, and the command where it has a name of its own, with what stands behind."""
        taken = both.old
        programs = [*programs_of(both.file.base, both.path, scope=taken.scope), *self._lines.programs]
        others = [each for each in dict.fromkeys(programs) if each != taken.name] or programs
        if not others:
            return []
        called = "|".join(map(re.escape, others))
        own = taken.name if taken.name not in others else ""
        of_it = rf"(?:\s+-\S+)*\s+{re.escape(own)}(?![\w.=-])" if own else ""
        wanted = re.compile(rf"(?<![\w/-])(?:[\w./-]*/)?(?:{called})(?:\.\w+)?{of_it}(?P<given>[ \t\\\n\"',][^\n]*)")
        found = []
        for line in self._lines.naming(others):
            match = wanted.search(line.text)
            given = _SHELL.split(match["given"], maxsplit=1)[0] if match else ""
            if match is None or (pattern and not re.search(pattern, given)):
                continue
            if pattern or _is_command(line.text[: match.start()], given, is_note=line.is_note):
                found.append(CalledLine(line.place, given, line.is_note))
        return found


def _is_command(before: str, given: str, *, is_note: bool) -> bool:
    """Whether a line gives a program words, and does not only speak of it or say where it is."""
    if before.lstrip().startswith(("#", "//")) or given.lstrip().startswith(("=", ":")):
        return False
    return not is_note or before.rstrip().endswith(("`", "$", ">")) or (len(before) >= _INDENT and not before.strip())


def _commands(facts: FileFacts) -> dict[str, Taken]:
    if not any(name in mentions_in(facts) for name in _SAID):
        return {}
    of = {"python": of_python, "go": of_go}.get(facts.language, of_scripts)
    return {key: each for key, each in of(facts).items() if each.places or each.values or each.bounds}


def _giving(label: str, lost: Sequence[str]) -> str:
    """What finds a value in a line: behind its option, or as a word where it is given by place."""
    values = "|".join(map(re.escape, lost))
    return (
        rf"{re.escape(label)}[= ][\"']?(?:{values})(?![\w-])"
        if label.startswith("-")
        else rf"(?<![\w=-])(?:{values})(?![\w-])"
    )


def _giving_switch(labels: Sequence[str], *, is_asked: bool) -> str:
    """What finds an option in a line: by any name where a value is asked for now, else with a value behind it."""
    names = "|".join(map(re.escape, labels))
    return rf"(?<![\w-])(?:{names})" + (r"(?![\w=-])" if is_asked else r"(?:=|\s+[\w./$\"'{])")


def _giving_none_of(label: str, listed: Sequence[str]) -> str:
    """What finds a value of an option that is written out and that is none of a list."""
    values = "|".join(map(re.escape, listed))
    return (
        rf"{re.escape(label)}[= ][\"']?(?!(?:{values})(?![\w.-]))\w[\w.]*(?![\w{{$(])" if label.startswith("-") else ""
    )


def _of_values(label: str, lost: Sequence[str], *, now: Values, was: Values) -> str:
    called = label if " " in label else f"`{label}`"
    shown = [f"`{each}`" for each in (lost or now.listed or ())[:_NAMED]]
    names = f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    if not lost:
        return f"{called} takes only {names}{' and the like' if len(now.listed or ()) > _NAMED else ''} now, where any value was taken"
    come = [each for each in now.listed or () if each not in (was.listed or ())]
    instead = f": `{come[0]}` came in its place" if len(lost) == len(come) == 1 else ""
    return f"{called} takes {names}{more} no more{instead}"


def _of_places(old: Taken, new: Taken) -> Iterator[tuple[str, int]]:
    """What is otherwise of the words by place, each with its line in head."""
    known = {each.name for each in old.places if each.is_needed}
    if new.least > old.least:
        asked = next((each for each in new.places if each.is_needed and each.name not in known), None)
        fewer = f"{_words(new.least)} must be given by place now, where {_words(old.least)} was enough"
        yield (f"`{asked.name}` must be given now, which need not be", asked.line) if asked else (fewer, new.line)
    if new.most < old.most:
        left = {each.name for each in new.places}
        gone = [f"`{each.name}`" for each in old.places if each.name not in left]
        fewer = f"at most {_words(new.most)} by place" if new.most else "nothing by place"
        yield f"{gone[0] if gone else fewer} is taken {'no more' if gone else 'now'}", new.line
    kept = [each.name for each in old.places if each.name in {other.name for other in new.places}]
    order = [each for each in new.places if each.name in kept]
    first = next((pair for pair in zip(kept, order, strict=False) if pair[0] != pair[1].name), None)
    if first is not None:
        was, now = first
        words = f"`{now.name}` stands where `{was}` stood: who gives both gives each for the other, and nothing fails at once"
        yield words, now.line


def _words(count: int) -> str:
    return (
        "any number of words"
        if count >= ANY
        else "no word"
        if not count
        else "one word"
        if count == 1
        else f"{count} words"
    )


def _by_place(words: Sequence[str], taken: Taken) -> Iterator[str]:
    """The words of a line that are neither options nor what options that take a value are given."""
    before = ""
    for each in words:
        if not each.startswith("-") and each not in ("\\", "'", '"') and before not in taken.given_with:
            yield each
        before = each


def _fails(line: CalledLine, old: Taken, *, new: Taken) -> bool:
    """Whether a line gives as many words as were right and are not, or words that change places."""
    words = [*_by_place(line.text.split(), old)]
    was_right = old.least <= len(words) <= old.most
    is_moved = [each.name for each in old.places][: len(words)] != [each.name for each in new.places][: len(words)]
    return was_right and (not new.least <= len(words) <= new.most or (is_moved and len(words) > 1))
