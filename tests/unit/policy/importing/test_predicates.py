"""Each predicate of policy-bot: what it comes to in a condition, and that one which cannot be told makes nothing easier."""

from typing import Any

import pytest
from tests.unit.policy.importing.weighed import bot_policy, loaded, one_rule, passes, told

from weighbridge.policy.importing.lost import Effect, LostKind

ONE = {"count": 1, "teams": ["acme/devs"]}


def applies(predicates: dict[str, Any], *paths: str, title: str = "Change it", added: int = 1) -> bool:
    """Whether a rule with these predicates asks for its approval."""
    imported = bot_policy(
        {
            "policy": {"approval": ["rule", "rest"]},
            "approval_rules": [{"name": "rule", "if": predicates, "requires": ONE}, {"name": "rest"}],
        }
    )
    return not passes(imported, *paths, title=title, added=added)


@pytest.mark.parametrize(
    ("predicates", "paths", "expected"),
    [
        ({"changed_files": {"paths": [r"^docs/.*$"]}}, ("docs/a.md",), True),
        ({"changed_files": {"paths": [r"^docs/.*$"]}}, ("src/docs/a.md",), False),
        ({"changed_files": {"paths": [r"^docs/.*$"]}}, ("src/a.py", "docs/a.md"), True),
        ({"changed_files": {"paths": [r"^docs/.*$"], "ignore": [r"\.png$"]}}, ("docs/a.png",), False),
        ({"changed_files": {"paths": [r"^docs/.*$"], "ignore": [r"\.png$"]}}, ("docs/a.png", "docs/b.md"), True),
        ({"changed_files": {"paths": [".*"], "ignore": [r"^docs/", r"\.md$"]}}, ("README.md",), False),
        ({"changed_files": {"paths": [".*"], "ignore": [r"^docs/", r"\.md$"]}}, ("a.py",), True),
        ({"changed_files": {"paths": [r"docs"]}}, ("my-docs/a",), True),
        ({"changed_files": {"paths": [r"(?i)^DOCS/"]}}, ("docs/a",), True),
        ({"changed_files": {"paths": [r"^.policy.yml$"]}}, ("xpolicy-yml",), True),
        ({"changed_files": {"paths": [r"^\.policy\.yml$"]}}, ("xpolicy-yml",), False),
        ({"changed_files": {"paths": [r'^a"b\\c$']}}, ('a"b\\c',), True),
        ({"changed_files": {"paths": []}}, ("a.py",), False),
        ({"no_changed_files": {"paths": [r"^docs/"]}}, ("a.py",), True),
        ({"no_changed_files": {"paths": [r"^docs/"]}}, ("docs/a",), False),
        ({"no_changed_files": {"paths": [r"^docs/"], "ignore": [r"\.md$"]}}, ("docs/a.md",), True),
        ({"only_changed_files": {"paths": [r"^docs/", r"\.md$"]}}, ("docs/a", "README.md"), True),
        ({"only_changed_files": {"paths": [r"^docs/"]}}, ("docs/a", "a.py"), False),
        ({"only_changed_files": {"paths": []}}, ("a.py",), False),
        ({"changed_files": {"paths": [r"^a"]}, "title": {"matches": ["^docs:"]}}, ("a.py",), False),
        ({"file_added": {"paths": [r"^docs/"]}}, ("+docs/a",), True),
        ({"file_added": {"paths": [r"^docs/"]}}, ("docs/a",), False),
        ({"file_added": {"paths": [r"^docs/"]}}, ("a -> docs/a",), True),
        ({"file_added": {"paths": [r"^docs/"]}}, ("docs/a -> a",), False),
        ({"file_not_added": {"paths": [".*"]}}, ("docs/a", "-b"), True),
        ({"file_not_added": {"paths": [".*"]}}, ("docs/a", "+b"), False),
        ({"file_deleted": {"paths": [r"^docs/"]}}, ("-docs/a",), True),
        ({"file_deleted": {"paths": [r"^docs/"]}}, ("docs/a", "-b"), False),
        ({"file_deleted": {"paths": [r"^docs/"]}}, ("docs/a -> a",), True),
        ({"file_not_deleted": {"paths": [r"^docs/"]}}, ("docs/a",), True),
        ({"file_not_deleted": {"paths": [r"^docs/"]}}, ("docs/a -> a",), False),
        ({"file_not_deleted": {"paths": []}}, ("-docs/a",), True),
        ({"file_deleted": {"paths": []}}, ("-docs/a",), False),
    ],
)
def test_files_are_told_as_policy_bot_tells_them(
    predicates: dict[str, Any], paths: tuple[str, ...], *, expected: bool
) -> None:
    assert applies(predicates, *paths) is expected


@pytest.mark.parametrize(
    ("predicates", "expected"),
    [
        ({"changed_files": {"paths": ["^infra/"]}}, True),
        ({"changed_files": {"paths": ["^infra/"], "ignore": ["a$"]}}, False),
        ({"changed_files": {"paths": [".*"], "ignore": ["^docs/"]}}, True),
        ({"no_changed_files": {"paths": ["^infra/"]}}, False),
        ({"only_changed_files": {"paths": ["^docs/"]}}, False),
        ({"only_changed_files": {"paths": ["^infra/"]}}, False),
        ({"only_changed_files": {"paths": ["^docs/", "^infra/"]}}, True),
    ],
    ids=str,
)
def test_a_file_that_was_renamed_counts_where_it_lay_too(predicates: dict[str, Any], *, expected: bool) -> None:
    assert applies(predicates, "infra/a -> docs/a") is expected


@pytest.mark.parametrize(
    ("predicate", "title", "expected"),
    [
        ({"matches": ["^docs: "]}, "docs: it", True),
        ({"matches": ["^docs: "]}, "it", False),
        ({"not_matches": ["^docs: "]}, "it", True),
        ({"not_matches": ["^docs: "]}, "docs: it", False),
        ({"matches": ["BREAKING"], "not_matches": ["^docs: "]}, "docs: BREAKING", True),
        ({"matches": ["BREAKING"], "not_matches": ["^docs: "]}, "docs: it", False),
    ],
)
def test_a_title_matches_one_pattern_or_misses_all_others(
    predicate: dict[str, Any], title: str, *, expected: bool
) -> None:
    assert applies({"title": predicate}, "a.py", title=title) is expected


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ({"additions": "> 4"}, True),
        ({"additions": "> 5"}, False),
        ({"additions": "<6"}, True),
        ({"additions": "= 5"}, True),
        ({"deletions": "> 0"}, False),
        ({"additions": "> 100", "total": ">\t4"}, True),
    ],
)
def test_one_of_the_numbers_of_lines_is_enough(predicate: dict[str, str], *, expected: bool) -> None:
    assert applies({"modified_lines": predicate}, "a.py", added=5) is expected


UNTOLD: list[dict[str, Any]] = [
    {"has_author_in": {"users": ["ann"]}},
    {"has_contributor_in": {"teams": ["acme/devs"]}},
    {"only_has_contributors_in": {"organizations": ["acme"]}},
    {"author_is_only_contributor": True},
    {"has_labels": ["small"]},
    {"repository": {"matches": ["^acme/"]}},
    {"has_valid_signatures_by": {"users": ["ann"]}},
    {"has_valid_signatures_by_keys": {"key_ids": ["3AA5C34371567BD2"]}},
    {"custom_property_is_null": ["tier"]},
    {"custom_property_matches_any_of": {"tier": ["^high$"]}},
    {"has_something_new": {"paths": ["^a"]}},
    {"changed_files": {"paths": ["^a"], "globs": ["b/**"]}},
    {"file_deleted": {"paths": ["^a"], "ignore": ["^b"]}},
    {"changed_files": {"paths": ["^a"], "such": ["^b"]}},
    {"changed_files": ["^a"]},
    {"changed_files": {"paths": [["^a"]]}},
    {"changed_files": {"paths": ["("]}},
    {"changed_files": {"paths": ["(a{1000}){1000}"]}},
    {"title": {"matches": ["x" * 199 + "(y|z)"]}},
    {"modified_lines": {"additions": "many"}},
    {"modified_lines": {"additions": "> 1e9"}},
    {"modified_lines": "> 1"},
    {"has_status": {"statuses": ["build"], "conclusions": ["failure"]}},
    {"has_status": {"statuses": [""]}},
    {"has_workflow_result": "ci.yml"},
    {"targets_branch": {"pattern": "^main$"}},
    {"from_branch": {"pattern": "^bot/"}},
    {"from_branch": {"pattern": "^.+:.+$"}},
]


@pytest.mark.parametrize("predicates", UNTOLD, ids=str)
def test_what_cannot_be_told_is_said_and_a_rule_with_it_applies(predicates: dict[str, Any]) -> None:
    imported = one_rule(**{"if": predicates, "requires": ONE})

    assert not passes(imported)
    assert passes(imported, approvals=["ann"])
    assert sorted(each.effect for each in imported.lost) == [Effect.STRICTER, Effect.WEAKER]


@pytest.mark.parametrize("predicates", UNTOLD, ids=str)
def test_and_nothing_passes_because_of_it(predicates: dict[str, Any]) -> None:
    imported = bot_policy(
        {
            "policy": {"approval": [{"or": ["by itself", "by somebody"]}]},
            "approval_rules": [{"name": "by itself", "if": predicates}, {"name": "by somebody", "requires": ONE}],
        }
    )

    assert not passes(imported)
    assert passes(imported, approvals=["bob"])


def test_what_is_lost_has_its_place() -> None:
    imported = one_rule(**{"if": {"has_labels": ["small"]}, "requires": ONE})

    places = [(lost.mark.line, lost.mark.column, lost.kind) for lost in imported.lost]
    assert places == [(2, 3, LostKind.COMBINATION), (3, 5, LostKind.PREDICATE)]
    assert all(f"# - {lost}" in imported.text for lost in imported.lost)


def test_a_status_that_is_required_is_a_check() -> None:
    imported = one_rule(requires={**ONE, "conditions": {"has_status": {"statuses": ["build", "scan"]}}})

    assert imported.lost == ()
    assert "check: {name: build}" in imported.text
    assert "check: {name: scan}" in imported.text


def test_a_status_that_may_be_skipped_must_pass() -> None:
    imported = one_rule(
        requires={"conditions": {"has_status": {"statuses": ["b"], "conclusions": ["success", "skipped"]}}}
    )

    assert told(imported) == [("has_status", Effect.STRICTER)]
    assert "check: {name: b}" in imported.text


def test_the_older_name_of_a_status_is_known() -> None:
    assert "check: {name: build}" in one_rule(requires={"conditions": {"has_successful_status": ["build"]}}).text


def test_a_workflow_is_a_check_of_its_files_name_that_somebody_must_report() -> None:
    imported = one_rule(requires={"conditions": {"has_workflow_result": {"workflows": [".github/workflows/ci.yml"]}}})

    assert told(imported) == [("has_workflow_result", Effect.FILL_IN)]
    assert 'check: {name: ".github/workflows/ci.yml"}' in imported.text


def test_a_rule_that_a_status_makes_apply_always_applies() -> None:
    assert not passes(one_rule(**{"if": {"has_status": {"statuses": ["build"]}}, "requires": ONE}))


@pytest.mark.parametrize(("wanted", "ask"), [(True, "!(provenance.is_attested)"), (False, "!(change.commits.exists")])
def test_signatures_are_those_of_people_who_are_enrolled(*, wanted: bool, ask: str) -> None:
    imported = one_rule(requires={"conditions": {"has_valid_signatures": wanted}})

    assert told(imported) == [("has_valid_signatures", Effect.STRICTER)]
    assert ask in imported.text


def test_a_condition_that_must_hold_blocks_where_it_does_not() -> None:
    imported = one_rule(requires={"conditions": {"title": {"matches": ["^JIRA-"]}}})

    assert passes(imported, title="JIRA-1 it")
    assert not passes(imported, approvals=["ann", "bob", "cyd"], title="it")


def test_branches_are_asked_where_they_are_known() -> None:
    imported = one_rule(**{"if": {"targets_branch": {"pattern": "^(main|release/.*)$"}}, "requires": ONE})

    rule, _ = loaded(imported).rules
    assert rule.when is not None
    assert rule.when.text == '!has(change.target) || change.target.matches(r"^(main|release/.*)$")'


def test_every_branch_is_every_branch() -> None:
    assert one_rule(**{"if": {"targets_branch": {"pattern": ".*"}}, "requires": ONE}).lost == ()
