"""A change set that tells which properties change, and not from what to what: for some, that is enough."""

from typing import Any

import pytest
from tests.unit.infrastructure.test_templates_of_cloudformation import entry, given_sets, page

from weighbridge.domain.outcomes import Reason


def _changed(kind: str, *names: str, recreation: str = "Never", **more: object) -> dict[str, Any]:
    """An entry that tells which properties change, and no values."""
    targets = [{"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation} for name in names]
    details = [{"Target": each, "Evaluation": "Static", "ChangeSource": "DirectModification"} for each in targets]
    return page(entry("Modify", kind, **{"Scope": ["Properties"], "Details": details, "Replacement": "False", **more}))


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("AWS::Lambda::Function", ["Code", "MemorySize", "Description"]),
        ("AWS::ECS::Service", ["TaskDefinition"]),
        ("AWS::RDS::DBInstance", ["Tags"]),
        ("AWS::CDK::Metadata", ["Analytics"]),
    ],
)
def test_of_properties_that_no_rule_asks_for_the_names_are_enough(kind: str, names: list[str]) -> None:
    assert given_sets(_changed(kind, *names)).unread == {}


@pytest.mark.parametrize(
    "content",
    [
        _changed("AWS::Lambda::Function", "Code", "Role"),
        _changed("AWS::Lambda::Function", "Architectures"),
        _changed("AWS::ECS::Service", "DesiredCount"),
        _changed("AWS::RDS::DBInstance", "BackupRetentionPeriod"),
        _changed("AWS::IAM::Role", "Policies"),
        _changed("AWS::Lambda::Function"),
        _changed("AWS::Lambda::Function", "MemorySize", recreation="Conditionally"),
        _changed("AWS::RDS::DBInstance", "Tags", Scope=["Tags", "DeletionPolicy"]),
        _changed("AWS::RDS::DBInstance", "Tags", Scope=["UpdateReplacePolicy"]),
    ],
)
def test_of_what_may_matter_the_names_are_not_enough(content: object) -> None:
    (missing,) = given_sets(content).unread.values()

    assert missing.reason is Reason.NOT_CONFIGURED
