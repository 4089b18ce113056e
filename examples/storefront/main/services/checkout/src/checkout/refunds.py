"""What a customer gets back."""

from decimal import Decimal

from commerce.money import Money, round_amount

RESTOCKING_FEE = Decimal("0.035")


def refund_for(paid: Money, *, opened: bool) -> Money:
    """All of it, or less the restocking fee when the box was opened."""
    if not opened:
        return paid
    fee = round_amount(Decimal(paid.minor) / 100 * RESTOCKING_FEE, paid.currency)
    return Money(paid.minor - fee.minor, paid.currency)
