"""A view of Django's accepts other methods of HTTP than it did."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.accepted_methods import TurnedMethods, turned_methods

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange,),
    roles=("python",),
    tags=("contract", "django", "security"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each view and direction."""
    for turned in turned_methods(case[CodeChange]):
        if turned.lost is None or turned.lost:
            left = " and ".join(turned.after or ()) or "nothing"
            refused = " and ".join(turned.lost) if turned.lost else "every other method"
            yield RULE.finding(
                f"`{turned.symbol}` accepts only {left} now: a request with {refused}, which it answered before, gets 405 Method Not"
                " Allowed; make sure that no client or link sends it",
                turned.place,
                anchor=f"narrowed {turned.symbol}",
            )
        if turned.gained is None or turned.gained:
            yield _widened(turned)


def _widened(turned: TurnedMethods) -> Finding:
    gained = " and ".join(turned.gained) if turned.gained else "any method"
    was = " and ".join(turned.before or ())
    is_safe_now = turned.gained is None or "GET" in turned.gained
    opens = is_safe_now and "GET" not in (turned.before or ())
    why = (
        "a link, a crawler or a prefetch can call it now, and Django checks no CSRF token of a GET; put the restriction back if it"
        " changes anything"
        if opens
        else "make sure that it handles what comes with that"
    )
    return RULE.finding(
        f"`{turned.symbol}` accepts {gained} now, and accepted only {was}: {why}",
        turned.place,
        anchor=f"widened {turned.symbol}",
        severity=Severity.MEDIUM if opens else Severity.LOW,
    )
