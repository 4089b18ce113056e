"""A change lets errors go: what fails is neither logged, raised, counted nor handed on."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import NotRead, Reason
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.observability.handlers import MOST_HANDLERS, Handler, Handlers, Silence
from weighbridge.landscape.observability.handling import Told, told_by
from weighbridge.landscape.observability.unheard import Dropped, GoErrors
from weighbridge.landscape.test_files import stands_aside

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, ChangedBytes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(390, 391),
    tags=("observability", "errors"),
)
MOST_NAMED: Final = 3
MOST_SINGLY: Final = 3
MOST_SHOWN: Final = 10


def check(case: Case) -> Iterator[Finding | NotRead]:
    """One finding for each handler, and in Go each error, that tells nobody from now on."""
    contents = case[ChangedBytes]
    files = [file for path, file in case[CodeChange].files.items() if not stands_aside(path) and file.head is not None]
    known = _known(case[CodeChange], contents)
    for file in files:
        if file.role == "go":
            yield from _of_go(file, contents)
            continue
        handlers = Handlers(file.head, contents.text(file.change.path)) if file.head else None
        if handlers is None:
            continue
        if handlers.is_cut:
            detail = f"it has more than {MOST_HANDLERS:,} handlers of errors; those behind were not looked at"
            yield NotRead(path=file.change.path, reason=Reason.LIMIT, detail=detail)
        yield from _together(file, list(_of_handlers(file, handlers, known=known)))


def _together(file: FileCode, found: list[Finding]) -> Iterator[Finding]:
    """The findings, or one for all of a file that lets go of errors in many places: a way of writing, not so many slips."""
    if len(found) <= MOST_SINGLY:
        yield from found
        return
    first = min(found, key=lambda each: (each.severity.rank, each.place.line))
    yield RULE.finding(
        f"{len(found)} handlers of this file drop whatever fails: nothing logs, raises or counts it; the first: {first.message}",
        first.place,
        anchor=f"handlers of {file.change.path}",
        related=tuple(RelatedPlace(place=each.place, message=each.message) for each in found if each is not first)[
            :MOST_SHOWN
        ],
        severity=first.severity,
    )


def _known(code: CodeChange, contents: ChangedBytes) -> Counter[tuple[str, tuple[str, ...]]]:
    """What was tried in vain before, anywhere in the changed files: a handler that moves is not new."""
    found: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for file in code.files.values():
        if file.base is not None and file.role != "go":
            for each in Handlers(file.base, _before(file, contents)).silent():
                found[each.types, each.tried] += 1
    return found


def _before(file: FileCode, contents: ChangedBytes) -> str:
    return contents.text(file.change.base.path, Side.BASE) if file.change.base else ""


def _of_handlers(
    file: FileCode, handlers: Handlers, *, known: Counter[tuple[str, tuple[str, ...]]]
) -> Iterator[Finding]:
    before = list(Handlers(file.base, "").silent()) if file.base is not None else []
    old = Counter(each.key for each in before)
    told = told_by(file.base) if file.base is not None else {}
    found = list(handlers.silent())
    added = Counter(each.key for each in found)
    for each in sorted(found, key=lambda one: known[one.types, one.tried] > 0, reverse=True):
        is_old = added[each.key] <= old[each.key]
        added[each.key] -= 1
        if is_old:
            continue
        if known[each.types, each.tried] > 0:
            known[each.types, each.tried] -= 1
            continue
        earlier = _told(told, each)
        if each.is_alarming or earlier is not None:
            yield _finding(file, each, told=earlier, is_meant=handlers.says_why(each))


def _told(told: dict[str, list[Told]], handler: Handler) -> Told | None:
    """The handler of the same errors of the same calls that raised, or told somebody, before."""
    types = handler.types.partition(" as ")[0]
    before = (each for each in told.get(handler.symbol, []) if each.types.partition(" as ")[0] == types)
    return next((each for each in before if each.called & set(handler.called)), None)


def _finding(file: FileCode, handler: Handler, *, told: Told | None, is_meant: bool) -> Finding:
    names = handler.tried or tuple(name for name in handler.called if name)
    tried = ", ".join(f"`{name}`" for name in names[:MOST_NAMED]) or "there"
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    what = "whatever fails in" if handler.is_broad else f"{handler.types.partition(' as ')[0].strip('()')} of"
    does = "is answered with an empty value" if handler.silence is Silence.ANSWERS else "is dropped"
    before = f"; before, {told.words}" if told is not None else ""
    is_answered = handler.parses or handler.silence is Silence.ANSWERS
    is_minor = is_meant or (is_answered and told is None)
    return RULE.finding(
        f"{what} {tried}{more} {does}: nothing logs, raises or counts it{before}",
        file.at(handler.line, symbol=handler.symbol),
        anchor=f"swallowed {handler.types} {tried}",
        severity=Severity.LOW if is_minor else Severity.MEDIUM,
    )


def _of_go(file: FileCode, contents: ChangedBytes) -> Iterator[Finding]:
    if file.head is None:
        return
    head = GoErrors(file.head, contents.text(file.change.path))
    base = GoErrors(file.base, _before(file, contents)) if file.base is not None else None
    old: Counter[tuple[str, str, bool]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    if base is not None:
        old.update((d.symbol, d.called, d.is_answered) for d in (*base.answered_with_nil(), *base.blank()))
        asked = base.asked_about()
    for each in (*head.answered_with_nil(), *head.blank()):
        key = each.symbol, each.called, each.is_answered
        if old[key]:
            old[key] -= 1
            continue
        was_asked = asked[each.symbol, each.called] > 0
        if each.is_answered or was_asked:
            yield _of_dropped(file, each, was_asked=was_asked)


def _of_dropped(file: FileCode, dropped: Dropped, *, was_asked: bool) -> Finding:
    what = f"an error of `{dropped.called}`"
    if dropped.is_answered:
        words = f"{what} is answered with `nil`: the caller is told that it worked, and nothing logs it"
    else:
        words = f"{what} is asked about no longer: what comes next is done as if it had worked"
    return RULE.finding(
        words + ("; before, it was handed on or logged" if was_asked and dropped.is_answered else ""),
        file.at(dropped.line, symbol=dropped.symbol),
        anchor=f"dropped {dropped.called} {dropped.is_answered}",
        severity=Severity.MEDIUM,
    )
