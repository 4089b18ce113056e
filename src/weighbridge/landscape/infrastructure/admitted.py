"""Who is let in: assignments of people and groups to accounts, projects and teams, and who loses them by a change."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.iam.authoritative import holds_on

ADMITS: Final = frozenset(
    {
        "aws_ssoadmin_account_assignment", "aws_identitystore_group_membership", "aws_iam_user_group_membership",
        "aws_iam_group_membership", "aws_iam_user", "aws_eks_access_entry", "aws_eks_access_policy_association",
        "azuread_group_member", "azuread_directory_role_assignment", "azuread_app_role_assignment", "azurerm_role_assignment",
        "azurerm_pim_eligible_role_assignment", "azurerm_pim_active_role_assignment", "google_project_iam_member",
        "google_folder_iam_member", "google_organization_iam_member", "google_cloud_identity_group_membership",
        "github_membership", "github_team_membership", "github_team_members", "github_team_repository",
        "github_repository_collaborator", "gitlab_group_membership", "gitlab_project_membership", "okta_group_memberships",
        "okta_app_group_assignment", "okta_app_user", "okta_group_role",
    }
)  # fmt: skip
"""Types that let one in, or some."""
ADMITS_MANY: Final = frozenset(
    {
        "aws_ssoadmin_permission_set", "google_project_iam_binding", "google_folder_iam_binding", "google_organization_iam_binding",
        "google_project_iam_policy", "google_organization_iam_policy", "okta_app_group_assignments", "github_team", "vault_identity_group",
    }
)  # fmt: skip
"""Types by which everybody is let in who has a role."""
_WHO: Final = (
    "principal_id", "principal_object_id", "principal_arn", "principal", "member", "members", "member_id", "user", "users",
    "username", "group", "group_id", "group_object_id", "team_id", "name",
)  # fmt: skip
_MEMBERS: Final = ("members", "users", "groups")
_MANY: Final = 3
_MOST_NAMED: Final = 3


class Shut(Struct, frozen=True, kw_only=True):
    """Those who are let in no longer, of one type in one place: `first` stands for all."""

    first: Alteration
    words: str
    name: str = ""
    is_grave: bool = False


def shut_out(alterations: Iterable[Alteration], companions: Companions) -> Iterator[Shut]:
    """One for each type and folder or plan, and for each list of members that is shorter."""
    found = list(alterations)
    gone: dict[tuple[str, str, str], list[Alteration]] = {}
    for each in found:
        change = each.change
        if change.type not in ADMITS and change.type not in ADMITS_MANY:
            continue
        if change.action is Action.DELETE and not change.is_data and not companions.goes_with(each):
            if holds_on(each, found):
                continue
            if not any(_who(one.change.after) == _who(change.before) for one in found if _is_made(one, change.type)):
                place = each.place.path if each.is_planned else each.folder or each.place.path
                gone.setdefault((place, change.type, str(each.confidence)), []).append(each)
        elif change.action is Action.UPDATE:
            yield from _fewer(each)
    for (_, kind, _), ended in gone.items():
        names = ", ".join(each.name for each in ended[:_MOST_NAMED])
        more = f" and {len(ended) - _MOST_NAMED} more" if len(ended) > _MOST_NAMED else ""
        is_many = kind in ADMITS_MANY
        lost = "everybody who was let in by that is" if is_many else "whoever was let in by that is"
        be = "is" if len(ended) == 1 else "are"
        yield Shut(
            first=ended[0],
            words=f"{names}{more} {be} destroyed{ended[0].reason}: {lost} refused from then on",
            is_grave=is_many or len(ended) >= _MANY,
        )


def _fewer(each: Alteration) -> Iterator[Shut]:
    change = each.change
    for name in _MEMBERS:
        was, now = change.before.get(name), change.after.get(name)
        if isinstance(was, list) and isinstance(now, list) and not change.is_unknown(name):
            out = [one for one in was if isinstance(one, str) and one not in now]
            if out and all(isinstance(one, str) for one in now):
                many = f"{len(out)} of {len(was)}"
                yield Shut(
                    first=each,
                    words=f"{each.name}: {many} are no longer among `{name}`, and refused from then on",
                    name=name,
                    is_grave=not now or len(out) >= _MANY,
                )


def _is_made(each: Alteration, kind: str) -> bool:
    return each.change.action is Action.CREATE and each.change.type == kind


def _who(values: Mapping[str, Any]) -> list[object]:
    """Whom an assignment is about; nobody, where nothing says, is not the same as nobody."""
    found = [values[name] for name in _WHO if values.get(name) not in (None, "", [])]
    return found or [object()]
