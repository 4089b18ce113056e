"""Options, people, combinations and disapproval of policy-bot, and the files it would not load either."""

from typing import Any

import pytest
from tests.unit.policy.importing.weighed import bot_policy, loaded, one_rule, passes, told

from weighbridge.app.import_policy import Imported, import_policy
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.importing.lost import Effect, LostKind
from weighbridge.policy.needs import ApprovalNeed, Involved

ONE = {"count": 1, "users": ["ann", "author"]}


def need(**parts: object) -> ApprovalNeed:
    (rule,) = loaded(one_rule(**parts)).rules
    (found,) = rule.require
    assert isinstance(found, ApprovalNeed)
    return found


def test_whoever_is_involved_does_not_count() -> None:
    assert need(requires=ONE).not_by == frozenset(Involved)
    assert not passes(one_rule(requires=ONE), approvals=["author"])


@pytest.mark.parametrize(
    "options", [{"allow_contributor": True}, {"allow_author": True, "allow_non_author_contributor": True}], ids=str
)
def test_unless_everybody_may(options: dict[str, bool]) -> None:
    imported = one_rule(requires=ONE, options=options)

    assert imported.lost == ()
    assert passes(imported, approvals=["author"])


@pytest.mark.parametrize("option", ["allow_author", "allow_non_author_contributor"])
def test_where_only_some_of_the_involved_may_none_counts_and_it_is_said(option: str) -> None:
    imported = one_rule(requires=ONE, options={option: True})

    assert told(imported) == [(option, Effect.STRICTER)]
    assert not passes(imported, approvals=["author"])


@pytest.mark.parametrize(
    ("option", "value", "effect"),
    [
        ("ignore_edited_comments", True, Effect.NONE),
        ("ignore_update_merges", True, Effect.STRICTER),
        ("ignore_commits_by", {"users": ["bulldozer[bot]"]}, Effect.STRICTER),
        ("request_review", {"enabled": True, "mode": "teams"}, Effect.NONE),
        ("such_an_option", True, Effect.STRICTER),
    ],
)
def test_what_an_option_did_is_said(option: str, value: object, *, effect: Effect) -> None:
    imported = one_rule(requires=ONE, options={option: value})

    assert told(imported) == [(option, effect)]
    assert {lost.kind for lost in imported.lost} == {LostKind.OPTION}


@pytest.mark.parametrize(
    "options",
    [
        {"allow_author": False},
        {"ignore_update_merges": False},
        {"request_review": {"enabled": False}},
        {"invalidate_on_push": True},
        {"invalidate_on_push": False},
        {"methods": {"github_review": True}},
    ],
    ids=str,
)
def test_what_it_does_not_do_is_not(options: dict[str, Any]) -> None:
    assert one_rule(requires=ONE, options=options).lost == ()


def test_defaults_of_the_file_hold_where_a_rule_says_nothing() -> None:
    rules = [{"name": "a", "requires": ONE}, {"name": "b", "requires": ONE, "options": {"allow_contributor": False}}]
    defaults = {"options": {"allow_contributor": True}}

    imported = bot_policy({"policy": {"approval": ["a", "b"]}, "approval_rules": rules, "approval_defaults": defaults})

    assert [
        found.not_by for rule in loaded(imported).rules for found in rule.require if isinstance(found, ApprovalNeed)
    ] == [
        frozenset(),
        frozenset(Involved),
    ]


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        ({}, ""),
        ({"comments": ["/ok"]}, ""),
        ({"comments": ["/ok"], "github_review": False}, "/ok"),
        ({"comments": [":+1:", "/ok"], "github_review": False}, ""),
        ({"github_review": False}, ""),
        ({"comments": ["/ok", "/fine"], "github_review": False}, "rule"),
        ({"comments": [], "github_review_comment_patterns": [r"\bdomain lgtm\b"]}, "rule"),
        ({"comments": [], "comment_patterns": ["^ok$"], "github_review": False}, "rule"),
    ],
    ids=str,
)
def test_an_approver_must_write_what_no_mere_approval_said(methods: dict[str, Any], words: str) -> None:
    assert need(requires=ONE, options={"methods": methods}).words == words


def test_methods_of_a_rule_stand_over_the_files_one_by_one() -> None:
    rules = [{"name": "a", "requires": ONE, "options": {"methods": {"github_review": False}}}]
    defaults = {"options": {"methods": {"comments": ["/ok"]}}}
    imported = bot_policy({"policy": {"approval": ["a"]}, "approval_rules": rules, "approval_defaults": defaults})

    assert "words: /ok" in imported.text.replace('"', "")


def test_approvals_in_comments_and_descriptions_are_said_to_be_lost() -> None:
    imported = one_rule(
        requires=ONE, options={"methods": {"comment_patterns": ["^ok$"], "body_patterns": ["no-platform"]}}
    )

    assert told(imported) == [("body_patterns", Effect.STRICTER), ("comment_patterns", Effect.STRICTER)]


def test_people_are_named_as_ours_and_must_be_filled_in() -> None:
    imported = one_rule(requires={"count": 2, "users": ["ann"], "teams": ["acme/devs"], "organizations": ["acme"]})

    assert 'approval: {count: 2, by: ["@ann", "team:@acme/devs", "team:@acme"]}' in imported.text
    for line in ('#     "@acme/devs": []', '#     "@acme": []  # the members', '#     "@ann": address@example.org'):
        assert line in imported.text


@pytest.mark.parametrize(
    ("actors", "role"),
    [
        ({"permissions": ["maintain"]}, "repository-maintain"),
        ({"admins": True}, "repository-admin"),
        ({"write_collaborators": True}, "repository-write"),
    ],
    ids=str,
)
def test_permissions_are_roles_that_nobody_has_yet(actors: dict[str, Any], role: str) -> None:
    imported = one_rule(requires={"count": 1, **actors})

    assert f'approval: {{by: "role:{role}"}}' in imported.text
    assert not passes(imported, approvals=["ann", "bob", "cyd", "dee"])
    assert [effect for _, effect in told(imported)] == [Effect.FILL_IN]


def test_a_program_approves_nothing() -> None:
    imported = one_rule(requires={"count": 1, "users": ["renovate[bot]", "ann"]})

    assert told(imported) == [("renovate[bot]", Effect.STRICTER)]
    assert 'by: "@ann"' in imported.text


def test_approvals_by_nobody_are_never_given_there_nor_here() -> None:
    imported = one_rule(requires={"count": 1})

    assert not passes(imported, approvals=["ann", "bob", "cyd", "dee"])
    assert [effect for _, effect in told(imported)] == [Effect.NONE]


@pytest.mark.parametrize("count", [21, 10**17, "many", [1]], ids=str)
def test_a_count_that_cannot_be_asked_for_is_never_met(count: object) -> None:
    imported = one_rule(requires={**ONE, "count": count})

    assert not passes(imported, approvals=["ann", "author"])
    assert Effect.STRICTER in {effect for _, effect in told(imported)}


@pytest.mark.parametrize("requires", [{}, {"count": 0}, {"count": -1}, None], ids=str)
def test_a_rule_that_requires_nothing_lets_pass(requires: object) -> None:
    assert passes(one_rule(requires=requires))


def test_requirements_that_cannot_be_read_are_never_met() -> None:
    imported = one_rule(requires=["one approval"])

    assert not passes(imported, approvals=["ann", "bob"])
    assert imported.lost[0].effect is Effect.STRICTER


@pytest.mark.parametrize(
    "parts",
    [
        {"reqiures": ONE},
        {"count": 1},
        {"iff": {"title": {"matches": ["^docs"]}}},
        {"requires": {"counts": 1, "users": ["ann"]}},
        {"requires": {**ONE, "codeowners": True}},
        {"requires": ONE, "options": {"such_an_option": True}},
        {"options": {"such_an_option": True}},
        {"if": ["changed_files"]},
        {"requires": {"conditions": ["build"]}},
        {"requires": ONE, "options": ["allow_author"]},
    ],
    ids=str,
)
def test_a_rule_with_a_key_that_is_not_known_is_never_met(parts: dict[str, Any]) -> None:
    imported = one_rule(**parts)

    assert not passes(imported, approvals=["ann", "bob", "cyd"])
    assert Effect.STRICTER in {effect for _, effect in told(imported)}


def test_a_way_to_approve_that_is_not_known_is_lost() -> None:
    imported = one_rule(requires=ONE, options={"methods": {"reactions": ["+1"]}})

    assert [effect for _, effect in told(imported)] == [Effect.STRICTER]
    assert passes(imported, approvals=["ann"])


def test_where_no_rule_applies_nothing_passes_until_somebody_is_named_who_may_say_so() -> None:
    imported = one_rule(**{"if": {"changed_files": {"paths": ["^docs/"]}}, "requires": ONE})

    assert not passes(imported, "a.py", approvals=["ann", "bob"])
    assert "policy-owner: []" in imported.text


BY_BOT = {"name": "by a bot", "if": {"has_author_in": {"users": ["renovate[bot]"]}}}


def test_a_rule_that_asks_nobody_lets_nothing_pass_where_it_cannot_be_told() -> None:
    imported = bot_policy({"policy": {"approval": ["by a bot"]}, "approval_rules": [BY_BOT]})

    assert not passes(imported, approvals=["ann", "bob", "cyd"])
    assert "policy-owner: []" in imported.text


def test_nor_beside_one_that_does_not_apply() -> None:
    rest = {"name": "rest", "if": {"no_changed_files": {"paths": ["^infra/"]}}, "requires": ONE}
    imported = bot_policy({"policy": {"approval": [{"or": ["by a bot", "rest"]}]}, "approval_rules": [BY_BOT, rest]})

    assert passes(imported, "a.py", approvals=["ann"])
    assert not passes(imported, "infra/a")


def test_a_rule_that_cannot_be_told_is_enough_where_people_approve_it_and_that_is_said_to_be_weaker() -> None:
    imported = one_rule(**{"if": {"has_author_in": {"teams": ["acme/devs"]}}, "requires": ONE})

    assert passes(imported, approvals=["ann"])
    assert ("what passes where no rule applies", Effect.WEAKER) in told(imported)


def test_without_rules_everything_passes() -> None:
    assert passes(bot_policy({"policy": {"approval": []}}))
    assert passes(bot_policy({"approval_rules": []}))


def test_a_rule_that_is_used_nowhere_asks_for_nothing_and_is_named() -> None:
    rules = [{"name": "used", "requires": {"count": 0}}, {"name": "unused", "requires": ONE}]
    imported = bot_policy({"policy": {"approval": ["used"]}, "approval_rules": rules})

    assert passes(imported)
    assert [lost.what for lost in imported.lost] == ["the rule `unused`"]


def test_of_two_rules_with_one_name_the_last_counts() -> None:
    rules = [{"name": "a", "requires": {"count": 0}}, {"name": "a", "requires": ONE}]
    imported = bot_policy({"policy": {"approval": ["a"]}, "approval_rules": rules})

    assert not passes(imported)
    assert [lost.what for lost in imported.lost] == ["the first rule `a`"]


def many(count: int) -> list[dict[str, Any]]:
    return [
        {
            "name": f"r{n}",
            "if": {"title": {"matches": [f"^{n}"]}, "changed_files": {"paths": [f"{n}$"]}},
            "requires": ONE,
        }
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [3, 6, 12])
def test_many_rules_of_which_one_is_enough_stay_few(count: int) -> None:
    imported = bot_policy(
        {"policy": {"approval": [{"or": [f"r{n}" for n in range(count)]}]}, "approval_rules": many(count)}
    )

    assert imported.rules_out <= 9
    assert passes(imported, "2", title="2", approvals=["ann"])
    assert not passes(imported, "2", title="2", approvals=["bob"])
    assert not passes(imported, "2", title="1", approvals=["ann"])


def test_what_is_nested_too_deeply_is_never_met_and_is_said() -> None:
    tree: Any = "r0"
    for number in range(1, 9):
        tree = {"or" if number % 2 else "and": [tree, f"r{number}"]}
    rules = [{"name": f"r{n}", "requires": {"count": 1, "users": [f"u{n}"]}} for n in range(9)]

    imported = bot_policy({"policy": {"approval": [tree]}, "approval_rules": rules})

    assert [(lost.kind, lost.effect) for lost in imported.lost] == [(LostKind.COMBINATION, Effect.STRICTER)]


def test_disapproval_by_people_is_everybodys_here() -> None:
    disapproval = {"requires": {"teams": ["acme/leads"]}, "options": {"methods": {"disapprove": {"comments": ["no"]}}}}
    imported = bot_policy(
        {"policy": {"approval": ["a"], "disapproval": disapproval}, "approval_rules": [{"name": "a"}]}
    )

    assert told(imported) == [("how a disapproval is given", Effect.NONE), ("who may disapprove", Effect.STRICTER)]
    assert passes(imported)


def disapproved_if(predicates: dict[str, Any]) -> Imported:
    policy = {"approval": ["a"], "disapproval": {"if": predicates}}
    return bot_policy({"policy": policy, "approval_rules": [{"name": "a"}]})


def test_any_condition_of_disapproval_blocks() -> None:
    imported = disapproved_if({"title": {"matches": ["^BLOCKED"]}, "changed_files": {"paths": ["^vendor/"]}})

    assert passes(imported, "a.py")
    assert not passes(imported, "a.py", title="BLOCKED: it", approvals=["ann"])
    assert not passes(imported, "vendor/a.py", approvals=["ann"])


def test_one_that_cannot_be_told_needs_somebody_who_looks() -> None:
    imported = disapproved_if({"has_labels": ["do not merge"]})

    assert not passes(imported, approvals=["ann", "bob", "cyd"])
    assert "role:policy-owner" in imported.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("remote: acme/policies\npath: p.yml\nref: main\n", "1:1: the policy lies in acme/policies (p.yml at main)"),
        (
            "policy:\n  approval:\n    - on\napproval_rules:\n- name: one\n",
            "3:7: no rule is called `on`: did you mean `one`?",
        ),
        ("policy:\n  approval:\n    - or: []\n", "3:7: here stands a rule's name"),
        (
            "policy:\n  approval:\n    - or: [a]\n      and: [a]\napproval_rules: [{name: a}]",
            "3:7: here stands a rule's name",
        ),
        ("policy:\n  approval: one\n", "2:3: `approval` must be a list"),
        ("policy: [one]\n", "1:1: `policy` must be a mapping"),
        ("approval_rules: {name: a}\n", "1:1: `approval_rules` must be a list"),
        ("approval_rulez: []\npolicy: {}\n", "1:1: policy-bot has no key `approval_rulez` in the file"),
        ("approval_rulez: []\npolicy: {}\n", "did you mean `approval_rules`?"),
        ("policy:\n  aproval: [one]\n", "2:3: policy-bot has no key `aproval` in `policy`"),
        ("policy:\n  disapproval: {iff: {}}\n", "2:17: policy-bot has no key `iff` in `disapproval`"),
        ("policy:\n  disapproval: [title]\n", "2:3: `disapproval` must be a mapping"),
        ("policy:\n  disapproval:\n    if: [title]\n", "3:5: `if` must be a mapping"),
        ("policy: {}\napproval_defaults: [options]\n", "2:1: `approval_defaults` must be a mapping"),
        ("policy: {}\napproval_defaults: {allow_author: true}\n", "no key `allow_author` in `approval_defaults`"),
        ("ref: main\npolicy: {}\n", "1:1: policy-bot has no key `ref` in the file"),
        ("approval_rules:\n- just text\n", "2:3: a rule is a mapping with a `name`"),
        (
            "policy:\n  approval: [" + "{and: [" * 11 + "a" + "]}" * 11 + "]\napproval_rules: [{name: a}]",
            "deeper than 10",
        ),
        ("", "1:1: it is empty"),
        ("- a\n", "is no policy that is known here"),
        ("something: else\n", "is no policy that is known here"),
        ("a: [", "it cannot be read as YAML"),
        ("# A project's policy\n\nBe kind.\n\n- **Tests**: all pass.\n", "5:12: it cannot be read as YAML"),
        (
            "policy: {approval: [a]}\napproval_rules:\n- name: a\n  requires: {}\n  requires: {count: 1}\n",
            "5:3: `requires` stands here twice",
        ),
    ],
)
def test_what_policy_bot_would_refuse_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        import_policy(text.encode(), ".policy.yml")

    assert message in str(refused.value)


def test_every_problem_is_told_at_once() -> None:
    text = "policy:\n  approval: [x, {or: []}]\napproval_rules:\n- 1\n"
    with pytest.raises(ConfigurationError) as refused:
        import_policy(text.encode(), ".policy.yml")

    assert len(refused.value.problems) == 3
