"""Questions whose answer lets somebody in, or keeps somebody out, and that are answered otherwise now: always, or where it was the opposite.

That a question is of this kind is told by its name (`isTrustedProxy`, `is_revoked`), or by who asks it: a condition on it under which
a caller refuses.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.conditions import Form, form_of, names_in
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.guards import refusal_lines
from weighbridge.landscape.kept import indexes_by_name
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.middleware import ASKED_BY_NAME, refusing_lines
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.weakened_checks import decides

_LETTING: Final = frozenset(
    {
        "trusted",
        "safe",
        "allowed",
        "permitted",
        "whitelisted",
        "allowlisted",
        "authorized",
        "authorised",
        "entitled",
        "eligible",
    }
)
_KEEPING_OUT: Final = frozenset(
    {
        "blocked",
        "banned",
        "revoked",
        "expired",
        "denied",
        "forbidden",
        "untrusted",
        "blacklisted",
        "blocklisted",
        "denylisted",
    }
    | {"suspended", "locked"}
)
_MOST_ASKING: Final = 24
"""Files that are searched for one that asks."""


class Answered(Struct, frozen=True, kw_only=True):
    """A question with another answer: `is_yes` where it is the answer that lets somebody in, or no more keeps anybody out."""

    path: RepoPath
    name: str
    line: int
    stood: Place
    is_yes: bool
    is_always: bool
    asked_by: Place | None


class _Said(Struct, frozen=True, kw_only=True):
    """How often a function says yes and no, and something that depends, and where."""

    yes: tuple[int, ...]
    no: tuple[int, ...]
    depends: int

    @property
    def is_constant(self) -> bool:
        """Whether it ever says the same whatever it is asked about."""
        return bool(self.yes or self.no)


class _Sayings:
    """What the functions of one file say, told by the line that each result stands on."""

    def __init__(self, facts: FileFacts) -> None:
        self._constant: dict[int, list[tuple[int, bool]]] = {}
        self._depends: dict[int, int] = {}
        known = dict(facts.constant_results)
        for step in facts.steps:
            if step.kind == "return" and step.line in known:
                self._constant.setdefault(step.scope, []).append((step.line, known[step.line]))
            elif step.kind == "return":
                self._depends[step.scope] = self._depends.get(step.scope, 0) + 1

    def of(self, index: int) -> _Said:
        """What one function says."""
        constant = self._constant.get(index, [])
        return _Said(
            yes=tuple(line for line, value in constant if value),
            no=tuple(line for line, value in constant if not value),
            depends=self._depends.get(index, 0),
        )


def answered_otherwise(code: CodeChange, landscapes: Landscapes) -> Iterator[Answered]:
    """The questions of the changed files that are answered more generously."""
    for path, file in code.files.items():
        if landscapes.is_test(path) or file.base is None or file.head is None or file.change.base is None:
            continue
        if not file.head.constant_results:
            continue
        old, new = _Sayings(file.base), _Sayings(file.head)
        changed = {symbol_name(s.symbol) for s in file.symbols if s.depth in (ChangeDepth.BODY, ChangeDepth.SIGNATURE)}
        before, after = indexes_by_name(file.base), indexes_by_name(file.head)
        for name in sorted(changed & before.keys() & after.keys()):
            was, now = old.of(before[name][-1]), new.of(after[name][-1])
            turned = _turned(was, now) if now.is_constant else None
            if turned is not None:
                stood = Place(
                    path=file.change.base.path, line=file.base.definitions[before[name][-1]].line, side=Side.BASE
                )
                yield from _of_function(path, name, now=now, turned=turned, stood=stood, landscapes=landscapes)


def _of_function(
    path: RepoPath, name: str, *, now: _Said, turned: tuple[bool, bool], stood: Place, landscapes: Landscapes
) -> Iterator[Answered]:
    is_yes, is_always = turned
    if is_yes and is_always and decides(name):
        return  # `behaviour/guard-weakened` says so
    danger, asked_by = _meaning(path, name, landscapes=landscapes)
    if danger is is_yes:
        line = (now.yes if is_yes else now.no)[-1]
        yield Answered(
            path=path, name=name, line=line, stood=stood, is_yes=is_yes, is_always=is_always, asked_by=asked_by
        )


def _turned(old: _Said, new: _Said) -> tuple[bool, bool] | None:
    """Whether a function says yes (or no) where it said the opposite, and whether that is all it says."""
    for is_yes, (was, now), (other, left) in (
        (True, (old.yes, new.yes), (old.no, new.no)),
        (False, (old.no, new.no), (old.yes, new.yes)),
    ):
        is_always = bool(now) and not left and not new.depends and bool(other or old.depends)
        if is_always:
            return is_yes, True
        if len(now) > len(was) and len(left) < len(other) and new.depends <= old.depends:
            return is_yes, False
    return None


def _meaning(path: RepoPath, name: str, *, landscapes: Landscapes) -> tuple[bool | None, Place | None]:
    """Which answer is dangerous, if either is, and who shows it; a name that says so needs nobody."""
    last = name.rpartition(".")[2]
    told = danger_in(name)
    if told is not None:
        return told, None
    landscape = landscapes.head.landscape
    for asking in (path, *landscape.files_with("m:" + last)[:_MOST_ASKING]):
        facts = landscape.in_detail(asking) if not is_test(asking) else None
        found = _asked_in(facts, last) if facts is not None else None
        if found is not None:
            return found[0], Place(path=asking, line=found[1], end_line=found[1])
    return None, None


def danger_in(name: str) -> bool | None:
    """Which answer of a question of this name is dangerous, if its words say so."""
    last = name.rpartition(".")[2]
    words = set(words_of(last))
    if words & _KEEPING_OUT:
        return False
    return True if words & _LETTING or decides(name) or last in ASKED_BY_NAME else None


def _asked_in(facts: FileFacts, name: str) -> tuple[bool, int] | None:
    """The answer that is dangerous, where a condition of a file refuses for a question; and the condition's line."""
    refusing = refusal_lines(facts) | refusing_lines(facts)
    for each in facts.conditionals if refusing else ():
        if any(each.first <= line <= each.last for line in refusing):
            is_negated = _is_negated(form_of(each.condition), name)
            if is_negated is not None:
                return is_negated, each.line
    return None


def _is_negated(form: Form, name: str) -> bool | None:
    """Whether a condition asks for the answer no; None where it does not ask."""
    if form.kind == "is":
        return form.is_negated if name in names_in(form) else None
    return next((found for part in form.parts if (found := _is_negated(part, name)) is not None), None)
