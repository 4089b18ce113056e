"""A filter's attachment is less grave to take away where what it stood before goes too, or went before."""

import pytest
from tests.unit.infrastructure.told import told

WAF = (
    'resource "aws_wafv2_web_acl_association" "shop" {\n'
    "  resource_arn = data.terraform_remote_state.front.outputs.shop_lb\n  web_acl_arn = var.acl\n}\n"
    "locals {\n  other = data.terraform_remote_state.front.outputs.blog_lb\n}\n"
)
REST = "locals {\n  other = data.terraform_remote_state.front.outputs.blog_lb\n}\n"
SHOP = 'output "shop_lb" {\n  value = "a"\n}\n'
BLOG = 'output "blog_lb" {\n  value = "b"\n}\n'


@pytest.mark.parametrize(
    ("before", "after", "severity", "words"),
    [
        (SHOP + BLOG, BLOG, "medium", "what it stood before goes too"),
        (BLOG, BLOG, "medium", "was gone already"),
        (SHOP + BLOG, SHOP + BLOG, "high", "what it stopped passes; read from the sources: no plan was given"),
        ("", "", "high", "what it stopped passes; read from the sources: no plan was given"),
    ],
)
def test_an_attachment_is_judged_by_what_it_stands_before(before: str, after: str, severity: str, words: str) -> None:
    sides = [
        {"waf/main.tf": waf, "front/outputs.tf": f"{front}# more\n"} for waf, front in ((WAF, before), (REST, after))
    ]

    (found,) = told("filter-opened", *sides)

    assert (found.severity.value, words in found.message) == (severity, True)


ACL = (
    'resource "aws_wafv2_web_acl" "w" {\n  name = "w"\n  default_action {\n    allow {}\n  }\n  rule {\n    name = "r"\n'
    "    priority = 1\n    action {\n      block {}\n    }\n  }\n}\n"
)
JOINED = 'resource "aws_wafv2_web_acl_association" "a" {\n  resource_arn = aws_lb.l.arn\n  web_acl_arn = aws_wafv2_web_acl.w.arn\n}\n'
SITE = 'resource "aws_cloudfront_distribution" "s" {\n  web_acl_id = aws_wafv2_web_acl.w.arn\n}\n'
BALANCER = 'resource "aws_lb" "l" {\n  name = "l"\n}\n'
ROLE = 'resource "aws_iam_role" "o" {\n  name = "o"\n}\n'


@pytest.mark.parametrize(
    ("gone", "stays", "severity"),
    [
        (ACL + JOINED + BALANCER, "", "medium"),
        (ACL + SITE, "", "medium"),
        (ACL + JOINED, BALANCER, "high"),
        (ACL + JOINED + BALANCER + 'output "acl" {\n  value = aws_wafv2_web_acl.w.arn\n}\n', "", "high"),
    ],
)
def test_a_filter_is_judged_by_whether_all_that_it_stood_before_goes(gone: str, stays: str, severity: str) -> None:
    found = told("filter-opened", {"main.tf": gone + stays + ROLE}, {"main.tf": stays + ROLE})

    assert [each.severity.value for each in found if "web_acl.w" in each.message] == [severity]


def test_what_another_folder_takes_over_is_hardly_forgotten() -> None:
    queue = 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n'
    removed = "removed {\n  from = aws_sqs_queue.q\n  lifecycle {\n    destroy = false\n  }\n}\n"
    before = {"a/main.tf": queue + ROLE, "b/main.tf": ROLE}

    alone = told("resource-forgotten", before, {**before, "a/main.tf": removed + ROLE})
    taken = told("resource-forgotten", before, {"a/main.tf": removed + ROLE, "b/main.tf": queue + ROLE})

    assert [each.confidence.value for each in (*alone, *taken)] == ["medium", "low"]
    assert "it is declared in `b` from now on" in taken[0].message
