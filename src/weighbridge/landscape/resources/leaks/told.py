"""The words for what is left open, and how grave it is."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.resources.leaks.change import Leaks, NewLeak
from weighbridge.landscape.resources.leaks.paths import Leak

Weight = Callable[[Leak, str], Severity | None]
"""How grave a leak in a file of a path is; None where it is not worth a word."""

_PARTICIPLE: Final[Mapping[str, str]] = {
    "lock": "released",
    "executor": "shut down",
    "cancel": "called",
    "timer": "stopped",
}
_LEFT: Final[Mapping[str, str]] = {"lock": "held", "executor": "running", "cancel": "uncalled", "timer": "running"}
_BEGUN: Final[Mapping[str, str]] = {"lock": "taken", "executor": "started", "cancel": "made", "timer": "started"}


def found(rule: Rule, case: Case, *, kinds: Collection[str], weigh: Weight) -> Iterator[Finding | CouldNotLook]:
    """One finding for each new leak of some kinds; those whose closing the change removed are told by a rule of their own."""
    leaks = case[Leaks]
    yield from leaks.unread
    for path, new in leaks.files.items():
        for each in new:
            severity = weigh(each.leak, path) if each.leak.opened.opener.kind in kinds and not each.was_closed else None
            if severity is not None:
                yield finding(rule, each, path=path, severity=severity)


def finding(rule: Rule, new: NewLeak, *, path: RepoPath, severity: Severity, words: str = "") -> Finding:
    """A leak where it is opened, with the way that leaves it open."""
    leak = new.leak
    opened = leak.opened
    place = Place(path=path, line=opened.line, end_line=opened.line, symbol=leak.symbol)
    return rule.finding(
        words or said(leak),
        place,
        anchor=f"{opened.call} {opened.name} {leak.way}",
        flow=_flow(new, place),
        severity=severity,
        confidence=Confidence.MEDIUM if leak.way == "fails" else Confidence.HIGH,
    )


def said(leak: Leak) -> str:
    """What is wrong, in one sentence."""
    opened, kind = leak.opened, leak.opened.opener.kind
    begun, done, left = _BEGUN.get(kind, "opened"), _PARTICIPLE.get(kind, "closed"), _LEFT.get(kind, "open")
    by = f" by `{opened.call}`" if kind != "lock" else ""
    match leak.way:
        case "dropped":
            return f"what `{opened.call}` hands out to be {done} is thrown away: nothing can ever do it"
        case "unnamed":
            return f"what `{opened.call}` opens here is given no name (`{leak.via}` uses it): nothing closes it"
        case "never":
            return f"`{opened.name}` is {begun}{by} here and never {done} in `{leak.symbol}`, nor handed on"
        case "fails":
            return f"`{opened.name}`, {begun}{by} here, stays {left} when `{leak.via}` on line {leak.exit_line} raises"
    ends = "returns" if leak.way == "returns" else "raises"
    return f"`{opened.name}`, {begun}{by} here, stays {left} where `{leak.symbol}` {ends} on line {leak.exit_line}"


def done_to(leak: Leak) -> str:
    """The word for what has to be done with it."""
    return _PARTICIPLE.get(leak.opened.opener.kind, "closed")


def _flow(new: NewLeak, place: Place) -> tuple[RelatedPlace, ...]:
    leak = new.leak
    kind = leak.opened.opener.kind
    steps = [RelatedPlace(place=place, message=f"{_BEGUN.get(kind, 'opened')} here")]
    if leak.exit_line:
        out = Place(path=place.path, line=leak.exit_line, end_line=leak.exit_line, symbol=leak.symbol)
        ends = {"returns": "returns here", "raises": "raises here", "fails": f"`{leak.via}` may raise here"}[leak.way]
        steps.append(RelatedPlace(place=out, message=f"{ends}, and it was not {_PARTICIPLE.get(kind, 'closed')}"))
    if new.base_line:
        before = Place(path=place.path, line=new.base_line, end_line=new.base_line, symbol=leak.symbol, side=Side.BASE)
        steps.append(RelatedPlace(place=before, message=f"on the base it was {_PARTICIPLE.get(kind, 'closed')}"))
    return tuple(steps)
