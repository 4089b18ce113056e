"""How much a grant opens: the table `powers.toml`, ready to be asked."""

import tomllib
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from weighbridge.landscape.infrastructure.iam.grants import Grant


class Power(IntEnum):
    """What may be done by a grant, the least first."""

    SOME = 0
    MANY = 1
    """All that a service offers, or nearly."""
    PRINCIPAL = 2
    """Somebody else may act as this."""
    PERMISSIONS = 3
    """It changes who may do what, and so may become anything."""
    PUBLIC = 4
    """Anybody may do it."""
    ADMIN = 5
    """Everything."""


POWER_WORDS: Final = {
    Power.SOME: "more than before",
    Power.MANY: "nearly all that a service offers",
    Power.PRINCIPAL: "somebody else to act by it",
    Power.PERMISSIONS: "changing who may do what, by which one may become anything",
    Power.PUBLIC: "anybody",
    Power.ADMIN: "everything",
}
_IDENTITY: Final = ("iam:", "sts:", "organizations:", "sso:", "kms:")
"""Services whose every wildcard is about who may do what."""
_RESTRICTS: Final = (
    "aws:sourceaccount", "aws:sourcearn", "aws:principalorgid", "aws:principalarn", "aws:principalaccount", "aws:sourcevpc",
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
    manages = [each for each in _actions() if grant.action.meets(each)]
    if manages:
        is_identity = grant.action.pattern.startswith(_IDENTITY)
        is_some_of_many = "*" in grant.resource.pattern.rpartition(":")[2]
        return Power.PERMISSIONS if is_everywhere or (is_identity and is_some_of_many) else Power.MANY
    return Power.MANY if grant.action.pattern.endswith(":*") else Power.SOME


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
    return _listed(_table()["azure"], role.lower())


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
def _table() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("powers.toml").read_text("utf-8"))
