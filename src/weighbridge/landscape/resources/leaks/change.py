"""What a change leaves open that was not left open before."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.places import Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.resources.leaks.endings import Unended, unended
from weighbridge.landscape.resources.leaks.mentions import closed_in
from weighbridge.landscape.resources.leaks.opened import Closed, Reading
from weighbridge.landscape.resources.leaks.paths import Judged, Leak, is_too_large, judged
from weighbridge.landscape.resources.leaks.unheld import Unheld, new_unheld

ROLES = ("python", "javascript", "typescript", "tsx", "go", "java")


class NewLeak(Struct, frozen=True, kw_only=True):
    """A leak that the change brings; `was_closed` where the base closed the same thing in the same function."""

    leak: Leak
    was_closed: bool
    base_line: int = 0


class Leaks(Struct, frozen=True, kw_only=True):
    """The new leaks of each changed file, and the files that could not be read."""

    files: Mapping[RepoPath, Sequence[NewLeak]] = field(default_factory=dict)
    unheld: Mapping[RepoPath, Sequence[Unheld]] = field(default_factory=dict)
    unended: Mapping[RepoPath, Sequence[Unended]] = field(default_factory=dict)
    unread: tuple[NotRead, ...] = ()


def leaks_of(code: CodeChange, data: ChangedBytes, *, is_test: Callable[[str], bool]) -> Leaks:
    """The new leaks of a change: what tests open is let go of with their process."""
    found: dict[RepoPath, Sequence[NewLeak]] = {}
    unheld: dict[RepoPath, Sequence[Unheld]] = {}
    no_more: dict[RepoPath, Sequence[Unended]] = {}
    unread: list[NotRead] = []
    for file in code.of_role(*ROLES):
        path = file.change.path
        if isinstance(file.missing, CouldNotLook):
            missing = file.missing
            unread.append(NotRead(reason=missing.reason, detail=missing.detail, remedy=missing.remedy, path=path))
        elif file.head is not None and not file.head.is_generated and not is_test(path):
            closed = closed_in(Reading(file.base, _lines(file, data, side=Side.BASE))) if file.base is not None else {}
            reading = Reading(file.head, _lines(file, data, side=Side.HEAD), closed=closed)
            if is_too_large(reading):
                unread.append(NotRead(reason=Reason.LIMIT, detail="it opens too much in too long functions", path=path))
                continue
            if new := list(_new(file, reading, data=data)):
                found[path] = new
            if file.base is not None and (gone := list(unended(file.base, file.head))):
                no_more[path] = gone
            if alone := list(_unheld(file, data)):
                unheld[path] = alone
    return Leaks(files=found, unheld=unheld, unended=no_more, unread=tuple(unread))


def _new(file: FileCode, reading: Reading, *, data: ChangedBytes) -> Iterator[NewLeak]:
    head = list(judged(reading))
    if not any(each.leak for each in head):
        return
    base = _judged(file.base, _lines(file, data, side=Side.BASE), closed=reading.closed)
    known = Counter(_thing(each) for each in base if each.leak)
    closed = {(each.symbol, *_thing(each)): each.opened.line for each in base if not each.leak}
    for each in head:
        if each.leak is None:
            continue
        if known[_thing(each)] > 0:
            known[_thing(each)] -= 1
            continue
        before = closed.get((each.symbol, *_thing(each)))
        if before is None and (each.symbol, each.opened.call, each.opened.name) in reading.closed:
            before = 0
        kind = each.opened.opener.kind
        is_for_others = kind == "thing" or (each.leak.way == "never" and kind == "lock")  # to let go of
        if before is not None or (_is_touched(file, each.leak) and not is_for_others):
            yield NewLeak(leak=each.leak, was_closed=before is not None, base_line=before or 0)


def _unheld(file: FileCode, data: ChangedBytes) -> Iterator[Unheld]:
    after, before = _lines(file, data, side=Side.HEAD), _lines(file, data, side=Side.BASE)
    return new_unheld(file, after=after, before=before)


def _judged(facts: FileFacts | None, lines: Sequence[str], *, closed: Closed) -> list[Judged]:
    reading = Reading(facts, lines, closed=closed) if facts is not None else None
    return list(judged(reading)) if reading is not None and not is_too_large(reading) else []


def _lines(file: FileCode, data: ChangedBytes, *, side: Side) -> Sequence[str]:
    blob = file.change.on(side)
    found = data.of(blob.path, side) if blob is not None else None
    return found.decode("utf-8", "replace").splitlines() if isinstance(found, bytes) else []


def _thing(each: Judged) -> tuple[str, str, str]:
    """What a thing is known by wherever it stands in a file."""
    return each.opened.opener.kind, each.opened.call, each.opened.name


def _is_touched(file: FileCode, leak: Leak) -> bool:
    """Whether the change wrote the line that opens it, or the way out that leaves it open."""
    lines = {leak.opened.line, leak.exit_line or leak.opened.line}
    return any(added.touches(line, line) for added in file.change.added for line in lines)
