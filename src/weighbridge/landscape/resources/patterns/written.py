"""The regular expressions that one file writes, with how each is used there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name, Regex, Step, Text
from weighbridge.landscape.resources.patterns.calls import PatternCall, told_of
from weighbridge.landscape.resources.patterns.judging import Manner
from weighbridge.landscape.resources.patterns.reading import Dialect

CUT: Final = 2_000
"""A text of this length is cut, and the rest of it not known."""
_DEEPEST: Final = 12
_LONGEST: Final = 6_000
_HOLE: Final = "{}"
_LITERAL: Final = "\ue000"
"""Stands for a text that is escaped, and so is what it is."""
_ESCAPING: Final = frozenset({"escape", "escapeRegExp", "escapeRegex", "escapeStringRegexp", "quote"})
_DIALECTS: Final[Mapping[str, Dialect]] = {
    "python": "python",
    "javascript": "javascript",
    "typescript": "javascript",
    "tsx": "javascript",
    "java": "java",
}
_SEARCHING: Final = frozenset({"search", "findall", "finditer", "sub", "subn", "split", "find", "replaceAll", "replaceFirst", "results"})  # fmt: skip
_BEGINNING: Final = frozenset({"match", "lookingAt"})
_COVERING: Final = frozenset({"fullmatch", "matches"})


class Written(Struct, frozen=True, kw_only=True):
    """A regular expression: its text and flags, how a match may lie, and where it is written."""

    text: str
    flags: str
    dialect: Dialect
    manner: Manner
    line: int
    scope: int
    owner: str
    """What it is bound to; empty where it is used on the spot."""
    is_whole: bool = True
    """Whether all of its text is known."""


def written_in(facts: FileFacts) -> Iterator[Written]:
    """The regular expressions of a file, once for each place."""
    dialect = _DIALECTS.get(facts.language)
    return iter(()) if dialect is None else _Reading(facts, dialect).all()


class _Place(Struct, frozen=True):
    """Where a value stands: the definition, what it is bound to, the line."""

    scope: int
    owner: str
    line: int


class _Reading:
    def __init__(self, facts: FileFacts, dialect: Dialect) -> None:
        self._facts = facts
        self._dialect: Dialect = dialect

    def all(self) -> Iterator[Written]:
        """Each regular expression of the file."""
        for place, value in self._values():
            for expr in walk(value):
                if type(expr) is Regex:
                    manner: Manner = "start" if "y" in expr.flags else "search"
                    told = PatternCall(text=expr, flags=expr.flags, manner=manner)
                    yield self._found(expr.value, told, at=place, line=expr.line, is_whole=True)
                elif type(expr) is Call:
                    yield from self._called(expr, at=place)

    def _values(self) -> Iterator[tuple[_Place, Expr]]:
        for step in self._facts.steps:
            yield _Place(step.scope, _target(step), step.line), step.value
        for definition in self._facts.definitions:
            within: list[Expr] = [*definition.decorators]
            for parameter in definition.parameters:
                within += (each for each in (parameter.default, parameter.annotation) if each is not None)
            place = _Place(max(definition.parent, 0), definition.name, definition.line)
            for each in within:
                yield place, each

    def _called(self, call: Call, *, at: _Place) -> Iterator[Written]:
        told = told_of(call, self._dialect, modules=self._modules)
        if told is not None:
            text, is_whole = self._spelled(told.text, scope=at.scope)
            if text is not None and type(told.text) is not Regex:
                yield self._found(text, told, at=at, line=call.line or at.line, is_whole=is_whole)

    def _found(self, text: str, told: PatternCall, *, at: _Place, line: int, is_whole: bool) -> Written:
        return Written(
            text=text,
            flags=told.flags,
            dialect=self._dialect,
            manner=told.manner or self._used(at.owner),
            line=line,
            scope=at.scope,
            owner=at.owner,
            is_whole=is_whole and len(text) != CUT,
        )

    def _used(self, owner: str) -> Manner:
        """How what is bound to a name is used in the file; where that is not seen, in the way that takes the fewest steps."""
        uses = self._uses.get(owner.rpartition(".")[2], frozenset[str]())
        if _SEARCHING.intersection(uses):
            return "search"
        return "whole" if uses and _COVERING.issuperset(uses) else "start"

    @cached_property
    def _uses(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for place, value in self._values():
            for expr in walk(value):
                if type(expr) is not Call or type(expr.function) is not Attribute:
                    continue
                of, method = expr.function.of, expr.function.name
                if type(of) is Call and type(of.function) is Attribute and of.function.name == "matcher":
                    of = of.function.of
                name = of.id if type(of) is Name else of.name if type(of) is Attribute else ""
                if type(of) is Call:
                    name = place.owner
                if name and method in _SEARCHING | _BEGINNING | _COVERING:
                    found[name].add(method)
        return found

    @cached_property
    def _modules(self) -> dict[str, str]:
        """The names by which a module, or a member of one, is known here."""
        return {
            each.alias: f"{each.module}.{each.name}" if each.name else each.module
            for each in self._facts.imports
            if each.alias
        }

    def _spelled(self, expr: Expr, *, scope: int, depth: int = 0) -> tuple[str | None, bool]:
        """The text that a value is, and whether all of it is known; None where nothing of it is."""
        found: tuple[str | None, bool] = None, False
        if type(expr) is Regex:
            found = expr.value, True
        elif type(expr) is Name and depth < _DEEPEST:
            bound = self._bound(expr.id, scope=scope)
            found = self._spelled(bound, scope=scope, depth=depth + 1) if bound is not None else found
        elif type(expr) is Attribute and expr.name == "source" and depth < _DEEPEST:
            found = self._spelled(expr.of, scope=scope, depth=depth + 1)
        elif type(expr) is Call and _name_of(expr.function) in _ESCAPING:
            found = _LITERAL, True
        elif type(expr) is Text:
            found = (
                self._filled(expr, scope=scope, depth=depth)
                if expr.parts and depth < _DEEPEST
                else (expr.value, not expr.parts)
            )
        return found

    def _filled(self, text: Text, *, scope: int, depth: int) -> tuple[str | None, bool]:
        pieces = text.value.split(_HOLE)
        if len(pieces) != len(text.parts) + 1:
            return text.value, False
        found, is_whole = [pieces[0]], True
        for part, piece in zip(text.parts, pieces[1:], strict=True):
            spelled, is_known = self._spelled(part, scope=scope, depth=depth + 1)
            is_whole = is_whole and is_known and spelled is not None
            found += (spelled or "", piece)
        whole = "".join(found)
        return (whole, is_whole) if len(whole) <= _LONGEST else (whole[:CUT], False)

    def _bound(self, name: str, *, scope: int) -> Expr | None:
        """What a name is bound to, where that is once, in the scope or around it."""
        at: int = scope
        while at >= 0:
            values: Sequence[Expr] = self._binds.get((at, name), ())
            if values:
                return values[0] if len(values) == 1 else None
            if any(each.name == name for each in self._facts.definitions[at].parameters):
                return None
            at = self._facts.definitions[at].parent
        return None

    @cached_property
    def _binds(self) -> Mapping[tuple[int, str], list[Expr]]:
        found: dict[tuple[int, str], list[Expr]] = defaultdict(list)
        for step in self._facts.steps:
            if step.kind in ("bind", "iterate", "enter") and type(step.target) is Name:
                found[step.scope, step.target.id].append(step.value if step.kind == "bind" else Name(""))
        return found


def _target(step: Step) -> str:
    target = step.target
    if type(target) is Name:
        return target.id
    return f".{target.name}" if type(target) is Attribute else ""


def _name_of(function: Expr) -> str:
    return function.id if type(function) is Name else function.name if type(function) is Attribute else ""
