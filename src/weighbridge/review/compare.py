"""What changed between two packages of what is meant to be the same work: findings gone and new, gate, reach, coverage."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from weighbridge.domain.findings import Finding, by_importance
from weighbridge.domain.gate import Gate, GateState, Requirement
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.domain.risk import Risk
from weighbridge.review.standing import new_findings, unseen


class Shift(Struct, frozen=True, kw_only=True):
    """One thing that was one way and is another, in words."""

    what: str
    before: str
    after: str


class Moved(Struct, frozen=True, kw_only=True):
    """A requirement whose state changed, or that came or went (then that side is None)."""

    requirement: Requirement
    before: GateState | None
    after: GateState | None


class Difference(Struct, frozen=True, kw_only=True):
    """Everything a reader of the old package must know of the new one."""

    is_same_decision: bool
    is_same_tree: bool
    appeared: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    remaining: tuple[Finding, ...] = ()
    requirements: tuple[Moved, ...] = ()
    shifts: tuple[Shift, ...] = ()
    reached: tuple[str, ...] = ()
    no_longer_reached: tuple[str, ...] = ()
    newly_unseen: tuple[str, ...] = ()
    newly_seen: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing that decides differs."""
        return self.is_same_decision


def compare(old: ReviewPackage, new: ReviewPackage) -> Difference:
    """The difference from `old` to `new`; findings are the same when their fingerprints are."""
    before, after = old.decision, new.decision
    had = {f.fingerprint: f for f in new_findings(before)}
    has = {f.fingerprint: f for f in new_findings(after)}
    reached = _named(before), _named(after)
    hidden = _hidden(before), _hidden(after)
    return Difference(
        is_same_decision=old.digest == new.digest,
        is_same_tree=before.change.head_tree == after.change.head_tree,
        appeared=_sorted(f for key, f in has.items() if key not in had),
        gone=_sorted(f for key, f in had.items() if key not in has),
        remaining=_sorted(f for key, f in has.items() if key in had),
        requirements=_moved(before.gate, after.gate),
        shifts=tuple(_shifts(old, new)),
        reached=tuple(sorted(reached[1] - reached[0])),
        no_longer_reached=tuple(sorted(reached[0] - reached[1])),
        newly_unseen=tuple(sorted(hidden[1] - hidden[0])),
        newly_seen=tuple(sorted(hidden[0] - hidden[1])),
    )


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=by_importance))


def _named(decision: Decision) -> set[str]:
    return {f"{reached.kind} {reached.name}" for reached in decision.impact.reached}


def _hidden(decision: Decision) -> set[str]:
    return {
        f"{subject}: {item.missing.reason}"
        for item in unseen(decision)
        for subject in (item.subjects or item.rules or ("the change",))
    }


def _moved(old: Gate, new: Gate) -> tuple[Moved, ...]:
    had: Mapping[str, Requirement] = {r.evidence: r for r in old.requirements}
    has: Mapping[str, Requirement] = {r.evidence: r for r in new.requirements}
    moved = [
        Moved(
            requirement=has.get(key) or had[key],
            before=had[key].state if key in had else None,
            after=has[key].state if key in has else None,
        )
        for key in dict.fromkeys((*had, *has))
    ]
    return tuple(m for m in moved if m.before is not m.after)


def _shifts(old: ReviewPackage, new: ReviewPackage) -> Iterable[Shift]:
    """Single values that differ."""
    before, after = old.decision, new.decision
    pairs = (
        ("gate", str(before.gate.state), str(after.gate.state)),
        ("level", str(before.gate.level), str(after.gate.level)),
        ("provenance", str(before.provenance.origin), str(after.provenance.origin)),
        ("analysis", str(before.coverage), str(after.coverage)),
        ("dependents", str(len(before.impact.dependents)), str(len(after.impact.dependents))),
        ("risk", _risk_words(old.presentation.risk), _risk_words(new.presentation.risk)),
        ("policy", before.gate.policy, after.gate.policy),
        ("tool", before.tool, after.tool),
    )
    return [Shift(what=what, before=was, after=now) for what, was, now in pairs if was != now]


def _risk_words(risk: Risk) -> str:
    return f"{int(risk.percentile)} of 100" if risk.percentile is not None else "not stated"
