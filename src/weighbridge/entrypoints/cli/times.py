"""Times as people write them on a command line: a span from now, or a moment."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import click

_SPAN: Final = re.compile(r"([1-9]\d{0,4})\s?(minute|hour|day|week|m|h|d|w)s?")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FORMS: Final = "write 12h, 2d, 3w, 2026-12-01 or 2026-12-01T18:00Z"


def span_of(text: str, *, option: str) -> timedelta:
    """`12h`, `2d`, `3 weeks` as a span. Raises `UsageError`."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise click.UsageError(f"{option} {text[:40]!r} is no span of time: write 12h, 2d or 3w")
    return timedelta(**{_UNITS[found[2][0]]: int(found[1])})


def moment_of(text: str, *, now: datetime, option: str = "--until") -> datetime:
    """The moment that `text` names, in UTC and in whole seconds; a day is meant from its first one on.

    Raises:
        UsageError: it is none, or it is over.
    """
    now = now.replace(microsecond=0)
    if found := _SPAN.fullmatch(text.strip().lower()):
        return now + timedelta(**{_UNITS[found[2][0]]: int(found[1])})
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise click.UsageError(f"{option} {text[:40]!r} is no time: {_FORMS}") from None
    if moment <= now:
        raise click.UsageError(
            f"{option} {moment:%Y-%m-%d %H:%M} UTC is over: it is {now:%Y-%m-%d %H:%M} UTC now; {_FORMS}"
        )
    return moment
