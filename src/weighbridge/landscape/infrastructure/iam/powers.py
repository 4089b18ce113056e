"""How much a grant opens: the table `powers.toml`, ready to be asked."""

from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.tables import read_table
from weighbridge.landscape.infrastructure.iam.grants import Grant


class Power(IntEnum):
    """What may be done by a grant, the least first."""

    SOME = 0
    NAMED = 1
    """It changes who may do what, of what it names alone."""
    MANY = 2
    """All that a service offers, or nearly."""
    NARROW = 3
    """It changes who may reach what lies in one service, or what that records, and becomes nothing by it."""
    ASKS = 4
    """It may ask to become what another account lets it become."""
    PRINCIPAL = 5
    """Somebody else may act as this."""
    SECRETS = 6
    """It reads every secret, and so has what these open."""
    BLINDS = 7
    """It ends what records what is done, or what looks for attacks."""
    PERMISSIONS = 8
    """It changes who may do what, and so may become anything."""
    PUBLIC = 9
    """Anybody may do it."""
    ADMIN = 10
    """Everything."""


POWER_WORDS: Final = {
    Power.SOME: "more than before",
    Power.NAMED: "changing who may do what, of what it names alone",
    Power.MANY: "nearly all that a service offers",
    Power.NARROW: "changing who may reach what lies in one service, or what that records",
    Power.ASKS: "to ask to become any role of another account that trusts it: name the one it needs",
    Power.PRINCIPAL: "somebody else to act by it",
    Power.SECRETS: "every secret that lies there, and with it what these open: name those it needs",
    Power.BLINDS: "ending what records what is done, or what looks for attacks",
    Power.PERMISSIONS: "changing who may do what, by which one may become anything",
    Power.PUBLIC: "anybody",
    Power.ADMIN: "everything",
}
_IDENTITY: Final = ("iam:", "sts:", "organizations:", "sso:", "kms:")
"""Services whose every wildcard is about who may do what."""
_SECRETS: Final = ("secretsmanager:getsecretvalue", "secretsmanager:batchgetsecretvalue", "ssm:getparameter", "ssm:getparameters",
    "ssm:getparametersbypath")  # fmt: skip
"""Actions that read secrets."""
_ACCOUNT: Final = LatePattern(r"arn:[\w-]+:iam::\d{12}:role/")
"""A role of an account that is named by its number: what may be become there, that account's own trust decides."""
_READS: Final = LatePattern(r"[\w-]+:(?:describe|list|batchget|lookup|search|view)")
"""How actions begin that change nothing, whatever their wildcards leave open."""
_RESTRICTS: Final = (
    "aws:sourceaccount", "aws:sourcearn", "aws:principalorgid", "aws:principalarn", "aws:principalaccount", "aws:sourcevpc", "aws:userid",
    "aws:sourcevpce", "aws:sourceip", "aws:vpcsourceip", "aws:sourceowner", "aws:principalorgpaths", "aws:sourceorgid",
    "kms:calleraccount", "sts:externalid", "lambda:functionurlauthtype", "s3:dataaccesspointaccount",
)  # fmt: skip
"""Keys of conditions that leave few of those whom `*` names."""


def power_of(grant: Grant) -> Power:
    """How much a grant opens."""
    if grant.principal is not None:
        if grant.principal.is_all:
            return Power.SOME if _is_restricted(grant) else Power.PUBLIC
        return Power.SOME if grant.principal.pattern.startswith("service:") else Power.PRINCIPAL
    is_everywhere = grant.resource.is_all or grant.resource.pattern in ("arn:aws:*", "arn:*")
    if grant.action.is_all and is_everywhere:
        return Power.ADMIN
    if not _READS.match(grant.action.pattern) and any(grant.action.meets(each) for each in _actions()):
        return _power_over_rights(grant, is_everywhere=is_everywhere)
    if _reads_secrets(grant) and not grant.conditions:
        return Power.SECRETS
    return _lesser_power(grant, is_everywhere=is_everywhere)


def _lesser_power(grant: Grant, *, is_everywhere: bool) -> Power:
    """How much opens what lets nobody become anything."""
    if is_everywhere and any(grant.action.meets(each) for each in _less("blinding")):
        return Power.BLINDS
    if grant.action.pattern.endswith(":*"):
        return Power.MANY
    if any(grant.action.meets(each) for each in _less("narrow")):
        return Power.NARROW if is_everywhere else Power.NAMED
    return Power.SOME


def _power_over_rights(grant: Grant, *, is_everywhere: bool) -> Power:
    """How much opens what changes who may do what."""
    is_identity = grant.action.pattern.startswith(_IDENTITY)
    is_some_of_many = "*" in grant.resource.pattern.rpartition(":")[2]
    if grant.action.pattern == "sts:assumerole" and _ACCOUNT.match(grant.resource.pattern):
        return Power.ASKS if is_some_of_many else Power.SOME
    if is_everywhere or (is_identity and is_some_of_many):
        return Power.PERMISSIONS
    return Power.MANY if grant.action.pattern.endswith(":*") else Power.NAMED


def _reads_secrets(grant: Grant) -> bool:
    """Whether it reads every secret of a store."""
    last = grant.resource.pattern.rpartition(":")[2]
    return (grant.resource.is_all or last in ("*", "parameter/*")) and any(
        grant.action.meets(each) for each in _SECRETS
    )


def managed_power(name: str) -> Power | None:
    """How much a policy that AWS keeps opens, by its ARN or name; None where that is little."""
    last = name.rpartition("/")[2].removesuffix('"')
    return _listed(_table()["managed"], last)


def google_power(role: str) -> Power | None:
    """How much a role of Google Cloud opens."""
    known = _listed(_table()["google"], role)
    return known if known is not None else Power.MANY if role.lower().endswith("admin") else None


def azure_power(role: str) -> Power | None:
    """How much a role of Azure opens."""
    if role.lower() in _table()["azure"]["many"]:
        return Power.MANY
    if role.lower() in _table()["azure"]["secrets"]:
        return Power.SECRETS
    return _listed(_table()["azure"], role.lower())


def azure_words(role: str) -> str:
    """What a role of Azure opens, in words; empty where its power's own words say it."""
    return str(_table()["azure"]["words"].get(role.lower(), ""))


def _listed(table: Mapping[str, Any], name: str) -> Power | None:
    if name in table["admin"]:
        return Power.ADMIN
    return Power.PERMISSIONS if name in table["permissions"] else None


def _is_restricted(grant: Grant) -> bool:
    return any(key.startswith(_RESTRICTS) for _, key, _ in grant.conditions)


@cache
def _actions() -> tuple[str, ...]:
    return tuple(each.lower() for each in _table()["actions"])


@cache
def _less(name: str) -> tuple[str, ...]:
    """Actions of a table that open less than anything."""
    return tuple(each.lower() for each in _table()[name])


@cache
def _table() -> Mapping[str, Any]:
    return read_table(__file__, "powers.toml")
