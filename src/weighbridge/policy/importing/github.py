"""What GitHub's rulesets and branch protection have in common: reviews, status checks, and what stays with the forge."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Node, Scalar
from weighbridge.policy.importing.draft import Draft, DraftRule
from weighbridge.policy.importing.lost import Effect, Losses, LostKind
from weighbridge.policy.importing.nodes import as_truth, at, is_absent, truth, whole, word

MOST_APPROVALS: Final = 20
ABOUT: Final = (
    "What GitHub does to branches (pushes, merges, who may do them) stays there: keep its rule until nothing depends on it.",
    "Approvals are given by `weighbridge approve`, signed and about one head: whatever is pushed later asks for them anew.",
    "Whoever is enrolled may approve, where GitHub counts those who may write; authors, committers and co-authors do not",
    "count, where GitHub leaves out the account that opened the pull request, which is not known here.",
)


def add_reviews(draft: Draft, node: Fields, *, losses: Losses, when: str, keys: "ReviewKeys") -> None:
    """The rules for what a pull request needs in reviews."""
    count = whole(node, keys.count)
    if count is None or count < 0:
        count = 0
        if keys.count in node.entries:
            tell(
                losses,
                at(node, keys.count),
                what="the number of approvals",
                why="it is no whole number",
                effect=Effect.WEAKER,
            )
    if count > MOST_APPROVALS:
        why = f"a rule asks for at most {MOST_APPROVALS} people"
        tell(losses, at(node, keys.count), what=f"{count} approvals", why=why, effect=Effect.WEAKER)
    if count > 0:
        need: dict[str, Any] = {"count": min(count, MOST_APPROVALS), "by": "anyone"}
        add(draft, "reviews", node=node, need={"approval": need}, when=when)
    if truth(node, keys.code_owners):
        add(draft, "code owners", node=node, need={"code_owners": {}}, when=when)
    if truth(node, keys.stale) is False and count > 0:
        why = "an approval is of one head and of no later one"
        near = "carry_over: nothing-added"
        tell(losses, at(node, keys.stale), what=f"{keys.stale}: false", why=why, effect=Effect.STRICTER, near=near)
    if truth(node, keys.last_push) and count == 0:
        add(draft, "last push", node=node, need={"approval": {"by": "anyone"}}, when=when)


class ReviewKeys:
    """What the settings of reviews are called in one of GitHub's formats."""

    def __init__(self, *, code_owners: str, stale: str) -> None:
        self.count = "required_approving_review_count"
        self.last_push = "require_last_push_approval"
        self.code_owners = code_owners
        self.stale = stale


def add_checks(draft: Draft, names: Iterable[tuple[str, Mark]], *, node: Fields, when: str, losses: Losses) -> None:
    """A rule for the status checks that must pass."""
    needs = []
    for name, mark in dict(names).items():
        if 0 < len(name.strip()) <= 200 and name.isprintable():
            needs.append({"check": {"name": name}})
        else:
            tell(
                losses,
                mark,
                what=f"the check `{name[:60]}`",
                why="it has no name that can be written",
                effect=Effect.WEAKER,
            )
    if needs:
        source = (f"line {node.mark.line}: status checks",)
        because = "the branch's status checks must pass"
        draft.add_rule(
            "status checks", DraftRule(name="", require=tuple(needs), when=when, because=because, source=source)
        )


def add(draft: Draft, title: str, *, node: Fields, need: dict[str, Any], when: str) -> None:
    """A rule that asks for one thing."""
    source = (f"line {node.mark.line}: {title}",)
    draft.add_rule(
        title, DraftRule(name="", require=(need,), when=when, because=f"GitHub asked for {title}", source=source)
    )


def tell(losses: Losses, mark: Mark, *, what: str, why: str, effect: Effect, near: str = "") -> None:
    """Take note of a setting that has no equivalent."""
    losses.lose(mark, LostKind.SETTING, what=what, why=why, effect=effect, nearest=near)


def stays(losses: Losses, mark: Mark, *, what: str, why: str = "", near: str = "") -> None:
    """Take note of what only the forge can see to."""
    words = why or "it is about what the forge does to a branch, not about whether a change may pass"
    tell(losses, mark, what=what, why=words, effect=Effect.STAYS, near=near)


def checks_in(node: Fields, key: str, *, losses: Losses, app: str) -> Iterable[tuple[str, Mark]]:
    """The checks listed under `key`, with what is lost of who must report them."""
    listed = node.get(key)
    for each in listed.items if isinstance(listed, Items) else ():
        if isinstance(each, Scalar) and not each.is_null:
            yield each.value, each.mark
        elif not isinstance(each, Fields):
            tell_form(losses, each.mark, what="a status check")
        else:
            number = whole(each, app)
            if number is not None and number > 0:
                what = f"that app {number} reports `{word(each, 'context')[:60]}`"
                why = "a check is known by its name; who may record one is said by the ledger's writers"
                tell(losses, at(each, app), what=what, why=why, effect=Effect.WEAKER)
            yield word(each, "context"), each.mark


def is_flag(node: Node) -> bool:
    """Whether it says yes or no."""
    return as_truth(node) is not None


def is_list(node: Node) -> bool:
    """Whether it is a list."""
    return isinstance(node, Items)


def is_anything(node: Node) -> bool:
    """Whatever it is, it was spoken of elsewhere or says nothing."""
    del node
    return True


def tell_unread(node: Fields, known: Mapping[str, Callable[[Node], bool]], *, of: str, losses: Losses) -> None:
    """Say what is not read: settings of other names, unless they are off, and settings that have not the form they should."""
    for key, (written, value) in node.entries.items():
        if is_absent(value):
            continue
        if key not in known:
            is_off = as_truth(value) is False or _is_empty(value)
            if not is_off:
                stays(losses, written.mark, what=f"`{key[:60]}` of {of}", why="no setting of this name is known here")
        elif not known[key](value):
            tell_form(losses, written.mark, what=f"`{key}` of {of}")


def tell_form(losses: Losses, mark: Mark, *, what: str) -> None:
    """Say of something that it cannot be read, so that nothing is asked for it."""
    tell(losses, mark, what=what, why="it has not the form that GitHub gives", effect=Effect.WEAKER)


def _is_empty(node: Node) -> bool:
    return (isinstance(node, Items) and not node.items) or (isinstance(node, Fields) and not node.entries)
