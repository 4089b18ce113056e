"""A function no longer does something to the world that it did before."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.effect_changes import HEAVY, EffectChange, EffectChanges
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("behaviour", "effects"),
)

_DID: Final = {
    "database": "reaches the database",
    "network": "reaches the network",
    "files": "touches files",
    "processes": "starts processes",
}


def check(case: Case) -> Iterable[Finding]:
    """One finding for each call that is gone and with it an effect; clock and chance are good riddance."""
    for change in EffectChanges(case[CodeChange], case[Landscapes]).lost():
        if change.chain.kind in _DID:
            yield _finding(change)


def _finding(change: EffectChange) -> Finding:
    function, chain = change.function, change.chain
    names = [f"`{link.name}`" for link in chain.links[1:]]
    through = f", through {' and '.join(names)}" if names else ""
    return RULE.finding(
        f"`{function.name}` no longer {_DID[chain.kind]}: it did by `{chain.via}`{through}",
        function.at(),
        anchor=f"{function.name} {chain.kind}",
        severity=Severity.MEDIUM if chain.kind in HEAVY and change.was_pure else Severity.LOW,
        flow=chain.flow(Side.BASE),
        related=tuple(
            RelatedPlace(place=o.at(), message=f"no longer {_DID[chain.kind]} either") for o in change.others[:10]
        ),
    )
