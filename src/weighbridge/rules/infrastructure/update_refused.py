"""A provider refuses the update, and it breaks off."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, TERRAFORM
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.same_number import same_numbers

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
    from weighbridge.landscape.infrastructure.cloudformation.unchangeable import Unchangeable

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("cloudformation", "terraform", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each logical id that is of another type, and each rule that has the number of another one."""
    found = case[Infrastructure]
    yield from _same_numbers(found)
    cloud = found.cloudformation
    if cloud is None:
        return
    from weighbridge.landscape.infrastructure.cloudformation.refused import other_types  # noqa: PLC0415 - few changes have templates

    by = CLOUDFORMATION.by_sources(is_beside_plan=bool(cloud.change_sets))
    for each in other_types(cloud.templates):
        realm = found.realm_of(each.place.path)
        note = f"; `{realm}` is not production" if realm else ""
        yield RULE.finding(
            f"`{each.name}` was `{each.was}` and is `{each.now}`: CloudFormation does not let a logical id change its type, and refuses the whole update of its stack{note}; {by}",
            each.place,
            anchor=f"type {each.name}",
            confidence=Confidence.LOW if realm or each.is_spared else Confidence.MEDIUM,
        )
    if cloud.templates:
        yield from _unchangeable(found, cloud.unchangeable, by=by)
        yield from _unresolved(found, cloud.templates, by=by)


def _unchangeable(found: Infrastructure, changed: "Iterable[Unchangeable]", *, by: str) -> Iterable[Finding]:
    for each in changed:
        realm = found.realm_of(each.place.path)
        note = f"; `{realm}` is not production" if realm else ""
        yield RULE.finding(
            f"`{each.setting}` of `{each.resource}` is otherwise: {each.words}; the update is refused and rolled back, each time until it is as it was{note}; {by}",
            each.place,
            anchor=f"unchangeable {each.resource} {each.setting}",
            confidence=Confidence.LOW if realm or each.is_spared else Confidence.MEDIUM,
        )


def _unresolved(found: Infrastructure, templates: "Iterable[TemplateFile]", *, by: str) -> Iterable[Finding]:
    from weighbridge.landscape.infrastructure.cloudformation.unresolved import unresolved  # noqa: PLC0415 - few changes have templates

    for lost in unresolved(templates):
        realm = found.realm_of(lost.place.path)
        note = f"; `{realm}` is not production" if realm else ""
        yield RULE.finding(
            f"`{lost.resource}` asks for `{lost.name}`, which its template does not have: CloudFormation refuses the template, and nothing of it is done{note}; {by}",
            lost.place,
            anchor=f"unresolved {lost.resource} {lost.name}",
            severity=Severity.MEDIUM,
            confidence=Confidence.LOW if realm else Confidence.MEDIUM,
        )


def _same_numbers(found: Infrastructure) -> Iterable[Finding]:
    by = TERRAFORM.by_sources(is_beside_plan=bool(found.plans))
    for each in same_numbers(found.sources):
        name = each.declared.block.name
        place = each.declared.line_of(each.number)
        realm = found.realm_of(place.path)
        note = f"; `{realm}` is not production" if realm else ""
        yield RULE.finding(
            f"`{name}` has the `{each.number}` {each.value} that `{each.other}` of the same list has: {each.provider} refuses the second one,"
            f" the apply fails there, and what it was to refuse or to let pass is not{note}; {by}",
            place,
            anchor=f"number {name}",
            confidence=Confidence.LOW if realm else Confidence.MEDIUM,
        )
