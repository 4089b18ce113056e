"""Modules are looked for elsewhere than before."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.integrity.search_paths import SearchPath, Weight, search_paths, variable_set
from weighbridge.landscape.test_files import is_test, stands_aside

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, CodeChange),
    weaknesses=(427, 426),
    tags=("integrity",),
)

_SEVERITIES: Final = {Weight.AFTER: Severity.LOW, Weight.BEFORE: Severity.MEDIUM, Weight.INSTEAD: Severity.HIGH}
_LOADS_INTO_ALL: Final = frozenset({"LD_PRELOAD", "DYLD_INSERT_LIBRARIES"})


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each new statement or line that says where modules are looked for."""
    content = case[ChangedBytes]
    stated = [finding for file in case[CodeChange].files.values() for finding in _stated(file)]
    plain = [file for file in case[Change].files if file.head is not None and role_of(file.path) != "prose"]
    unread = (data for file in plain if isinstance(data := content.of(file.path), CouldNotLook))
    return [*stated, *_set(plain, content), *unread]


def _stated(file: FileCode) -> Iterator[Finding]:
    before = Counter(_key(each) for each in search_paths(file.base)) if file.base else Counter[str]()
    found = list(search_paths(file.head)) if file.head else []
    more = Counter(map(_key, found)) - before
    for each in found:
        is_added = any(span.touches(each.line, each.line) for span in file.change.added)
        if is_added and more[_key(each)] > 0:
            more[_key(each)] -= 1
            yield RULE.finding(
                f"`{each.what}`: {_what_of_it(each.weight)}",
                Place(path=file.change.path, line=each.line, end_line=each.line),
                anchor=each.what,
                severity=Severity.LOW if stands_aside(file.change.path) else _SEVERITIES[each.weight],
            )


def _key(each: SearchPath) -> str:
    return f"{each.what} {each.weight}"


def _what_of_it(weight: Weight) -> str:
    if weight is Weight.INSTEAD:
        return "an import of that name gets this, whatever file is there"
    return f"modules are looked for there {'before' if weight is Weight.BEFORE else 'after'} everywhere else"


def _set(files: Iterable[FileChange], content: ChangedBytes) -> Iterator[Finding]:
    for file in files:
        if is_test(file.path):
            continue
        lines = content.text(file.path).split("\n")
        before = content.text(file.base.path, Side.BASE) if file.base is not None else ""
        for span in file.added:
            for number in range(span.start, min(span.end, len(lines)) + 1):
                name = variable_set(lines[number - 1])
                if name and lines[number - 1].strip() not in before:
                    yield RULE.finding(
                        f"`{name}` is set: programs that are started with it load code from there",
                        Place(path=file.path, line=number, end_line=number),
                        anchor=lines[number - 1].strip(),
                        severity=Severity.HIGH if name in _LOADS_INTO_ALL else RULE.severity,
                    )
