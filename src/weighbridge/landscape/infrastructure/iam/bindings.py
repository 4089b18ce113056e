"""Roles of Google Cloud and Azure, to whom they are given and for what."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import structs

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import nested
from weighbridge.facts.terraform.changes import ResourceChange
from weighbridge.landscape.infrastructure.iam.expressions import asks_less
from weighbridge.landscape.infrastructure.iam.powers import (
    Power,
    azure_power,
    azure_words,
    google_power,
    google_reads_data,
)
from weighbridge.landscape.infrastructure.iam.widening import Unreadable, Widening, texts_of

_ANYBODY: Final = frozenset({"allUsers", "allAuthenticatedUsers"})
_PERSONAL: Final = LatePattern(r"user:\S+@(?:gmail|googlemail)\.com")
"""An account that a person made, and no organisation can shut."""
_AGENT: Final = "@gcp-sa-"
"""In the address of an account by which a service of Google's acts, and nobody else can."""
_ACCESSOR: Final = "roles/secretmanager.secretAccessor"
_PROJECTS: Final = ("google_project_iam", "google_folder_iam", "google_organization_iam")
"""Types that give a role for whatever lies there."""
_ACTS: Final = (
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.serviceAccountUser",
    "roles/iam.workloadIdentityUser",
)
"""By which one acts as an account that is a program's."""
_MANY: Final = ("domain:", "group:")
_EVERYBODY: Final = "everybody in it to act as this account: name whom it is for"
_LOST: Final = ", which a condition did not allow before"
_LESS: Final = ", of whose condition a part is gone"
_LATER: Final = "an account that is known only when applied"
_ROLE: Final = ("role_definition_name", "role_definition_id")
_ROLES_BY_ID: Final = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
}
"""Built-in roles of Azure, which have the same ids everywhere (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles)."""
_PART: Final = LatePattern(r"(?i)resourcegroups/|\bazurerm_(?!subscription|management_group)\w+\.")
"""In a scope, what is less than a whole subscription."""


_WHOLE: Final = LatePattern(
    r"(?i)`(?:/subscriptions/[^/`]+|/providers/microsoft\.management/managementgroups/[^/`]+"
    r"|\$\{(?:data\.)?azurerm_(?:subscription|management_group)\.[^`/]*\})`"
)
"""A scope that is a whole subscription, or holds some."""


def google_widenings(change: ResourceChange) -> Iterator[Widening | Unreadable]:
    """The roles of Google Cloud that are given to somebody who had not them."""
    if change.is_unknown("policy_data"):
        yield Unreadable(argument="policy_data", why="its text is known only when the plan is applied")
        return
    had = list(_bindings(change.before))
    seen: set[tuple[str, str]] = set()
    now = list(_bindings(change.after))
    role = change.after.get("role")
    is_later = change.is_unknown("member") or change.is_unknown("members")
    if is_later and isinstance(role, str) and not now and all(old[0] != role for old in had):
        now.append((role, _LATER, _condition(change.after)))
    for role, member, condition in now:
        old = [each[2] for each in had if each[:2] == (role, member)]
        if (role, member) in seen or any(not each or (condition and not asks_less(condition, each)) for each in old):
            continue
        seen.add((role, member))
        found = _given(change, role, member=member)
        if old and _AGENT not in member and (found is None or _is_less(found.power)):
            found = _freed(role)
        if found is not None:
            lost = _LOST if old and not condition else _LESS if old else ""
            yield structs.replace(
                found,
                words=f"`{role}` to `{member}`{lost}",
                argument=next(
                    each for each in ("members", "binding", "member") if each in change.after or each == "member"
                ),
                is_new=found.power is Power.SECRETS and not had,
                is_condition=bool(old),
            )


def _given(change: ResourceChange, role: str, *, member: str) -> Widening | None:
    """What it opens that a role is given to one; None where that is little."""
    power = Power.PUBLIC if member in _ANYBODY else None if _AGENT in member else google_power(role)
    if power is not None and change.type.startswith("google_service_account_iam"):
        power = Power.PRINCIPAL if power is not Power.PUBLIC else power
    if power is None and role == _ACCESSOR and change.type.startswith(_PROJECTS) and _AGENT not in member:
        power = Power.SECRETS
    is_personal = power is None and _PERSONAL.fullmatch(member) is not None
    if is_personal:
        power = Power.PRINCIPAL
    if power is None:
        return None
    is_many = power is Power.PRINCIPAL and role in _ACTS and member.startswith(_MANY)
    opens = "somebody whose account is their own, and outlasts their leaving" if is_personal else ""
    return Widening(
        power=power,
        words="",
        argument="",
        opens=_EVERYBODY if is_many else opens,
        is_trust=is_many or member.endswith("/*"),
        is_to_group=member.startswith("group:"),
    )


def _freed(role: str) -> Widening:
    """What it opens that a condition goes by which a role was limited."""
    is_data = google_reads_data(role)
    opens = "what is stored in all that the condition left out" if is_data else "all that the condition left out"
    return Widening(power=Power.SECRETS if is_data else Power.DATA, words="", argument="", opens=opens)


def _is_less(power: Power) -> bool:
    return power < Power.DATA


def _bindings(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Role, member, and the condition that limits it; empty where none does."""
    role = values.get("role")
    if isinstance(role, str):
        for member in (*texts_of(values.get("member")), *texts_of(values.get("members"))):
            yield role, member, _condition(values)
    for binding in nested(values, "binding"):
        yield from _bindings(binding)
    for binding in nested({"bindings": _json(values.get("policy_data"))}, "bindings"):
        yield from _bindings(binding)


def _condition(values: Mapping[str, Any]) -> str:
    """What a role is limited by; something where that is not told."""
    if not values.get("condition"):
        return ""
    found = [text for each in nested(values, "condition") for text in texts_of(each.get("expression"))]
    return found[0] if found and found[0] else "?"


def azure_widenings(change: ResourceChange) -> Iterator[Widening]:
    """The role of Azure that is another one, or is given for more."""
    role, scope, principal = (change.after.get(each) for each in ("role_definition_name", "scope", "principal_id"))
    if all(change.after.get(each) == change.before.get(each) for each in (*_ROLE, "scope")):
        return
    given = change.after.get(_ROLE[1])
    if role is None and isinstance(given, str):
        role = _ROLES_BY_ID.get(given.rpartition("/")[2].lower())
    power = azure_power(role) if isinstance(role, str) else None
    if power is not None and isinstance(role, str) and not _is_part_of_it(change):
        where, whom = ("".join(f"`{each}`" for each in texts_of(value)) for value in (scope, principal))
        is_limited = change.after.get("condition") is not None
        if power is Power.ADMIN:
            power = Power.MANY if is_limited else Power.PERMISSIONS if _PART.search(where) else power
        elif power is Power.MANY and role.lower() == "contributor" and not is_limited and _WHOLE.fullmatch(where):
            power = Power.PERMISSIONS
        words = f"the role `{role}`" + (f" to {whom}" if whom else "") + (f" on {where}" if where else "")
        yield Widening(
            power=power,
            words=words + (", under a condition" if is_limited else ""),
            argument=_ROLE[0] if change.after.get(_ROLE[0]) else _ROLE[1],
            opens=azure_words(role),
        )


def _is_part_of_it(change: ResourceChange) -> bool:
    """Whether the same role is given to the same for a part of what it was given for."""
    if any(change.after.get(each) != change.before.get(each) for each in (*_ROLE, "principal_id")):
        return False
    was, now = (
        "".join(f"`{each}`" for each in texts_of(values.get("scope"))) for values in (change.before, change.after)
    )
    if not _WHOLE.fullmatch(was):
        return False
    is_reference = "${" in was and "${" in now
    return now.startswith(f"{was[:-1]}/") or (is_reference and _PART.search(now) is not None)


def _json(text: object) -> object:
    try:
        content = json.loads(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return []
    return content.get("bindings") if isinstance(content, dict) else []
