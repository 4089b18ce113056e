"""The values at the edge that new code asks about, and the tests that hold none of them."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Condition, Conditional, Definition, FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.test_files import is_test

_MOST_TESTS: Final = 12
"""Files of tests that are read for one function; where more name it, it counts as tried."""
_MOST_BYTES: Final = 500_000
_MOST_ASKED: Final = 20
_NAME: Final = r"(?P<name>[A-Za-z_]\w*)"
_NOTHING: Final = re.compile(rf"^{_NAME} (?:is None|===? ?null|===? ?undefined|== ?nil)$")
_EMPTY: Final = re.compile(
    rf"^(?:len\({_NAME}\) ?== ?0|(?P<other>[A-Za-z_]\w*)\.(?:length|size) ?===? ?0|(?P<third>[A-Za-z_]\w*)\.isEmpty\(\)"
    r"|(?P<fourth>[A-Za-z_]\w*) ?===? ?(?:\"\"|''))$"
)
_NUMBER: Final = re.compile(
    rf"^(?:len\()?{_NAME}\)?(?:\.length|\.size\(\))? ?(?:>=?|<=?|===?) ?(?P<number>-?\d[\d_]{{0,14}})$"
)
_FAULTS: Final = frozenset({"err", "error", "e", "exc", "ctx", "self", "this"})
_HELD: Final = {
    "nothing": re.compile(r"\b(?:None|null|undefined|nil|Optional\.empty)\b"),
    "empty": re.compile(
        r"\"\"|''|``|\[\](?!\w)|\{\}|\(\)\)|\bset\(\)|\bdict\(\)|\blist\(\)|\.of\(\)|empty|emptyList|make\([^,)]*\)|blank",
        re.IGNORECASE,
    ),
}


class Edge(Struct, frozen=True, kw_only=True):
    """A value that a function asks about from now on: of which parameter, in words, and where."""

    function: str
    name: str
    words: str
    line: int
    tests: tuple[RepoPath, ...]
    """The tests that name the function, none of which holds such a value."""


def edges(file: FileCode, view: View) -> Iterator[Edge]:
    """The values that a file asks about for the first time and that no test of the function holds."""
    facts, base = file.head, file.base
    if facts is None or base is None or facts.is_generated:
        return
    known = {text for each in base.conditionals for text in _texts(each.condition)}
    asked = 0
    for conditional in facts.conditionals:
        if not any(r.touches(conditional.line, conditional.line) for r in file.change.added):
            continue
        for text in _texts(conditional.condition):
            found = _edge(text) if text not in known else None
            if found is None:
                continue
            asked += 1
            if asked > _MOST_ASKED:
                return
            definition = _around(facts, conditional)
            if definition is None or found[0] not in {p.name for p in definition.parameters}:
                continue
            tests = _without(definition.name, found[1], view=view)
            if tests:
                yield Edge(function=definition.name, name=found[0], words=found[2], line=conditional.line, tests=tests)


def _texts(condition: Condition) -> Iterator[str]:
    pending = [condition]
    while pending:
        each = pending.pop()
        pending.extend(each.parts)
        if each.kind == "is":
            yield each.text


def _around(facts: FileFacts, conditional: Conditional) -> Definition | None:
    inside = [
        d for d in facts.definitions if d.kind in ("function", "method") and d.line <= conditional.line <= d.end_line
    ]
    found = max(inside, key=lambda d: d.line, default=None)
    return found if found is not None and len(found.name) > 3 and not found.name.startswith("__") else None


def _edge(text: str) -> tuple[str, re.Pattern[str], str] | None:
    """The name that a condition asks about, what tests hold that have such a value, and the value in words."""
    if found := _NOTHING.match(text):
        return (found["name"], _HELD["nothing"], "nothing at all") if found["name"] not in _FAULTS else None
    if found := _EMPTY.match(text):
        name = found["name"] or found["other"] or found["third"] or found["fourth"]
        return name, _HELD["empty"], "empty"
    if found := _NUMBER.match(text):
        number = int(found["number"].replace("_", ""))
        near = {number - 1, number, number + 1}
        written = {form for n in near for form in (str(n), f"{n:_}")}
        is_length = not text.startswith(found["name"]) or ".length" in text or ".size" in text
        if is_length or number in (1, -1):
            return None  # a length is seldom written in a test
        held = re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, sorted(written))) + r")(?![\w.])")
        return found["name"], held, f"at {number:,}, or one off"
    return None


def _without(name: str, held: re.Pattern[str], *, view: View) -> tuple[RepoPath, ...]:
    """The tests that name a function, where none of them holds a value; empty where one does, or where they are too many."""
    tests = [path for path in view.landscape.files_with(f"m:{name}") if is_test(path)]
    if not tests or len(tests) > _MOST_TESTS:
        return ()
    for path in tests:
        data = view.landscape.bytes_of(path, _MOST_BYTES)
        if data is None or held.search(data.decode("utf-8", "replace")):
            return ()
    return tuple(tests)
