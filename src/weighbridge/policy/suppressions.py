"""Inline suppressions: a comment that asks for one finding to be let pass, and whether it is honoured.

    weighbridge: allow RULE until YYYY-MM-DD because REASON

It stands behind the code it excuses, or alone on the line above. The author of a change cannot excuse it in the same
breath: what is honoured is the excuse *together with the line it excuses*, as the protected branch has them. Moved
together they still hold; the same words over other code do not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Finding, Suppression
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side

LONGEST_LINE: Final = 1_000
"""Characters; what stands beyond them on a line is no excuse."""

LONGEST_TERM: Final = timedelta(days=731)
"""An excuse for longer than two years is one for ever."""

MOST_STACKED: Final = 20
"""Excuses above one line of code."""

_FORM: Final = LatePattern(
    r"(?P<mark>#|//|--|/\*|<!--|;|%|\*)[^\S\n]{0,8}weighbridge:[^\S\n]{0,8}allow[^\S\n]{1,8}(?P<rule>[\w.-]+/[\w.-]+)"
    r"(?:[^\S\n]{1,8}until[^\S\n]{1,8}(?P<until>\S+))?(?:[^\S\n]{1,8}because\b(?P<reason>.*))?"
)
_DAY: Final = LatePattern(r"\d{4}-\d{2}-\d{2}")
_CLOSERS: Final = ("*/", "-->")


def stated_suppressions(path: RepoPath, text: str) -> tuple[Suppression, ...]:
    """Every suppression that `text` states; its place goes from its own line to the line that it excuses."""
    lines = text.split("\n")
    stated = {n: found for n, line in enumerate(lines, start=1) if (found := _stated(line))}
    return tuple(
        Suppression(
            rule=RuleId(found["rule"]),
            place=Place(path=path, line=number, end_line=_excused(lines, number, stated=stated)),
            reason=_reason(found["reason"] or ""),
            expires=found["until"] or "",
            is_trusted=False,
        )
        for number, found in stated.items()
    )


def _stated(line: str) -> re.Match[str] | None:
    return _FORM.search(line[:LONGEST_LINE]) if "weighbridge:" in line else None


def _reason(text: str) -> str:
    words = text.strip()
    for closer in _CLOSERS:
        words = words.removesuffix(closer).rstrip()
    return words


def _excused(lines: Sequence[str], number: int, *, stated: dict[int, re.Match[str]]) -> int:
    """The line itself where code stands before the comment, else the next that is not an excuse too."""
    if lines[number - 1][: stated[number].start()].strip():
        return number
    following = number + 1
    while following - number < MOST_STACKED and following in stated:
        if lines[following - 1][: stated[following].start()].strip():
            break
        following += 1
    return min(following, len(lines))


def trusted_among(
    stated: Sequence[Suppression], text: str, *, trusted: str, added: Sequence[LineRange]
) -> tuple[Suppression, ...]:
    """The suppressions of `text`, each marked whether the `trusted` version of the file has it over the same code.

    Where head has more copies than the trusted version, those on lines that the change added are the ones too many.
    """
    before, lines = trusted.split("\n"), text.split("\n")
    known = Counter(_identity(before, s) for s in stated_suppressions(RepoPath(""), trusted))
    old_first = sorted(stated, key=lambda s: any(r.touches(s.place.line, s.place.line) for r in added))
    marked = {}
    for suppression in old_first:
        identity = _identity(lines, suppression)
        marked[suppression.place.line] = replace(suppression, is_trusted=known[identity] > 0)
        known[identity] -= 1
    return tuple(marked[s.place.line] for s in stated)


def _identity(lines: Sequence[str], suppression: Suppression) -> tuple[str, str]:
    own, excused = lines[suppression.place.line - 1], lines[suppression.place.end_line - 1]
    return " ".join(own.split()), " ".join(excused.split())


def judged(suppression: Suppression, today: date) -> Suppression:
    """The suppression with the reason why it is not honoured, if it is not."""
    return replace(suppression, problem=next(_problems(suppression, today), ""))


def _problems(suppression: Suppression, today: date) -> Iterator[str]:
    if not suppression.reason:
        yield "it gives no reason (… because REASON)"
    expires = _day(suppression.expires)
    if expires is None and suppression.expires:
        yield f"it gives no expiry: {suppression.expires} is no day (… until YYYY-MM-DD)"
    elif expires is None:
        yield "it gives no expiry (… until YYYY-MM-DD)"
    elif expires < today:
        yield f"it expired on {suppression.expires}"
    elif expires - today > LONGEST_TERM:
        yield f"it ends only on {suppression.expires}: two years are the most"
    if not suppression.is_trusted:
        yield "the target branch does not have it over this line as it is now: the excuse or the line came, or was changed, with this change"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def covers(suppression: Suppression, finding: Finding) -> bool:
    """Whether the suppression speaks of this finding."""
    place, own = finding.place, suppression.place
    return (
        suppression.rule == finding.rule
        and own.path == place.path
        and place.side is Side.HEAD
        and own.line <= place.line <= own.end_line
    )
