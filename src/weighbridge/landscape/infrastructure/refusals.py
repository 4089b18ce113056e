"""What stands in the way of a destruction: Terraform's own `prevent_destroy`, a service that refuses, contents that must go first."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.differences import plain

_REFUSES: Final = (
    "deletion_protection", "deletion_protection_enabled", "termination_protection", "disable_api_termination",
    "termination_protection_enabled",
    "enable_deletion_protection", "drop_protection", "enable_drop_protection", "delete_protection", "deletion_protected",
)  # fmt: skip
"""While one of these is true, the service or the provider refuses to delete."""
EMPTY_FIRST: Final = {
    "aws_s3_bucket": "force_destroy",
    "google_storage_bucket": "force_destroy",
    "aws_backup_vault": "force_destroy",
    "aws_athena_database": "force_destroy",
    "aws_route53_zone": "force_destroy",
    "aws_ecr_repository": "force_delete",
    "google_bigquery_dataset": "delete_contents_on_destroy",
}
"""Types that are deleted only when they are empty, and the argument that has them emptied."""
_MADE_AGAIN: Final = frozenset({"aws_ecr_repository"})
"""Among these, what holds nothing but what can be built again."""
_EMPTIED_BY_TERRAFORM: Final = frozenset({"aws_route53_zone", "google_bigquery_dataset", "aws_athena_database"})
"""Among these, what holds resources of its own: they go in the same apply, and then it is empty."""
_WHILE_USED: Final = {
    **dict.fromkeys(
        (f"aws_service_discovery_{each}_namespace" for each in ("private_dns", "public_dns", "http")),
        "the apply fails there while a service is registered in it",
    )
}
"""Types of which the service refuses to delete one that is in use, whatever is set."""
NAME_TAKEN: Final = (
    "the update fails, for CloudFormation makes the new one first and its name is taken by the one that is there"
)
_HALF_DONE: Final = {
    "aws_s3_bucket": ", and by then it has lost what is attached to it (policy, versioning, locks), which is destroyed before it",
}
"""What is true of one that could not be deleted, beside that every later apply fails there too."""


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a destruction does not go through as it stands, in words; `is_planned` where the plan fails and nothing is done."""

    words: str
    is_planned: bool = False
    is_emptied: bool = False
    """Whether it goes through once somebody empties it."""
    keeps_contents: bool = False
    """Whether nothing but a failing apply can come of it: what would be lost is what refuses."""
    is_made_again: bool = False
    """Whether what it holds can be built anew."""

    def lowers(self, severity: Severity) -> Severity:
        """How bad it is then: nothing is lost until somebody takes away what refuses, and until then nothing is applied."""
        if self.is_made_again or (self.is_planned and severity is not Severity.CRITICAL):
            return max(severity, Severity.MEDIUM, key=lambda each: each.rank)
        return max(severity, Severity.HIGH, key=lambda each: each.rank)


PREVENTED: Final = Refusal(
    words="the plan fails, for `prevent_destroy` refuses that, and nothing of this change is applied until one of the two is taken back",
    is_planned=True,
)


def refusal(alteration: Alteration) -> Refusal | None:
    """What refuses; None where nothing is known to."""
    change = alteration.change
    if not change.ends or change.deposed:
        return None
    if alteration.is_prevented:
        return PREVENTED
    if alteration.is_name_taken:
        return Refusal(words=NAME_TAKEN)
    found = refused_by(change.type, change.before)
    if alteration.tool is CLOUDFORMATION and found is not None:  # a bucket that holds something only stays outside
        return (
            None
            if found.is_emptied
            else replace(found, words=found.words.replace("the apply breaks", "the update breaks"))
        )
    return found


def refused_by(resource_type: str, values: Mapping[str, Any]) -> Refusal | None:
    """What of its own settings refuses that one of this type is destroyed; None where nothing is known to."""
    on = next((name for name in _REFUSES if plain(values.get(name)) is True), "")
    if on:
        return Refusal(words=f"the apply fails there while `{on}` is on in what exists")
    if resource_type in _WHILE_USED:
        return Refusal(words=_WHILE_USED[resource_type], is_emptied=True)
    empties = EMPTY_FIRST.get(resource_type)
    if empties and plain(values.get(empties)) in (None, False):
        return Refusal(
            words=f"the apply fails there while anything is in it, for `{empties}` is not set{_HALF_DONE.get(resource_type, '')}",
            is_emptied=True,
            keeps_contents=resource_type not in _EMPTIED_BY_TERRAFORM,
            is_made_again=resource_type in _MADE_AGAIN,
        )
    return None


def destroyed(alteration: Alteration) -> str:
    """What is done to it, in words."""
    return "is destroyed" if refusal(alteration) is None else "is to be destroyed"


def outcome(alteration: Alteration, lost: str) -> str:
    """What follows, in words: the loss, or what refuses it and the loss once that is out of the way."""
    found = refusal(alteration)
    if found is None:
        return lost
    return f"{found.words}; {until(found)}, {lost}"


def until(found: Refusal) -> str:
    """When it goes through after all, in words."""
    return "once somebody empties it" if found.is_emptied else "once that is out of the way"


def severity_of(alteration: Alteration, severity: Severity) -> Severity:
    """How bad it is, with what refuses it; what was made for a while is meant to go."""
    found = refusal(alteration)
    if alteration.passing:
        severity = max(severity, Severity.MEDIUM, key=lambda each: each.rank)
    return severity if found is None else found.lowers(severity)
