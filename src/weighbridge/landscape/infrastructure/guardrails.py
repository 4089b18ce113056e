"""Limits on what whole accounts, projects and roles may do, whatever rights they are given; and those that a change takes away.

The names are those of the providers' pages (see `kinds.toml`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.differences import differences, last_name, plain
from weighbridge.landscape.infrastructure.iam.grants import Grant, grants_of, widened
from weighbridge.landscape.infrastructure.iam.powers import Power, managed_power

_ACCOUNTS: Final = "what it refused in the accounts under it is refused no longer"
_PROJECTS: Final = "what it forbade in the projects under it may be done"
_ASSIGNED: Final = "what it asked of resources is asked no longer"
_FILTERED: Final = "no rules decide any more what reaches it"
LIMITS: Final[Mapping[str, str]] = {
    "aws_iam_account_password_policy": "passwords of people may be short, old and used elsewhere",
    "azurerm_subnet_network_security_group_association": _FILTERED,
    "azurerm_network_interface_security_group_association": _FILTERED,
    "aws_organizations_policy": _ACCOUNTS,
    "aws_organizations_policy_attachment": _ACCOUNTS,
    "AWS::Organizations::Policy": _ACCOUNTS,
    "aws_controltower_control": _ACCOUNTS,
    "aws_ssoadmin_permissions_boundary_attachment": "no boundary limits what is granted by the permission set any more",
    "google_org_policy_policy": _PROJECTS,
    "google_organization_policy": _PROJECTS,
    "google_folder_organization_policy": _PROJECTS,
    "google_project_organization_policy": _PROJECTS,
    "google_access_context_manager_service_perimeter": "the services within are reached from outside of it",
    "azurerm_management_group_policy_assignment": _ASSIGNED,
    "azurerm_subscription_policy_assignment": _ASSIGNED,
    "azurerm_resource_group_policy_assignment": _ASSIGNED,
    "azurerm_resource_policy_assignment": _ASSIGNED,
}
"""Types that do nothing but limit, and what is so once one is gone."""
_ORGANISATIONS: Final = ("aws_organizations_policy", "AWS::Organizations::Policy")
_BOUNDED: Final = ("aws_iam_role", "aws_iam_user")
_ON: Final = frozenset({"enforce", "enforced", "deny_all"})
_OFF: Final = frozenset({"allow_all"})
_LISTED: Final = ("restricted_services", "resources")
_SECOND: Final = "mfa_configuration"
_MOST_SAID: Final = 3


class Unlimited(Struct, frozen=True, kw_only=True):
    """One limit that is gone: the argument, empty where the whole is, and what is so, in words."""

    words: str
    name: str = ""
    is_grave: bool = True


def unlimited(alteration: Alteration, companions: Companions) -> Iterator[Unlimited]:
    """The limits that a change takes away."""
    change = alteration.change
    if change.is_data or change.deposed:
        return
    if change.action is Action.DELETE and change.type in LIMITS and not companions.goes_with(alteration):
        again = companions.is_followed(alteration)
        more = "; another of its kind is made, which may take over" if again else ""
        is_grave = not again and LIMITS[change.type] is not _ASSIGNED
        yield Unlimited(words=f" is destroyed: {LIMITS[change.type]}{more}", is_grave=is_grave)
    elif change.action in (Action.UPDATE, Action.REPLACE):
        yield from _loosened(alteration)


def _loosened(alteration: Alteration) -> Iterator[Unlimited]:
    change = alteration.change
    was, now = change.before, change.after
    name = "permissions_boundary"
    if (
        change.type in _BOUNDED
        and was.get(name)
        and now
        and now.get(name) in (None, "")
        and not change.is_unknown(name)
    ):
        written = change.written((name,))
        yield Unlimited(words=f": `{written}` is gone: nothing limits what it is granted any more", name=name)
    elif change.type in _BOUNDED and was.get(name) and _lets_all(now.get(name)) and not _lets_all(was.get(name)):
        words = f": `{change.written((name,))}` is a policy that lets do everything: it limits nothing any more"
        yield Unlimited(words=words, name=name)
    old, new = was.get(_SECOND), now.get(_SECOND)
    if change.type == "aws_cognito_user_pool" and old == "ON" and new in ("OFF", "OPTIONAL"):
        written = change.written((_SECOND,))
        words = f": `{written}` is {new}: whoever has a password gets in"
        yield Unlimited(words=words, name=_SECOND, is_grave=new == "OFF")
    if change.type not in LIMITS:
        return
    if change.type in _ORGANISATIONS and not change.is_unknown("content"):
        yield from _undenied(was.get("content"), now.get("content"))
    for path, first, second in differences(was, now):
        called = last_name(path)
        is_off = (called in _ON and _is_true(first) and not _is_true(second)) or (
            called in _OFF and _is_true(second) and not _is_true(first)
        )
        if is_off and second is not None and not change.is_unknown(*path):
            is_grave = LIMITS[change.type] is not _ASSIGNED
            words = f": `{change.written(path)}` is {str(second).lower()}: {LIMITS[change.type]}"
            yield Unlimited(words=words, name=str(path[0]), is_grave=is_grave)
            break
    for block in ("status", "spec") if change.type.endswith("_service_perimeter") else ():
        yield from _fewer(nested(was, block), nested(now, block), name=block)


def _undenied(was: object, now: object) -> Iterator[Unlimited]:
    before, after = grants_of(was), grants_of(now)
    if not before or after is None:
        return
    gone = widened(before, after).undenied
    refused = [each for each in after if not each.allows]
    spared = {each: under for each in gone if (under := _asked_of(each, refused))}
    for many, end in (
        ([each for each in gone if each not in spared], f"is denied no longer: {_ACCOUNTS}"),
        (
            list(spared),
            f"is denied only under {next(iter(spared.values()), '')} from now on: whoever does not meet it may",
        ),
    ):
        if many:
            said = ", ".join(each.words for each in many[:_MOST_SAID])
            more = f" and {len(many) - _MOST_SAID} more" if len(many) > _MOST_SAID else ""
            yield Unlimited(words=f": {said}{more} {end}", name="content")


def _asked_of(denial: Grant, refused: Iterable[Grant]) -> str:
    """The condition under which alone it is still denied, in words; empty where nothing denies it any more."""
    held = next((each for each in refused if each.holds(denial, whatever_conditions=True)), None)
    keys = sorted({f"`{key}`" for _, key, _ in held.conditions}) if held is not None else []
    return f"a condition on {', '.join(keys)}" if keys else ""


def _fewer(was: list[Mapping[str, Any]], now: list[Mapping[str, Any]], *, name: str) -> Iterator[Unlimited]:
    for old, new in zip(was, now, strict=False):
        for listed in _LISTED:
            before, after = old.get(listed), new.get(listed)
            if isinstance(before, list) and isinstance(after, list):
                gone = [each for each in before if isinstance(each, str) and each not in after]
                if gone and all(isinstance(each, str) for each in after):
                    said = ", ".join(f"`{each}`" for each in gone[:_MOST_SAID])
                    yield Unlimited(words=f": {said} of `{listed}` is gone: that is within it no longer", name=name)


def _lets_all(boundary: object) -> bool:
    return isinstance(boundary, str) and managed_power(boundary) is Power.ADMIN


def _is_true(value: object) -> bool:
    return plain(value) is True or (isinstance(value, str) and value.lower() == "true")
