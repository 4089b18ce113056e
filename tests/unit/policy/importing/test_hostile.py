"""Hostile files: whatever they hold, they are refused with a place and a reason, or make a policy that loads."""

import time
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.policy.importing.weighed import bot_policy, passes

from weighbridge.app.import_policy import PolicySource, import_policy
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.importing.policy_bot.predicates import PREDICATES
from weighbridge.policy.reading.load import Source, load_policy

SLOWEST = 5.0
"""Seconds of CPU for the worst file that fits."""


def survives(data: bytes, source: PolicySource | None = None) -> None:
    """See that `data` is refused for what it is, or makes a policy that loads."""
    refusal, text = outcome(data, source)

    assert "cannot be loaded" not in refusal
    assert refusal or load_policy([Source(data=text.encode(), path="policy.yaml")]).name


def outcome(data: bytes, source: PolicySource | None) -> tuple[str, str]:
    """Why `data` is refused, and else the policy that it makes."""
    try:
        return "", import_policy(data, ".policy.yml", source=source).text
    except ConfigurationError as error:
        return str(error), ""


@given(st.binary(max_size=200), st.sampled_from([None, *PolicySource]))
def test_any_bytes(data: bytes, source: PolicySource | None) -> None:
    survives(data, source)


texts = st.text(max_size=12) | st.sampled_from(
    ["^a", "(", "a", "rule", "> 1", "[bot]", "\u202e", "\x85", 'x"\\', "true", "-"]
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
WORDS = (
    "paths",
    "ignore",
    "pattern",
    "matches",
    "not_matches",
    "users",
    "teams",
    "organizations",
    "permissions",
    "statuses",
)
shaped = st.dictionaries(st.sampled_from(WORDS), st.lists(texts, max_size=3) | values, max_size=3)
blocks = st.dictionaries(st.sampled_from(sorted(PREDICATES)) | texts, shaped | values, max_size=3)
bot_files = st.fixed_dictionaries(
    {
        "policy": st.fixed_dictionaries({"approval": st.lists(st.sampled_from(["a", "b"]), max_size=3)})
        | st.fixed_dictionaries(
            {"approval": st.just([{"or": ["a", {"and": ["b", "a"]}]}]), "disapproval": shaped | values}
        ),
        "approval_rules": st.tuples(
            *(
                st.fixed_dictionaries(
                    {"name": st.just(name)},
                    optional={
                        "if": blocks,
                        "options": st.dictionaries(
                            st.sampled_from(["methods", "allow_author"]) | texts, values, max_size=2
                        ),
                        "requires": shaped | st.fixed_dictionaries({"count": st.integers(0, 3), "conditions": blocks}),
                    },
                )
                for name in ("a", "b")
            )
        ).map(list),
    }
)


@settings(max_examples=300, deadline=None)
@given(bot_files)
def test_any_file_of_policy_bot(file: object) -> None:
    survives(yaml.safe_dump(file, allow_unicode=True).encode("utf-8", "replace"), PolicySource.POLICY_BOT)


RULES = (
    "pull_request",
    "required_status_checks",
    "file_path_restriction",
    "file_extension_restriction",
    "max_file_path_length",
    "commit_message_pattern",
    "committer_email_pattern",
    "merge_queue",
)
PARAMETERS = (
    "required_approving_review_count",
    "required_status_checks",
    "restricted_file_paths",
    "restricted_file_extensions",
    "max_file_path_length",
    "operator",
    "pattern",
    "negate",
    "required_reviewers",
    "file_patterns",
)
rulesets = st.fixed_dictionaries(
    {
        "rules": st.lists(
            st.fixed_dictionaries(
                {"type": st.sampled_from(RULES) | texts},
                optional={
                    "parameters": st.dictionaries(
                        st.sampled_from(PARAMETERS), values | st.sampled_from(["regex", "contains"]), max_size=4
                    )
                },
            ),
            max_size=3,
        )
    },
    optional={
        "name": values,
        "enforcement": values,
        "target": values,
        "bypass_actors": values,
        "conditions": st.fixed_dictionaries(
            {"ref_name": st.dictionaries(st.sampled_from(["include", "exclude"]), values)}
        )
        | values,
    },
)


@settings(max_examples=300, deadline=None)
@given(rulesets)
def test_any_ruleset(file: object) -> None:
    survives(yaml.safe_dump(file, allow_unicode=True).encode("utf-8", "replace"), PolicySource.RULESET)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["required_pull_request_reviews", "required_status_checks", "restrictions", "enforce_admins"])
        | texts,
        values,
    )
)
def test_any_branch_protection(file: object) -> None:
    survives(yaml.safe_dump(file, allow_unicode=True).encode("utf-8", "replace"), PolicySource.BRANCH_PROTECTION)


def test_a_bomb_of_aliases_is_refused() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(ConfigurationError):
        import_policy(f"{bomb}approval_rules: *i\n".encode(), ".policy.yml")


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(ConfigurationError, match="more than 262,144 bytes, which is the most that is read"):
        import_policy(b"#" * 300_000, ".policy.yml")


@pytest.mark.parametrize(
    "pattern", ["(a*)*b", "(a|a)*$", "((a{9}){9}){9}", "(?P<n>a)(?P=n)", "a" * 5_000, "(?<!a)b", "\\C", "[[:foo:]]"]
)
def test_a_pattern_that_blows_up_is_asked_in_linear_time_or_said_to_be_lost(pattern: str) -> None:
    imported = bot_policy(
        {
            "policy": {"approval": [{"or": ["a", "b"]}]},
            "approval_rules": [
                {"name": "a", "if": {"changed_files": {"paths": [pattern]}}},
                {"name": "b", "requires": {"count": 1, "users": ["ann"]}},
            ],
        }
    )
    started = time.process_time()

    assert passes(imported, "a" * 60 + "!", approvals=["ann"])
    assert time.process_time() - started < 1


def rule(number: int) -> dict[str, Any]:
    return {
        "name": f"rule {number}",
        "if": {"changed_files": {"paths": [f"^folder-{number}/", f"{number}$"]}, "title": {"matches": [f"^{number}"]}},
        "requires": {"count": 1, "users": [f"u{number}"]},
    }


@pytest.mark.parametrize("word", ["or", "and"])
def test_as_many_rules_as_are_read_take_a_short_while(word: str) -> None:
    rules = [rule(number) for number in range(500)]
    started = time.process_time()

    survives(
        yaml.safe_dump(
            {"policy": {"approval": [{word: [each["name"] for each in rules]}]}, "approval_rules": rules}
        ).encode()
    )

    assert time.process_time() - started < SLOWEST


def test_more_rules_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="at most 500 are read"):
        bot_policy({"policy": {"approval": []}, "approval_rules": [{"name": f"r{n}"} for n in range(501)]})


def test_rules_named_again_and_again_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="more than 500 times"):
        bot_policy({"policy": {"approval": ["r"] * 501}, "approval_rules": [{"name": "r"}]})


@pytest.mark.parametrize("count", [40, 200, 2_000])
def test_many_patterns_make_a_condition_or_are_said_to_be_lost(count: int) -> None:
    rules = [
        {"name": "a", "if": {"only_changed_files": {"paths": [f"^folder-{n}/[a-z]+$" for n in range(count)]}}},
        {"name": "b", "requires": {"count": 1, "users": ["ann"]}},
    ]
    imported = bot_policy({"policy": {"approval": [{"or": ["a", "b"]}]}, "approval_rules": rules})

    assert passes(imported, "folder-1/x") is not bool(imported.lost)
    assert not passes(imported, "folder-1/X")


@given(st.text(min_size=1), st.text())
@example("NULL", "")
@example("yes", "~")
def test_any_name(name: str, who: str) -> None:
    rule = {"name": name, "if": {"title": {"matches": ["^a"]}}, "requires": {"count": 1, "users": [who]}}
    survives(
        yaml.safe_dump({"policy": {"approval": [name]}, "approval_rules": [rule]}).encode(), PolicySource.POLICY_BOT
    )


def test_names_cannot_leave_their_comment_or_their_quotes() -> None:
    name = "x\n  - name: injected\u2028\u0085\r\x07: \"'} #"
    rules = [{"name": name, "requires": {"count": 1, "users": ["a b", 'ann"}', "ann"], "teams": ["t\n- x"]}}]
    imported = bot_policy({"policy": {"approval": [name]}, "approval_rules": rules})

    assert imported.rules_out == 1
    assert "\n  - name: injected" not in imported.text
    assert all(line.isprintable() for line in imported.text.split("\n"))
