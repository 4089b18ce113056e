"""What holds data gets another major version, and cannot go back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, TERRAFORM
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.raised_arguments import raised_arguments
from weighbridge.landscape.infrastructure.versions import raised

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.cloudformation.chosen_versions import ChosenVersion

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "data-loss", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each resource, and for each call of a module by what its argument is called."""
    infrastructure = case[Infrastructure]
    yield from _by_arguments(infrastructure)
    chosen = _chosen(infrastructure)
    yield from _by_choice(infrastructure, chosen)
    known = {each.name for each in chosen}
    for each in infrastructure.alterations:
        found = raised(each)
        if found is not None and not (each.tool is CLOUDFORMATION and each.name in known):
            yield RULE.finding(
                f"{each.name}: {found.words}{each.caveat_of(found.name)}",
                each.at(found.name),
                anchor=each.anchor("version"),
                severity=Severity.HIGH if found.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )


def _by_arguments(infrastructure: Infrastructure) -> Iterable[Finding]:
    for each in raised_arguments(infrastructure.sources, infrastructure.module_blocks):
        if each.module and infrastructure.plans_module(each.module):
            continue
        realm = infrastructure.realm_of(each.place.path)
        note = f"; `{realm}` is not production" if realm else "; that is not production" if each.is_trial else ""
        yield RULE.finding(
            f"{each.name}: {each.words}{note}; {TERRAFORM.by_sources(is_beside_plan=bool(infrastructure.plans))}",
            each.place,
            anchor=each.anchor,
            severity=Severity.HIGH if each.is_grave else Severity.MEDIUM,
            confidence=Confidence.LOW if realm or each.is_trial else each.confidence,
        )


def _chosen(infrastructure: Infrastructure) -> "list[ChosenVersion]":
    cloud = infrastructure.cloudformation
    if cloud is None or not cloud.templates:
        return []
    from weighbridge.landscape.infrastructure.cloudformation.chosen_versions import chosen_versions  # noqa: PLC0415 - few changes have templates

    return list(chosen_versions(cloud.templates))


def _by_choice(infrastructure: Infrastructure, chosen: "Iterable[ChosenVersion]") -> Iterable[Finding]:
    cloud = infrastructure.cloudformation
    for each in chosen:
        realm = infrastructure.realm_of(each.place.path)
        note = f"; `{realm}` is not production" if realm else "; that is not production" if each.is_trial else ""
        if each.default_of:
            note += f"; by the default of `{each.default_of}`, while a stack that is there keeps the value it was given"
        yield RULE.finding(
            f"{each.name}: {each.words}{note}; {CLOUDFORMATION.by_sources(is_beside_plan=bool(cloud and cloud.change_sets))}",
            each.place,
            anchor=each.anchor,
            severity=Severity.HIGH if each.is_grave else Severity.MEDIUM,
            confidence=Confidence.LOW if realm or each.is_trial or each.default_of else Confidence.MEDIUM,
        )
