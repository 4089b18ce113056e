"""An imported policy passes what policy-bot passed: the same where all can be said, and never more where it cannot."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.policy.importing.bot_model import Bot, Pull
from tests.unit.policy.importing.weighed import TEAMS, bot_policy, passes

PATHS = (
    "a.py",
    "docs/guide.md",
    "docs/img/a.png",
    "src/app.py",
    "src/test_app.py",
    ".github/workflows/ci.yml",
    "go.mod",
    "+docs/new.md",
    "-docs/old.md",
    "docs/a.md -> src/a.py",
    "src/b.py -> docs/b.md",
)
PATTERNS = (
    r"^docs/.*$",
    r"^docs/",
    r"\.md$",
    r"^.*\.py$",
    r"^go\.mod$",
    r"test_",
    r"^src/[^/]*\.py$",
    r"(?i)^DOCS/",
    ".*",
    "^go.(mod|sum)$",
)
TITLES = ("Change it", "docs: change it", "BREAKING CHANGE: it", 'a "quoted" \\ title')
TITLE_PATTERNS = (r"^docs: ", r"^BREAKING CHANGE: (\w| )+$", r'"quoted" \\', r"^(docs|style): (\w| )+$")
NAMES = ("one", "two", "three", "four")

patterns = st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2)
title_patterns = st.lists(st.sampled_from(TITLE_PATTERNS), min_size=1, max_size=2)
told = {
    "changed_files": st.fixed_dictionaries({"paths": patterns}, optional={"ignore": patterns}),
    "no_changed_files": st.fixed_dictionaries({"paths": patterns}, optional={"ignore": patterns}),
    "only_changed_files": st.fixed_dictionaries({"paths": patterns}),
    **{
        f"file_{what}": st.fixed_dictionaries({"paths": patterns})
        for what in ("added", "not_added", "deleted", "not_deleted")
    },
    "title": st.fixed_dictionaries({}, optional={"matches": title_patterns, "not_matches": title_patterns}).filter(
        bool
    ),
    "modified_lines": st.builds(lambda o, n: {"additions": f"{o} {n}"}, st.sampled_from("<>="), st.integers(0, 3)),
}
untold = {
    "has_labels": st.lists(st.sampled_from(["small", "urgent"]), min_size=1, max_size=2),
    "has_author_in": st.fixed_dictionaries({"users": st.lists(st.sampled_from(["author", "ann"]), min_size=1)}),
}
actors = st.fixed_dictionaries(
    {},
    optional={
        "users": st.lists(st.sampled_from(["ann", "dee", "author"]), min_size=1, max_size=2),
        "teams": st.lists(st.sampled_from(sorted(TEAMS)), min_size=1, max_size=2),
    },
)


def rules(predicates: Mapping[str, st.SearchStrategy[Any]], name: str) -> st.SearchStrategy[dict[str, Any]]:
    block = st.dictionaries(st.sampled_from(sorted(predicates)), st.none(), max_size=2).flatmap(
        lambda chosen: st.fixed_dictionaries({key: predicates[key] for key in chosen})
    )
    requires = st.builds(
        lambda count, who, conditions: {"count": count, **who, "conditions": conditions},
        st.integers(0, 2),
        actors,
        block,
    )
    options = st.fixed_dictionaries({"allow_contributor": st.booleans()})
    return st.fixed_dictionaries(
        {"name": st.just(name)}, optional={"if": block, "requires": requires, "options": options}
    )


trees = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.builds(
        lambda word, parts: {word: parts}, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=5,
)


def policies(predicates: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    approval = st.lists(trees, min_size=1, max_size=2).filter(lambda found: all(depth(tree) <= 3 for tree in found))
    listed = st.tuples(*(rules(predicates, name) for name in NAMES)).map(list)
    return st.builds(lambda tree, found: {"policy": {"approval": tree}, "approval_rules": found}, approval, listed)


def depth(tree: str | dict[str, Any]) -> int:
    return 0 if isinstance(tree, str) else 1 + max(map(depth, next(iter(tree.values()))))


pulls = st.builds(
    Pull,
    files=st.lists(st.sampled_from(PATHS), min_size=1, max_size=3, unique=True).map(tuple),
    title=st.sampled_from(TITLES),
    added=st.integers(1, 3),
    author=st.just("author"),
    approvals=st.frozensets(st.sampled_from(["author", "ann", "bob", "cyd", "dee"])),
    labels=st.frozensets(st.sampled_from(["small", "urgent"])),
)


def ours(policy: Mapping[str, Any], pull: Pull) -> bool:
    imported = bot_policy(policy)
    return passes(imported, *pull.files, approvals=pull.approvals, title=pull.title, added=pull.added)


@settings(max_examples=400, deadline=None)
@given(policies(told), pulls)
def test_where_all_can_be_said_the_same_changes_pass(policy: Mapping[str, Any], pull: Pull) -> None:
    assert ours(policy, pull) == (Bot(policy, TEAMS).verdict(pull) == "approved")


@settings(max_examples=400, deadline=None)
@given(policies({**told, **untold}), pulls)
def test_where_it_cannot_nothing_passes_that_was_pending(policy: Mapping[str, Any], pull: Pull) -> None:
    assert Bot(policy, TEAMS).verdict(pull) != "pending" or not ours(policy, pull)


@settings(max_examples=400, deadline=None)
@given(policies({"changed_files": told["changed_files"], **untold}), pulls)
def test_and_nothing_passes_without_anybody_that_did_not_pass(policy: Mapping[str, Any], pull: Pull) -> None:
    unseen = replace(pull, approvals=frozenset())

    assert Bot(policy, TEAMS).verdict(unseen) == "approved" or not ours(policy, unseen)
