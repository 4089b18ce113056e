"""A new import closes a cycle, among components or among the modules of one."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.decisions import DecisionRecords
from weighbridge.landscape.drift import SEVERAL, Drift, NewUse
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.module_cycles import ModuleCycle, new_module_cycles

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, DecisionRecords, Drift, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1047,),
    tags=("architecture", "drift"),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each pair of components, and for each module, whose new import closes a cycle."""
    drift = case[Drift]
    uses = drift.new_uses
    if isinstance(uses, CouldNotLook):
        return uses
    found = [_of_module(cycle) for cycle in new_module_cycles(case[Landscapes], case[CodeChange])]
    first = {(new.source, new.target): new for new in reversed(uses) if new.is_first}
    for new in drift.leading_back(first.values()):
        back = drift.path_between(new.target, new.source)
        if isinstance(back, CouldNotLook):
            return back
        if back and not _was_one(drift, new) and not _goes_back(drift, new):
            found.append(_of_components(new, back, drift=drift, records=case[DecisionRecords]))
    return found


def _of_components(new: NewUse, back: tuple[str, ...], *, drift: Drift, records: DecisionRecords) -> Finding:
    chain = " -> ".join((new.source, *back))
    return RULE.finding(
        f"{new.source} now leans on {new.target}, which leads back to it: {chain}",
        new.use.place,
        anchor=chain,
        flow=(
            RelatedPlace(place=new.use.place, message=f"{new.source} leans on {new.target}"),
            *_flow(back, drift),
        ),
        related=records.naming(new.source, new.target),
        confidence=Confidence.HIGH if new.is_declared else Confidence.MEDIUM,
    )


def _flow(back: tuple[str, ...], drift: Drift) -> Iterator[RelatedPlace]:
    for source, target in pairwise(back):
        use = drift.example(source, target)
        if use is not None:
            yield RelatedPlace(place=use.place, message=f"{source} leans on {target}")


def _was_one(drift: Drift, new: NewUse) -> bool:
    """Whether the two were on a cycle before, by another way."""
    return bool(drift.path_between(new.source, new.target, side=Side.BASE)) and bool(
        drift.path_between(new.target, new.source, side=Side.BASE)
    )


def _goes_back(drift: Drift, new: NewUse) -> bool:
    """Whether the one way prevails so clearly that `architecture/back-edge` tells of it."""
    return len(drift.files_using(new.target, new.source)) >= SEVERAL


def _of_module(cycle: ModuleCycle) -> Finding:
    modules = [cycle.closing.source, *(use.source for use in cycle.back), cycle.closing.source]
    flow = [RelatedPlace(place=use.place, message=f"imports {use.written}") for use in (cycle.closing, *cycle.back)]
    return RULE.finding(
        f"importing {cycle.closing.written} closes a cycle: {' -> '.join(modules)}",
        cycle.closing.place,
        anchor=" ".join(modules),
        flow=tuple(flow),
        severity=Severity.LOW,
    )
