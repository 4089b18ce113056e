"""Values that parameters and mappings of CloudFormation give to an environment that no customer uses."""

from tests.unit.infrastructure.test_changes_of_infrastructure import infrastructure

from weighbridge.domain.findings import Confidence
from weighbridge.facts.terraform.changes import Action

MAPPED = """\
Parameters:
  Stage: {Type: String}
Mappings:
  Of:
    prod: {Encrypted: "true"}
    dev: {Encrypted: "%s"}
    qa: {Encrypted: "%s"}
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: !FindInMap [Of, !Ref Stage, Encrypted]
"""
NAMED = """\
Parameters:
  Name: {Type: String}
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      DBName: !Ref Name
"""
GIVEN = '[{"ParameterKey": "Name", "ParameterValue": "%s"}]'


def told(files: dict[str, tuple[str | None, str | None]]) -> list[tuple[Action, Confidence, str]]:
    found = infrastructure(files).alterations
    return [
        (each.change.action, each.confidence, each.note.rpartition("; ")[2])
        for each in found
        if each.change.action is Action.REPLACE
    ]


def test_what_a_mapping_gives_to_trials_is_told_once_and_less_surely() -> None:
    found = told({"stack.yaml": (MAPPED % ("true", "true"), MAPPED % ("false", "false"))})
    assert found == [(Action.REPLACE, Confidence.LOW, "where `Stage` is `dev`")]


def test_what_production_is_given_too_is_told_of_that() -> None:
    before = MAPPED % ("true", "true")
    after = (MAPPED % ("false", "true")).replace('prod: {Encrypted: "true"}', 'prod: {Encrypted: "false"}')
    found = told({"stack.yaml": (before, after)})
    assert [(each[0], each[2]) for each in found] == [(Action.REPLACE, "where `Stage` is `prod`")]
    assert found[0][1] is not Confidence.LOW


def test_what_a_file_gives_to_trials_is_told_less_surely() -> None:
    found = told({"params/dev.json": (GIVEN % "a", GIVEN % "b"), "stack.yaml": (NAMED, NAMED + "# same\n")})
    assert found == [(Action.REPLACE, Confidence.LOW, "by what `params/dev.json` gives")]
