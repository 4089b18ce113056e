"""What a test states, in one form for every library: about what, how, and against what."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import subexpressions, without_lines
from weighbridge.facts.model import (
    Argument,
    Attribute,
    Call,
    Collection,
    Condition,
    Either,
    Expr,
    FileFacts,
    Name,
    Number,
    Opaque,
    Step,
    Text,
)
from weighbridge.landscape.trials.assertion_words import BETWEEN, FORCE, GO_FAILS, RAISES, TRUTHS, WORDLESS, Force
from weighbridge.landscape.trials.trial import Trial

_OTHER: Final = re.compile(r"(?:assert|verify|expect|check|must|should|ensure|validate|waitFor|wait_for)(?:[A-Z_].*)?")
"""How functions are called that state something of themselves: what they forbid is not known."""
_AT_TESTING: Final = frozenset({"t", "b", "tb", "tt"})
_ROOTS: Final = frozenset({"expect", "assertThat", "expectTypeOf", "should"})
_PACKAGES: Final = frozenset(
    {
        "assert",
        "require",
        "self",
        "cls",
        "t",
        "s",
        "suite",
        "ts",
        "Assert",
        "Assertions",
        "chai",
        "np",
        "testing",
        "npt",
        "pytest",
        "is",
    }
)
_EXPECTED_FIRST: Final = frozenset({"go", "java"})
_OF_ONE: Final = frozenset({"Nil", "Empty", "True", "False", "Zero", "assertFalse", "assertIsNone", "assertNull"})
_RESULT: Final = ("use", "enter", "bind", "return", "yield", "iterate")


class Assertion(Struct, frozen=True, kw_only=True, gc=False):
    """One statement; `about` and `against` are forms of expressions, to be compared and not read."""

    line: int
    how: str
    """The method or operator, as written."""
    force: Force
    about: bytes
    against: bytes = b""
    subject: Expr | None = None
    value: Expr | None = None
    """The expressions themselves, where there are any."""
    options: tuple[Argument, ...] = ()
    """What else the statement is given: a tolerance, a message."""
    is_raise: bool = False
    is_negated: bool = False
    is_known: bool = True
    """Whether what it forbids is known; else it is a function of the project's that states something."""
    scope: int = 0


class Link(Struct, frozen=True):
    """A name of a chain of calls, with what it is called with; None where it is not called."""

    name: str
    arguments: tuple[Argument, ...] | None
    line: int = 0


class Statements:
    """What the tests of one file state."""

    def __init__(self, facts: FileFacts) -> None:
        self._facts = facts
        self._conditionals = sorted(facts.conditionals, key=lambda c: (c.first, -c.last))
        self._steps: dict[int, list[Step]] = {}
        for step in facts.steps:
            self._steps.setdefault(step.scope, []).append(step)

    def of(self, trial: Trial) -> list[Assertion]:
        """What a test states in its own lines, functions inside it included, in their order."""
        steps = self.steps(trial)
        return [each for step in steps for each in self._read(step)]

    def steps(self, trial: Trial) -> list[Step]:
        """What a test does, functions inside it included."""
        return [step for scope in sorted(trial.scopes) for step in self._steps.get(scope, ())]

    def _asked_at(self, line: int) -> Condition | None:
        at = bisect_right(self._conditionals, line, key=lambda c: c.first)
        near = self._conditionals[max(0, at - _NEAR) : at]
        return next((c.condition for c in reversed(near) if c.last >= line), None)

    def _read(self, step: Step) -> Iterator[Assertion]:
        if step.kind == "assert":
            yield from _operated(step.value, step)
        elif step.kind in _RESULT:
            yield from self._called(step.value, step)

    def _called(self, expr: Expr, step: Step) -> Iterator[Assertion]:
        links = links_of(expr)
        found = list(self._stated(links, step)) if links else []
        yield from found
        if not found and isinstance(expr, Call | Attribute | Either):
            for part in subexpressions(expr):
                yield from self._called(part, step)

    def _stated(self, links: Sequence[Link], step: Step) -> Iterator[Assertion]:
        root, last = links[0], links[-1]
        line = root.line or last.line or step.line
        is_bare = root.name == "expect" and root.arguments is None  # expect.poll(…), expect.soft(…), expect.element(…)
        at = next((i for i, link in enumerate(links[:2]) if (link.name in _ROOTS or is_bare) and link.arguments), None)
        if at is not None:
            yield from _matched(links[at], links[at + 1 :], where=_Where(line, step.scope))
        elif last.arguments is None:
            return
        elif self._facts.language == "go" and root.name in _AT_TESTING and last.name in GO_FAILS and len(links) == 2:
            yield self._failing(last, _Where(line, step.scope))
        elif (
            last.name in RAISES and (root.name in _PACKAGES or len(links) == 1) and last.name not in ("throw", "Error")
        ):
            yield _raising(last, _Where(line, step.scope))
        elif self._facts.language == "go" and last.name == "Error" and root.name in ("assert", "require", "s", "suite"):
            yield _raising(Link(last.name, _without_t(last.arguments), last.line), _Where(line, step.scope))
        elif last.name in FORCE and (root.name in _PACKAGES or last.name.startswith("assert")):
            yield _compared(links, self._facts.language, where=_Where(line, step.scope))
        elif _OTHER.fullmatch(last.name) or (root.name in ("assert", "require") and self._facts.language != "python"):
            yield _unknown(links, _Where(line, step.scope))

    def _failing(self, link: Link, where: "_Where") -> Assertion:
        """Go's own way: what is asked around the call is what is stated."""
        about = self._asked_at(where.line)
        return Assertion(
            line=where.line,
            how=link.name,
            force=Force.WHOLLY if about is not None and "!=" in about.text else Force.PARTLY,
            about=repr(about).encode(),
            value=Call(Name(link.name), link.arguments or (), where.line),
            scope=where.scope,
        )


_NEAR: Final = 50
"""Conditions that are tried to find the one around a line: each begins at or before it, the nearest first."""


class _Where(Struct, frozen=True):
    line: int
    scope: int


def links_of(expr: Expr) -> list[Link]:
    """The names of `a.b(…).c(…)` from the first to the last, with what each is called with; empty where it begins with no name."""
    found: list[Link] = []
    arguments: tuple[Argument, ...] | None = None
    line = 0
    while True:
        if isinstance(expr, Call):
            arguments, line, expr = expr.arguments, expr.line, expr.function
        elif isinstance(expr, Attribute):
            found.append(Link(expr.name, arguments, line))
            arguments, expr = None, expr.of
        else:
            break
    return [Link(expr.id, arguments, line), *reversed(found)] if isinstance(expr, Name) else []


def is_literal(expr: Expr | None) -> bool:
    """Whether no name leads to a value."""
    if isinstance(expr, Collection):
        return all(is_literal(each.value) for each in expr.elements)
    return isinstance(expr, Number | Opaque) or (isinstance(expr, Text) and not expr.parts)


def _operated(expr: Expr, step: Step) -> Iterator[Assertion]:
    """Python's and Java's `assert`."""
    if isinstance(expr, Either) and expr.operator == "and":
        for option in expr.options:
            yield from _operated(option, step)
        return
    where = _Where(step.line, step.scope)
    if isinstance(expr, Either) and len(expr.options) == 2 and expr.operator not in ("or", ""):
        yield _pair(expr.operator.replace(" ", "-"), expr.options, where=where, is_expected_first=False)
        return
    if isinstance(expr, Either) and expr.operator in ("is", "is not", "==", "!="):
        how = {"is": "is", "==": "=="}.get(expr.operator, "is-not")
        yield Assertion(
            line=step.line,
            how=how,
            force=FORCE[how],
            about=without_lines(expr.options[0]),
            subject=expr.options[0],
            scope=step.scope,
        )
        return
    links = links_of(expr)
    how = links[-1].name if links and links[-1].name in ("isinstance", "any") else "truth"
    yield Assertion(
        line=step.line, how=how, force=Force.EXISTS, about=without_lines(expr), subject=expr, scope=step.scope
    )


def _matched(root: Link, rest: Sequence[Link], *, where: _Where) -> Iterator[Assertion]:
    """`expect(a).not.toBe(b)`, `assertThat(a).isEqualTo(b).hasSize(2)`, `assertThat(a, is(b))`."""
    subject = root.arguments[0].value if root.arguments else Opaque()
    is_negated = any(link.name == "not" for link in rest)
    if root.arguments and len(root.arguments) > 1 and not rest:
        yield _hamcrest(subject, root.arguments[1].value, where=where)
        return
    rejects = any(link.name == "rejects" for link in rest)
    for at, link in enumerate(rest):
        is_last = at == len(rest) - 1
        if link.arguments is None and not (is_last and link.name in WORDLESS):
            continue
        if link.name in BETWEEN and not is_last:
            continue
        given = link.arguments or ()
        yield Assertion(
            line=where.line,
            how=link.name,
            force=FORCE.get(link.name, Force.PARTLY),
            about=without_lines(subject),
            against=_form(given[:1]) if link.name in ("toBeCloseTo",) else _form(given),
            subject=subject,
            value=given[0].value if given else None,
            options=given[1:],
            is_raise=rejects or link.name in RAISES,
            is_negated=is_negated,
            is_known=link.name in FORCE or link.name in RAISES or link.name in WORDLESS,
            scope=where.scope,
        )


def _hamcrest(subject: Expr, matcher: Expr, *, where: _Where) -> Assertion:
    links = links_of(matcher)
    name = links[-1].name if links else ""
    inner = links[-1].arguments if links else None
    how = name
    if name == "is" and inner and (deeper := links_of(inner[0].value)) and deeper[-1].name in FORCE:
        how = deeper[-1].name
    return Assertion(
        line=where.line,
        how=how,
        force=FORCE.get(how, Force.PARTLY),
        about=without_lines(subject),
        against=without_lines(matcher),
        subject=subject,
        value=inner[0].value if inner else None,
        is_negated=name == "not",
        is_known=how in FORCE,
        scope=where.scope,
    )


def _without_t(arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    first = arguments[0].value if arguments else None
    return arguments[1:] if isinstance(first, Name) and first.id in _AT_TESTING else arguments


def _raising(link: Link, where: _Where) -> Assertion:
    given = link.arguments or ()
    return Assertion(
        line=where.line,
        how=link.name,
        force=Force.WHOLLY,
        about=b"",
        against=_form(given),
        value=given[0].value if given else None,
        options=given[1:],
        is_raise=True,
        scope=where.scope,
    )


def _compared(links: Sequence[Link], language: str, *, where: _Where) -> Assertion:
    last = links[-1]
    given = _without_t(last.arguments or ())
    if last.name.startswith("assert_") and len(links) > 1 and links[-2].name not in _PACKAGES:
        return _of_double(links, given, where=where)
    is_one = FORCE[last.name] is Force.EXISTS or len(given) < 2 or last.name in _OF_ONE
    if is_one:
        return _single(last.name, given, where=where, language=language)
    options = given[2:]
    is_told_first = language == "java" and len(given) == 3 and isinstance(given[0].value, Text)
    if is_told_first and not isinstance(given[2].value, Text | Number):
        given, options = given[1:], ()
    pair = (given[0].value, given[1].value)
    is_first = language in _EXPECTED_FIRST and last.name not in ("Contains", "Len", "Lenf", "NotContains")
    return _pair(last.name, pair, where=where, is_expected_first=is_first, options=options)


def _of_double(links: Sequence[Link], given: tuple[Argument, ...], *, where: _Where) -> Assertion:
    """Python's `mock.assert_called_once_with(…)`."""
    how = links[-1].name
    return Assertion(
        line=where.line,
        how=how,
        force=FORCE[how],
        about=".".join(link.name for link in links[:-1]).encode(),
        against=_form(given),
        subject=Name(links[0].name),
        scope=where.scope,
    )


def _single(how: str, given: tuple[Argument, ...], *, where: _Where, language: str) -> Assertion:
    subject = given[0].value if given else Opaque()
    if language == "java" and len(given) == 2 and isinstance(subject, Text):
        subject = given[1].value  # JUnit 4 says the message first
    is_asked = isinstance(subject, Either) and len(subject.options) == 2 and subject.operator in FORCE
    if how in TRUTHS and is_asked and isinstance(subject, Either):
        return _pair(subject.operator, subject.options, where=where, is_expected_first=False)
    is_boolean = language in _EXPECTED_FIRST and how in TRUTHS  # which take nothing else
    return Assertion(
        line=where.line,
        how=how,
        force=Force.WHOLLY if is_boolean else FORCE[how],
        about=without_lines(subject),
        subject=subject,
        scope=where.scope,
    )


def _pair(
    how: str, pair: Sequence[Expr], *, where: _Where, is_expected_first: bool, options: tuple[Argument, ...] = ()
) -> Assertion:
    """A comparison of two: what is put together from names is what it is about."""
    first, second = pair
    if is_literal(first) != is_literal(second):
        subject, value = (second, first) if is_literal(first) else (first, second)
    else:
        subject, value = (second, first) if is_expected_first else (first, second)
    return Assertion(
        line=where.line,
        how=how,
        force=FORCE.get(how, Force.PARTLY),
        about=without_lines(subject),
        against=without_lines(value),
        subject=subject,
        value=value,
        options=options,
        scope=where.scope,
    )


def _unknown(links: Sequence[Link], where: _Where) -> Assertion:
    last = links[-1]
    given = _without_t(last.arguments or ())
    return Assertion(
        line=where.line,
        how=last.name,
        force=Force.PARTLY,
        about=b".".join(link.name.encode() for link in links[:-1]) + _form(given),
        subject=given[0].value if given else None,
        is_known=False,
        scope=where.scope,
    )


def _form(arguments: Sequence[Argument]) -> bytes:
    return b",".join(each.name.encode() + b"=" + without_lines(each.value) for each in arguments)
