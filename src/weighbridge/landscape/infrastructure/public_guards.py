"""Settings that do nothing but keep what is stored from being opened to everybody, and what is so once one is gone."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.exposure import BLOCKS

_OF_BUCKET: Final = "aws_s3_bucket_public_access_block"
_OF_ACCOUNT: Final = "aws_s3_account_public_access_block"
_GUARDS: Final[Mapping[str, str]] = {
    _OF_BUCKET: "its bucket from being opened to anybody",
    _OF_ACCOUNT: "any bucket of the account from being opened to anybody",
    "aws_ebs_snapshot_block_public_access": "snapshots of disks from being handed to anybody",
    "aws_ec2_image_block_public_access": "images of machines from being handed to anybody",
    "aws_emr_block_public_access_configuration": "clusters from being made that anybody reaches",
}
"""Types, and what each keeps, in words that follow "keeps"."""
_SWITCHES: Final = (*BLOCKS, "state", "block_public_security_group_rules")


class Unguarded(Struct, frozen=True):
    """What is so once one is gone, in words, and how bad that is."""

    words: str
    severity: Severity


def unguarded(each: Alteration, infrastructure: Infrastructure) -> Unguarded | None:
    """What follows where such a setting goes; None where it is none, or goes with what it kept."""
    change = each.change
    kept = _GUARDS.get(change.type)
    if kept is None or change.action is not Action.DELETE or change.deposed:
        return None
    companions = Companions(infrastructure.alterations)
    if _was_off(change.before) or companions.goes_with(each):
        return None  # of a bucket that goes it is said that the apply may leave it without this
    words = f"nothing keeps {kept} any more"
    if companions.is_followed(each):
        return Unguarded(f"{words}; another of its kind is made, which may take over", Severity.MEDIUM)
    if change.type == _OF_BUCKET and any(map(_shuts, _of_account(each, infrastructure))):
        return Unguarded(
            "what keeps every bucket of the account shut keeps it too, as long as that stays", Severity.MEDIUM
        )
    return Unguarded(words, Severity.HIGH)


def _was_off(values: Mapping[str, Any]) -> bool:
    """Whether it kept nothing as it was set."""
    switches = [values[name] for name in _SWITCHES if name in values]
    return bool(switches) and all(plain(each) in (False, "unblocked") for each in switches)


def _of_account(each: Alteration, infrastructure: Infrastructure) -> Iterator[Mapping[str, Any]]:
    """The settings of whole accounts that stand beside it after the change."""
    for plan in infrastructure.plans if each.is_planned else ():
        for change in plan.read.changes:
            if change.type == _OF_ACCOUNT and not change.ends:
                yield change.after
    for folder in infrastructure.sources.folders if not each.is_planned else ():
        for declared in folder.of("resource") if folder.path == each.folder else ():
            if declared.block.labels[:1] == (_OF_ACCOUNT,):
                yield declared.block.values


def _shuts(values: Mapping[str, Any]) -> bool:
    return all(plain(values.get(name)) is True for name in BLOCKS)
