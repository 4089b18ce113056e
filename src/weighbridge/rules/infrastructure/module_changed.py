"""A module call is gone, comes from elsewhere, moves by a major version, or is held to none any more."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import TERRAFORM
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.constraints import VersionTurn, loosened
from weighbridge.landscape.infrastructure.kinds import LOST, module_holds
from weighbridge.landscape.infrastructure.modules import (
    Holding,
    ModuleChange,
    holdings,
    module_changes,
    other_source,
    version_turn,
)
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
        moved = version_turn(each)
        if found.plans_module(each.name) and not (moved is not None and moved.is_open):
            continue  # what a later version makes of it, no plan says
        words, severity = "", Severity.MEDIUM
        if each.new is None:
            blocks = found.module_blocks(each.folder, each.source)
            if each.is_named_within and blocks and not each.left(blocks):
                continue  # all of it stays, and is told of as forgotten
            words, severity = _gone(each, holdings(each, blocks))
        elif moved is not None:
            words, severity = _turned(each, moved)
        elif (other := other_source(each)) is not None:
            words = f"`module.{each.name}` comes from `{other[1]}` and no longer from `{other[0]}`: what has another name there is destroyed and made anew"
        elif (lost := found.exchanged(each)) is not None:
            words, severity = f"`module.{each.name}` comes from another module: {lost.words}", lost.severity
        if words:
            place = each.old.place if each.new is None else each.new.line_of("version", "source")
            realm = found.realm_of(place.path)
            words += f"; `{realm}` is not production" if realm else ""
            words += f"; in production its `{each.spared_by}` made none" if each.spared_by else ""
            yield RULE.finding(
                f"{words}; {TERRAFORM.by_sources(is_beside_plan=bool(found.plans))}",
                place,
                anchor=f"module {each.folder} {each.name}",
                severity=severity,
                confidence=Confidence.LOW if realm or each.spared_by else Confidence.MEDIUM,
            )


def _gone(each: ModuleChange, held: Holding) -> tuple[str, Severity]:
    """What goes with a call that is gone, in words, and how bad that is."""
    is_kept = held.is_refused or held.is_waiting
    severity = Severity.HIGH if held.words and (each.renamed or not is_kept) else Severity.MEDIUM
    end = "is to be destroyed" if held.is_refused else "is destroyed"
    what = "what it made and no `removed` block names" if each.is_named_within else "everything it made"
    words = f"`module.{each.name}` is gone, and {what} {end}" + (f": {held.words}" if held.words else "")
    if each.renamed:
        words += f"; `{each.renamed}` says what it said, and no `moved` block says that it is the same: that makes all of it again, empty"
    return words, severity


def _turned(each: ModuleChange, moved: VersionTurn) -> tuple[str, Severity]:
    """Which code is taken from now on, in words, and how bad it is that it is other code."""
    if not moved.is_open:
        said = "its authors say that something breaks"
        return f"`module.{each.name}` moves from major version {moved.before} to {moved.after}: {said}", Severity.MEDIUM
    held = module_holds(each.source)
    what = f"; it holds what is lost where a version names it otherwise: {LOST[held]}" if held is not None else ""
    is_grave = moved.was_exact or held is not None
    return f"`module.{each.name}` {loosened(moved)}{what}", Severity.HIGH if is_grave else Severity.MEDIUM
