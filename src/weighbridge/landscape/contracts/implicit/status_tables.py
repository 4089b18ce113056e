"""Statuses that stand beside what they are answered for: in a table by errors, or as what a class of errors says of itself."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.model import Attribute, Collection, FileFacts, Name, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.asking import requesting
from weighbridge.landscape.contracts.implicit.statuses import asks, status_of
from weighbridge.landscape.contracts.implicit.users import Leaning, who_leans
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test, stands_aside

_SAYS_STATUS: Final = LatePattern(r"(?i)status|http|errors?_?codes?|codes?_?(?:by|of|for)")
_OF_CLASSES: Final = frozenset({"status", "status_code", "statusCode", "http_status", "http_status_code", "http_code"})
_MOST_HANDLERS: Final = 20


class TabledStatus(Struct, frozen=True, kw_only=True):
    """One status with what it is answered for, before and after; `askers` request what may answer it and ask for the old one."""

    file: FileCode
    what: str
    before: int
    after: int
    line: int
    leaning: Leaning
    askers: tuple[Place, ...]


def tabled_statuses(code: CodeChange, landscapes: Landscapes) -> Iterator[TabledStatus]:
    """Every status of a table, or of a class, that is another."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path):
            continue
        before = {(holder, what): status for holder, what, status, _ in _said(file.base)}
        for holder, what, status, line in _said(file.head) if before else ():
            was = before.get((holder, what), status)
            if was != status:
                yield _told(file, landscapes, said=(holder, what, was, status), line=line)


def _told(file: FileCode, landscapes: Landscapes, *, said: tuple[str, str, int, int], line: int) -> TabledStatus:
    holder, what, before, after = said
    known = {each.name for each in file.head.definitions} if file.head else set()
    leaning = who_leans(landscapes, file, symbol=what if what in known else holder)
    askers: dict[Place, None] = {}
    for place in leaning.places[:_MOST_HANDLERS]:
        for reference in requesting(place, landscapes.head):
            path = reference.source.path
            facts = None if is_test(path) or path == place.path else landscapes.head.landscape.facts(path)
            if facts is not None and (asked := asks(facts, before)):
                askers[Place(path=path, line=asked, end_line=asked)] = None
    return TabledStatus(
        file=file, what=what, before=before, after=after, line=line, leaning=leaning, askers=tuple(askers)
    )


def _said(facts: FileFacts) -> Iterator[tuple[str, str, int, int]]:
    """What holds a status, what it is for, the status and its line."""
    keys = _computed_keys(facts)
    for step in facts.steps:
        if step.kind != "bind" or type(step.target) is not Name:
            continue
        of = facts.definitions[step.scope]
        status = status_of(step.value)
        if status is not None and of.kind == "class" and step.target.id in _OF_CLASSES:
            yield of.name, of.name, status, step.line
        elif type(step.value) is Collection and of.kind in ("module", "class"):
            for what, value in _entries(step, step.value, keys=keys):
                yield step.target.id, what, value, step.line


def _entries(step: Step, table: Collection, *, keys: Mapping[int, list[str]]) -> list[tuple[str, int]]:
    """A table's entries where all are statuses, and errors or its name say that they are."""
    statuses = [status_of(each.value) for each in table.elements]
    if not statuses or None in statuses or type(step.target) is not Name:
        return []
    named = [each.key for each in table.elements]
    if not any(named):
        named = keys.get(id(step), [])
    is_list = all(name.isdigit() for name in named)
    is_said = bool(_SAYS_STATUS.search(step.target.id)) or all(name[:1].isupper() for name in named)
    if is_list or not is_said or len(named) != len(statuses) or len(set(named)) != len(named):
        return []
    return [(name, status) for name, status in zip(named, statuses, strict=True) if status is not None]


def _computed_keys(facts: FileFacts) -> Mapping[int, list[str]]:
    """The names that stand as keys of a table, which are used just before it is bound."""
    found: dict[int, list[str]] = {}
    used: list[str] = []
    for step in facts.steps:
        if step.kind == "use" and step.scope == 0 and type(step.value) in (Name, Attribute):
            used.append(last_name(step.value))
            continue
        if step.kind == "bind" and type(step.value) is Collection:
            found[id(step)] = used[-len(step.value.elements) :]
        used = []
    return found
