"""Sentences of documentation and comments that were true on the base, stand unchanged, and are false in head.

A claim is only judged where it can be read exactly, and where the base kept to it: a sentence that was wrong before is no
fault of the change.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name, Number, Parameter, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.comments.entries import Entry, listed_in
from weighbridge.landscape.comments.numbers import as_number, numbers_given, quotes
from weighbridge.landscape.comments.written import comments_of
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.pairing import Named, pairs

MOST_SENTENCES: Final = 2_000
"""So many sentences of a file are read for numbers."""

MOST_MOVED: Final = 50
"""A definition that gives more names another number was made anew."""

_SENTENCE: Final = LatePattern(r"(?<=[.;!?])\s+(?=[A-Z`'\"(])|\n\s*\n|\n\s*[-*:@]")
_ANSWERS_NOTHING: Final = LatePattern(r"(?i)\breturns? (?:`|``)?(none|null|nil|undefined)\b")
_NOTHING: Final = LatePattern(r"^\s*(?:return\s+(?:None|null|nil|undefined)\s*;?|return\s*;?)\s*(?:#.*|//.*)?$")
_RAISING: Final = LatePattern(r"^\s*(?:raise|throw)\b")
_ANY: Final = frozenset({"*", "**"})
_RUNS: Final = frozenset({"function", "method"})
_LONGEST: Final = 200
_PLAIN_VALUE: Final = LatePattern(r"^[^,=]{0,120}= ?(True|False|None|true|false|null|undefined)\b")


class Falsified(Struct, frozen=True, kw_only=True):
    """A sentence that is false now, where it stands in head, and what is so now."""

    symbol: str
    sentence: str
    line: int
    first: int
    last: int
    """The lines of the definition that it is about."""
    about: str
    now: str
    is_grave: bool
    """Whether who relies on it does something wrong, and not only looks for something that is not there."""


class _Both(Struct, frozen=True):
    """A definition that is on both sides."""

    base: Named
    head: Named


class Claims:
    """What the documentation and the comments of one file say on both sides."""

    def __init__(self, base: FileFacts, head: FileFacts, *, before: str, after: str) -> None:
        self._base, self._head = _Side(base, before), _Side(head, after)

    def falsified(self) -> Iterator[Falsified]:
        """Every claim that was kept to and is not any more, each sentence once."""
        told: set[tuple[str, str]] = set()
        for pair in self._changed():
            for found in (*self._of_entries(pair), *self._of_numbers(pair), *self._of_nothing(pair)):
                key = found.symbol, found.sentence
                if key not in told:
                    told.add(key)
                    yield found

    def _changed(self) -> Iterator[_Both]:
        for pair in pairs(self._base.facts, self._head.facts):
            if pair.base is None or pair.head is None or pair.head.definition.kind == "lambda":
                continue
            before, after = pair.base.definition, pair.head.definition
            if before.body != after.body or before.signature != after.signature:
                yield _Both(pair.base, pair.head)

    def _of_entries(self, pair: _Both) -> Iterator[Falsified]:
        """Parameters that are listed and gone, defaults that are others, errors that are raised no longer."""
        if pair.head.definition.kind not in _RUNS:
            return
        was, now = pair.base.definition, pair.head.definition
        kept = set(was.documentation.splitlines()) & set(now.documentation.splitlines())
        lines = now.documentation.splitlines()
        listed = listed_in(now.documentation)
        before = {each.name.lstrip("*"): each for each in was.parameters}
        after = {each.name.lstrip("*"): each for each in now.parameters}
        takes_any = any(each.kind in _ANY for each in now.parameters)
        for entry in listed.parameters:
            if lines[entry.line] not in kept or entry.name not in before:
                continue
            if entry.name not in after:
                if not takes_any and not any("@" in each or not each for each in after):
                    yield self._at(
                        pair,
                        lines[entry.line],
                        now=_instead(entry.name, before=before, after=after),
                        about="",
                        is_grave=False,
                    )
                continue
            old, new = default_of(before[entry.name], was.signature), default_of(after[entry.name], now.signature)
            if entry.default and _same(entry.default, old) and new != old and not _same(entry.default, new):
                is_now = f"it defaults to {new}" if new else "it has no default"
                yield self._at(
                    pair, _sentence(lines, entry), now=f"of `{entry.name}`: {is_now}", about=entry.name, is_grave=True
                )
        yield from self._of_errors(pair, listed.errors, kept=kept, lines=lines)

    def _of_errors(
        self, pair: _Both, errors: Sequence[Entry], *, kept: set[str], lines: Sequence[str]
    ) -> Iterator[Falsified]:
        for entry in errors:
            name = entry.name.rpartition(".")[2]
            is_raised = name in self._base.raised_in(pair.base.index)
            if lines[entry.line] in kept and is_raised and name not in self._head.raised:
                yield self._at(
                    pair,
                    lines[entry.line],
                    now=f"nothing in this file raises `{name}` any more",
                    about="",
                    is_grave=True,
                )

    def _of_nothing(self, pair: _Both) -> Iterator[Falsified]:
        """That nothing is returned where there is none, and it raises now."""
        was, now = pair.base.definition, pair.head.definition
        if now.kind not in _RUNS or not _ANSWERS_NOTHING.search(now.documentation):
            return
        before, after = self._base.lines(was.line, was.end_line), self._head.lines(now.line, now.end_line)
        answered = sum(bool(_NOTHING.match(line)) for line in before)
        raised = sum(bool(_RAISING.match(line)) for line in before), sum(bool(_RAISING.match(line)) for line in after)
        if not answered or any(_NOTHING.match(line) for line in after) or raised[1] <= raised[0]:
            return
        for sentence in _sentences(now.documentation):
            if _ANSWERS_NOTHING.search(sentence) and sentence in _sentences(was.documentation):
                yield self._at(pair, sentence, now="it raises an error instead", about="rais", is_grave=True)

    def _of_numbers(self, pair: _Both) -> Iterator[Falsified]:
        """Numbers that documentation and comments quote of a name that is given another now."""
        before, after = self._base.given(pair.base.index), self._head.given(pair.head.index)
        moved = {
            name: (next(iter(old)), next(iter(after[name])))
            for name, old in before.items()
            if len(old) == 1 and len(after.get(name, ())) == 1 and old != after[name]
        }
        if not moved or len(moved) > MOST_MOVED:
            return
        still = {each for found in after.values() for each in found}
        was = set(self._base.said_of(pair.base.index))
        for sentence in self._head.said_of(pair.head.index):
            for name, (old, new) in moved.items() if sentence in was else ():
                if old not in still and quotes(sentence, old, of=name) and not quotes(sentence, new, of=name):
                    now = f"`{name}` is {new:g}, and was {old:g}"
                    yield self._at(pair, sentence, now=now, about=name, is_grave=True)

    def _at(self, pair: _Both, sentence: str, *, now: str, about: str, is_grave: bool) -> Falsified:
        words = " ".join(sentence.split())
        line = self._head.line_of(sentence, near=pair.head.definition.line, end=pair.head.definition.end_line)
        shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
        at = pair.head.definition
        return Falsified(
            symbol=pair.head.name,
            sentence=shown,
            line=line,
            first=at.line,
            last=at.end_line,
            about=about,
            now=now,
            is_grave=is_grave,
        )


class _Side:
    """One side of the file."""

    def __init__(self, facts: FileFacts, text: str) -> None:
        self.facts = facts
        self._text = text

    @cached_property
    def _lines(self) -> Sequence[str]:
        return self._text.splitlines()

    def lines(self, first: int, last: int) -> Sequence[str]:
        return self._lines[first - 1 : last]

    @cached_property
    def _comments(self) -> Mapping[int, str]:
        return comments_of(self._text, language=self.facts.language)

    @cached_property
    def _steps(self) -> Mapping[int, Sequence[Step]]:
        found: dict[int, list[Step]] = {}
        for step in self.facts.steps:
            found.setdefault(function_around(self.facts, step.scope), []).append(step)
        return found

    @cached_property
    def _bound(self) -> Mapping[str, Sequence[Step]]:
        """What is bound at the top level, by name: the steps of variables."""
        found: dict[str, list[Step]] = {}
        for step in self.facts.steps:
            if step.kind == "bind" and isinstance(step.target, Name):
                found.setdefault(step.target.id, []).append(step)
        return found

    def given(self, index: int) -> Mapping[str, frozenset[float]]:
        """The numbers that names are given in a definition; of a variable, its own."""
        definition = self.facts.definitions[index]
        if definition.kind == "variable":
            steps = [s for s in self._bound.get(definition.name, ()) if s.scope == definition.parent]
            return numbers_given(steps)
        if definition.kind not in _RUNS:
            return {}
        return numbers_given(self._steps.get(index, ()), definition.parameters)

    @cached_property
    def raised(self) -> frozenset[str]:
        """The names of all errors that the file raises, or makes to be raised."""
        made = (s for s in self.facts.steps if s.kind == "raise" or (s.kind != "use" and isinstance(s.value, Call)))
        return frozenset(name for step in made for name in _named(step.value))

    def raised_in(self, index: int) -> frozenset[str]:
        steps = [s for s in self._steps.get(index, ()) if s.kind == "raise"]
        return frozenset(name for step in steps for name in _named(step.value))

    def said_of(self, index: int) -> Sequence[str]:
        """The sentences of a definition's documentation, and of the comments in and right above it."""
        definition = self.facts.definitions[index]
        if definition.kind not in (*_RUNS, "variable"):
            return ()
        found = [*_sentences(definition.documentation)]
        found += self._blocks(definition.line, definition.end_line)
        return found[:MOST_SENTENCES]

    def _blocks(self, first: int, last: int) -> Iterator[str]:
        start = first
        while start - 1 in self._comments and first - start < 20:
            start -= 1
        block: list[str] = []
        for number in range(start, last + 2):
            words = self._comments.get(number)
            if words is not None and number <= last:
                block.append(words)
            elif block:
                yield from _sentences("\n".join(block))
                block = []

    def line_of(self, sentence: str, *, near: int, end: int) -> int:
        """Where a sentence begins: in the definition, or right above it; the definition's own line where it is not found."""
        begin = sentence.strip().splitlines()[0].strip()[:60] if sentence.strip() else ""
        for number in range(max(1, near - 60), min(end, len(self._lines)) + 1):
            if begin and begin in self._lines[number - 1]:
                return number
        return near


def _named(expr: Expr) -> Iterator[str]:
    match expr:
        case Call(function=function):
            yield last_name(function)
        case Name() | Attribute():
            yield last_name(expr)


def _sentences(text: str) -> list[str]:
    return [each.strip() for each in _SENTENCE.split(text) if each and each.strip()]


def _sentence(lines: Sequence[str], entry: Entry) -> str:
    """The line of an entry that names its default."""
    near = [line for line in lines[entry.line : entry.line + 8] if "efault" in line]
    return near[0] if near else lines[entry.line]


def default_of(parameter: Parameter, signature: str) -> str:
    """A default as it is written, as far as it is a plain value; empty for any other, and for none."""
    match parameter.default:
        case None:
            return ""
        case Number(value=value):
            return value
        case Text(value=value, parts=()):
            return f'"{value}"'
        case Name(id=name):
            return name
    place = _place(signature, parameter.name.lstrip("*"))
    found = _PLAIN_VALUE.match(signature[place : place + 200]) if place >= 0 else None
    return found.group(1) if found else ""


def _place(signature: str, name: str) -> int:
    """Where a name stands in a signature as a word; -1 where it does not."""
    start = signature.find(name)
    while start >= 0:
        around = signature[max(0, start - 1) : start] + signature[start + len(name) : start + len(name) + 1]
        if not any(each.isalnum() or each == "_" for each in around):
            return start
        start = signature.find(name, start + 1)
    return -1


def _same(said: str, code: str) -> bool:
    """Whether what is said of a default is what stands in the code."""
    if not code:
        return False
    number, other = as_number(said), as_number(code)
    if number is not None and other is not None:
        return number == other
    return said.strip("\"'`") == code.strip("\"'`")


def _instead(name: str, *, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    new = [each for each in after if each not in before]
    if len(before) == len(after) and len(new) == 1:
        return f"the parameter `{name}` is `{new[0]}` now"
    return f"there is no parameter `{name}` any more"
