"""A resource that holds what cannot be made again is destroyed."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.folding import as_one
from weighbridge.landscape.infrastructure.alterations import NESTED_STACK, Alteration
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.environment import told_with_environment
from weighbridge.landscape.infrastructure.kinds import Holds, Kind
from weighbridge.landscape.infrastructure.refusals import destroyed, outcome, severity_of

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.nested_stacks import StackGone

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "data-loss"),
)
_HANDED_ON: Final = (Holds.GENERATED, Holds.SECRET, Holds.VALUE)
"""What is there for others to read: a matter of one decision where many of a file go, and a lesser one where its readers go too."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each, with what is lost and who relies on it."""
    infrastructure = case[Infrastructure]
    for gone in _stacks(infrastructure):
        each = gone.alteration
        yield RULE.finding(
            f"{each.name} {destroyed(each)}{each.reason}; {gone.words}{each.caveat}",
            each.place,
            anchor=each.anchor(),
            severity=severity_of(each, gone.severity),
            confidence=each.confidence,
        )
    yield from as_one(_lost(infrastructure), more=lambda count, _: f"; and the same holds for {count} more here")


def _lost(infrastructure: Infrastructure) -> Iterator[tuple[str, Finding]]:
    """Each with what it shares with others: values that are made at random, and anew, are one matter."""
    lost = [each for each in infrastructure.alterations if _is_lost(each)]
    elsewhere = told_with_environment(infrastructure) if lost else frozenset()
    for each in lost:
        kind = each.kind
        if kind is None or id(each) in elsewhere:
            continue
        shared = f"{each.change.type} {bool(each.taken_by)}" if kind.holds in _HANDED_ON else each.anchor()
        yield (
            shared,
            RULE.finding(
                f"{each.name} {destroyed(each)}{each.reason}; {outcome(each, each.lost)}{_kept(each)}{each.relying}{each.caveat}",
                each.place,
                anchor=each.anchor(),
                related=each.related,
                severity=severity_of(each, _severity(each, kind)),
                confidence=each.confidence,
            ),
        )


def _is_lost(each: Alteration) -> bool:
    change, kind = each.change, each.kind
    return change.action is Action.DELETE and not change.is_data and kind is not None and kind.is_irreversible


def _stacks(infrastructure: Infrastructure) -> "Iterable[StackGone]":
    if not any(each.change.type == NESTED_STACK and each.change.ends for each in infrastructure.alterations):
        return ()
    from weighbridge.landscape.infrastructure.nested_stacks import stacks_gone  # noqa: PLC0415 - few changes end one

    return stacks_gone(infrastructure)


def _severity(each: Alteration, kind: Kind) -> Severity:
    """How bad it is if it goes through."""
    if each.is_kept:
        return Severity.LOW
    if kind.holds is Holds.KEY and each.is_unnamed:
        return Severity.HIGH  # what is encrypted names its key, wherever it lies
    is_dead = kind.holds is Holds.USERS and plain(each.change.before.get("disabled")) in (True, "true")
    is_left_alone = (
        is_dead or each.is_unnamed or (kind.holds in _HANDED_ON and each.loses_readers and not each.taken_by)
    )
    if each.is_carried or is_left_alone or (each.outlives and not each.named_in):
        return Severity.MEDIUM
    if each.outlives or plain(each.change.before.get("skip_final_snapshot")) is False:
        return max(kind.severity, Severity.HIGH, key=lambda one: one.rank)
    return Severity.HIGH if kind.is_grave and each.change.deposed else kind.severity


def _kept(each: Alteration) -> str:
    """What of it is kept, as far as its settings say."""
    match each.change.before.get("skip_final_snapshot"):
        case True:
            return "; no last snapshot is taken"
        case False:
            return "; a last snapshot is taken, from which somebody would have to restore it"
    return "; force_destroy is set, so that nothing stops it" if each.change.before.get("force_destroy") is True else ""
