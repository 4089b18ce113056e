"""A policy that is a whole file and that no Terraform reads is put where it counts by somebody: what it is of, it says itself."""

import json

import pytest
from tests.unit.infrastructure.told import said, told

RIGHTS = "rights-widened"
GUARDS = "guardrail-removed"
ONLY_OURS = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
ALL_BUT_SERVICES = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/svc-*"}}
BRANCHES = "token.actions.githubusercontent.com:sub"


def policy(effect: str = "Allow", **more: object) -> str:
    statement = {"Effect": effect, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::exports/*"} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def denial(**more: object) -> str:
    said: dict[str, object] = {"Action": ["cloudtrail:StopLogging"], "Resource": "*"}
    return policy("Deny", **(said | more))


def trust(subject: str) -> str:
    provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    return json.dumps(
        {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": provider},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {"StringLike": {BRANCHES: subject}},
                }
            ]
        }
    )


@pytest.mark.parametrize("path", ["buckets/exports.json", "policies/exports.json", "exports-policy.json"])
def test_a_bucket_that_anybody_reads_stops_a_change_wherever_its_policy_lies(path: str) -> None:
    before = {path: policy(Principal="*", Condition=ONLY_OURS)}
    assert said(RIGHTS, before, {path: policy(Principal="*")}) == [("high", "medium")]


def test_who_may_act_as_a_role_is_told_of_a_file_that_is_its_trust() -> None:
    path = "roles/deploy-trust.json"
    before, after = {path: trust("repo:acme/api:ref:refs/heads/main")}, {path: trust("repo:acme/*")}
    assert said(RIGHTS, before, after) == [("high", "medium")]


@pytest.mark.parametrize("path", ["scp/audit.json", "audit.json"])
def test_a_denial_that_some_are_spared_says_by_which_condition(path: str) -> None:
    (found,) = told(GUARDS, {path: denial()}, {path: denial(Condition=ALL_BUT_SERVICES)})
    assert found.severity.value == "high"
    assert "is denied only under a condition on `aws:principalarn` from now on" in found.message


def test_a_denial_that_is_gone_is_denied_no_longer() -> None:
    (found,) = told(GUARDS, {"scp/a.json": denial()}, {"scp/a.json": denial(Action="s3:DeleteBucket")})
    assert "`cloudtrail:StopLogging` on `*` is denied no longer" in found.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (denial(Condition=ALL_BUT_SERVICES), denial()),
        (denial(), denial(Action=["cloudtrail:DeleteTrail", "cloudtrail:StopLogging"])),
        (policy(Principal={"AWS": "111122223333"}), policy(Principal={"AWS": "arn:aws:iam::111122223333:root"})),
        (policy(Principal="*"), policy(Principal="*", Condition=ONLY_OURS)),
    ],
)
def test_what_denies_as_much_and_grants_no_more_is_not_told(before: str, after: str) -> None:
    for rule in (RIGHTS, GUARDS):
        assert said(rule, {"p.json": before}, {"p.json": after}) == []


@pytest.mark.parametrize("path", ["tests/fixtures/p.json", "docs/p.json", "examples/p.json"])
def test_what_shows_or_tests_a_policy_is_none(path: str) -> None:
    assert said(RIGHTS, {path: policy()}, {path: policy(Action="*", Resource="*")}) == []


def test_which_updates_a_stack_refuses_is_no_right_of_anybody() -> None:
    before = policy("Deny", Action="Update:*", Principal="*", Resource="LogicalResourceId/Db")
    after = policy("Allow", Action="Update:*", Principal="*", Resource="*")
    assert said(RIGHTS, {"stack.json": before}, {"stack.json": after}) == []
