"""What is taken for a secret that is written out, and what is not; its value is never shown."""

import base64

import pytest
from tests.unit.infrastructure.told import said, told

RULE = "secret-in-sources"
VALUE = "Kx7wq-Lm29zt"
ISSUED = "q8ZkP3vXw7Rt2LmN5bYc"
TOLD = [("high", "medium")]
LAMBDA = 'resource "aws_lambda_function" "a" {\n  function_name = "a"\n  environment {\n    variables = {\n      NAME = "VALUE"\n    }\n  }\n}\n'
SECRET = 'resource "aws_secretsmanager_secret_version" "a" {\n  secret_id     = "a"\n  secret_string = TEXT\n}\n'
VARIABLE = 'variable "NAME" {\n  default = "VALUE"\n}\n'
OBJECT = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nFIELD:\n  NAME: VALUE\n"
OTHER = 'resource "aws_iam_role" "other" {\n  name = "other"\n}\n'


def put(text: str, name: str, *, value: str) -> str:
    return text.replace("NAME", name).replace("VALUE", value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DB_PASSWORD", VALUE, TOLD),
        ("API_KEY", ISSUED, TOLD),
        ("STRIPE_SECRET_KEY", "sk_" + "live_51HxqTzLkWvBnMpQ", TOLD),
        ("API_KEY", "grafana-admin-creds2", []),
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db1", []),
        ("DB_PASSWORD", "changeme123", []),
        ("CLIENT_SECRET", "6f1c2a7e-3b4d-4e5f-8a9b-0c1d2e3f4a5b", []),
        ("TOKEN", "https://auth.shop.org/token1", []),
        ("PASSWORD", "${var.password1}", []),
        ("NODE_OPTIONS", ISSUED, []),
    ],
)
def test_a_name_and_a_value_tell_a_secret(name: str, value: str, expected: list[tuple[str, str]]) -> None:
    assert said(RULE, {"main.tf": OTHER}, {"main.tf": OTHER + put(LAMBDA, name, value=value)}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'"{VALUE}"', TOLD),
        (f'jsonencode({{ login = "a", anything = "{VALUE}" }})', TOLD),
        ("random_password.a.result", []),
        ("var.value", []),
        ('"changeme123"', []),
    ],
)
def test_whatever_a_store_of_secrets_is_given_is_one(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(RULE, {"main.tf": OTHER}, {"main.tf": OTHER + SECRET.replace("TEXT", text)}) == expected


def test_a_default_and_a_file_of_variables_are_sources_too() -> None:
    before = {"main.tf": OTHER + 'variable "db_password" {}\n', "terraform.tfvars": 'region = "eu"\n'}
    assert said(RULE, before, {**before, "main.tf": OTHER + put(VARIABLE, "db_password", value=VALUE)}) == TOLD
    assert said(RULE, before, {**before, "terraform.tfvars": f'region = "eu"\ndb_password = "{VALUE}"\n'}) == TOLD


@pytest.mark.parametrize(
    ("field", "name", "value", "expected"),
    [
        ("stringData", "password", VALUE, TOLD),
        ("data", "password", base64.b64encode(VALUE.encode()).decode(), TOLD),
        ("data", "password", base64.b64encode(b"changeme123").decode(), []),
        ("stringData", "username", ISSUED, []),
        ("stringData", "key", "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a", TOLD),
        ("data", "blob", "AAECAwQF", []),
    ],
)
def test_a_secret_of_kubernetes(field: str, name: str, value: str, expected: list[tuple[str, str]]) -> None:
    text = put(OBJECT.replace("FIELD", field), name, value=value)
    assert said(RULE, {"k8s/b.yaml": "a: 1\n"}, {"k8s/b.yaml": "a: 1\n", "k8s/a.yaml": text}) == expected


def test_a_template_of_cloudformation() -> None:
    text = f"Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties: {{MasterUsername: a, MasterUserPassword: {VALUE}}}\n"
    assert said(RULE, {"a.yaml": "Resources: {}\n"}, {"a.yaml": text}) == TOLD
    assert said(RULE, {"a.yaml": text}, {"a.yaml": text + "    DeletionPolicy: Retain\n"}) == []


def test_what_moves_was_known_before() -> None:
    secret = put(LAMBDA, "DB_PASSWORD", value=VALUE)
    assert said(RULE, {"main.tf": OTHER + secret}, {"main.tf": OTHER, "more.tf": secret.replace('"a"', '"b"')}) == []


def test_what_is_for_development_alone_is_only_told_and_the_value_is_never_shown() -> None:
    text = put(OBJECT.replace("FIELD", "stringData"), "password", value=VALUE)
    kept = {"overlays/prod/a.yaml": "a: 1\n"}
    (found,) = told(RULE, kept, {**kept, "overlays/dev/a.yaml": text})
    assert (found.severity, found.confidence) == ("high", "low")
    assert VALUE not in found.message + found.anchor
