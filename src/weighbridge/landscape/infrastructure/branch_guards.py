"""What keeps changes nobody has looked at from a branch or an environment, where code hosts are set up by Terraform; and what a change takes of it.

The names are those of the providers' pages: https://registry.terraform.io/providers/integrations/github/latest/docs,
https://registry.terraform.io/providers/gitlabhq/gitlab/latest/docs, https://registry.terraform.io/providers/microsoft/azuredevops/latest/docs,
https://registry.terraform.io/providers/DrFaust92/bitbucket/latest/docs.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import Dynamic, Expression, nested
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.differences import differences, last_name, plain

_BRANCH: Final = "whoever may push may put anything there, and nobody has to have looked at it"
_ASKED: Final = "who had to approve is asked no longer"
_DEPLOYED: Final = "who had to let a deployment start is asked no longer"
TYPES: Final[Mapping[str, str]] = {
    "github_branch_protection": _BRANCH,
    "github_branch_protection_v3": _BRANCH,
    "github_repository_ruleset": _BRANCH,
    "github_organization_ruleset": _BRANCH,
    "github_repository_environment": _DEPLOYED,
    "github_repository_environment_deployment_policy": "which branches may be deployed there is another question now",
    "gitlab_branch_protection": _BRANCH,
    "gitlab_group_protected_environment": _DEPLOYED,
    "gitlab_project_protected_environment": _DEPLOYED,
    "gitlab_project_approval_rule": _ASKED,
    "gitlab_project_level_mr_approvals": _ASKED,
    "bitbucket_branch_restriction": _BRANCH,
    "azuredevops_branch_policy_min_reviewers": _ASKED,
    "azuredevops_branch_policy_auto_reviewers": _ASKED,
    "azuredevops_branch_policy_build_validation": "what does not build or fails its tests may be merged",
    "azuredevops_branch_policy_status_check": "what its checks refuse may be merged",
    "azuredevops_check_approval": _DEPLOYED,
}
"""Types that do nothing but guard, and what is so once one is gone."""
_BLOCKS: Final = {
    "required_pull_request_reviews": "what is merged needs nobody's approval",
    "pull_request": "what is merged needs nobody's approval",
    "required_status_checks": "what fails its checks may be merged",
    "reviewers": "a deployment waits for nobody's word",
    "deployment_branch_policy": "every branch may be deployed there",
    "approval_rules": "a deployment waits for nobody's word",
}
"""Blocks, and what is so once there is none."""
_COUNTS: Final = (
    "required_approving_review_count", "approvals_required", "required_approvals", "required_approval_count",
    "reviewer_count", "minimum_required_approvers",
)  # fmt: skip
_ON: Final = {
    "enforce_admins": "its administrators are held to none of it",
    "require_code_owner_reviews": "the owners of what is changed are not asked",
    "require_code_owner_review": "the owners of what is changed are not asked",
    "code_owner_approval_required": "the owners of what is changed are not asked",
    "dismiss_stale_reviews": "what was approved may be another thing by the time it is merged",
    "dismiss_stale_reviews_on_push": "what was approved may be another thing by the time it is merged",
    "reset_approvals_on_push": "what was approved may be another thing by the time it is merged",
    "require_last_push_approval": "whoever pushed last may be the one who approved",
    "prevent_self_review": "whoever starts a deployment may let it through",
    "require_signed_commits": "who made a commit has to be proven no longer",
    "required_signatures": "who made a commit has to be proven no longer",
    "non_fast_forward": "what is there can be overwritten",
    "blocking": "what it refuses is merged all the same",
    "enabled": "it is asked no longer",
}
"""What guards while it is true."""
_GRAVE: Final = ("non_fast_forward", "blocking", "enabled")
_OPENS: Final = {
    "allows_force_pushes": "what is there can be overwritten",
    "allow_force_push": "what is there can be overwritten",
    "allows_deletions": "it can be deleted",
    "merge_requests_author_approval": "whoever made a change may approve it",
    "submitter_can_vote": "whoever made a change may approve it",
}
"""What opens once it is true."""
_ENFORCED: Final = ("active", "enabled")
_LEVELS: Final = ("developer", "maintainer", "admin", "no one")
"""Who may, the most people first."""
_BY_LEVEL: Final = {"push_access_level": True, "merge_access_level": False, "unprotect_access_level": False}
"""What is up to people of a level and those above, and whether nobody has looked at it then."""
_MOST_SAID: Final = 3


class Loosened(Struct, frozen=True, kw_only=True):
    """One guard that is gone or less: the argument, empty where the whole is, and what is so, in words."""

    words: str
    name: str = ""
    is_grave: bool = True


def loosened(alteration: Alteration, companions: Companions) -> Iterator[Loosened]:
    """The guards that a change takes away, in part or as a whole."""
    change = alteration.change
    if change.type not in TYPES or change.is_data or change.deposed:
        return
    if change.action is Action.DELETE:
        if not companions.goes_with(alteration):
            again = companions.is_followed(alteration)
            more = "; another of its kind is made, which may take over" if again else ""
            yield Loosened(words=f" is destroyed: {TYPES[change.type]}{more}", is_grave=not again)
    elif change.action in (Action.UPDATE, Action.REPLACE) and change.after:
        yield from _of_blocks(change)
        yield from _of_values(change)


def _of_blocks(change: ResourceChange) -> Iterator[Loosened]:
    for name, words in _BLOCKS.items():
        for was, now in _within(change.before, change.after):
            if not nested(was, name) or change.is_unknown(name):
                continue
            said = now.get(name)
            if not said:
                yield Loosened(words=f": `{name}` is gone: {words}", name=name)
            elif not isinstance(said, Expression | Dynamic):
                yield from _fewer_checks(nested(was, name), nested(now, name), name=name)


def _within(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The resource itself, and its rules where these have a block of their own."""
    yield was, now
    yield from zip(nested(was, "rules"), nested(now, "rules"), strict=False)


def _fewer_checks(was: list[Mapping[str, Any]], now: list[Mapping[str, Any]], *, name: str) -> Iterator[Loosened]:
    """Checks that had to pass and need no longer."""
    before, after = (_checks(each) for each in (was, now))
    gone = [each for each in before or () if after is not None and each not in after]
    if name == "required_status_checks" and gone:
        said = ", ".join(f"`{each}`" for each in gone[:_MOST_SAID])
        more = f" and {len(gone) - _MOST_SAID} more" if len(gone) > _MOST_SAID else ""
        yield Loosened(
            words=f": {said}{more} need not pass any more before something is merged", name=name, is_grave=not after
        )


def _checks(blocks: list[Mapping[str, Any]]) -> list[str] | None:
    """What must pass; None where that is not plain."""
    found: list[str] = []
    for block in blocks:
        listed = block.get("contexts") or block.get("checks") or []
        inner = [each.get("context") for each in nested(block, "required_check")]
        for each in (*(listed if isinstance(listed, list) else [None]), *inner):
            if not isinstance(each, str) or isinstance(each, Expression):
                return None
            found.append(each)
    return found


def _of_values(change: ResourceChange) -> Iterator[Loosened]:
    for path, was, now in differences(change.before, change.after):
        name = last_name(path)
        top = str(path[0])
        is_of_gone = any(step in _BLOCKS for step in path[:-1]) and now is None
        if change.is_unknown(*path) or isinstance(was, Expression) or isinstance(now, Expression) or is_of_gone:
            continue
        written = change.written(path)
        if name in _COUNTS and isinstance(was, int) and isinstance(now, int) and now < was:
            end = "what is merged needs nobody's approval" if now == 0 else "fewer people have to look at it"
            yield Loosened(words=f": `{written}` goes from {was} to {now}: {end}", name=top, is_grave=now == 0)
        elif name in _ON and plain(was) is True and plain(now) in (False, None):
            yield Loosened(words=f": `{written}` is off: {_ON[name]}", name=top, is_grave=name in _GRAVE)
        elif name in _OPENS and plain(now) is True and plain(was) in (False, None):
            yield Loosened(words=f": `{written}` is on: {_OPENS[name]}", name=top)
        elif name in _BY_LEVEL and was in _LEVELS and now in _LEVELS and _LEVELS.index(now) < _LEVELS.index(was):
            yield Loosened(
                words=f": `{written}` is `{now}` and no longer `{was}`: more people may",
                name=top,
                is_grave=_BY_LEVEL[name],
            )
        elif name == "enforcement" and was in _ENFORCED and now is not None and now not in _ENFORCED:
            yield Loosened(words=f": `{written}` is `{now}`: it refuses nothing any more", name=top)
