"""Single words of a policy file and what they mean: times, moments, groups of people."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from weighbridge.landscape.documents.shapes import Listing, Text, Whole, nearest
from weighbridge.policy.needs import Group, GroupKind

_TIME: Final = re.compile(r"([1-9]\d{0,4}) (minute|hour|day|week)s?")
_UNITS: Final = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_NAMED: Final = (GroupKind.ROLE, GroupKind.TEAM)
_BARE: Final = (GroupKind.ANYONE, GroupKind.OWNERS, GroupKind.KNOWS_COMPONENT)

NAME: Final = Text(pattern=r"[a-z0-9][a-z0-9-]{0,63}", meaning="small letters, digits and dashes, at most 64")
PERSON: Final = Text(pattern=r"[^\x00-\x20]{1,254}", meaning="an address or a handle, without spaces")
PEOPLE: Final = Listing(of=PERSON, or_one=True)
TIME: Final = Text(pattern=_TIME.pattern, meaning="a time such as `30 minutes`, `2 hours`, `7 days` or `4 weeks`")
RULE_ID: Final = Text(pattern=r"[a-z0-9*-]{1,64}/[a-z0-9*-]{1,64}|\*", meaning="a rule's id, `family/*`, or `*`")
COUNT: Final = Whole(least=1, most=20)
WORDS: Final = Text(pattern=r"[^\x00-\x1f]{1,200}", meaning="at most 200 characters on one line")


def time_of(text: str) -> timedelta:
    """The length of time that `text` gives; its shape was checked."""
    found = _TIME.fullmatch(text)
    assert found is not None, "the shape was checked"
    return int(found[1]) * _UNITS[found[2]]


def why_no_moment(text: str) -> str:
    """What keeps `text` from being a moment with its zone; empty when nothing does."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return "a moment needs its zone: 2026-11-27T08:00:00Z, or +01:00 for Z"
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return "a moment is written 2026-11-27T08:00:00Z"
    return ""


def moment_of(text: str) -> datetime:
    """The moment that `text` gives, in UTC; its shape was checked."""
    return datetime.fromisoformat(text).astimezone(UTC)


MOMENT: Final = Text(check=why_no_moment)


def why_no_group(text: str) -> str:
    """What keeps `text` from naming people; empty when nothing does."""
    kind, colon, name = text.partition(":")
    if colon and kind in _NAMED:
        return "" if name.strip() == name and name else f"`{kind}:` needs a name behind it"
    if text in _BARE or (re.fullmatch(r"@?[^\s@:]+@?[^\s:]*", text) and "@" in text):
        return ""
    known = (*_BARE, "role:NAME", "team:@NAME")
    close = nearest(text, known)
    meant = (
        f"did you mean `{close}`?" if close else f"known are {', '.join(f'`{word}`' for word in known)} and addresses"
    )
    return f"`{text[:60]}` names nobody: {meant}"


def group_of(text: str) -> Group:
    """The people that `text` names; its shape was checked."""
    kind, colon, name = text.partition(":")
    if colon and kind in _NAMED:
        return Group(GroupKind(kind), name)
    return Group(GroupKind(text)) if text in _BARE else Group(GroupKind.PERSON, text)


GROUPS: Final = Listing(of=Text(check=why_no_group), least=1, or_one=True)
