"""A check that stood before code is gone from there."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.guard_changes import GuardChanges, LostGuard, Orphan, asked_no_more
from weighbridge.landscape.guards import Guard, GuardKind, is_answer
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.weakened_checks import WeakenedChecks

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes, WeakenedChecks),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(306, 862, 20),
    tags=("behaviour", "authentication", "authorisation"),
)

_BESIDE: Final = 2
"""Lines between two statements of one refusal, at most."""
_BEHIND: Final = 5
"""The same between a check and what is refused with where it fails."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each check that is gone from what is still there, and for each that lost its last user."""
    changes = GuardChanges(case[CodeChange], case[Landscapes])
    told: set[tuple[RepoPath, str]] = set()
    gone = list(changes.lost())
    for lost in gone:
        told.add((lost.path, lost.slot.name))
        if any(_is_one_refusal(lost, other) or _is_made_for(lost, other) for other in gone):
            continue
        yield _gone(lost, is_unused=changes.is_unused(lost.guard.name))
    for lost in (*changes.exposed(), *changes.refused_no_more(), *asked_no_more(case[WeakenedChecks])):
        if (lost.path, lost.slot.name) not in told:
            told.add((lost.path, lost.slot.name))
            yield _gone(lost, is_unused=False)
    for orphan in changes.orphans():
        yield _orphaned(orphan)


def _gone(lost: LostGuard, *, is_unused: bool) -> Finding:
    subject = lost.slot.name or str(lost.path)
    is_access = lost.guard.kind is GuardKind.ACCESS
    rest = "; nothing else uses it any more" if is_unused else ""
    return RULE.finding(
        f"`{subject}` {_what_is_gone(lost.guard)}{rest}",
        lost.place,
        anchor=f"{subject} {lost.guard.name}",
        related=(
            RelatedPlace(place=lost.stood, message="it refused here" if lost.guard.is_own else "the check stood here"),
        ),
        severity=Severity.MEDIUM if lost.guard.kind is GuardKind.INPUT else Severity.HIGH,
        confidence=Confidence.HIGH if is_access else Confidence.MEDIUM,
    )


def _what_is_gone(guard: Guard) -> str:
    """What code no longer does by itself, or what no longer stands before it."""
    if not guard.is_own:
        return f"is no longer guarded by `{guard.name}`"
    if not is_answer(guard.name):
        return f"no longer looks at `{guard.name}` before it goes on"
    to = guard.name.removeprefix("redirect(").removesuffix(")")
    if guard.name.startswith("redirect(") and not to.isdecimal():
        return f"no longer sends who is refused to `{to}`"
    return f"no longer refuses with `{guard.name}`"


def _is_one_refusal(lost: LostGuard, other: LostGuard) -> bool:
    """Whether another guard that is gone says the same better: the status beside an error's words, what was refused for before that."""
    if (other.path, other.slot) != (lost.path, lost.slot) or not lost.guard.is_own:
        return False
    behind = lost.guard.line - other.guard.line
    if not other.guard.is_own:
        return other.guard.kind is GuardKind.ACCESS and 0 <= behind <= _BEHIND
    kinds = lost.guard.kind is GuardKind.DEED and other.guard.kind is GuardKind.ACCESS
    return abs(behind) <= _BESIDE and kinds


def _is_made_for(lost: LostGuard, other: LostGuard) -> bool:
    """Whether a guard only made another that is gone with it: `requireLogin` of `const guard = requireLogin()`."""
    if (other.path, other.slot) != (lost.path, lost.slot) or lost.file.base is None:
        return False
    bound = (step for step in lost.file.base.steps if step.line == lost.guard.line and step.kind == "bind")
    return any(step.target is not None and last_name(step.target) == other.guard.name for step in bound)


def _orphaned(orphan: Orphan) -> Finding:
    return RULE.finding(
        f"`{orphan.name}` guards nothing any more: `{orphan.user}`, the last that used it, is gone",
        orphan.place,
        anchor=orphan.name,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
    )
