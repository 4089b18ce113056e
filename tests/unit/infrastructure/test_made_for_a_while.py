"""What is made for one pull request is told by what it is called, and production by that too."""

import pytest

from weighbridge.landscape.infrastructure.realms import passing


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ('module.preview["pr-812"].aws_ecs_service.web', 'module.preview["pr-812"]'),
        ('module.preview["search"].aws_ecs_service.web', 'module.preview["search"]'),
        ('module.app["review-app-7"].aws_lb.web', 'module.app["review-app-7"]'),
        ("module.ephemeral.aws_lb.web", "module.ephemeral"),
        ('aws_ecs_service.web["mr_41"]', '["mr_41"]'),
    ],
)
def test_what_passes_is_called_so(address: str, expected: str) -> None:
    assert passing(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "module.preview.aws_s3_bucket.pages",
        'module.preview["production"].aws_db_instance.main',
        'module.prod.module.preview["pr-812"].aws_db_instance.main',
        'module.review["reviews"].aws_db_instance.main',
        "aws_ecs_service.preview",
        'module.shop["express"].aws_db_instance.main',
    ],
)
def test_a_name_that_may_be_a_products_or_is_productions_stays(address: str) -> None:
    assert passing(address) == ""
