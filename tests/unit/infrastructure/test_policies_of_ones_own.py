"""Who may write its own policies may do everything, unless a boundary is asked for."""

import pytest
from tests.unit.infrastructure.told import said

RULE = "rights-widened"
ACTION = '"iam:AttachRolePolicy"'
ITSELF = "aws_iam_role.app.arn"


def policy(action: str = ACTION, resource: str = ITSELF, *, more: str = "", role: str = "aws_iam_role.app.id") -> str:
    statement = f'{{ Effect = "Allow", Action = {action}, Resource = {resource}{more} }}'
    text = f'jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})'
    return f'resource "aws_iam_role_policy" "p" {{\n  role = {role}\n  policy = {text}\n}}\n'


def severities(text: str, before: str = "# none\n") -> list[str]:
    return [severity for severity, _ in said(RULE, {"iam.tf": before}, {"iam.tf": text})]


@pytest.mark.parametrize(
    "text",
    [
        policy(),
        policy('["iam:GetRole", "iam:Put*"]'),
        policy(resource='"arn:aws:iam::111122223333:role/team/app"', role='"app"'),
        policy(more=', Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }'),
        policy().replace("[{ Effect", '[{ Effect = "Deny", Action = "s3:*", Resource = "*" }, { Effect'),
    ],
)
def test_who_may_write_its_own_policies_stops_a_change(text: str) -> None:
    assert severities(text) == ["high"]


@pytest.mark.parametrize(
    "text",
    [
        policy('"iam:TagRole"'),
        policy(resource="aws_iam_role.other.arn"),
        policy(resource='"arn:aws:iam::111122223333:role/other"', role='"app"'),
        policy(more=', Condition = { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::1:policy/b" } }'),
        policy(more=', Condition = { ArnEquals = { "iam:PolicyARN" = "arn:aws:iam::1:policy/b" } }'),
        policy().replace("[{ Effect", '[{ Effect = "Deny", Action = "iam:*", Resource = "*" }, { Effect'),
        policy('"iam:CreatePolicyVersion"', "aws_iam_policy.other.arn"),
    ],
)
def test_who_may_not_or_only_within_a_boundary_does_not(text: str) -> None:
    assert "high" not in severities(text)


def test_who_could_write_its_own_policies_before_may_do_so_still() -> None:
    assert "high" not in severities(policy(f'[{ACTION}, "iam:TagRole"]'), policy())


MANAGED = """resource "aws_iam_policy" "own" {
  policy = data.aws_iam_policy_document.own.json
}
resource "aws_iam_user_policy_attachment" "own" {
  user       = aws_iam_user.ci.name
  policy_arn = aws_iam_policy.own.arn
}
"""
DOCUMENT = 'data "aws_iam_policy_document" "own" {\n  statement {\n    actions = ["ACTION"]\n    resources = [aws_iam_user.ci.arn]\n  }\n}\n'


@pytest.mark.parametrize(
    ("action", "is_grave"),
    [("iam:PutUserPolicy", True), ("iam:AttachUserPolicy", True), ("iam:PutRolePolicy", False), ("iam:GetUser", False)],
)
def test_a_document_counts_for_whom_its_policy_is_attached_to(action: str, *, is_grave: bool) -> None:
    before = {"policies.tf": MANAGED, "iam.tf": DOCUMENT.replace("ACTION", "iam:ListUsers")}
    after = {"policies.tf": MANAGED, "iam.tf": DOCUMENT.replace("ACTION", action)}

    assert ("high" in [severity for severity, _ in said(RULE, before, after)]) is is_grave
