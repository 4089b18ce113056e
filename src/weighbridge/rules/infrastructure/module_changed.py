"""A module call is gone, comes from elsewhere, or moves by a major version."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import TERRAFORM
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.modules import holdings, majors, module_changes, other_source
from weighbridge.landscape.infrastructure.ways_back import of_terraform

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "modules"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each; what a plan says of a module's resources stands instead."""
    found = case[Infrastructure]
    yield from of_terraform(found.sources)
    for each in module_changes(found.sources):
        if found.plans_module(each.name):
            continue
        words, severity = "", Severity.MEDIUM
        if each.new is None:
            blocks = found.module_blocks(each.folder, each.source)
            if each.is_named_within and blocks and not each.left(blocks):
                continue  # all of it stays, and is told of as forgotten
            held = holdings(each, blocks)
            severity = Severity.HIGH if held.words and not held.is_refused and not held.is_waiting else Severity.MEDIUM
            end = "is to be destroyed" if held.is_refused else "is destroyed"
            what = "what it made and no `removed` block names" if each.is_named_within else "everything it made"
            words = f"`module.{each.name}` is gone, and {what} {end}" + (f": {held.words}" if held.words else "")
        elif (moved := majors(each)) is not None:
            words = f"`module.{each.name}` moves from major version {moved[0]} to {moved[1]}: its authors say that something breaks"
        elif (other := other_source(each)) is not None:
            words = f"`module.{each.name}` comes from `{other[1]}` and no longer from `{other[0]}`: what has another name there is destroyed and made anew"
        elif (lost := found.exchanged(each)) is not None:
            words, severity = f"`module.{each.name}` comes from another module: {lost.words}", lost.severity
        if words:
            place = each.old.place if each.new is None else each.new.line_of("version", "source")
            realm = found.realm_of(place.path)
            words += f"; `{realm}` is not production's" if realm else ""
            yield RULE.finding(
                f"{words}; {TERRAFORM.by_sources(is_beside_plan=bool(found.plans))}",
                place,
                anchor=f"module {each.folder} {each.name}",
                severity=severity,
                confidence=Confidence.LOW if realm else Confidence.MEDIUM,
            )
