"""A resource that holds what cannot be made again is destroyed, and an empty one made in its place."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import listed
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.refusals import outcome, refusal, refused_by, severity_of, until
from weighbridge.landscape.infrastructure.triggered import triggers_of

_MOST_NAMED: Final = 3

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each, with what forces it; and for each of which a later change of something else makes another."""
    yield from _latent(case[Infrastructure])
    for each in case[Infrastructure].alterations:
        change, kind = each.change, each.kind
        if change.action is not Action.REPLACE or change.is_data or kind is None or not kind.is_irreversible:
            continue
        order = (
            "another is made first, then it is destroyed"
            if change.creates_first
            else "it is destroyed, then another is made"
        )
        by = [str(path[0]) for path in change.forced_by if path]
        yield RULE.finding(
            f"{each.name} is {'to be ' if refusal(each) else ''}replaced{each.reason}: {order}; {outcome(each, kind.lost)}{each.relying}{each.caveat_of(*by)}",
            each.at(*by),
            anchor=each.anchor(),
            related=each.related,
            severity=severity_of(each, kind.severity),
            confidence=each.confidence,
        )


def _latent(found: Infrastructure) -> Iterable[Finding]:
    """What holds data and is destroyed with the next change of something that it did not name before."""
    for each in found.declared:
        change, kind = each.change, each.kind
        if change.action is not Action.UPDATE or change.is_data or kind is None or not kind.is_grave:
            continue
        had = triggers_of(change.before)
        named = [name for name in triggers_of(change.after) if name not in had]
        if not named:
            continue
        said = listed(f"`{name}`" for name in named[:_MOST_NAMED])
        refused = refused_by(change.type, change.after)
        what = f"it is destroyed and made anew: {kind.lost}"
        if each.is_prevented:
            what = f"the plan fails, for `prevent_destroy` refuses that; once that is out of the way, {kind.lost}"
        elif refused is not None:
            what = f"it is to be made anew, and {refused.words}; {until(refused)}, {kind.lost}"
        yield RULE.finding(
            f"{each.name}: `replace_triggered_by` names {said} from now on: whenever that changes, {what}{each.caveat}",
            each.at("lifecycle"),
            anchor=each.anchor("replace_triggered_by"),
            severity=Severity.MEDIUM if each.is_prevented else Severity.HIGH,
            confidence=each.confidence,
        )
