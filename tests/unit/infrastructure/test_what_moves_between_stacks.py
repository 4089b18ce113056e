"""Templates of one stack, and of stacks within it: what only moves between them, is copied, or is refused."""

import pytest
from tests.unit.infrastructure.told import said, told

WIDENED = "rights-widened"
ROLE = """Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}]}
      Policies:
        - PolicyName: deploy
          PolicyDocument: {Statement: [{Effect: Allow, Action: ACTION, Resource: "*"}]}
"""
OTHER = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
POLICY = """Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: ["ACTION"], Resource: "RESOURCE"}]}
"""
FUNCTION = "  NAME:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: NAME}\n"
GRANT = "  NAMERole:\n    Type: AWS::IAM::Role\n    Properties: {RoleName: NAME}\n"
STACK = "  NAMEParts:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: parts.yaml}\n"
NAMES = ("A", "B", "C", "D", "E", "F")


def role(action: str) -> str:
    return ROLE.replace("ACTION", action)


def policy(action: str, resource: str = "*") -> str:
    return POLICY.replace("ACTION", action).replace("RESOURCE", resource)


def several(*blocks: str) -> str:
    return "Resources:\n" + "".join(each.replace("NAME", name) for name in NAMES for each in blocks)


def test_the_same_rights_in_several_new_templates_are_told_once() -> None:
    after = {f"stacks/{name}.yaml": role("iam:*") for name in ("dev", "prod", "ref")}
    (found,) = told(WIDENED, {"stacks/x.yaml": OTHER}, {"stacks/x.yaml": OTHER, **after})
    assert found.severity == "high"
    assert len(found.related) == 2


@pytest.mark.parametrize(("action", "severity"), [("iam:CreateRole", "low"), ('"*"', "medium")])
def test_rights_that_another_template_of_the_stack_gave_before_are_no_new_ones(action: str, severity: str) -> None:
    before = {"stacks/ci.yaml": role(action)}
    assert said(WIDENED, before, {**before, "stacks/ci_prod_1.yaml": role(action)}) == [(severity, "medium")]
    moved = {"stacks/ci.yaml": OTHER, "stacks/ci-prod.yaml": role(action)}
    assert said(WIDENED, before, moved) == [(severity, "medium")]


@pytest.mark.parametrize("path", ["stacks/deploy.yaml", "other/ci.yaml"])
def test_rights_that_another_stack_has_are_new_in_this_one(path: str) -> None:
    before = {"stacks/ci.yaml": role("iam:CreateRole")}
    assert said(WIDENED, before, {**before, path: role("iam:CreateRole")}) == [("high", "medium")]


def test_more_than_another_template_gave_before_is_new() -> None:
    before = {"stacks/ci.yaml": role("iam:CreateRole")}
    assert said(WIDENED, before, {**before, "stacks/ci-prod.yaml": role("iam:*")}) == [("high", "medium")]


def test_a_template_that_was_there_gets_new_rights_whatever_another_has() -> None:
    before = {"stacks/ci.yaml": role("iam:CreateRole"), "stacks/ci-prod.yaml": OTHER}
    after = {**before, "stacks/ci-prod.yaml": OTHER + role("iam:CreateRole").removeprefix("Resources:\n")}
    assert said(WIDENED, before, after) == [("high", "medium")]


@pytest.mark.parametrize(
    ("action", "severity"),
    [
        ("logs:PutResourcePolicy", "medium"),
        ("events:PutPermission", "medium"),
        ("logs:*", "medium"),
        ("es:Describe*", "low"),
        ("iam:List*", "low"),
        ("es:UpdateDomainConfig", "medium"),
        ("cloudtrail:StopLogging", "high"),
        ("guardduty:*", "high"),
        ("s3:PutBucketPolicy", "high"),
        ("iam:PassRole", "high"),
        ("kms:PutKeyPolicy", "high"),
    ],
)
def test_what_opens_one_service_is_not_everything(action: str, severity: str) -> None:
    assert said(WIDENED, {"a.yaml": policy("s3:GetObject", "arn:aws:s3:::a/*")}, {"a.yaml": policy(action)}) == [
        (severity, "medium")
    ]


def test_what_moves_into_stacks_that_are_nested_is_no_environment_that_goes() -> None:
    before = several(FUNCTION, GRANT)
    parts = GRANT.replace("NAME", "Any")
    after = {"main.yaml": several(FUNCTION, STACK), "parts.yaml": f"Resources:\n{parts}"}
    assert said("environment-recreated", {"main.yaml": before, "parts.yaml": f"Resources:\n{parts}"}, after) == []


def test_what_goes_with_no_stack_in_its_place_is_an_environment() -> None:
    before = several(FUNCTION, GRANT)
    assert said("environment-recreated", {"main.yaml": before}, {"main.yaml": OTHER}) == [("critical", "medium")]


@pytest.mark.parametrize(
    ("path", "beside", "confidence"),
    [
        ("sandbox_template.yaml", "main_template.yaml", "low"),
        ("dev-template.yaml", "template.yaml", "low"),
        ("sandbox_template.yaml", "other.yaml", "medium"),
        ("stacks/dev/a.yaml", "stacks/prod/a.yaml", "low"),
    ],
)
def test_a_template_beside_one_for_production_is_less_sure_to_matter(path: str, beside: str, confidence: str) -> None:
    key = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {KeyPolicy: {}}\n  Alias:\n    Type: AWS::KMS::Alias\n    Properties: {TargetKeyId: !Ref Key}\n"
    before = {path: key + OTHER.removeprefix("Resources:\n"), beside: OTHER}
    assert ("critical", confidence) in said("data-destroyed", before, {path: OTHER, beside: OTHER})
