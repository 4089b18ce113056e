"""A change takes away what closed a thing on every way out."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.resources.leaks.change import ROLES, Leaks, NewLeak
from weighbridge.landscape.resources.leaks.endings import Unended
from weighbridge.landscape.resources.leaks.told import done_to, finding, said

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Leaks,),
    roles=ROLES,
    weaknesses=(772, 404),
    tags=("resources", "leaks"),
)
_LIGHT: Final = frozenset({"timer", "cancel", "executor"})


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each thing that the base closed and head does not."""
    leaks = case[Leaks]
    yield from leaks.unread
    for path, new in leaks.files.items():
        for each in new:
            if each.was_closed:
                words = f"{said(each.leak)}; before this change it was {done_to(each.leak)}"
                yield finding(RULE, each, path=path, severity=_weight(each, path), words=words)
    for path, gone in leaks.unended.items():
        for one in gone:
            yield _no_more(one, path)


def _no_more(one: Unended, path: RepoPath) -> Finding:
    """Of what a function ended for its class or its caller."""
    ended = one.ended
    what = (
        f"`{ended.subject}` is still listened to here, and `{ended.symbol}` takes that back"
        if ended.began
        else f"`{ended.symbol}` closes `{ended.subject}`"
    )
    return RULE.finding(
        f"{what} no more, nor does anything in this file",
        Place(path=path, line=one.line, end_line=one.line, symbol=ended.symbol),
        anchor=f"{ended.symbol} {ended.subject} {ended.began!r}",
        related=(
            RelatedPlace(
                place=Place(path=path, line=ended.line, end_line=ended.line, symbol=ended.symbol, side=Side.BASE),
                message="it was done here",
            ),
        ),
        severity=Severity.MEDIUM,
    )


def _weight(new: NewLeak, path: str) -> Severity:
    """CPython closes plain files itself, and a way that only an error takes is a smaller loss; of some all that is known is that
    they were closed.
    """
    kind, is_python = new.leak.opened.opener.kind, path.endswith((".py", ".pyi"))
    if is_python and kind in ("file", "response"):
        return Severity.LOW if new.leak.way == "fails" else Severity.MEDIUM
    if kind == "thing" or (new.leak.way == "fails" and kind != "lock"):
        return Severity.MEDIUM
    return Severity.MEDIUM if kind in _LIGHT else Severity.HIGH
