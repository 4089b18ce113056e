"""What a change only writes otherwise, narrows, leads elsewhere or makes first, and what of it is still told."""

import pytest
from tests.unit.infrastructure.told import said, told

ASSIGNMENT = """resource "azurerm_role_assignment" "agents" {
  HOW
  scope                = "/subscriptions/1/resourceGroups/ci"
  role_definition_name = "Reader"
  principal_id         = WHO
}
resource "azurerm_role_assignment" "nets" {
  HOW
  scope                = "/subscriptions/1/resourceGroups/nets"
  role_definition_name = "Reader"
  principal_id         = WHO
}
resource "azurerm_role_assignment" "disks" {
  HOW
  scope                = "/subscriptions/1/resourceGroups/disks"
  role_definition_name = "Reader"
  principal_id         = WHO
}
"""
BY_KEY = ASSIGNMENT.replace("HOW", "for_each = toset(var.ids)").replace("WHO", "each.key")
BY_NUMBER = ASSIGNMENT.replace("HOW", "count = length(var.ids)").replace("WHO", "var.ids[count.index]")
IDS = 'variable "ids" {}\n'


def rekeyed(module: str = "") -> str:
    return "".join(
        f'moved {{\n  from = {module}azurerm_role_assignment.{name}["a"]\n  to = {module}azurerm_role_assignment.{name}[0]\n}}\n'
        for name in ("agents", "nets", "disks")
    )


def test_instances_that_get_numbers_for_keys_are_not_lost_where_moves_say_so() -> None:
    assert said("access-ended", {"main.tf": IDS + BY_KEY}, {"main.tf": IDS + BY_NUMBER}) == [("high", "medium")]
    assert said("access-ended", {"main.tf": IDS + BY_KEY}, {"main.tf": IDS + BY_NUMBER + rekeyed()}) == []


def test_so_it_is_with_those_of_a_module_where_every_root_says_so() -> None:
    def rooted(name: str) -> str:
        return f'module "{name}" {{\n  source = "./agents"\n  ids = []\n}}\n'

    before = {"a.tf": rooted("one"), "b.tf": rooted("two"), "agents/main.tf": IDS + BY_KEY}
    half = {**before, "agents/main.tf": IDS + BY_NUMBER, "a.tf": rooted("one") + rekeyed("module.one.")}
    whole = {**half, "b.tf": rooted("two") + rekeyed("module.two.")}
    assert said("access-ended", before, half) == [("high", "medium")]
    assert said("access-ended", before, whole) == []


def backend(kind: str, **values: str) -> dict[str, str]:
    inner = "".join(f'    {name} = "{value}"\n' for name, value in values.items())
    return {"backend.tf": f'terraform {{\n  backend "{kind}" {{\n{inner}  }}\n}}\n'}


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        (backend("azurerm"), backend("azurerm", key="a.tfstate", container_name="c"), "medium"),
        (backend("s3", bucket="b"), backend("s3", bucket="b", key="k"), "medium"),
        (backend("s3", bucket="b", key="k"), backend("s3", bucket="b", key="k", workspace_key_prefix="w"), "high"),
        (backend("s3", bucket="b"), backend("s3", bucket="c", key="k"), "high"),
        (backend("azurerm"), backend("s3", bucket="b", key="k"), "high"),
    ],
    ids=["was empty", "was given in part", "one more that may be left out", "another bucket", "another kind"],
)
def test_a_backend_that_is_only_written_out_may_be_the_same(
    before: dict[str, str], after: dict[str, str], severity: str
) -> None:
    assert said("state-moved", before, after) == [(severity, "medium")]


BUCKETS = 'resource "aws_s3_bucket" "b" {\n  for_each = toset(NAMES)\n  bucket = each.key\n}\n'
EXPIRY = """resource "aws_s3_bucket_lifecycle_configuration" "b" {
  bucket = aws_s3_bucket.b["KEY"].id
  rule {
    id     = "old"
    status = "Enabled"
    expiration {
      days = 15
    }
  }
}
"""


def test_nothing_is_old_in_a_bucket_whose_key_is_new() -> None:
    before = {"main.tf": BUCKETS.replace("NAMES", '["old"]')}
    after = BUCKETS.replace("NAMES", '["old", "new"]')
    assert said("expires-sooner", before, {"main.tf": after + EXPIRY.replace("KEY", "new")}) == []
    assert said("expires-sooner", before, {"main.tf": after + EXPIRY.replace("KEY", "old")}) == [("high", "medium")]


def test_nothing_is_old_in_buckets_that_get_their_rules_with_the_same_new_key() -> None:
    rules = EXPIRY.replace(
        'bucket = aws_s3_bucket.b["KEY"].id', "for_each = toset(NAMES)\n  bucket = aws_s3_bucket.b[each.key].id"
    )
    both = BUCKETS + rules
    before = {"main.tf": both.replace("NAMES", '["old"]')}
    assert said("expires-sooner", before, {"main.tf": both.replace("NAMES", '["old", "new"]')}) == []
    alone = {"main.tf": BUCKETS.replace("NAMES", '["old", "new"]') + rules.replace("NAMES", '["old"]')}
    after = {"main.tf": both.replace("NAMES", '["old", "new"]')}
    assert said("expires-sooner", alone, after) == [("high", "medium")]


STACK = """AWSTemplateFormatVersion: 2010-09-09
Resources:
  Name:
    Type: AWS::Route53::RecordSet
    Properties:
      Name: shop.example.com
      Type: A
      AliasTarget: {DNSName: TARGET, HostedZoneId: Z}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Type: application}
"""
DOOR = """  Domain:
    Type: AWS::ApiGatewayV2::DomainName
    Properties: {DomainName: shop.example.com}
  Mapping:
    Type: AWS::ApiGatewayV2::ApiMapping
    Properties: {DomainName: !Ref Domain, ApiId: !Ref Api, Stage: live}
  Api:
    Type: AWS::ApiGatewayV2::Api
    DeletionPolicy: Delete
    Properties: {Name: shop, ProtocolType: HTTP}
"""


@pytest.mark.parametrize(
    ("now", "severities"), [("!GetAtt Balancer.DNSName", {"medium"}), ("other.example.com", {"high", "medium"})]
)
def test_a_door_that_nobody_comes_by_any_more_cuts_nobody_off(now: str, severities: set[str]) -> None:
    before = {"stack.yaml": STACK.replace("TARGET", "!GetAtt Domain.RegionalDomainName") + DOOR}
    after = {"stack.yaml": STACK.replace("TARGET", now)}
    found = told("network-cut", before, after)
    assert {each.severity.value for each in found if "`Api (" in each.message} == {min(severities)}


def role(subjects: str, operator: str = "StringLike", *, more: str = "") -> dict[str, str]:
    policy = f"""{{
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = {{ Federated = "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com" }}
      Condition = {{
        {operator} = {{ "token.actions.githubusercontent.com:sub" = {subjects} }}
        {more}
      }}
    }}]
  }}"""
    return {
        "main.tf": f'resource "aws_iam_role" "ci" {{\n  name = "ci"\n  assume_role_policy = jsonencode({policy})\n}}\n'
    }


AUDIENCE = 'StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }'


@pytest.mark.parametrize(
    ("before", "after", "is_wider"),
    [
        (role('"repo:o/x*ref:refs/heads/*"'), role('"repo:o/x:ref:refs/heads/*"', more=AUDIENCE), False),
        (role('"repo:o/*"'), role('["repo:o/a:*", "repo:o/b:*"]'), False),
        (role('"repo:o/*"'), role('"repo:o/a"', "StringEquals"), False),
        (role('"repo:o/a"', "StringEquals"), role('"repo:o/*"'), True),
        (role('"repo:o/a:*"'), role('["repo:o/a:*", "repo:o/b:*"]'), True),
        (role('"repo:o/*"', "StringEquals"), role('"repo:o/a"', "StringEquals"), True),
    ],
    ids=["a part of it", "some of many", "one of many", "many for one", "one more", "no wildcard"],
)
def test_a_condition_is_narrower_where_each_value_lies_within_one_of_before(
    before: dict[str, str], after: dict[str, str], *, is_wider: bool
) -> None:
    assert bool(told("rights-widened", before, after)) is is_wider


def test_whom_a_condition_lets_in_besides_is_named() -> None:
    (found,) = told("rights-widened", role('"repo:o/a:*"'), role('["repo:o/a:*", "repo:o/b:*"]'))
    assert "and takes `repo:o/b:*` from now on" in found.message


ADDRESS = """resource "azurerm_resource_group" "NAME" {
  name     = "NAME"
  location = var.location
}
resource "azurerm_public_ip" "ip" {
  name                = "ip"
  resource_group_name = "ips"
  location            = WHERE
}
"""


def test_a_place_that_another_resource_says_is_the_same_where_it_says_the_same() -> None:
    before = {"main.tf": ADDRESS.replace("WHERE", "var.location").replace("NAME", "ips")}
    after = {"main.tf": ADDRESS.replace("WHERE", "azurerm_resource_group.ips.location").replace("NAME", "ips")}
    moved = {"main.tf": after["main.tf"].replace("location = var.location", "location = var.other")}
    assert said("network-cut", before, after) == []
    assert [each for each in told("network-cut", before, moved) if "`location` changes" in each.message]


WORKFLOW = """on: EVENTS
jobs:
  preview:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: docker build -t preview .
"""
TEXT = "      - run: echo ${{ github.event.pull_request.head.ref }} KEY\n"


@pytest.mark.parametrize(
    ("events", "key", "severity"),
    [
        ("[pull_request, workflow_dispatch]", "", "medium"),
        ("[pull_request, workflow_dispatch]", "${{ secrets.KEY }}", "high"),
        ("[pull_request_target]", "", "critical"),
    ],
)
def test_an_outsiders_words_do_no_more_than_their_files_where_these_are_built_without_secrets(
    events: str, key: str, severity: str
) -> None:
    path, before = ".github/workflows/a.yml", WORKFLOW.replace("EVENTS", events)
    found = told("outsiders-text-in-script", {path: before}, {path: before + TEXT.replace("KEY", key)})
    assert [each.severity.value for each in found] == [severity]


TEMPLATE = """apiVersion: apps/v1
kind: KIND
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  selector:
    matchLabels:
      {{- include "shop.selectorLabels" . | nindent 6 }}
      LABEL
  template:
    metadata:
      labels:
        {{- include "shop.selectorLabels" . | nindent 8 }}
        component: web
    spec:
      containers:
        - name: web
          image: "{{ .Values.image }}"
  {{- if .Values.persistence.enabled }}
  volumeClaimTemplates:
    - metadata:
        name: {{ template "shop.fullname" . }}SUFFIX
      spec:
        resources:
          requests:
            storage: {{ .Values.persistence.size }}
  {{- end }}
"""
PATH = "shop/templates/web.yaml"


def chart(kind: str = "Deployment", label: str = "", *, suffix: str = "") -> dict[str, str]:
    return {PATH: TEMPLATE.replace("KIND", kind).replace("LABEL", label).replace("SUFFIX", suffix)}


def test_a_literal_line_of_a_templates_selector_cannot_be_changed() -> None:
    (found,) = told("immutable-changed", chart(), chart(label="component: web"))
    assert found.place.line == 9
    assert "`component: web` comes to it" in found.message
    assert told("immutable-changed", chart(label="component: web"), chart(label="component: web")) == []


def test_what_a_directive_puts_into_a_selector_is_not_known() -> None:
    other = {PATH: chart()[PATH].replace('"shop.selectorLabels" . | nindent 6', '"shop.labels" . | nindent 6')}
    assert told("immutable-changed", chart(label="component: web"), other) == []


def test_a_claim_that_is_called_otherwise_does_not_shrink() -> None:
    before = {**chart("StatefulSet"), "shop/values.yaml": "persistence:\n  size: 15Gi\n"}
    after = {**chart("StatefulSet", suffix="-var"), "shop/values.yaml": "persistence:\n  size: 5Gi\n"}
    (found,) = told("immutable-changed", before, after)
    assert "what its old claims hold is left behind" in found.message
    assert told("chart-values-weakened", before, after) == []
    assert told("chart-values-weakened", before, {**before, "shop/values.yaml": after["shop/values.yaml"]})


POLICY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow, namespace: traces}
spec:
  podSelector:
    matchLabels: {app.kubernetes.io/managed-by: MANAGER}
  policyTypes: [Ingress]
"""
LISTING = "resources: [RESOURCES]\nlabels:\n  - includeSelectors: true\n    pairs: {app: traces}\n"


@pytest.mark.parametrize(("manager", "severity"), [("tempo-operator", "medium"), ("Helm", "high")])
def test_a_policy_that_kustomize_makes_be_about_no_pod_of_an_operators_is_no_loss(manager: str, severity: str) -> None:
    before = {
        "traces/kustomization.yaml": LISTING.replace("RESOURCES", "a.yaml, p.yaml"),
        "traces/p.yaml": POLICY.replace("MANAGER", manager),
    }
    after = {"traces/kustomization.yaml": LISTING.replace("RESOURCES", "a.yaml")}
    assert [each.severity.value for each in told("object-removed", before, after)] == [severity]


def test_a_balancer_that_is_no_longer_internal_is_public() -> None:
    balancer = 'resource "aws_lb" "web" {\n  name     = "web"\n  internal = INTERNAL\n}\n'

    def turned(before: str, after: str) -> list[tuple[str, str]]:
        files = ({"main.tf": balancer.replace("INTERNAL", each)} for each in (before, after))
        return said("public-access", *files)

    assert turned("true", "false") == [("high", "medium")]
    assert turned("true", "var.inside") == []
    assert turned("false", "true") == []


VERSIONED = 'resource "aws_s3_bucket" "NAME" {\n  bucket = "NAME"\nMORE}\n'
VERSIONS = 'resource "aws_s3_bucket_versioning" "own" {\n  bucket = aws_s3_bucket.NAME.id\n  versioning_configuration {\n    status = "Enabled"\n  }\n}\n'


@pytest.mark.parametrize(("of", "expected"), [("a", []), ("b", [("high", "medium")])])
def test_versions_of_a_bucket_that_are_kept_by_a_resource_of_their_own(
    of: str, expected: list[tuple[str, str]]
) -> None:
    inline = "  versioning {\n    enabled = true\n  }\n"
    other = VERSIONED.replace("NAME", "b").replace("MORE", "")
    before = VERSIONED.replace("NAME", "a").replace("MORE", inline) + other
    after = VERSIONED.replace("NAME", "a").replace("MORE", "") + other + VERSIONS.replace("NAME", of)
    assert said("protection-removed", {"main.tf": before}, {"main.tf": after}) == expected
