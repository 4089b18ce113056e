"""What a component keeps to itself is used from outside for the first time."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.decisions import DecisionRecords
from weighbridge.landscape.drift import Drift, NewUse
from weighbridge.landscape.internals import why_internal
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.uses import uses_of

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(ComponentMap, DecisionRecords, Drift, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1054, 1061),
    tags=("architecture", "drift"),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each internal file that nobody outside its component used before."""
    uses = case[Drift].new_uses
    if isinstance(uses, CouldNotLook):
        return uses
    found: dict[tuple[str, str], Finding] = {}
    for new in uses:
        owner = case[ComponentMap].named(new.target)
        roots = owner.roots if owner else ()
        why = why_internal(new.use.target, new.use.written, roots=roots, view=case[Landscapes].head)
        key = (new.source, new.use.target if "underscore" not in why else new.use.written)
        if why and key not in found and not _was_used(new, case):
            found[key] = _finding(new, why, records=case[DecisionRecords])
    return found.values()


def _finding(new: NewUse, why: str, *, records: DecisionRecords) -> Finding:
    return RULE.finding(
        f"{new.source} reaches into {new.target}: {new.use.written} is not meant for others, {why}",
        new.use.place,
        anchor=f"{new.source} {new.use.target} {new.use.written}",
        related=records.naming(new.target, new.source),
        confidence=Confidence.HIGH if new.is_declared else Confidence.MEDIUM,
    )


def _was_used(new: NewUse, case: Case) -> bool:
    """Whether any code outside the component, tests aside, imported the same on the base."""
    base, components = case[Landscapes].base, case[ComponentMap]
    candidates = sorted(base.importers.of(new.use.target))
    outside = [p for p in candidates if components.component_of(p).name != new.target and not is_test(p)]
    base.landscape.load(outside)
    hidden = new.use.written.rpartition(".")[2]
    for path in outside:
        for use in uses_of(base, path):
            if use.target == new.use.target and (not hidden.startswith("_") or use.written.endswith(hidden)):
                return True
    return False
