"""What a cart costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.money import Money, round_amount, total


@dataclass(frozen=True, slots=True)
class Line:
    """A product, how many of it, and what one costs."""

    sku: str
    quantity: int
    unit_price: Money


@dataclass(frozen=True, slots=True)
class Cart:
    """Everything a customer is about to buy."""

    lines: Sequence[Line]
    currency: str
    discount_percent: int = 0

    def subtotal(self) -> Money:
        """Before any discount."""
        return total([line.unit_price.times(line.quantity) for line in self.lines], self.currency)

    def discount(self) -> Money:
        """What is taken off, rounded once for the whole cart."""
        share = Decimal(self.subtotal().minor) * self.discount_percent / Decimal(10_000)
        return round_amount(share, self.currency)

    def total_due(self) -> Money:
        """What the customer pays."""
        return Money(self.subtotal().minor - self.discount().minor, self.currency)
