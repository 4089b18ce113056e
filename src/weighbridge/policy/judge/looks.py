"""What nobody could look at: files, histories, analyses and the impact, where the policy says that it must be seen.

A file of a kind that nothing here reads can be read by a person: an approval of the change, whose page names it, is
somebody's word that they did. Everything else that could not be looked at is nobody's to look at instead.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.change import LimitationKind
from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.inputs import PREFIX
from weighbridge.domain.outcomes import CouldNotLook, FileCoverage, OutcomeState, Reason
from weighbridge.domain.system import AreaLevel
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.judge.approvals import judge_approvals
from weighbridge.policy.needs import ApprovalNeed

UNREAD_RULE: Final = "unread-file"
BY_A_READER: Final = ApprovalNeed()
"""What a file takes that nothing here reads: somebody who had no part in it, and read it."""
_MOST_NAMED: Final = 3


def judge_looks(case: Case) -> Iterator[Requirement]:
    """One requirement for each thing that could not be looked at and must be, and one for the files that people must read."""
    policy, document = case.policy, case.document
    delicate = {s.path for s in document.surfaces if s.kind in policy.delicate}
    delicate |= {path for path, area in document.areas.items() if area.value is AreaLevel.HIGH}
    by_people: list[FileCoverage] = []
    for file in document.coverage.files:
        if file.missing is None or file.missing.reason is Reason.NOT_CONFIGURED:
            continue
        if file.missing.reason is not Reason.UNSUPPORTED or Reason.UNSUPPORTED in policy.blind:
            yield _look(f"{file.path}: {file.missing.detail}", file.missing, rule=UNREAD_RULE)
        elif file.path in delicate:
            by_people.append(file)
    if by_people:
        yield judge_reading(case, ask=_ask_to_read(by_people), because=tuple(_why_unread(by_people)))
    if isinstance(document.impact, CouldNotLook) and document.impact.reason in policy.blind:
        yield _look(f"impact: {document.impact.detail}", document.impact, rule="unmeasured-impact")
    for limitation in document.change.limitations:
        if limitation.kind is LimitationKind.COUNT and Reason.LIMIT in policy.blind:
            words = CouldNotLook(reason=Reason.LIMIT, detail=limitation.detail, remedy=limitation.remedy)
            yield _look(f"{limitation.subject}: {limitation.detail}", words, rule="unseen-history")
    for (subject, missing), rules in _blind(case).items():
        where = f" at {subject}" if subject and not missing.detail.startswith(subject) else ""
        more = f"{len(rules) - 1} more analyses could not look for the same reason" if len(rules) > 1 else ""
        yield _look(f"{rules[0]}{where}: {missing.detail}", missing, rule="blind-rule", more=more)


def _blind(case: Case) -> dict[tuple[str, CouldNotLook], list[str]]:
    """What analyses could not look at and must, each with those that it kept from looking; what was said already aside.

    Whoever gives an input asks for it to be judged: one that could not be is an error, whatever the reason.
    """
    document = case.document
    unread = {str(file.path): file.missing for file in document.coverage.files if file.missing is not None}
    found: dict[tuple[str, CouldNotLook], list[str]] = {}
    for outcome in document.outcomes:
        missing = outcome.missing
        if missing is None or outcome.state is not OutcomeState.COULD_NOT_LOOK:
            continue
        must = missing.reason in case.policy.blind or outcome.subject.startswith(PREFIX)
        if must and missing != document.impact and missing != unread.get(outcome.subject):
            found.setdefault((outcome.subject, missing), []).append(str(outcome.rule))
    return found


def judge_reading(case: Case, *, ask: str, because: tuple[str, ...]) -> Requirement:
    """Whether somebody who had no part in the change read what nothing here reads."""
    return replace(judge_approvals(BY_A_READER, case, asked=Asked(rule=UNREAD_RULE, because=because)), ask=ask)


def _ask_to_read(files: Sequence[FileCoverage]) -> str:
    """The files by name where they are few; each of them stands in the reason."""
    named = ", ".join(str(file.path) for file in files) if len(files) <= _MOST_NAMED else f"{len(files):,} files"
    return f"an approval by a second person who read {named}"


def _why_unread(files: Sequence[FileCoverage]) -> Iterator[str]:
    """Each reason once, with all files of which it is so."""
    alike: dict[tuple[str, str], list[str]] = {}
    for file in files:
        if file.missing is not None:
            alike.setdefault((file.missing.detail, file.missing.remedy), []).append(str(file.path))
    for (detail, remedy), paths in alike.items():
        yield f"{', '.join(paths)}: {detail}" + (f"; {remedy}" if remedy else "")


def _look(what: str, missing: CouldNotLook, *, rule: str, more: str = "") -> Requirement:
    return Requirement(
        kind=RequirementKind.LOOK,
        rule=rule,
        state=GateState.ERROR,
        ask=f"look at {what}",
        because=(f"{missing.reason}", *(words for words in (missing.remedy, more) if words)),
    )
