"""A change does something outside of what its message says it is about."""

from collections.abc import Iterable, Sequence
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.intent.claims import Claim, Kind
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.scopes import is_within, outside
from weighbridge.landscape.intent.surfaces import is_shipped

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, CodeChange, Intent),
    tags=("intent", "scope"),
)

_MOST_SHOWN: Final = 10
_MOST_NAMED: Final = 3
_CLAIMED: Final = (Kind.FIX, Kind.REFACTORING, Kind.STYLE, Kind.DOCUMENTATION, Kind.TEST)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for the change: where a scope is declared by that, else by what a commit names in brackets."""
    intent, change = case[Intent], case[Change]
    declared = intent.claims.declared
    if declared:
        found = outside(change, case[CodeChange], scopes=declared)
        if found:
            listed = ", ".join(f"`{each[:60]}`" for each in declared[:_MOST_NAMED])
            yield _finding(f"the message declares the scope {listed}", found, severity=Severity.MEDIUM)
    else:
        yield from _named(case)
    yield from intent.unread


def _named(case: Case) -> Iterable[Finding]:
    """`fix(parser): …`, where something changed is called so: code elsewhere that does something else and has nothing to do with it."""
    intent, change = case[Intent], case[Change]
    claim = _only_scope(intent.claims.each)
    scopes = [each.strip() for each in claim.scope.split(",")] if claim else []
    if claim is None or not any(is_within(f.path, s) for f in change.files if is_shipped(f.path) for s in scopes):
        return
    found = [file for file in outside(change, case[CodeChange], scopes=scopes) if _does_otherwise(file, case)]
    if found:
        turned = any(intent.turns(file, is_strict=True) for file in found)
        words = f"the message names `{claim.scope}` (`{claim.quote}`)"
        yield _finding(words, found, severity=Severity.MEDIUM if turned else Severity.LOW)


def _only_scope(claims: Sequence[Claim]) -> Claim | None:
    """The claim that all messages make of one scope."""
    same = {each.scope for each in claims}
    return claims[0] if len(same) == 1 and claims[0].scope and claims[0].kind in _CLAIMED else None


def _does_otherwise(file: FileChange, case: Case) -> bool:
    code = case[CodeChange].files.get(file.path)
    return code is not None and is_shipped(file.path) and code.missing is None and case[Intent].behaves_otherwise(code)


def _finding(words: str, found: Sequence[FileChange], *, severity: Severity) -> Finding:
    first, *others = [Place(path=file.path, line=_line(file), end_line=_line(file)) for file in found]
    more = f", and {len(others)} more file{'' if len(others) == 1 else 's'}" if others else ""
    return RULE.finding(
        f"{words}, and `{first.path}`{more} lies outside of it: nothing within explains the change there",
        first,
        anchor=str(first.path),
        related=tuple(RelatedPlace(place=each, message="outside too") for each in others[:_MOST_SHOWN]),
        severity=severity,
    )


def _line(file: FileChange) -> int:
    return min((each.start for each in file.added if each.end >= each.start), default=0) if file.head else 0
