"""A check is gone from code, under a message that says nothing of it."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.guard_changes import GuardChanges, LostGuard, asked_no_more
from weighbridge.landscape.guards import GuardKind
from weighbridge.landscape.intent.claims import Claim, Kind
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.mismatch import Deed, told
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.weakened_checks import WeakenedChecks

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Intent, Landscapes, WeakenedChecks),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(862,),
    tags=("intent", "authorisation"),
)

_CLAIMED: Final = (
    Kind.DOCUMENTATION,
    Kind.REFACTORING,
    Kind.STYLE,
    Kind.TEST,
    Kind.BUMP,
    Kind.FIX,
    Kind.RELEASE,
)
_TOLD: Final = LatePattern(
    r"\b(?:auth\w*|permissions?|guards?|checks?|login|logged|access|public|anonymous\w*|valid\w*|requir\w*|allow\w*|restrict\w*|verif\w*|secur\w*|middleware|admins?|roles?|tokens?)\b"
)
"""Words of a message that speaks of who may do what."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for the change, at the gravest of the checks that are gone."""
    intent = case[Intent]
    claims = intent.claims
    if any(each.kind in _CLAIMED for each in claims.each) and not claims.says(_TOLD):
        found = list(_gone(case, intent))
        if found:
            yield told(RULE, found[0][0], deeds=[deed for _, deed in found])
    yield from intent.unread


def _gone(case: Case, intent: Intent) -> Iterator[tuple[Claim, Deed]]:
    changes = GuardChanges(case[CodeChange], case[Landscapes])
    for lost in (*changes.lost(), *changes.exposed(), *asked_no_more(case[WeakenedChecks])):
        claim = intent.claim(lost.path, *_CLAIMED)
        if claim is not None:
            yield claim, _deed(lost)


def _deed(lost: LostGuard) -> Deed:
    subject = lost.slot.name or str(lost.path)
    is_access = lost.guard.kind is GuardKind.ACCESS
    return Deed(
        words=f"`{subject}` is no longer checked by `{lost.guard.name}`",
        place=lost.place,
        anchor=f"{subject} {lost.guard.name}",
        severity=Severity.HIGH if is_access else Severity.MEDIUM,
        confidence=Confidence.HIGH if is_access else Confidence.MEDIUM,
    )
