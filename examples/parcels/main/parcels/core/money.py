"""Amounts in cents."""

from decimal import ROUND_HALF_EVEN, Decimal


def to_cents(amount: Decimal) -> int:
    """The amount in cents, rounded half to even."""
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def from_cents(cents: int) -> Decimal:
    """Cents as an amount with two places."""
    return Decimal(cents) / 100


def with_tax(cents: int, per_mille: int) -> int:
    """An amount with tax, rounded once."""
    return to_cents(Decimal(cents) / 100 * (1000 + per_mille) / 1000)
