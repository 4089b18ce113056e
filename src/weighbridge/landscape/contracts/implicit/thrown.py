"""Errors by which others tell what went wrong: given instead of one another, or no longer wrapped so that they are found."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.caught_above import catching
from weighbridge.landscape.contracts.implicit.documentation import documented, word
from weighbridge.landscape.contracts.implicit.error_classes import is_one
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol

_GIVEN: Final = LatePattern(r"\AErr[A-Z]\w*\Z")
_ASKS: Final = re.compile(
    rb"errors\.(?:Is|As|AsType)\b|[!=]=|\bexcept\b|\bcatch\b|\binstanceof\b|\bisinstance\b|\bcase\b|\bassertRaises\b"
)
_WRAPS: Final = "%w"
_VERBS: Final = LatePattern(r"%[-+# 0]*\d*(?:\.\d+)?[a-zA-Z]")
_FINDS: Final = re.compile(rb"\berrors\.(?:Is|As|AsType)\b")
_MOST_BEHIND: Final = 15
"""Lines behind a call in which what it gave may be asked about."""
_MOST_FILES: Final = 40
_MOST_BYTES: Final = 1_000_000


class Thrown(Struct, frozen=True, kw_only=True):
    """One error that is given no more where it was: `now` is what is given; `askers` are who relies on it here."""

    rewrite: Rewrite
    error: str
    now: str = ""
    is_unwrapped: bool = False
    askers: tuple[Place, ...] = ()
    documented: tuple[Place, ...] = ()
    """Where documentation shows others how to go by it."""


def thrown_otherwise(rewritten: Rewritten, landscapes: Landscapes) -> Iterator[Thrown]:
    """Every error that a definition gave and gives no more, something else being given in its place."""
    told: set[tuple[str, str, str]] = set()
    for each in rewritten:
        found = _unwrapped(each) or _replaced(each, landscapes.head.landscape)
        key = (each.file.change.path, each.symbol, found.error) if found else ("", "", "")
        if found is not None and key not in told:
            told.add(key)
            yield Thrown(
                rewrite=each,
                error=found.error,
                now=found.now,
                is_unwrapped=found.is_unwrapped,
                askers=tuple(dict.fromkeys(_asking(found, landscapes))) or tuple(_catching_above(found, landscapes)),
                documented=tuple(_documented(found.error, landscapes.base.landscape)),
            )


def _unwrapped(each: Rewrite) -> Thrown | None:
    """`%w` that is `%v` now, in a text that may say more: `errors.Is` finds nothing."""
    call = each.slots[-1].of if each.slots and each.slots[-1].key == "0" else each.before
    if type(call) is not Call or last_name(call.function) != "Errorf" or each.file.role != "go":
        return None
    was, said = _format(call), each.after if type(each.after) is Text else _format(each.after)
    if was is None or type(said) is not Text or was.value.count(_WRAPS) <= said.value.count(_WRAPS):
        return None
    verbs, now = (_VERBS.findall(text.value) for text in (was, said))
    is_longer = len(verbs) != len(now)
    at = next((at for at, verb in enumerate(verbs) if verb == _WRAPS and (is_longer or now[at] != _WRAPS)), 0)
    given = call.arguments[at + 1].value if len(call.arguments) > at + 1 else None
    named = last_name(given) if given is not None else ""
    return Thrown(rewrite=each, error=named if _GIVEN.match(named) else "", is_unwrapped=True)


def _format(expr: Expr | None) -> Text | None:
    """The text that `Errorf` is given first."""
    if type(expr) is not Call or last_name(expr.function) != "Errorf" or not expr.arguments:
        return None
    first = expr.arguments[0].value
    return first if type(first) is Text else None


def _replaced(each: Rewrite, landscape: Landscape) -> Thrown | None:
    if each.after is None:
        return None
    if each.file.role == "go":
        error = last_name(each.before) if type(each.before) in (Name, Attribute) else ""
        is_given = each.step.kind == "return" or any(
            type(slot.of) is Call and last_name(slot.of.function) in ("Errorf", "Wrap", "Wrapf", "Join")
            for slot in each.slots
        )
        is_known = type(each.after) is Call or bool(
            _GIVEN.match(_shown(each.after))
        )  # a variable may hold it all the same
        if not _GIVEN.match(error) or not is_given or not is_known or _still(each.after, error):
            return None
        return Thrown(rewrite=each, error=error, now=_shown(each.after))
    if each.step.kind != "raise" or type(each.before) is not Call or type(each.after) is not Call or each.slots:
        return None
    error, now = last_name(each.before.function), last_name(each.after.function)
    if not error[:1].isupper() or not now[:1].isupper() or error == now:
        return None
    return None if is_one(now, error, landscape=landscape) else Thrown(rewrite=each, error=error, now=now)


def _still(after: Expr, error: str) -> bool:
    """Whether an error is found in what is given in its place."""
    named = [part for part in walk(after) if type(part) in (Name, Attribute) and last_name(part) == error]
    formats = [part.value for part in walk(after) if type(part) is Text]
    return bool(named) and (not formats or any(_WRAPS in each for each in formats) or type(after) is not Call)


def _shown(after: Expr) -> str:
    return last_name(after.function if type(after) is Call else after)


def _asking(thrown: Thrown, landscapes: Landscapes) -> Iterator[Place]:
    """Where code here, tests left out, goes by an error: compares with it, catches it."""
    head = landscapes.head
    for path in head.landscape.files_with(f"d:{thrown.error}")[:_MOST_FILES] if thrown.error else ():
        for reference in head.references.to((path, 0, thrown.error)):
            source = reference.source.path
            if not is_test(source) and _ASKS.search(_line(head.landscape, source, line=reference.line)):
                yield Place(path=source, line=reference.line, end_line=reference.line)

    called = thrown.rewrite.symbol.rpartition(".")[2]
    if thrown.error and not head.landscape.files_with(f"d:{thrown.error}"):
        yield from _asking_behind(called, thrown.error, landscape=head.landscape)
    elif thrown.is_unwrapped and not thrown.error:
        yield from _finding_behind(thrown.rewrite, called, landscape=head.landscape)


def _catching_above(thrown: Thrown, landscapes: Landscapes) -> Iterator[Place]:
    """Where code of Python catches an error by a class above it, of which what is raised now is none."""
    each, head = thrown.rewrite, landscapes.head
    names = head.evaluator.names(each.file.change.path) if each.file.role == "python" and thrown.now else None
    found = names.indexes.get(each.symbol, ()) if names else ()

    def is_caught(name: str) -> bool:
        was = is_one(thrown.error, name, landscape=landscapes.base.landscape)
        return was and name != thrown.now and not is_one(thrown.now, name, landscape=head.landscape)

    if len(found) == 1:
        yield from catching(Symbol(each.file.change.path, found[0]), thrown.error, head=head, is_caught=is_caught)


def _asking_behind(called: str, error: str, *, landscape: Landscape) -> Iterator[Place]:
    """Where code goes by an error of others just behind a call of what gave it."""
    if not called:
        return
    call, asks = re.compile(rb"\b" + called.encode() + rb"\("), word(error)
    named = set(landscape.files_with(f"m:{error}"))
    for path in [each for each in landscape.files_with(f"m:{called}") if each in named][:_MOST_FILES]:
        since = _MOST_BEHIND
        for number, line in enumerate(() if is_test(path) else _lines(landscape, path), 1):
            since = 0 if call.search(line) else since + 1
            if since < _MOST_BEHIND and asks.search(line) and _ASKS.search(line):
                yield Place(path=path, line=number, end_line=number)


def _finding_behind(each: Rewrite, called: str, *, landscape: Landscape) -> Iterator[Place]:
    """Where code looks for an error, whichever, in what it got just before from what wrapped one."""
    call = re.compile(rb"\b" + called.encode() + rb"\(")
    finding = set(landscape.files_with("m:Is")) | set(landscape.files_with("m:As")) if called else set()
    for path in [one for one in landscape.files_with(f"m:{called}") if one in finding][:_MOST_FILES]:
        if is_test(path) or path == each.file.change.path:
            continue
        since = _MOST_BEHIND
        for number, line in enumerate(_lines(landscape, path), 1):
            since = 0 if call.search(line) else since + 1
            if since < _MOST_BEHIND and _FINDS.search(line):
                yield Place(path=path, line=number, end_line=number)
                break


def _documented(error: str, landscape: Landscape) -> list[Place]:
    """Where documentation shows how to go by an error, by a line that does."""
    if not error:
        return []
    shown = re.compile(rb"(?m)^[^\n]*(?:" + _ASKS.pattern + rb")[^\n]*(?<!\w)" + error.encode() + rb"(?!\w)")
    return documented(shown, landscape.tree, read=landscape.read)


def _line(landscape: Landscape, path: RepoPath, *, line: int) -> bytes:
    lines = _lines(landscape, path)
    return lines[line - 1] if 0 < line <= len(lines) else b""


def _lines(landscape: Landscape, path: RepoPath) -> list[bytes]:
    data = landscape.bytes_of(path, _MOST_BYTES)
    return [] if data is None else data.split(b"\n")
