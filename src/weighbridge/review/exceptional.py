"""What is said of exceptions, in the words that every rendering shares."""

from collections.abc import Sequence
from typing import Final

from weighbridge.domain.exceptions import ExceptionKind, ExceptionState, KnownException
from weighbridge.domain.gate import GateState
from weighbridge.domain.package import ReviewPackage

KIND_WORDS: Final = {
    ExceptionKind.OVERRIDE: "Override",
    ExceptionKind.WAIVER: "Waiver",
    ExceptionKind.BREAK_GLASS: "Broken glass",
    ExceptionKind.BYPASS: "Around the gate",
}
_MANY: Final = ("override", "waiver")
"""Those that are counted as one, two and more of them."""
STATE_WORDS: Final = {
    ExceptionState.IN_FORCE: "in force",
    ExceptionState.REVIEW_DUE: "review due",
    ExceptionState.REVIEW_OVERDUE: "review overdue",
    ExceptionState.SEEN: "seen",
    ExceptionState.NOT_COUNTED: "does not count",
    ExceptionState.EXPIRED: "expired",
    ExceptionState.REVIEWED: "reviewed",
}


def exception_words(known: KnownException) -> str:
    """One exception in a sentence: what passes, by whom, for how long, why."""
    where = " here" if known.is_of_this else ""
    said = [f"{KIND_WORDS[known.kind]}{where}: {known.what}"]
    if known.by:
        said.append(f"seen in {known.by}" if known.kind is ExceptionKind.BYPASS else f"by {known.by}")
    said.append(_until(known))
    words = ", ".join(filter(None, said))
    reason = f": {known.reason}" if known.reason else ""
    why = f" ({'; '.join(known.why)})" if known.why else ""
    return f"{words}{reason}{why}"


def passing_words(package: ReviewPackage) -> str:
    """How a gate passes at which nothing is open: by broken glass or another exception, until when, or with nothing else needed."""
    states = {need.state for need in package.gate.requirements}
    here = [each for each in package.presentation.exceptions if each.is_of_this and each.state.is_standing]
    if GateState.BYPASSED in states:
        first = _first([each for each in here if each.kind is ExceptionKind.BREAK_GLASS])
        return f"It passes by broken glass{f': {first}' if first else ''}"
    if GateState.OVERRIDDEN in states:
        first = _first([each for each in here if each.kind is not ExceptionKind.BREAK_GLASS])
        return f"It passes by an exception{f', {first}' if first else ''}"
    return "Nothing else is needed"


def _first(known: Sequence[KnownException]) -> str:
    """Until when the first of them holds, or when its review falls due; empty where there is none."""
    ends = [(each.until, _until(each)) for each in known if each.until]
    return min(ends)[1] if ends else ""


def _until(known: KnownException) -> str:
    when = f"{known.until:%Y-%m-%d %H:%M} UTC" if known.until else ""
    match known.state:
        case ExceptionState.IN_FORCE:
            return f"until {when}"
        case ExceptionState.EXPIRED:
            return f"ran out {when}"
        case ExceptionState.REVIEW_DUE:
            return f"its review is due {when}"
        case ExceptionState.REVIEW_OVERDUE:
            return f"its review was due {when} and is overdue"
        case ExceptionState.SEEN:
            return f"on {known.at:%Y-%m-%d}" if known.at else ""
        case _:
            return STATE_WORDS[known.state]


def exceptions_line(known: Sequence[KnownException]) -> str:
    """How many there are of each kind, in one line; empty where there is none."""
    counted = [
        (KIND_WORDS[kind].lower(), [each for each in known if each.kind is kind and each.state.is_standing])
        for kind in ExceptionKind
    ]
    parts = [
        f"{len(found):,} {words}{'s' if len(found) > 1 and words in _MANY else ''}" for words, found in counted if found
    ]
    overdue = sum(each.state is ExceptionState.REVIEW_OVERDUE for each in known)
    return ", ".join(parts) + (f"; {overdue:,} review{'s' if overdue > 1 else ''} overdue" if overdue else "")


def of_this(known: Sequence[KnownException]) -> tuple[KnownException, ...]:
    """Those that have to do with the change at hand: they are about it, or cover a finding of it."""
    return tuple(each for each in known if each.is_of_this)


def elsewhere(known: Sequence[KnownException]) -> tuple[KnownException, ...]:
    """The others, which every package counts for as long as they stand."""
    return tuple(each for each in known if not each.is_of_this)


def elsewhere_line(known: Sequence[KnownException]) -> str:
    """How many the others are, in one line, and what lists them; empty where there is none."""
    words = exceptions_line(elsewhere(known))
    return f"of other changes: {words} (weighbridge exceptions lists them)" if words else ""
