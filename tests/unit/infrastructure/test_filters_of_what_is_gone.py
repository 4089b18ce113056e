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
        (SHOP + BLOG, SHOP + BLOG, "high", "what it stopped passes; by the sources alone"),
        ("", "", "high", "what it stopped passes; by the sources alone"),
    ],
)
def test_an_attachment_is_judged_by_what_it_stands_before(before: str, after: str, severity: str, words: str) -> None:
    sides = [
        {"waf/main.tf": waf, "front/outputs.tf": f"{front}# more\n"} for waf, front in ((WAF, before), (REST, after))
    ]

    (found,) = told("filter-opened", *sides)

    assert (found.severity.value, words in found.message) == (severity, True)
