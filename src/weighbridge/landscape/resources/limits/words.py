"""How what has no limit is told: who is served by it, and how grave that makes it."""

from collections.abc import Sequence

from weighbridge.domain.findings import Severity
from weighbridge.landscape.arguments import counted

_MOST_NAMED = 2


def through(serving: Sequence[str]) -> str:
    """Who leads there: `, which GET /orders leads to`; empty where nobody is known to."""
    if not serving:
        return ""
    named = " and ".join(f"`{name}`" for name in serving[:_MOST_NAMED])
    left = len(serving) - _MOST_NAMED
    more = f" and {counted(left, 'further entry point')}" if left > 0 else ""
    return f"; {named}{more} lead{'s' if len(serving) == 1 else ''} here"


def weight(serving: Sequence[str], *, was_bounded: bool, is_grave: bool = False) -> Severity:
    """A note where nobody is known to be served by it; what was bounded, or is served to others, asks for attention."""
    return Severity.MEDIUM if serving or was_bounded or is_grave else Severity.LOW
