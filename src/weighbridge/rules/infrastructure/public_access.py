"""Something is opened to everybody on the internet."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.entrances import admissions, answering
from weighbridge.landscape.infrastructure.exposure import made_public, opened
from weighbridge.landscape.infrastructure.public_guards import unguarded

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "exposure"),
)


_ADDRESSES: Final = (
    "ingress", "cidr_blocks", "cidr_ipv4", "cidr_ipv6", "cidr_block", "source_ranges", "allow", "settings",
)  # fmt: skip
"""The arguments that say who may reach it, as far as they stand at the top."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each resource that opens a door, and each setting that makes one public."""
    yield from _unasked(case[Infrastructure])
    for each in case[Infrastructure].alterations:
        if each.change.is_data:
            continue
        doors = list(opened(each))
        if doors:
            more = f" and {len(doors) - 3} more" if len(doors) > 3 else ""
            said = ", ".join(door.words for door in doors[:3])
            is_inside_alone = _is_inside(each, case[Infrastructure])
            who = "whoever is in its network" if is_inside_alone else "anybody on the internet"
            why = ", for what it is given to has no address on the internet" if is_inside_alone else ""
            yield RULE.finding(
                f"{each.name}: {who} can reach {said}{more}{why}{each.caveat_of(*_ADDRESSES)}",
                each.at(*_ADDRESSES),
                anchor=each.anchor("doors"),
                severity=Severity.LOW if is_inside_alone else Severity.HIGH,
                confidence=each.confidence,
            )
        for name, words in (*made_public(each), *admissions(each)):
            yield RULE.finding(
                f"{each.name}: `{each.change.written((name,))}` is set so that {words}{each.caveat_of(name)}",
                each.at(name),
                anchor=each.anchor(name),
                confidence=each.confidence,
            )
        for name, words, is_grave in answering(each):
            yield RULE.finding(
                f"{each.name}: {words}{each.caveat_of(name)}",
                each.at(name),
                anchor=each.anchor(name, words),
                severity=Severity.HIGH if is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )
        gone = unguarded(each, case[Infrastructure])
        if gone is not None:
            yield RULE.finding(
                f"{each.name} is destroyed: {gone.words}{each.caveat}",
                each.place,
                anchor=each.anchor(),
                severity=gone.severity,
                confidence=each.confidence,
            )


def _unasked(found: Infrastructure) -> Iterable[Finding]:
    cloud = found.cloudformation
    if cloud is None:
        return
    by = CLOUDFORMATION.by_sources(is_beside_plan=bool(cloud.change_sets))
    for each in cloud.unasked:
        realm = found.realm_of(each.place.path)
        note = f"; `{realm}` is not production" if realm else ""
        more = f" and {len(each.events) - 3} more" if len(each.events) > 3 else ""
        said = ", ".join(f"`{name}`" for name in each.events[:3])
        yield RULE.finding(
            f"`{each.interface}` names no authorizer for {said}{more} any more: whoever calls is asked for nothing, and was before{note}; {by}",
            each.place,
            anchor=f"callers {each.interface}",
            confidence=Confidence.LOW if realm or each.is_spared else Confidence.MEDIUM,
        )


def _is_inside(opened_one: Alteration, infrastructure: Infrastructure) -> bool:
    from weighbridge.landscape.infrastructure.private import is_inside  # noqa: PLC0415 - few changes open anything

    return is_inside(opened_one, infrastructure)
