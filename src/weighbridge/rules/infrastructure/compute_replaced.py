"""What services run on is destroyed."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import TERRAFORM, Alteration, listed
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.first_boot import is_machine
from weighbridge.landscape.infrastructure.instances import SHRINKS
from weighbridge.landscape.infrastructure.kinds import Holds
from weighbridge.landscape.infrastructure.node_groups import groups_gone
from weighbridge.landscape.infrastructure.refusals import outcome, severity_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each; what is made anew before the old one goes is less bad, and what just ends too."""
    yield from _by_tables(case[Infrastructure])
    for each in case[Infrastructure].alterations:
        change, kind = each.change, each.kind
        if change.is_data or change.deposed or not change.ends or kind is None or kind.holds is not Holds.COMPUTE:
            continue
        if change.action is Action.DELETE and change.reason in SHRINKS:
            continue
        is_gap = change.action is Action.REPLACE and not change.creates_first
        what = (
            "is destroyed"
            if change.action is Action.DELETE
            else "is destroyed, then made anew"
            if is_gap
            else "is made anew, then the old one destroyed"
        )
        lost = (
            f"{kind.lost} until the new one is up{_of_disks(each)}"
            if is_gap
            else kind.lost
            if change.action is Action.DELETE
            else "what runs on it moves"
        )
        yield RULE.finding(
            f"{each.name} {what}{each.reason}; {outcome(each, lost)}{each.relying}{each.caveat}",
            each.at(*(str(path[0]) for path in change.forced_by if path)),
            anchor=each.anchor(),
            related=each.related,
            severity=severity_of(each, Severity.HIGH if is_gap else Severity.MEDIUM),
            confidence=each.confidence,
        )


def _of_disks(each: Alteration) -> str:
    """That a machine's own disks go with it, in words."""
    is_own = is_machine(each.change.type) and "delete_on_termination" not in str(each.change.before)
    return ", and what was written to its own disk is gone" if is_own else ""


def _by_tables(infrastructure: Infrastructure) -> Iterable[Finding]:
    """Groups of machines that a module makes for each entry of a table."""
    by = TERRAFORM.by_sources(is_beside_plan=bool(infrastructure.plans))
    for each in groups_gone(infrastructure.sources):
        if infrastructure.plans_module(each.module):
            continue
        groups = listed(one if one.endswith(" more") else f"`{one}`" for one in each.gone)
        is_one = len(each.gone) == 1
        left = "none is left to take it" if each.is_last else "it waits until others have room"
        realm = infrastructure.realm_of(each.place.path)
        note = f"; `{realm}` is not production" if realm else ""
        yield RULE.finding(
            f"`{each.name}`: {groups} {'is' if is_one else 'are'} gone from `{each.argument}`: the machines of {'it' if is_one else 'them'} are"
            f" destroyed while the cluster stays; what runs there is evicted, and {left}{note}; {by}",
            each.place,
            anchor=f"{each.name} {each.argument}",
            severity=Severity.HIGH if each.is_last else Severity.MEDIUM,
            confidence=Confidence.LOW if realm else Confidence.MEDIUM,
        )
