"""A function now does something to the world that it did not do before."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.effect_changes import HEAVY, EffectChange, EffectChanges
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("behaviour", "effects"),
)

_DOES: Final = {
    "database": "reaches the database",
    "network": "reaches the network",
    "files": "touches files",
    "processes": "starts processes",
    "clock": "depends on the clock",
    "randomness": "depends on chance",
}


def check(case: Case) -> Iterable[Finding]:
    """One finding for each call that brings an effect to functions which had none of its kind."""
    for change in EffectChanges(case[CodeChange], case[Landscapes]).gained():
        yield _finding(change)


def _finding(change: EffectChange) -> Finding:
    function, chain = change.function, change.chain
    pure = ", which had no effect at all," if change.was_pure else ""
    more = f"; so do {len(change.others)} more changed functions" if len(change.others) > 1 else ""
    more = f"; so does `{change.others[0].name}`" if len(change.others) == 1 else more
    return RULE.finding(
        f"`{function.name}`{pure} now {_DOES[chain.kind]}: `{chain.via}`{_through(change)}{more}",
        function.at(chain.links[0].line),
        anchor=f"{function.name} {chain.kind}",
        severity=_severity(change),
        confidence=Confidence.HIGH if change.was_pure else Confidence.MEDIUM,
        flow=chain.flow(Side.HEAD),
        related=tuple(RelatedPlace(place=o.at(), message=f"now {_DOES[chain.kind]} too") for o in change.others[:10]),
    )


def _through(change: EffectChange) -> str:
    names = [f"`{link.name}`" for link in change.chain.links[1:]]
    return f", through {' and '.join(names)}" if names else ""


def _severity(change: EffectChange) -> Severity:
    if change.chain.kind in HEAVY:
        return Severity.MEDIUM if change.was_pure else Severity.LOW
    return Severity.LOW if change.chain.kind == "files" and change.was_pure else Severity.NOTE
