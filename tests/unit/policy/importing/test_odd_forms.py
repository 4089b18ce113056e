"""A setting of GitHub's that cannot be read, or that is newer than this, is never passed over without a word."""

import json
from typing import Any

import pytest
from tests.unit.policy.importing.weighed import imported_json, loaded, told

from weighbridge.app.import_policy import Imported
from weighbridge.policy.importing.lost import Effect
from weighbridge.policy.needs import CheckNeed

ONE_REVIEW = {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}


def ruleset(*rules: object, **parts: object) -> Imported:
    return imported_json(json.dumps({"name": "main", "enforcement": "active", "rules": list(rules), **parts}))


def with_parameters(kind: str, parameters: object) -> Imported:
    return ruleset({"type": kind, "parameters": parameters})


def effects(imported: Imported) -> set[Effect]:
    return {effect for _, effect in told(imported)}


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("pull_request", {"required_approving_review_count": -1}),
        ("pull_request", {"require_code_owner_review": "true"}),
        ("pull_request", {"require_last_push_approval": 1}),
        ("pull_request", [{"required_approving_review_count": 2}]),
        ("pull_request", {"required_reviewers": {"minimum_approvals": 1}}),
        ("pull_request", {"required_reviewers": ["@acme/db"]}),
        ("required_status_checks", {"required_status_checks": {"context": "build"}}),
        ("required_status_checks", {"required_status_checks": [["build"]]}),
    ],
)
def test_what_has_another_form_is_said_to_be_weaker(kind: str, parameters: object) -> None:
    assert effects(with_parameters(kind, parameters)) == {Effect.WEAKER}


def test_a_rule_that_is_none_is_said_to_be_weaker() -> None:
    assert effects(ruleset("pull_request")) == {Effect.WEAKER}


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("pull_request", {"require_extra_approval_for_unattributed_changes": True}),
        ("pull_request", {"required_aproving_review_count": 2}),
        ("required_status_checks", {"required_contexts": ["build"]}),
        ("commit_message_pattern", {"operator": "contains", "pattern": "WIP", "negate": "true"}),
        ("file_path_restriction", {"restricted_file_paths": ["a", {"path": "b"}]}),
    ],
)
def test_what_is_not_known_here_is_said_to_stay_where_it_is(kind: str, parameters: object) -> None:
    assert effects(with_parameters(kind, parameters)) == {Effect.STAYS}


@pytest.mark.parametrize("value", [False, None, [], {}])
def test_of_a_setting_that_is_off_nothing_is_said(value: object) -> None:
    assert told(with_parameters("pull_request", {"require_what_is_new": value, "required_reviewers": []})) == []


def test_a_check_may_be_listed_by_its_name_alone() -> None:
    imported = with_parameters("required_status_checks", {"required_status_checks": ["build", {"context": "lint"}]})

    assert [need for rule in loaded(imported).rules for need in rule.require] == [
        CheckNeed(name="build"),
        CheckNeed(name="lint"),
    ]


def test_one_approval_is_asked_for_where_no_number_is_said() -> None:
    imported = with_parameters("pull_request", {"required_reviewers": [{"reviewer": {"id": 7}}]})

    assert len(loaded(imported).rules) == 1
    assert effects(imported) == {Effect.STRICTER, Effect.FILL_IN}


@pytest.mark.parametrize("mode", ["disabled", "evaluate"])
def test_what_github_calls_silent_only_reports(mode: str) -> None:
    assert loaded(ruleset(ONE_REVIEW, enforcement=mode)).report_only


@pytest.mark.parametrize("mode", ["active", "Disabled", "of"])
def test_nothing_else_is_silent(mode: str) -> None:
    assert not loaded(ruleset(ONE_REVIEW, enforcement=mode)).report_only


@pytest.mark.parametrize(
    "protection",
    [
        {"required_pull_request_reviews": [{"required_approving_review_count": 2}]},
        {"required_pull_request_reviews": {"require_code_owner_reviews": "yes"}},
        {"required_status_checks": {"checks": {"context": "build"}}},
        {"required_status_checks": ["build"]},
    ],
)
def test_the_same_holds_of_the_protection_of_a_branch(protection: dict[str, Any]) -> None:
    assert effects(imported_json(json.dumps({"enforce_admins": True, **protection}))) == {Effect.WEAKER}


def test_a_setting_of_branch_protection_that_is_not_known_is_said() -> None:
    reviews = {"required_approving_review_count": 0, "require_two_people": True, "url": "https://api.example.org"}

    imported = imported_json(json.dumps({"required_pull_request_reviews": reviews}))

    assert effects(imported) == {Effect.STAYS}
