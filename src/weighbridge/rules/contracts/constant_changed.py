"""A constant that other files go by has another value."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.constants import ChangedConstant, changed_constants
from weighbridge.landscape.infrastructure.secrets import is_secret_name
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)
_NAMED = 3
_MOST_SHOWN = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each constant."""
    for change in changed_constants(case[CodeChange], case[Landscapes]):
        yield _finding(change)


def _finding(change: ChangedConstant) -> Finding:
    """What is several words is for people to read, and seldom gone by."""
    places = ", ".join(map(str, change.users[:_NAMED]))
    more = f" and {len(change.users) - _NAMED} more" if len(change.users) > _NAMED else ""
    who = f"{places}{more} rel{'ies' if len(change.users) == 1 else 'y'} on it" if places else _in_own(change)
    if change.saying:
        return _apart(change)
    return RULE.finding(
        f"`{change.name}` is {_shown(change)}: {who}",
        Place(path=change.file.change.path, line=change.line, end_line=change.line, symbol=change.name),
        anchor=f"{change.name} {change.before} {change.after}",
        related=tuple(RelatedPlace(place=place, message="relies on it") for place in change.users[:_MOST_SHOWN]),
        severity=Severity.NOTE if not change.users else Severity.LOW if " " in change.after else Severity.MEDIUM,
    )


def _apart(change: ChangedConstant) -> Finding:
    """Of two sides that found each other by it, one goes by another name."""
    others = ", ".join(map(str, change.saying[:_NAMED]))
    does = "still says" if len(change.saying) == 1 else "still say"
    users = (RelatedPlace(place=place, message="goes by it") for place in change.users[:_MOST_SHOWN])
    return RULE.finding(
        f"`{change.name}` is {_shown(change)}, by which others find it: {others} {does} the old one, and the two no longer meet",
        Place(path=change.file.change.path, line=change.line, end_line=change.line, symbol=change.name),
        anchor=f"{change.name} {change.before} {change.after}",
        related=(*(RelatedPlace(place=place, message="says the old one") for place in change.saying), *users),
        severity=Severity.HIGH,
    )


def _in_own(change: ChangedConstant) -> str:
    """Who relies on it where no other file names it: what its own file does with it may reach others under other names."""
    if not change.own:
        return "nothing else in this repository is known to rely on it"
    lines = ", ".join(map(str, change.own[:_NAMED]))
    return f"no other file here names it, and line{'s' if len(change.own) > 1 else ''} {lines} of this one {'rely' if len(change.own) > 1 else 'relies'} on it"


def _shown(change: ChangedConstant) -> str:
    """What it is now, and was; not of what by its name is a secret."""
    if is_secret_name(change.name):
        return "another one now"
    return f"`{change.after}` now, not `{change.before}`"
