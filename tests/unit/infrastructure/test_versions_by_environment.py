"""Versions that sources choose by the environment: told for the one that they touch, and less surely where no customer is."""

import pytest
from tests.unit.infrastructure.told import said, told

RULE = "version-raised"


def _database(version: str) -> dict[str, str]:
    return {
        "main.tf": f'resource "aws_db_instance" "orders" {{\n  engine = "postgres"\n  engine_version = {version}\n}}\n'
    }


def _template(version: str) -> dict[str, str]:
    head = "Conditions:\n  IsProd: !Equals [!Ref Env, prod]\n  IsDev: !Equals [!Ref Env, dev]\nResources:\n  Db:\n"
    body = "    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Retain\n    Properties:\n      Engine: postgres\n"
    return {"t.yaml": f"{head}{body}      EngineVersion: {version}\n"}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('var.env == "prod" ? "13.4" : "14.1"', 'var.env == "prod" ? "14.1" : "14.1"'),
        ('"prod" == var.env ? "13.4" : "14.1"', '"14.1"'),
        ('var.env != "prod" ? "14.1" : "13.4"', 'var.env != "prod" ? "14.1" : "15.2"'),
        ('var.env == "dev" ? "14.1" : var.env == "prod" ? "13.4" : "14.1"', 'var.env == "dev" ? "14.1" : "14.1"'),
        ('{ prod = "13.4", dev = "14.1" }[var.env]', '{ prod = "14.1", dev = "14.1" }[var.env]'),
    ],
)
def test_what_production_gets_is_told_as_surely_as_one_version_for_all(was: str, now: str) -> None:
    assert said(RULE, _database(was), _database(now)) == [("high", "medium")]


def test_what_every_environment_but_production_gets_is_told_less_surely() -> None:
    before, after = (_database(f'var.env == "prod" ? "13.4" : "{version}"') for version in ("13.4", "14.1"))

    assert said(RULE, before, after) == [("high", "low")]


def test_what_a_trial_alone_gets_is_told_for_it_by_name() -> None:
    before, after = (_database(f'{{ prod = "13.4", dev = "{version}" }}[var.env]') for version in ("13.4", "14.1"))

    assert [
        (each.confidence.value, "where `var.env` is `dev`" in each.message) for each in told(RULE, before, after)
    ] == [("low", True)]


def test_a_name_of_which_none_is_called_production_may_mean_it() -> None:
    before, after = (_database(f'var.region == "eu-west-1" ? "13.4" : "{version}"') for version in ("13.4", "14.1"))

    assert said(RULE, before, after) == [("high", "medium")]


def test_a_default_for_development_hides_no_other_environment() -> None:
    variable = 'variable "env" {\n  default = "dev"\n}\n'
    before, after = (
        {"main.tf": _database(f'var.env == "prod" ? "{version}" : "14.1"')["main.tf"] + variable}
        for version in ("13.4", "14.1")
    )

    assert said(RULE, before, after) == [("high", "medium")]


def test_names_that_choose_together_are_told_together() -> None:
    before, after = (
        _database(f'var.env == "prod" ? (var.region == "eu" ? "{version}" : "14.1") : "14.1"')
        for version in ("13.4", "14.1")
    )

    assert [
        (each.confidence.value, each.message.partition(" where ")[2][:43]) for each in told(RULE, before, after)
    ] == [("medium", "`var.env` is `prod` and `var.region` is `eu`"[:43])]


def test_a_template_tells_apart_what_its_conditions_spare() -> None:
    before, spared, hit = map(
        _template,
        ('!If [IsDev, "13.4", "14.1"]', '!If [IsDev, "14.1", "14.1"]', '!If [IsDev, "13.4", "15.1"]'),
    )

    assert said(RULE, before, spared) == [("high", "low")]
    assert said(RULE, before, hit) == [("high", "medium")]


def test_a_template_spares_production_where_a_condition_of_it_does_not_hold() -> None:
    before, after = (_template(f'!If [IsProd, "13.4", "{version}"]') for version in ("13.4", "14.1"))

    assert said(RULE, before, after) == [("high", "low")]


def test_the_default_of_a_parameter_is_told_less_surely() -> None:
    before, after = (
        {
            "t.yaml": f"Parameters:\n  Version: {{Type: String, Default: '{version}'}}\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n"
            "    Properties:\n      Engine: postgres\n      EngineVersion: !Ref Version\n"
        }
        for version in ("13.4", "14.1")
    )

    assert [
        (each.confidence.value, "by the default of `Version`" in each.message) for each in told(RULE, before, after)
    ] == [("low", True)]
