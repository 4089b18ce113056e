"""What a later form of a change adds to the one that was approved: approvals are carried over only where it adds nothing.

- The work must be the same: the same files, each from the same bytes to the same bytes. A file that both sides touched
  is none of that, whatever a merge made of it.
- Nothing is found, reached, touched, asked for or unread that was not so when people approved.
- What is gone stands in nobody's way.
"""

from collections.abc import Iterator

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import FindingState
from weighbridge.domain.gate import GateState, Level
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.outcomes import OutcomeState
from weighbridge.domain.package import Decision


def added(approved: Decision, later: Decision) -> tuple[str, ...]:
    """Everything that `later` adds to what was approved, in words; empty when approvals may be carried over."""
    return tuple(
        dict.fromkeys((*_work(approved.change, later.change), *_seen(approved, later), *_asked(approved, later)))
    )


def gone(approved: Decision, later: Decision) -> tuple[EvidenceId, ...]:
    """What was found or asked for when people approved and is not any more."""
    had = {w.finding.evidence for w in approved.findings} | {r.evidence for r in approved.gate.requirements}
    has = {w.finding.evidence for w in later.findings} | {r.evidence for r in later.gate.requirements}
    return tuple(sorted(had - has))


def _work(approved: Change, later: Change) -> Iterator[str]:
    known = {file.path: _sides(file) for file in approved.files}
    for file in later.files:
        if file.path not in known:
            yield f"{file.path} is changed now, and was not"
        elif known[file.path] != _sides(file):
            yield f"{file.path} is not the same change as it was: {_otherwise(known[file.path], _sides(file))}"
    paths = {file.path for file in later.files}
    yield from (f"{path} is not changed any more" for path in known if path not in paths)


def _otherwise(was: tuple[object, ...], now: tuple[object, ...]) -> str:
    """At which of its ends a change of a file differs; who made it so is known to nobody here."""
    if was[0] == now[0]:
        return "its content differs from what was approved"
    if was[1] == now[1]:
        return "what it starts from differs from what it was"
    return "its content differs from what was approved, and so does what it starts from"


def _sides(file: FileChange) -> tuple[object, ...]:
    return tuple((blob.path, blob.mode, blob.oid) if blob else None for blob in (file.base, file.head))


def _seen(approved: Decision, later: Decision) -> Iterator[str]:
    found = {w.finding.fingerprint for w in approved.findings if w.state is FindingState.NEW}
    for weighed in later.findings:
        if weighed.state is FindingState.NEW and weighed.finding.fingerprint not in found:
            yield f"{weighed.finding.rule} at {weighed.finding.place} is new"
    reached = {(each.kind, each.name) for each in approved.impact.reached}
    for each in later.impact.reached:
        if (each.kind, each.name) not in reached:
            yield f"it reaches {each.kind} {each.name} now"
    noticed = {each.symbol for each in approved.impact.dependents}
    count = sum(each.symbol not in noticed for each in later.impact.dependents)
    if count:
        yield f"{count:,} definitions can notice it now that could not"
    touched = {(s.kind, s.path, s.symbol) for s in approved.surfaces}
    for surface in later.surfaces:
        if (surface.kind, surface.path, surface.symbol) not in touched:
            yield f"it touches {surface.kind} in {surface.path} now"
    blind = {(o.rule, o.subject) for o in approved.outcomes if o.state is OutcomeState.COULD_NOT_LOOK}
    for outcome in later.outcomes:
        if outcome.state is OutcomeState.COULD_NOT_LOOK and (outcome.rule, outcome.subject) not in blind:
            yield f"{outcome.rule} could not look now, and could"


def _asked(approved: Decision, later: Decision) -> Iterator[str]:
    levels = list(Level)
    if levels.index(later.gate.level) > levels.index(approved.gate.level):
        yield f"it is a {later.gate.level} change now"
    known = {need.evidence: need.state for need in approved.gate.requirements}
    for need in later.gate.requirements:
        if need.state is GateState.NOT_APPLICABLE:
            continue
        if need.evidence not in known or known[need.evidence] is GateState.NOT_APPLICABLE:
            yield f"{need.rule} asks for {need.ask} now"
    if approved.trust.documents != later.trust.documents:
        yield "what decides on it was changed meanwhile"
