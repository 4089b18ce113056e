"""GitHub's rulesets, branch protection and CODEOWNERS: what becomes of each rule, and what stays with the forge."""

import json
from typing import Any

import pytest
from tests.unit.policy.importing.weighed import change_of, gate, imported_json, loaded, passes, told

from weighbridge.app.import_policy import Imported, PolicySource, import_policy
from weighbridge.domain.gate import GateState
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.importing.lost import Effect
from weighbridge.policy.needs import ApprovalNeed, CheckNeed, OwnersNeed


def ruleset(*rules: dict[str, Any], **parts: object) -> Imported:
    whole = {"name": "main", "target": "branch", "enforcement": "active", "rules": list(rules), **parts}
    return imported_json(json.dumps(whole, indent=2))


def pull_request(**parameters: object) -> Imported:
    return ruleset({"type": "pull_request", "parameters": parameters})


def needs(imported: Imported) -> list[Any]:
    return [need for rule in loaded(imported).rules for need in rule.require]


def test_the_number_of_reviews_is_asked_for() -> None:
    imported = pull_request(required_approving_review_count=2, dismiss_stale_reviews_on_push=True)

    assert imported.source is PolicySource.RULESET
    assert needs(imported) == [ApprovalNeed(count=2)]
    assert imported.lost == ()


def test_without_reviews_nothing_is_asked_for() -> None:
    assert needs(pull_request(required_approving_review_count=0, dismiss_stale_reviews_on_push=False)) == []


def test_reviews_that_outlive_a_push_do_not_here() -> None:
    imported = pull_request(required_approving_review_count=1, dismiss_stale_reviews_on_push=False)

    assert told(imported) == [("dismiss_stale_reviews_on_push: false", Effect.STRICTER)]


def test_code_owners_are_asked() -> None:
    assert needs(pull_request(required_approving_review_count=0, require_code_owner_review=True)) == [OwnersNeed()]


def test_the_last_push_needs_somebody_else() -> None:
    assert needs(pull_request(required_approving_review_count=0, require_last_push_approval=True)) == [ApprovalNeed()]
    assert needs(pull_request(required_approving_review_count=1, require_last_push_approval=True)) == [ApprovalNeed()]


@pytest.mark.parametrize("count", [21, "many", None])
def test_a_number_that_cannot_be_asked_for_is_said(count: object) -> None:
    imported = pull_request(required_approving_review_count=count)

    assert Effect.WEAKER in {effect for _, effect in told(imported)}


def test_conversations_stay_with_the_forge() -> None:
    imported = pull_request(required_review_thread_resolution=True, allowed_merge_methods=["squash"])

    assert told(imported) == [("resolved conversations", Effect.STAYS), ("the ways to merge", Effect.STAYS)]


def test_a_team_of_reviewers_is_named_by_number() -> None:
    reviewers = [{"file_patterns": ["db/**"], "minimum_approvals": 2, "reviewer": {"id": 7, "type": "Team"}}]
    imported = pull_request(required_reviewers=reviewers)

    assert [effect for _, effect in told(imported)] == [Effect.FILL_IN]
    assert 'approval: {count: 2, by: "team:@github/Team-7"}' in imported.text
    assert not passes(imported, "db/a.sql")
    assert not passes(imported, "db/a.sql -> a.sql")
    assert passes(imported, "a.py")


def test_status_checks_must_pass() -> None:
    checks = [{"context": "build", "integration_id": 15}, {"context": "lint"}]
    imported = ruleset(
        {
            "type": "required_status_checks",
            "parameters": {"required_status_checks": checks, "strict_required_status_checks_policy": True},
        }
    )

    assert needs(imported) == [CheckNeed(name="build"), CheckNeed(name="lint")]
    assert sorted(effect for _, effect in told(imported)) == [Effect.STAYS, Effect.WEAKER]


@pytest.mark.parametrize(
    "kind",
    [
        "deletion",
        "non_fast_forward",
        "required_linear_history",
        "creation",
        "update",
        "merge_queue",
        "required_signatures",
        "workflows",
        "code_scanning",
        "branch_name_pattern",
        "max_file_size",
        "something_new",
    ],
)
def test_what_is_the_forges_stays_there_and_is_said(kind: str) -> None:
    imported = ruleset({"type": kind, "parameters": {"operator": "regex", "pattern": "^a"}})

    assert [effect for _, effect in told(imported)] == [Effect.STAYS]
    assert passes(imported)


@pytest.mark.parametrize(
    ("kind", "parameters", "blocked", "let_through"),
    [
        ("file_path_restriction", {"restricted_file_paths": ["secrets/**/*"]}, "secrets/a/b", "src/secrets"),
        ("file_path_restriction", {"restricted_file_paths": ["*.pem"]}, "a.pem", "b/a.pem"),
        ("file_path_restriction", {"restricted_file_paths": ["**/*.pem"]}, "b/a.pem", "a.py"),
        ("file_path_restriction", {"restricted_file_paths": ["*.pem"]}, "a.pem -> b/a.txt", "b/a.txt"),
        ("file_path_restriction", {"restricted_file_paths": ["a+b.py"]}, "a+b.py", "aab.py"),
        ("file_path_restriction", {"restricted_file_paths": ["v?/[ab]-*"]}, "v1/a-x y", "v1/c-x"),
        ("file_path_restriction", {"restricted_file_paths": ["a/**"]}, "a/b", "a/b/c"),
        ("file_extension_restriction", {"restricted_file_extensions": ["*.exe"]}, "a.exe", "aexe"),
        ("file_extension_restriction", {"restricted_file_extensions": ["jar"]}, "a.jar", "ajar"),
        ("max_file_path_length", {"max_file_path_length": 5}, "abcdef", "abcde"),
    ],
)
def test_files_that_are_refused_there_are_refused_here(
    kind: str, parameters: dict[str, Any], *, blocked: str, let_through: str
) -> None:
    imported = ruleset({"type": kind, "parameters": parameters})

    assert not passes(imported, blocked, approvals=["ann", "bob"])
    assert passes(imported, let_through)


@pytest.mark.parametrize(
    ("parameters", "is_passed"),
    [
        ({"operator": "starts_with", "pattern": "Change"}, True),
        ({"operator": "starts_with", "pattern": "JIRA-"}, False),
        ({"operator": "starts_with", "pattern": "JIRA-", "negate": True}, True),
        ({"operator": "regex", "pattern": "^Ch[a-z]+ it"}, True),
        ({"operator": "contains", "pattern": "it", "negate": True}, False),
        ({"operator": "ends_with", "pattern": "nothing"}, False),
    ],
)
def test_messages_must_have_the_form_that_is_asked(parameters: dict[str, Any], *, is_passed: bool) -> None:
    assert passes(ruleset({"type": "commit_message_pattern", "parameters": parameters})) is is_passed


@pytest.mark.parametrize("kind", ["commit_author_email_pattern", "committer_email_pattern"])
def test_addresses_must_have_the_form_that_is_asked(kind: str) -> None:
    assert passes(ruleset({"type": kind, "parameters": {"operator": "ends_with", "pattern": "@example.org"}}))
    assert not passes(ruleset({"type": kind, "parameters": {"operator": "ends_with", "pattern": "@acme.example"}}))


def test_a_ruleset_that_is_evaluated_reports_only() -> None:
    assert loaded(ruleset(enforcement="evaluate")).report_only
    assert not loaded(ruleset()).report_only


def test_whoever_passes_it_by_does_not_here() -> None:
    imported = ruleset(bypass_actors=[{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}])

    assert told(imported) == [("RepositoryRole 5, who may pass it by", Effect.STRICTER)]


@pytest.mark.parametrize(
    ("names", "when"),
    [
        ({"include": ["~ALL"]}, ""),
        ({"include": ["~DEFAULT_BRANCH"], "exclude": []}, ""),
        ({"include": ["refs/heads/main"]}, '!has(change.target) || (change.target == "main")'),
        (
            {"include": ["refs/heads/release/**/*"]},
            '!has(change.target) || (change.target.matches(r"^release/([^/]+/)*[^/]*$"))',
        ),
        ({"include": ["refs/heads/v[!0-9]*"]}, '!has(change.target) || (change.target.matches(r"^v[^/0-9][^/]*$"))'),
        ({"include": ["~ALL"], "exclude": ["refs/heads/\\\\*"]}, "!has(change.target) || (!(false))"),
        ({"include": ["~ALL"], "exclude": ["refs/heads/x"]}, '!has(change.target) || (!(change.target == "x"))'),
    ],
)
def test_branches_are_asked_where_they_are_known(names: dict[str, list[str]], when: str) -> None:
    rule = {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
    (made,) = loaded(ruleset(rule, conditions={"ref_name": names})).rules

    assert (made.when.text if made.when else "") == when


def test_a_ruleset_for_tags_stays_whole() -> None:
    imported = ruleset({"type": "deletion"}, target="tag")

    assert told(imported) == [("the whole ruleset for tags", Effect.STAYS)]


def test_several_rulesets_make_one_policy() -> None:
    one = {
        "name": "a",
        "rules": [{"type": "pull_request", "parameters": {"required_approving_review_count": 1}}],
        "target": "branch",
    }
    two = {**one, "name": "b"}
    imported = imported_json(json.dumps([one, two]))

    assert [rule.name for rule in loaded(imported).rules] == ["reviews", "reviews-2"]


def test_a_list_without_rules_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="asked for one by one"):
        imported_json('[{"id": 1, "name": "main"}]', PolicySource.RULESET)


PROTECTION = {
    "url": "https://api.github.example/repos/acme/shop/branches/main/protection",
    "required_status_checks": {"strict": False, "contexts": ["build"], "checks": [{"context": "build", "app_id": -1}]},
    "enforce_admins": {"enabled": True},
    "required_pull_request_reviews": {
        "required_approving_review_count": 1,
        "require_code_owner_reviews": True,
        "dismiss_stale_reviews": True,
        "require_last_push_approval": False,
    },
    "restrictions": None,
    "required_linear_history": {"enabled": False},
    "allow_force_pushes": {"enabled": False},
}


def test_branch_protection_becomes_the_same_rules() -> None:
    imported = imported_json(json.dumps(PROTECTION))

    assert imported.source is PolicySource.BRANCH_PROTECTION
    assert set(map(type, needs(imported))) == {CheckNeed, ApprovalNeed, OwnersNeed}
    assert told(imported) == [("allow_force_pushes", Effect.STAYS)]


@pytest.mark.parametrize(
    ("parts", "effect"),
    [
        ({"enforce_admins": {"enabled": False}}, Effect.STRICTER),
        ({"enforce_admins": False}, Effect.STRICTER),
        ({"required_conversation_resolution": {"enabled": True}}, Effect.STAYS),
        ({"required_signatures": {"enabled": True, "url": "x"}}, Effect.STAYS),
        ({"restrictions": {"users": [], "teams": [{"slug": "core"}]}}, Effect.STAYS),
        ({"something_new": True}, Effect.STAYS),
        ({"required_status_checks": {"strict": True}}, Effect.STAYS),
        ({"required_status_checks": {"checks": [{"context": "a", "app_id": 15}]}}, Effect.WEAKER),
        ({"required_pull_request_reviews": {"dismissal_restrictions": {"users": [{"login": "a"}]}}}, Effect.STRICTER),
        ({"required_pull_request_reviews": {"bypass_pull_request_allowances": {"apps": ["a"]}}}, Effect.STRICTER),
    ],
    ids=str,
)
def test_what_else_protects_a_branch_is_said(parts: dict[str, Any], effect: Effect) -> None:
    base = {"required_status_checks": {"contexts": ["build"]}}

    assert [each for _, each in told(imported_json(json.dumps({**base, **parts})))] == [effect]


@pytest.mark.parametrize("indent", [None, 2, "\t"])
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_json_is_read_however_it_is_written(indent: str | int | None, *, ensure_ascii: bool) -> None:
    contexts = ["build 😀", r"C:\ud83d\ude00", "a/b"]
    text = json.dumps({"required_status_checks": {"contexts": contexts}}, indent=indent, ensure_ascii=ensure_ascii)

    assert needs(imported_json(text)) == [CheckNeed(name=name) for name in contexts]


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="1:"):
        imported_json('{"required_status_checks": {"contexts": ["\\ud83d"]}}')


def test_what_does_not_protect_is_not() -> None:
    parts = {"allow_force_pushes": {"enabled": True}, "allow_deletions": True, "lock_branch": {"enabled": False}}

    assert imported_json(json.dumps({"enforce_admins": True, **parts})).lost == ()


CODEOWNERS = b"""# who answers
*.sql @acme/db ann@example.org
/pay/ @bob
[a-z].py @bob
"""


def test_code_owners_stay_where_they_are_and_count() -> None:
    imported = import_policy(CODEOWNERS, ".github/CODEOWNERS")

    assert imported.source is PolicySource.CODEOWNERS
    assert needs(imported) == [OwnersNeed()]
    assert '#     "@acme/db": []' in imported.text
    assert '#     "@bob": address@example.org' in imported.text


def test_lines_that_the_forge_skips_are_said() -> None:
    imported = import_policy(CODEOWNERS, ".github/CODEOWNERS")

    assert [(lost.mark.line, lost.effect) for lost in imported.lost] == [(4, Effect.NONE)]


def test_a_whole_import_is_weighed() -> None:
    policy = loaded(imported_json(json.dumps(PROTECTION)))

    assert gate(policy, change_of("a.py"), approvals=["ann"]).state is not GateState.SATISFIED


@pytest.mark.parametrize(
    ("excluded", "test"),
    [
        ("release[!x]y", 'change.target.matches(r"^release[^/x]y$")'),
        ("release[^x]y", 'change.target.matches(r"^release[^/x]y$")'),
        ("release[+-9]y", "false"),
        ("a[/x]b", "false"),
    ],
)
def test_no_set_of_characters_leaves_out_a_branch_of_another_folder(excluded: str, test: str) -> None:
    rule = {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
    names = {"include": ["~ALL"], "exclude": [f"refs/heads/{excluded}"]}

    (made,) = loaded(ruleset(rule, conditions={"ref_name": names})).rules

    assert made.when is not None
    assert made.when.text == f"!has(change.target) || (!({test}))"


@pytest.mark.parametrize("path", ["x\n/secrets/a", "x\n/y/secrets/a"])
def test_a_line_end_in_a_path_hides_no_file_from_a_restriction(path: str) -> None:
    imported = ruleset({"type": "file_path_restriction", "parameters": {"restricted_file_paths": ["**/secrets/*"]}})

    assert not passes(imported, path)
    assert passes(imported, "x/other/a")
