"""Whether a secret's value stands in the sources, or only a place for it."""

import pytest
from tests.unit.infrastructure.told import told

SECRET = """resource "aws_secretsmanager_secret" "db" {
  name                    = "SHOP_DB"
  recovery_window_in_days = 0
}
resource "aws_secretsmanager_secret_version" "db" {
  secret_id     = aws_secretsmanager_secret.db.id
  secret_string = VALUE
}
"""
ROLE = 'resource "aws_iam_role" "reader" {\n  name = "reader"\n}\n'


def severity_of_losing(value: str) -> str:
    (found,) = told("data-destroyed", {"main.tf": SECRET.replace("VALUE", value) + ROLE}, {"main.tf": ROLE})
    return found.severity.value


@pytest.mark.parametrize(
    "value",
    [
        '""',
        '"{}"',
        '"TODO"',
        '"<the password>"',
        "jsonencode({})",
        'jsonencode({ "" : "" })',
        'jsonencode({ user = "shop", password = "changeme" })',
        'jsonencode({ user = "", password = "" })',
        'jsonencode({ host = aws_iam_role.reader.arn, password = "to be filled" })',
        '"{\\"password\\": \\"PLACEHOLDER\\"}"',
        '"{ not json, CHANGE_ME"',
    ],
)
def test_a_place_that_somebody_fills_holds_no_value(value: str) -> None:
    assert severity_of_losing(value) == "critical"


@pytest.mark.parametrize(
    "value",
    [
        '"changed-by-nobody"',
        "aws_iam_role.reader.arn",
        'jsonencode({ host = aws_iam_role.reader.arn, options = "" })',
        'jsonencode({ port = 5432, options = "" })',
        '"{\\"port\\": 5432}"',
    ],
)
def test_what_is_written_or_computed_can_be_made_again(value: str) -> None:
    assert severity_of_losing(value) == "medium"
