"""Somebody may do more than before: rights are compared as sets, not by words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.iam.authoritative import is_given_before
from weighbridge.landscape.infrastructure.iam.custom import custom_widenings
from weighbridge.landscape.infrastructure.iam.escalation import own_rights
from weighbridge.landscape.infrastructure.iam.handed import handed
from weighbridge.landscape.infrastructure.iam.policies import widenings
from weighbridge.landscape.infrastructure.iam.powers import POWER_WORDS, Power
from weighbridge.landscape.infrastructure.iam.vendors import read_by_others
from weighbridge.landscape.infrastructure.iam.widening import Unreadable, Widening

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.copied_rights import Copies

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "iam"),
)

_SEVERITIES: Final[Mapping[Power, Severity]] = {
    Power.ADMIN: Severity.CRITICAL,
    Power.PUBLIC: Severity.HIGH,
    Power.PERMISSIONS: Severity.HIGH,
    Power.RUNS: Severity.HIGH,
    Power.SECRETS: Severity.HIGH,
    Power.ENDS: Severity.HIGH,
    Power.BLINDS: Severity.HIGH,
    Power.NARROW: Severity.MEDIUM,
    Power.ASKS: Severity.MEDIUM,
    Power.DATA: Severity.MEDIUM,
    Power.MANY: Severity.MEDIUM,
    Power.NAMED: Severity.MEDIUM,
}
_OF_NEW: Final[Mapping[Power, Severity | None]] = {
    Power.RUNS: Severity.MEDIUM,
    Power.SECRETS: Severity.MEDIUM,
    Power.ENDS: Severity.MEDIUM,
    Power.NARROW: Severity.LOW,
    Power.DATA: Severity.LOW,
    Power.MANY: Severity.LOW,
    Power.NAMED: Severity.LOW,
    Power.PRINCIPAL: None,
    Power.SOME: None,
}
"""What a new thing gets is mostly what such things need."""
_LITTLE: Final = frozenset({Power.SOME, Power.NAMED, Power.MANY, Power.NARROW})
_OWN: Final = "`{}` on itself among it: who may write its own policies gives itself every right; ask for a boundary (`iam:PermissionsBoundary`)"


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each policy, role or binding; and why one could not be compared."""
    infrastructure = case[Infrastructure]
    for call in handed(infrastructure.sources):
        if not infrastructure.plans_module(call.call.block.name):
            yield CouldNotLook(
                reason=Reason.UNSUPPORTED,
                detail=f"{call.call.place}: `module.{call.call.block.name}` is given {call.words}: what rights `{call.source}` makes of it lies elsewhere",
                remedy="give a plan, which says them: `--input terraform-plan=FILE`",
            )
    if any(each.change.type.startswith("aws_iam_role") for each in infrastructure.alterations):
        for outside in read_by_others(infrastructure.alterations):
            each = outside.alteration
            yield RULE.finding(
                f"{each.name} grants {outside.words}{each.caveat}",
                each.at(outside.name),
                anchor=each.anchor(outside.name, "outside"),
                severity=Severity.HIGH,
                confidence=each.confidence,
            )
    yield from _by_cause(_widened(infrastructure))


def _by_cause(told: Iterable[Finding | CouldNotLook]) -> Iterator[Finding | CouldNotLook]:
    """The same, what one resource grants in several folders or templates told once: where it is surest to matter."""
    alike: dict[str, list[Finding]] = {}
    for each in told:
        if isinstance(each, Finding):
            alike.setdefault(f"{each.anchor} {each.message.partition('; ')[0]}", []).append(each)
        else:
            yield each
    for first, *others in (sorted(many, key=_weight) for many in alike.values()):
        same = (RelatedPlace(place=each.place, message="the same here") for each in others)
        yield replace(first, related=(*first.related, *same))


def _weight(found: Finding) -> tuple[int, int]:
    return found.confidence.rank, found.severity.rank


def _widened(infrastructure: Infrastructure) -> Iterator[Finding | CouldNotLook]:
    copies = _copies(infrastructure)
    for each in infrastructure.alterations:
        for found in (*widenings(each.change, each.documents), *custom_widenings(each.change)):
            if isinstance(found, Unreadable):
                yield _unread(each, found)
            elif (told := _told(each, found, within=(infrastructure, copies))) is not None:
                yield told


def _copies(infrastructure: Infrastructure) -> "Copies | None":
    """What tells which rights of new templates stood in another before; None where there are no templates."""
    if infrastructure.cloudformation is None:
        return None
    from weighbridge.landscape.infrastructure.copied_rights import Copies  # noqa: PLC0415 - few changes have templates

    return Copies(infrastructure)


def _told(each: Alteration, found: Widening, *, within: "tuple[Infrastructure, Copies | None]") -> Finding | None:
    """What is said of one; None where a new thing gets what such things need."""
    infrastructure, copies = within
    severity, opens, same = _severity(found), found.opens or POWER_WORDS[found.power], ""
    if _was_given(each, found, within=infrastructure):
        return None
    own = own_rights(each, infrastructure.sources) if found.power in _LITTLE else ""
    if own:
        severity, opens = Severity.HIGH, _OWN.format(own)
    elif severity in (Severity.CRITICAL, Severity.HIGH):
        original = copies.original(each, found) if copies is not None else None
        if original is not None:
            severity = Severity.MEDIUM if found.power is Power.ADMIN else Severity.LOW
            same = f", as `{original}` did before: the same rights for one more place"
        elif found.is_to_group and Companions(infrastructure.alterations).is_made_too(each):
            severity = Severity.MEDIUM  # the account is made for it
    if severity is None:
        return None
    return RULE.finding(
        f"{each.name} grants {found.words}: {opens}{same}{each.caveat_of(found.argument)}",
        each.at(found.argument),
        anchor=each.anchor(found.argument, str(found.is_condition)),
        severity=severity,
        confidence=each.confidence,
    )


def _was_given(each: Alteration, found: Widening, *, within: Infrastructure) -> bool:
    """Whether what goes in the same change gave the same to the same."""
    if not each.change.type.startswith("google_") or found.is_condition:
        return False
    member = found.words.rpartition(" to `")[2].removesuffix("`")
    return is_given_before(each, member, among=within.alterations)


def _unread(each: Alteration, found: Unreadable) -> CouldNotLook:
    """A policy that tells nobody what it grants is not the same as one that grants no more."""
    if each.is_planned:
        return CouldNotLook(
            reason=Reason.UNPARSED,
            detail=f"`{found.argument}` of {each.name}: {found.why}",
            remedy="read what it grants by hand, or plan again once what it refers to is there",
        )
    return CouldNotLook(
        reason=Reason.UNPARSED,
        detail=f"{each.at(found.argument)}: `{found.argument}` of {each.name}: {found.why}",
        remedy="read what it grants by hand, or give a plan, which says it: `--input terraform-plan=FILE`",
    )


def _severity(found: Widening) -> Severity | None:
    """How bad it is; None where a new thing gets what such things need."""
    if found.is_new and found.is_to_account:
        return Severity.MEDIUM
    if found.is_new and found.power in _OF_NEW:
        return _OF_NEW[found.power]
    if found.power is Power.PRINCIPAL:
        return Severity.HIGH if found.is_trust else Severity.MEDIUM
    if found.power is Power.SOME:
        return Severity.MEDIUM if found.is_condition else Severity.LOW
    return _SEVERITIES[found.power]
