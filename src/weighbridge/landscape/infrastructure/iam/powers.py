"""How much a grant opens: the table `powers.toml`, ready to be asked."""

from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.tables import read_table
from weighbridge.landscape.infrastructure.iam.conditions import leaves_few, says_little
from weighbridge.landscape.infrastructure.iam.grants import Grant
from weighbridge.landscape.infrastructure.iam.patterns import fits


class Power(IntEnum):
    """What may be done by a grant, the least first."""

    SOME = 0
    NAMED = 1
    """It changes who may do what, of what it names alone."""
    MANY = 2
    """All that a service offers, or nearly."""
    NARROW = 3
    """It changes who may reach what lies in one service, or what that records, and becomes nothing by it."""
    DATA = 4
    """It reads or overwrites what is stored, wherever that is."""
    ASKS = 5
    """It may ask to become what another account lets it become."""
    PRINCIPAL = 6
    """Somebody else may act as this."""
    ENDS = 7
    """It destroys what is stored, wherever that is."""
    SECRETS = 8
    """It reads every secret, and so has what these open."""
    BLINDS = 9
    """It ends what records what is done, or what looks for attacks."""
    RUNS = 10
    """It runs what it likes on every machine or function, and so has the rights of these."""
    PERMISSIONS = 11
    """It changes who may do what, and so may become anything."""
    PUBLIC = 12
    """Anybody may do it."""
    ADMIN = 13
    """Everything."""


POWER_WORDS: Final = {
    Power.SOME: "more than before",
    Power.NAMED: "changing who may do what, of what it names alone",
    Power.MANY: "nearly all that a service offers",
    Power.NARROW: "changing who may reach what lies in one service, or what that records",
    Power.DATA: "whatever is stored there, whoever's it is: name what it needs",
    Power.ASKS: "to ask to become any role of another account that trusts it: name the one it needs",
    Power.PRINCIPAL: "somebody else to act by it",
    Power.ENDS: "destroying whatever is stored there, whoever's it is: name what it needs",
    Power.SECRETS: "every secret that lies there, and with it what these open: name those it needs",
    Power.BLINDS: "ending what records what is done, or what looks for attacks",
    Power.RUNS: "to run anything on all there is of these, with the rights that they have: name those it needs",
    Power.PERMISSIONS: "changing who may do what, by which one may become anything",
    Power.PUBLIC: "anybody",
    Power.ADMIN: "everything",
}
_IDENTITY: Final = ("iam:", "sts:", "organizations:", "sso:", "kms:")
"""Services whose every wildcard is about who may do what."""
_ALL_OF_A_KIND: Final = LatePattern(
    r"\*+|arn:(?:aws:)?\*|arn:[^:]*:s3:::\*(?:/\*)?|arn:[^:]*:(?!s3:)[^:]*:[^:]*:[^:]*:(?:[a-z-]+[:/])?\*(?:/\*)?"
)
"""All resources, or all of a kind."""
_SERVICE_AT: Final = 2
"""Where an ARN names the service."""
_ACCOUNT: Final = LatePattern(r"arn:[\w-]+:iam::\d{12}:role/")
"""A role of an account that is named by its number: what may be become there, that account's own trust decides."""
_OVER_ALL: Final = ((Power.RUNS, "runs"), (Power.SECRETS, "secrets"), (Power.ENDS, "ending"), (Power.DATA, "data"))
"""What an action opens on all of a kind, and the table of such actions: the worst first."""
_READS: Final = LatePattern(r"[\w-]+:(?:describe|list|batchget|lookup|search|view)")
"""How actions begin that change nothing, whatever their wildcards leave open."""


def power_of(grant: Grant) -> Power:
    """How much a grant opens."""
    if grant.principal is not None:
        if grant.principal.is_all:
            return Power.SOME if any(map(leaves_few, grant.conditions)) else Power.PUBLIC
        return Power.SOME if grant.principal.pattern.startswith("service:") else Power.PRINCIPAL
    is_everywhere = grant.resource.is_all or grant.resource.pattern in ("arn:aws:*", "arn:*")
    if grant.action.is_all and is_everywhere:
        return Power.ADMIN
    if not _READS.match(grant.action.pattern) and any(grant.action.meets(each) for each in _actions("actions")):
        over_rights = _power_over_rights(grant, is_everywhere=is_everywhere)
        return max(over_rights, _lesser_power(grant, is_everywhere=is_everywhere))
    return _lesser_power(grant, is_everywhere=is_everywhere)


def _lesser_power(grant: Grant, *, is_everywhere: bool) -> Power:
    """How much opens what changes nobody's rights."""
    if is_everywhere and any(grant.action.meets(each) for each in _actions("blinding")):
        return Power.BLINDS
    if _ALL_OF_A_KIND.fullmatch(grant.resource.pattern) and says_little(grant.conditions):
        for power, name in _OVER_ALL:
            if any(grant.action.meets(each) and _can_be_of(each, grant) for each in _actions(name)):
                return power
    if grant.action.pattern.endswith(":*"):
        return Power.MANY
    if any(grant.action.meets(each) for each in _actions("narrow")):
        return Power.NARROW if is_everywhere else Power.NAMED
    return Power.SOME


def _can_be_of(action: str, grant: Grant) -> bool:
    """Whether an action may be done to what a grant names: where every action is granted, those of that service alone."""
    parts = grant.resource.pattern.split(":")
    return not grant.action.is_all or len(parts) < _SERVICE_AT + 1 or action.startswith(f"{parts[_SERVICE_AT]}:")


def changes_rights(grant: Grant) -> bool:
    """Whether what it lets do is everything, or changes who may do what."""
    return (
        grant.action.is_all or grant.action.pattern.endswith(":*") or any(map(grant.action.meets, _actions("actions")))
    )


def _power_over_rights(grant: Grant, *, is_everywhere: bool) -> Power:
    """How much opens what changes who may do what."""
    is_identity = grant.action.pattern.startswith(_IDENTITY)
    is_some_of_many = "*" in grant.resource.pattern.rpartition(":")[2]
    if grant.action.pattern == "sts:assumerole" and _ACCOUNT.match(grant.resource.pattern):
        return Power.ASKS if is_some_of_many else Power.SOME
    if is_everywhere or (is_identity and is_some_of_many):
        return Power.PERMISSIONS
    return Power.MANY if grant.action.pattern.endswith(":*") else Power.NAMED


def managed_power(name: str) -> Power | None:
    """How much a policy that AWS keeps opens, by its ARN or name; None where that is little."""
    last = name.rpartition("/")[2].removesuffix('"')
    return _listed(_table()["managed"], last)


def google_power(role: str) -> Power | None:
    """How much a role of Google Cloud opens."""
    known = _listed(_table()["google"], role)
    return known if known is not None else Power.MANY if role.lower().endswith("admin") else None


def google_reads_data(role: str) -> bool:
    """Whether a role of Google Cloud lets read, change or open what is stored."""
    return any(fits(each, role) for each in _table()["google"]["data"])


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


@cache
def _actions(name: str) -> tuple[str, ...]:
    return tuple(each.lower() for each in _table()[name])


@cache
def _table() -> Mapping[str, Any]:
    return read_table(__file__, "powers.toml")
