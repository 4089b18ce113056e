"""How much is lost with what goes: what outlives it, what refuses, what nobody uses, and where it is no production."""

import pytest
from tests.unit.infrastructure.told import said, told

DESTROYED = "data-destroyed"
DISK = """resource "azurerm_managed_disk" "data" {
  name                = "data"
  resource_group_name = azurerm_resource_group.ci.name
  create_option       = "Empty"
}
"""
VOLUME = """resource "kubernetes_persistent_volume" "data" {
  metadata {
    name = "data"
  }
  spec {
    persistent_volume_reclaim_policy = "POLICY"
    persistent_volume_source {
      csi {
        volume_handle = azurerm_managed_disk.data.id
      }
    }
  }
}
"""
CLAIM = """resource "kubernetes_persistent_volume_claim" "data" {
  metadata {
    name = "data"
  }
  spec {
    LINK
  }
}
"""
CLASS = """resource "kubernetes_storage_class" "kept" {
  metadata {
    name = "kept"
  }
  storage_provisioner = "disk.csi.azure.com"
  reclaim_policy      = "POLICY"
}
"""
OTHER = 'resource "aws_iam_role" "other" {\n  name = "other"\n}\n'


def gone(block: str, beside: str = "") -> list[tuple[str, str]]:
    return said(DESTROYED, {"main.tf": block + beside + OTHER}, {"main.tf": beside + OTHER})


@pytest.mark.parametrize(("policy", "severity"), [("Retain", "low"), ("Delete", "critical"), ("${var.p}", "critical")])
def test_a_volume_that_is_kept_is_not_lost_with_its_object(policy: str, severity: str) -> None:
    assert gone(VOLUME.replace("POLICY", policy)) == [(severity, "medium")]


@pytest.mark.parametrize(("policy", "severity"), [("Retain", "low"), ("Delete", "critical")])
def test_a_claim_is_as_bad_as_its_volume(policy: str, severity: str) -> None:
    link = "volume_name = kubernetes_persistent_volume.data.metadata[0].name"
    assert gone(CLAIM.replace("LINK", link), VOLUME.replace("POLICY", policy)) == [(severity, "medium")]
    assert gone(CLAIM.replace("LINK", 'volume_name = "data"'), VOLUME.replace("POLICY", policy)) == [
        (severity, "medium")
    ]


@pytest.mark.parametrize(("policy", "severity"), [("Retain", "low"), ("Delete", "critical")])
def test_a_claim_is_as_bad_as_its_class(policy: str, severity: str) -> None:
    link = "storage_class_name = kubernetes_storage_class.kept.metadata[0].name"
    assert gone(CLAIM.replace("LINK", link), CLASS.replace("POLICY", policy)) == [(severity, "medium")]


def test_a_claim_of_a_class_that_nobody_knows_is_lost() -> None:
    assert gone(CLAIM.replace("LINK", 'storage_class_name = "fast"')) == [("critical", "medium")]


@pytest.mark.parametrize(
    ("name", "source", "severity"),
    [
        ("data_import", '"/snapshots/s"', "medium"),
        ("data_import", "azurerm_snapshot.s.id", "critical"),
        ("data", '"/snapshots/s"', "critical"),
    ],
    ids=["for a while", "of one that goes too", "for good"],
)
def test_a_copy_that_is_made_for_a_while_is_lost_as_far_as_it_was_written_to(
    name: str, source: str, severity: str
) -> None:
    block = (
        f'resource "azurerm_managed_disk" "{name}" {{\n  create_option = "Copy"\n  source_resource_id = {source}\n}}\n'
    )
    assert gone(block) == [(severity, "medium")]


def test_a_secret_that_repeats_what_another_resource_has_can_be_made_again() -> None:
    block = 'resource "kubernetes_secret" "s" {\n  data = {\n    key = VALUE\n  }\n}\n'
    assert gone(block.replace("VALUE", "azurerm_storage_account.s.primary_access_key")) == [("medium", "medium")]
    assert gone('variable "given" {}\n' + block.replace("VALUE", "var.given")) == [("high", "medium")]


@pytest.mark.parametrize(
    ("window", "severity"), [("", "medium"), ("7", "medium"), ("0", "critical"), ("var.w", "critical")]
)
def test_a_secret_that_can_be_restored_for_days_is_not_lost_yet(window: str, severity: str) -> None:
    setting = f"  recovery_window_in_days = {window}\n" if window else ""
    block = f'resource "aws_secretsmanager_secret" "s" {{\n  name = "payments/key"\n{setting}}}\n'
    assert gone(block) == [(severity, "medium")]


def test_a_secret_that_others_still_name_stops() -> None:
    block = 'resource "aws_secretsmanager_secret" "s" {\n  name = "payments/key"\n}\n'
    assert gone(block, 'locals {\n  asked = "payments/key"\n}\n') == [("high", "medium")]


def test_a_database_of_which_a_last_snapshot_is_taken_is_high() -> None:
    block = 'resource "aws_db_instance" "d" {\n  engine = "mysql"\n  skip_final_snapshot = SKIP\n}\n'
    assert gone(block.replace("SKIP", "false")) == [("high", "medium")]
    assert gone(block.replace("SKIP", "true")) == [("critical", "medium")]


def test_a_password_that_all_who_used_it_go_with_is_no_loss_of_its_own() -> None:
    password = 'resource "random_password" "p" {\n  length = 20\n}\n'
    user = 'resource "aws_ssm_parameter" "p" {\n  name = "/p"\n  value = random_password.p.result\n}\n'
    assert ("medium", "medium") in gone(password + user)
    assert gone(password, 'output "p" {\n  value = random_password.p.result\n}\n') == [("high", "medium")]


def test_a_key_that_nothing_refers_to_may_still_be_named_by_what_it_encrypted() -> None:
    key = 'resource "aws_kms_key" "k" {\n  description = "k"\n}\n'
    alias = 'resource "aws_kms_alias" "k" {\n  target_key_id = aws_kms_key.k.id\n}\n'
    assert gone(key) == [("high", "medium")]
    assert ("critical", "medium") in gone(key + alias)


def template(resources: str, more: str = "") -> dict[str, str]:
    return {
        "stack.yaml": f"AWSTemplateFormatVersion: 2010-09-09\n{more}Resources:\n  Web:\n    Type: AWS::SNS::Topic\n{resources}"
    }


KEY = "  Key:\n    Type: AWS::KMS::Key\n    DeletionPolicy: Delete\n"


def test_a_key_of_a_template_counts_where_it_is_handed_on() -> None:
    handed = "Outputs:\n  Key:\n    Value: !GetAtt Key.Arn\n"
    assert said(DESTROYED, template(KEY), template("")) == [("high", "medium")]
    assert said(DESTROYED, template(KEY, handed), template("")) == [("critical", "medium")]


TABLE = "  Orders:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: Delete\n    Condition: Some\n"
ACCOUNTS = '!Or [!Equals [!Ref AWS::AccountId, "1"], !Equals [!Ref AWS::AccountId, "2"]]'


@pytest.mark.parametrize(
    ("name", "condition", "confidence"),
    [
        ("IsDevelopment", ACCOUNTS, "low"),
        ("IsNotDevelopment", ACCOUNTS, "medium"),
        ("IsDevelopmentOrProduction", ACCOUNTS, "medium"),
        ("Home", ACCOUNTS, "medium"),
        ("Early", "!Or [!Equals [!Ref Environment, staging], !Equals [!Ref Environment, dev]]", "low"),
        ("Early", "!Or [!Equals [!Ref Environment, staging], !Equals [!Ref Environment, production]]", "medium"),
        ("IsDevelopment", "!Not [!Equals [!Ref Environment, production]]", "medium"),
        ("Early", "!And [!Equals [!Ref Environment, dev], !Equals [!Ref Wanted, yes]]", "low"),
    ],
)
def test_what_is_made_in_no_production_stops_nothing(name: str, condition: str, confidence: str) -> None:
    more = f"Conditions:\n  {name}: {condition}\n"
    resource = TABLE.replace("Some", name)
    assert said(DESTROYED, template(resource, more), template("", more)) == [("critical", confidence)]


def test_a_folder_of_staging_beside_productions_stops_nothing() -> None:
    database = 'resource "aws_db_instance" "d" {\n  engine = "mysql"\n}\n'
    before = {f"envs/{name}/main.tf": database + OTHER for name in ("staging", "production")}
    after = {f"envs/{name}/main.tf": OTHER for name in ("staging", "production")}
    assert [(each.confidence.value, each.place.path) for each in told(DESTROYED, before, after)] == [
        ("medium", "envs/production/main.tf"),
        ("low", "envs/staging/main.tf"),
    ]


def test_a_folder_of_that_name_alone_is_as_any_other() -> None:
    database = 'resource "aws_db_instance" "d" {\n  engine = "mysql"\n}\n'
    assert said(DESTROYED, {"staging/main.tf": database + OTHER}, {"staging/main.tf": OTHER}) == [
        ("critical", "medium")
    ]


GROUP = 'resource "azurerm_resource_group" "ci" {\n  name = "ci"\n}\n'


def test_what_lies_in_an_environment_that_goes_is_told_with_it() -> None:
    before, after = {"main.tf": GROUP + DISK + OTHER}, {"main.tf": OTHER}
    assert said(DESTROYED, before, after) == []
    (whole,) = told("environment-recreated", before, after)
    assert "`azurerm_managed_disk.data` holds cannot be brought back" in whole.message


def test_what_goes_without_its_environment_is_told_by_itself() -> None:
    assert said(DESTROYED, {"main.tf": GROUP + DISK}, {"main.tf": GROUP}) == [("critical", "medium")]


def test_a_registry_that_refuses_to_go_while_it_is_full_stays_medium_where_one_of_many_goes() -> None:
    block = (
        'resource "aws_ecr_repository" "r" {\n  for_each = toset(NAMES)\n  name = each.key\n  force_delete = FORCE\n}\n'
    )

    def dropped(force: str) -> list[tuple[str, str]]:
        before, after = (block.replace("FORCE", force).replace("NAMES", each) for each in ('["a", "b"]', '["a"]'))
        return said("instances-dropped", {"main.tf": before}, {"main.tf": after})

    assert dropped("false") == [("medium", "medium")]
    assert dropped("true") == [("critical", "medium")]


@pytest.mark.parametrize(("window", "severity"), [("7", "medium"), ("0", "high")])
def test_a_module_of_a_secret_that_can_be_restored_is_medium(window: str, severity: str) -> None:
    module = 'variable "w" {}\nresource "aws_secretsmanager_secret" "s" {\n  name = "s"\n  recovery_window_in_days = var.w\n}\n'
    call = f'module "s" {{\n  source = "./secret"\n  w = {window}\n}}\n'
    found = said(
        "module-changed",
        {"main.tf": call + OTHER, "secret/main.tf": module},
        {"main.tf": OTHER, "secret/main.tf": module},
    )
    assert found == [(severity, "medium")]


def test_a_folder_called_so_for_staging_beside_productions_stops_nothing() -> None:
    database = 'resource "aws_db_instance" "d" {\n  engine = "mysql"\n}\n'
    for staging, production in (("shop-staging", "shop"), ("shop_dev", "shop_prod")):
        before = {f"iac/{name}/main.tf": database + OTHER for name in (staging, production)}
        found = told(DESTROYED, before, dict.fromkeys(before, OTHER))
        assert sorted((each.confidence.value, str(each.place.path)) for each in found) == [
            ("low", f"iac/{staging}/main.tf"),
            ("medium", f"iac/{production}/main.tf"),
        ]
    alone = {"iac/shop-staging/main.tf": database + OTHER}
    assert said(DESTROYED, alone, {"iac/shop-staging/main.tf": OTHER}) == [("critical", "medium")]


def test_a_file_of_variables_for_staging_beside_productions_stops_nothing() -> None:
    block = 'variable "wanted" {}\nresource "aws_db_instance" "d" {\n  count = var.wanted\n  engine = "mysql"\n}\n'
    before = {"main.tf": block, "staging.tfvars": "wanted = 1\n", "production.tfvars": "wanted = 1\n"}
    after = {**before, "staging.tfvars": "wanted = 0\n"}
    assert said(DESTROYED, before, after) == [("critical", "low")]
    assert said(DESTROYED, before, {**before, "production.tfvars": "wanted = 0\n"}) == [("critical", "medium")]


def test_a_count_that_is_zero_where_a_module_was_called_destroys_there() -> None:
    database = 'variable "kept" {\n  default = true\n}\nresource "aws_db_instance" "d" {\n  engine = "mysql"\n}\n'
    counted = database.replace('"d" {', '"d" {\n  count = var.kept ? 1 : 0')
    call = 'module "shop" {\n  source = "./shop"\n  kept = false\n}\n'
    before = {"main.tf": call, "shop/main.tf": database}
    assert said(DESTROYED, before, {**before, "shop/main.tf": counted}) == [("critical", "medium")]
    other = {**before, "main.tf": call.replace("kept = false", "kept = true")}
    assert said(DESTROYED, other, {**other, "shop/main.tf": counted}) == []
    fresh = {"main.tf": OTHER, "shop/main.tf": database}
    assert said(DESTROYED, fresh, {"main.tf": OTHER + call, "shop/main.tf": counted}) == []


POLICY = """resource "google_compute_security_policy" "edge" {
  rule {
    priority    = 500
    action      = "deny(403)"
    description = "DESCRIPTION"
    match {
      expr {
        expression = "EXPRESSION"
      }
    }
  }
}
"""


def rule_of_google(description: str, expression: str) -> dict[str, str]:
    return {"main.tf": POLICY.replace("DESCRIPTION", description).replace("EXPRESSION", expression)}


def test_a_rule_of_google_is_known_by_its_priority_whatever_it_is_described_as() -> None:
    before = rule_of_google("only GB", "origin.region_code != 'GB'")
    wider = "!(origin.region_code == 'GB' || origin.region_code == 'NL')"
    assert said("filter-opened", before, rule_of_google("GB and NL", wider)) == [("medium", "medium")]
    assert said("filter-opened", before, rule_of_google("just GB", "origin.region_code != 'GB'")) == []
    later = {"main.tf": rule_of_google("other", "true")["main.tf"].replace("500", "600")}
    assert said("filter-opened", before, later) == [("high", "medium")]


@pytest.mark.parametrize(("disabled", "severity"), [("true", "medium"), ('"true"', "medium"), ("false", "critical")])
def test_an_account_that_is_disabled_is_missed_by_nobody(disabled: str, severity: str) -> None:
    account = f'resource "google_service_account" "old" {{\n  account_id = "old"\n  disabled   = {disabled}\n}}\n'
    assert gone(account) == [(severity, "medium")]


@pytest.mark.parametrize(
    ("host", "severity"), [("shop.${zone}", "medium"), ("shop.example.org", "high"), ("market.${zone}", "high")]
)
def test_a_name_of_which_only_a_variable_is_called_otherwise_may_be_the_same(host: str, severity: str) -> None:
    route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop}\nspec:\n  hostnames: ['HOST']\n"
    before, after = ({"k8s/a.yaml": route.replace("HOST", each)} for each in ("shop.${DNS}", host))
    assert said("service-cut", before, after) == [(severity, "medium")]


ROOT = 'terraform {\n  backend "s3" {\n    bucket = "states"\n    key    = "a"\n  }\n}\n'
OUTPUT = 'output "bucket" {\n  value = aws_s3_bucket.main.bucket\n}\n'
BUCKET = 'resource "aws_s3_bucket" "main" {\n  bucket        = "main"\n  force_destroy = true\n}\n'


@pytest.mark.parametrize(
    ("backend", "kept", "confidence"), [(ROOT, "", "low"), ("", "", "medium"), (ROOT, OTHER, "medium")]
)
def test_a_root_of_which_only_outputs_are_left_is_nobody_s(backend: str, kept: str, confidence: str) -> None:
    before = {"a/main.tf": backend + BUCKET, "a/outputs.tf": OUTPUT, "a/kept.tf": kept, "b/main.tf": OTHER}
    after = {"a/outputs.tf": OUTPUT, "a/kept.tf": kept, "b/main.tf": OTHER}
    assert said(DESTROYED, before, after) == [("critical", confidence)]


def test_a_namespace_of_services_goes_only_when_none_is_registered() -> None:
    namespace = 'resource "aws_service_discovery_private_dns_namespace" "a" {\n  name = "a"\n  vpc  = "vpc-1"\n}\n'
    assert gone(namespace) == [("high", "medium")]


@pytest.mark.parametrize(("account", "expected"), [("111122223333", []), ("444455556666", [("high", "medium")])])
def test_another_role_of_one_account_acts_where_the_first_did(account: str, expected: list[tuple[str, str]]) -> None:
    provider = 'provider "aws" {\n  assume_role {\n    role_arn = "arn:aws:iam::ACCOUNT:role/NAME"\n  }\n}\n'
    before = provider.replace("ACCOUNT", "111122223333").replace("NAME", "developer")
    after = provider.replace("ACCOUNT", account).replace("NAME", "admin")
    assert said("provider-changed", {"main.tf": before + OTHER}, {"main.tf": after + OTHER}) == expected


def test_who_is_named_by_the_id_of_a_role_is_not_anybody() -> None:
    document = """data "aws_iam_policy_document" "topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = ["arn:aws:sns:eu-west-1:111122223333:a"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:userId"
      values   = [IDS]
    }
  }
}
"""
    before, after = (document.replace("IDS", each) for each in ('"AROAA:*"', '"AROAA:*", "AROAB:*"'))
    assert said("rights-widened", {"main.tf": before}, {"main.tf": after}) == [("medium", "medium")]


@pytest.mark.parametrize(("count", "findings"), [(3, 3), (4, 1), (9, 1)])
def test_many_filters_that_go_from_one_file_are_one_finding(count: int, findings: int) -> None:
    one = 'resource "aws_shield_protection" "lb{}" {{\n  name         = "lb{}"\n  resource_arn = data.aws_lb.lb{}.arn\n}}\n'
    filters = "".join(one.format(each, each, each) for each in range(count))
    assert said("filter-opened", {"main.tf": filters + OTHER}, {"main.tf": OTHER}) == [("high", "medium")] * findings
