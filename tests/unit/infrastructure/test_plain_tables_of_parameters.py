"""A plain table of names that a template near it has all as parameters is what a script gives them."""

import json

import pytest
from tests.unit.infrastructure.told import said, told

TEMPLATE = """AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Env: {Type: String}
  BackupDays: {Type: Number, Default: 14}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Snapshot
    Properties:
      Engine: postgres
      BackupRetentionPeriod: !Ref BackupDays
  Vault:
    Type: AWS::Backup::BackupVault
    Condition: IsProd
    Properties: {BackupVaultName: main}
"""
RULE = "protection-removed"


def files(template: str = TEMPLATE, /, **given: object) -> dict[str, str]:
    return {"templates/db.yaml": template, "params/prod.json": json.dumps(given, indent=2)}


def test_what_the_table_gives_is_told_at_its_line() -> None:
    (found,) = told(RULE, files(Env="prod", BackupDays=35), files(Env="prod", BackupDays=0))
    assert (found.severity.value, found.place.path, found.place.line) == ("high", "params/prod.json", 3)


def test_a_condition_that_what_it_gives_no_longer_meets_ends_what_depends_on_it() -> None:
    spelled_out = TEMPLATE.replace("Env, prod]", "Env, production]")
    assert said("data-destroyed", files(Env="prod"), files(spelled_out, Env="prod")) == [("critical", "medium")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (files(Env="prod", BackupDays=14), files(Env="prod", BackupDays=35)),
        (files(Env="prod", BackupDays=35, Colour="red"), files(Env="prod", BackupDays=0, Colour="red")),
        (files(Env="prod", BackupDays={"now": 35}), files(Env="prod", BackupDays={"now": 0})),
    ],
)
def test_more_than_before_and_a_table_that_is_none_of_parameters_are_not_told(
    before: dict[str, str], after: dict[str, str]
) -> None:
    assert said(RULE, before, after) == []
