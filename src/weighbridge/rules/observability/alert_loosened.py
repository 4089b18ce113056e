"""An alert or an objective stays, and sees less: a higher bound, a longer wait, a lower severity, a receiver that tells nobody."""

from collections.abc import Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.observability.loosening import loosenings
from weighbridge.landscape.observability.watch_changes import Placed, WatchChanges

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(WatchChanges,),
    weaknesses=(778,),
    tags=("observability", "alerts"),
)


def check(case: Case) -> Iterator[Finding]:
    """One finding for each way in which one is looser."""
    changes = case[WatchChanges]
    kept = [(before, after) for before, after in changes.kept if before.watch != after.watch]
    if not kept:
        return
    telling: dict[str, set[str]] = {}
    for each in changes.on(Side.HEAD):
        if each.watch.kind == "receiver":
            telling.setdefault(each.path, set()).add(each.watch.name)
    for before, after in kept:
        for looser in loosenings(before.watch, after.watch, telling=frozenset(telling.get(after.path, ()))):
            yield _finding(after, looser.words, is_much=looser.is_much)


def _finding(placed: Placed, words: str, *, is_much: bool) -> Finding:
    watch = placed.watch
    name = f"`{watch.name}`" if watch.name else "of everything else"
    return RULE.finding(
        f"the {watch.kind} {name} {words}",
        placed.at(Side.HEAD),
        anchor=f"{watch.kind} {watch.name} {words.partition('`')[0]}",
        severity=Severity.MEDIUM if is_much else Severity.LOW,
    )
