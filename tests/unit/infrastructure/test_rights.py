"""Rights: sets of names, and what a policy grants that it did not grant before."""

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weighbridge.landscape.infrastructure.iam.grants import Widened, grants_of, widened
from weighbridge.landscape.infrastructure.iam.patterns import Names, fits, meet
from weighbridge.landscape.infrastructure.iam.powers import Power, power_of

SIGNS = "ab"
WORDS = ["".join(each) for length in range(5) for each in product(SIGNS, repeat=length)]
PATTERNS = st.text(alphabet="ab*?", max_size=4)
NAMES = st.builds(Names, PATTERNS, st.lists(PATTERNS, max_size=2).map(tuple))


def members(names: Names) -> set[str]:
    if names.excluded:
        return {word for word in WORDS if not any(fits(each, word) for each in names.excluded)}
    return {word for word in WORDS if fits(names.pattern, word)}


@given(one=NAMES, other=NAMES)
@settings(max_examples=500)
def test_names_that_hold_others_hold_each_of_them(one: Names, other: Names) -> None:
    if one.holds(other):
        assert members(other) <= members(one)


@given(one=PATTERNS, other=PATTERNS)
@settings(max_examples=500)
def test_patterns_meet_where_a_name_fits_both(one: str, other: str) -> None:
    if any(fits(one, word) and fits(other, word) for word in WORDS):
        assert meet(one, other)


@given(pattern=PATTERNS, suffix=PATTERNS)
def test_everything_holds_all(pattern: str, suffix: str) -> None:
    assert Names("*").holds(Names(pattern + suffix))


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def compared(before: object, after: object) -> Widened:
    was, now = grants_of(before), grants_of(after)
    assert was is not None
    assert now is not None
    return widened(was, now)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy(allow("s3:*")), policy(allow(["s3:GetObject", "S3:PutObject"]))),
        (policy(allow("*")), policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
        (policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), policy(allow("s3:*"))),
        (policy(allow("s3:Get*")), policy(allow("s3:GetObject"), {"Effect": "Deny", "Action": "*", "Resource": "*"})),
        (policy(allow("s3:Get*", "arn:a/*")), policy(allow("s3:GetObject", "arn:a/b/*"))),
        (policy(allow("a:b", Principal="*")), policy(allow("a:b", Principal={"AWS": "1"}))),
        (policy(allow("a:b", Principal={"AWS": "1"})), policy(allow("a:b", Principal={"AWS": "arn:aws:iam::1:root"}))),
        (
            policy(allow("a:b", Condition={"StringEquals": {"k": ["x", "y"]}})),
            policy(allow("a:b", Condition={"StringEquals": {"K": "x"}, "Bool": {"m": "true"}})),
        ),
        (
            policy(allow("a:b", Condition={"StringNotEquals": {"k": "x"}})),
            policy(allow("a:b", Condition={"StringNotEquals": {"k": ["x", "y"]}})),
        ),
        (policy(allow("a:b")), ""),
    ],
)
def test_what_grants_no_more_is_not_wider(before: object, after: object) -> None:
    assert compared(before, after) == Widened()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy(allow("s3:Get*")), policy(allow("s3:*"))),
        (policy(allow("s3:Get?bject")), policy(allow("s3:Get*"))),
        (
            policy({"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}),
            policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        ),
        (policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), policy(allow("iam:Get*"))),
        (policy(allow("a:b", "arn:x")), policy(allow("a:b", "arn:x*"))),
        (policy(allow("a:b", Principal={"AWS": "1"})), policy(allow("a:b", Principal={"AWS": ["1", "2"]}))),
        (policy(allow("a:b", Condition={"StringEquals": {"k": "x"}})), policy(allow("a:b"))),
        (
            policy(allow("a:b", Condition={"StringEquals": {"k": "x"}})),
            policy(allow("a:b", Condition={"StringEquals": {"k": ["x", "y"]}})),
        ),
        (policy(allow("a:b"), {"Effect": "Deny", "Action": "a:c", "Resource": "*"}), policy(allow("a:b"))),
    ],
)
def test_what_grants_more_is_wider(before: object, after: object) -> None:
    assert compared(before, after) != Widened()


@pytest.mark.parametrize(
    ("statement", "power"),
    [
        (allow("*"), Power.ADMIN),
        ({"Effect": "Allow", "NotAction": "a:b", "Resource": "*"}, Power.ADMIN),
        (allow("iam:PassRole"), Power.PERMISSIONS),
        (allow("s3:*"), Power.PERMISSIONS),
        (allow("iam:PassRole", "arn:aws:iam::*:role/api"), Power.NAMED),
        (allow("ecr:*RepositoryPolicy", "arn:aws:ecr:eu-west-1:1:repository/a"), Power.NAMED),
        (allow("sts:AssumeRole"), Power.PERMISSIONS),
        (allow("kms:CreateGrant"), Power.NARROW),
        (allow("kms:PutKeyPolicy"), Power.PERMISSIONS),
        (allow("kms:*"), Power.PERMISSIONS),
        (allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/*"), Power.ASKS),
        (allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/api"), Power.SOME),
        (allow("ssm:Get*"), Power.SECRETS),
        (allow("ssm:GetParameters", "arn:aws:ssm:*:*:parameter/*"), Power.SECRETS),
        (allow("ssm:GetParameters", "arn:aws:ssm:*:*:parameter/api/*"), Power.SOME),
        (allow("secretsmanager:GetSecretValue"), Power.SECRETS),
        (allow("s3:*", "arn:aws:s3:::a/*"), Power.MANY),
        (allow("s3:GetObject"), Power.DATA),
        (allow("s3:GetObject", "arn:aws:s3:::*"), Power.DATA),
        (allow("s3:GetObject", "arn:aws:s3:::shop/*"), Power.SOME),
        (
            allow("kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}),
            Power.SOME,
        ),
        (allow("lambda:UpdateFunctionCode", "arn:aws:lambda:*:1:function:*"), Power.RUNS),
        (allow("lambda:UpdateFunctionCode", "arn:aws:lambda:*:1:function:web-*"), Power.SOME),
        (allow("ssm:SendCommand", Condition={"StringEquals": {"aws:ResourceTag/team": "shop"}}), Power.SOME),
        (
            allow("secretsmanager:GetSecretValue", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
            Power.SECRETS,
        ),
        (allow("s3:GetObject", Principal="*"), Power.PUBLIC),
        (
            allow("s3:GetObject", Principal={"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o"}}),
            Power.SOME,
        ),
        (allow("sts:AssumeRole", Principal={"AWS": "1"}), Power.PRINCIPAL),
        (allow("sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"}), Power.SOME),
    ],
)
def test_a_grant_opens_so_much(statement: dict[str, Any], power: Power) -> None:
    (grant,) = grants_of(policy(statement)) or ()
    assert power_of(grant) is power


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Statement", "Effect", "Action", "Resource", "Principal", "Condition", "NotAction"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    )
)
def test_no_policy_makes_the_reader_fail(value: object) -> None:
    grants_of(value)
    grants_of(json.dumps(value))
