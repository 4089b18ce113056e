"""GitHub's classic branch protection, as its API gives it."""

from typing import Final

from weighbridge.landscape.documents.nodes import Fields
from weighbridge.policy.importing.draft import Draft, plain
from weighbridge.policy.importing.github import (
    ABOUT,
    ReviewKeys,
    add_checks,
    add_reviews,
    checks_in,
    is_anything,
    is_flag,
    is_list,
    stays,
    tell,
    tell_form,
    tell_unread,
)
from weighbridge.policy.importing.lost import Effect, Losses
from weighbridge.policy.importing.nodes import as_truth, at, fields, is_absent, is_texts, texts, truth

_KEYS: Final = ReviewKeys(code_owners="require_code_owner_reviews", stale="dismiss_stale_reviews")
_REVIEWS: Final = "required_pull_request_reviews"
_CHECKS: Final = "required_status_checks"
_STAYS: Final = {
    "required_linear_history": "",
    "allow_force_pushes": "",
    "allow_deletions": "",
    "block_creations": "",
    "lock_branch": "",
    "allow_fork_syncing": "",
    "restrictions": "who may push is the forge's to say",
    "required_conversation_resolution": "conversations are not known here",
    "required_signatures": "signatures are verified against those enrolled, not against the forge's accounts",
}
_REVIEW_KEYS: Final = {
    "url": is_anything,
    "required_approving_review_count": is_anything,
    "dismiss_stale_reviews": is_flag,
    "require_code_owner_reviews": is_flag,
    "require_last_push_approval": is_flag,
    "dismissal_restrictions": is_anything,
    "bypass_pull_request_allowances": is_anything,
}
_CHECK_KEYS: Final = {
    "url": is_anything,
    "strict": is_flag,
    "contexts": is_texts,
    "contexts_url": is_anything,
    "checks": is_list,
    "enforcement_level": is_anything,
}
_IGNORED: Final = frozenset({"url", "name", "protection_url", "enabled"})
_FORBIDDING: Final = frozenset({"allow_force_pushes", "allow_deletions", "allow_fork_syncing"})
"""What protects by being off."""


def is_branch_protection(root: Fields) -> bool:
    """Whether it looks like the protection of a branch."""
    return bool({_REVIEWS, _CHECKS, "enforce_admins"} & root.entries.keys())


def read_branch_protection(root: Fields, path: str, *, losses: Losses) -> tuple[Draft, int]:
    """The policy that the protection of a branch makes, and how many settings it had."""
    draft = Draft(name=plain(f"imported from {path.rpartition('/')[2]}", most=200), about=ABOUT)
    settings = 0
    for key, (written, value) in root.entries.items():
        if is_absent(value) or key in _IGNORED:
            continue
        settings += 1
        if key == _REVIEWS and isinstance(value, Fields):
            _reviews(value, draft, losses=losses)
        elif key == _CHECKS and isinstance(value, Fields):
            _checks(value, draft, losses=losses)
        elif key == "enforce_admins":
            if _is_on(root, key) is False:
                why = "a gate has no exception for administrators"
                near = "`overrides` and `break_glass`"
                tell(losses, written.mark, what="enforce_admins: false", why=why, effect=Effect.STRICTER, near=near)
        elif key in _STAYS:
            if _is_on(root, key) is not (key in _FORBIDDING):
                stays(losses, written.mark, what=key, why=_STAYS[key])
        elif key in (_REVIEWS, _CHECKS):
            tell_form(losses, written.mark, what=f"`{key}`")
        else:
            stays(
                losses,
                written.mark,
                what=f"`{key[:60]}`",
                why="branch protection has no setting of this name that is known",
            )
    return draft, settings


def _reviews(node: Fields, draft: Draft, *, losses: Losses) -> None:
    add_reviews(draft, node, losses=losses, when="", keys=_KEYS)
    tell_unread(node, _REVIEW_KEYS, of="the reviews", losses=losses)
    for key in ("dismissal_restrictions", "bypass_pull_request_allowances"):
        named = fields(node, key)
        if named is not None and any(True for each in ("users", "teams", "apps") if not is_absent(named.get(each))):
            why = "nobody passes a gate by, and whoever approved can take it back themselves"
            near = "`overrides` and `break_glass`"
            tell(losses, at(node, key), what=key, why=why, effect=Effect.STRICTER, near=near)


def _checks(node: Fields, draft: Draft, *, losses: Losses) -> None:
    tell_unread(node, _CHECK_KEYS, of="the status checks", losses=losses)
    named = dict(checks_in(node, "checks", losses=losses, app="app_id"))
    add_checks(draft, (dict(texts(node, "contexts")) | named).items(), node=node, when="", losses=losses)
    if truth(node, "strict"):
        stays(
            losses,
            at(node, "strict"),
            what="that a branch is up to date",
            why="the tree that a merge makes is weighed anew",
        )


def _is_on(root: Fields, key: str) -> bool:
    """Whether a setting is on, which the API gives as a flag or as a mapping with one."""
    value = root.get(key)
    if isinstance(value, Fields):
        return truth(value, "enabled") is not False
    return as_truth(value) is not False
