"""One repository for all lessons; each proposes a branch of its own. Reviews share one cache, as a user's do."""

import pytest
from tests.rivals.repository import Parcels, build
from tests.rivals.weighing import Scales, Weighed

DANGEROUS = (
    (
        "db/migrations/0300_zones.sql",
        "",
        "ALTER TABLE invoices DROP COLUMN legacy_zone;\n",
    ),
    ("infra/main.tf", 'availability_zone   = "eu-west-1a"', 'availability_zone   = "eu-west-1b"'),
    ("infra/main.tf", "\n\n  lifecycle {\n    prevent_destroy = true\n  }\n", "\n"),
    ("infra/main.tf", "deletion_protection = true", "deletion_protection = false"),
    ("parcels/billing/routes.py", "    auth.check_can_refund(money.to_cents(amount))\n", ""),
    (
        "parcels/billing/invoices.py",
        '"SELECT id, cents, legacy_zone FROM invoices WHERE customer = %(c)s", {"c": customer}',
        "f\"SELECT id, cents FROM invoices WHERE customer = '{customer}'\", {}",
    ),
    ("parcels/billing/invoices.py", 'str(money.from_cents(row["cents"]))', 'str(money.from_cents(row["cents"], 2))'),
    ("requirements/base.in", "requests>=2.32\n", "requests>=2.32\nexact-invoice-rounding>=1.0\n"),
    (
        "parcels/core/money.py",
        "def to_cents(amount: Decimal) -> int:",
        "def to_cents(amount: Decimal, mode: str) -> int:",
    ),
    ("parcels/core/money.py", "Decimal(1), rounding=ROUND_HALF_EVEN", "Decimal(1), rounding=mode"),
    ("parcels/core/db.py", "POOL_SIZE = 40", "POOL_SIZE = 8"),
)
"""The scripted change of the trial: "fix a rounding bug", and all it does besides."""


@pytest.fixture(scope="session")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> Parcels:
    return build(tmp_path_factory.mktemp("rivals") / "parcels")


@pytest.fixture(scope="session")
def scales(tmp_path_factory: pytest.TempPathFactory) -> Scales:
    return Scales(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def dangerous(parcels: Parcels, scales: Scales) -> Weighed:
    change = parcels.edit("dangerous", *DANGEROUS, says="Fix a rounding bug in invoices")
    return scales.weigh(parcels, change)


@pytest.fixture(scope="session")
def harmless(parcels: Parcels, scales: Scales) -> Weighed:
    """One word in the documentation string of a module that everything imports."""
    change = parcels.edit(
        "harmless",
        ("parcels/core/money.py", "rounded half to even.", "rounded half-to-even."),
        says="Fix a typing error",
    )
    return scales.weigh(parcels, change)
