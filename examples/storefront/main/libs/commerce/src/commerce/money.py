"""Amounts of money: always in minor units, always with their currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

MINOR_UNITS = {"EUR": 2, "GBP": 2, "USD": 2, "JPY": 0}


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies were put together."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's smallest unit: cents, pence, yen."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency}")
        return Money(self.minor + other.minor, self.currency)

    def times(self, quantity: int) -> Money:
        """This amount, `quantity` times."""
        return Money(self.minor * quantity, self.currency)


def round_amount(amount: Decimal, currency: str) -> Money:
    """`amount` in major units, rounded half to even to what the currency can express."""
    places = MINOR_UNITS[currency]
    minor = amount.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return Money(int(minor), currency)


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum of `amounts`; zero in `currency` when there are none."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result


def allocate(amount: Money, weights: Sequence[int]) -> list[Money]:
    """`amount` split by `weights` so that nothing is lost: what is left over goes to the first shares."""
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("weights must have a positive sum")
    shares = [amount.minor * weight // whole for weight in weights]
    left_over = amount.minor - sum(shares)
    for position in range(left_over):
        shares[position] += 1
    return [Money(share, amount.currency) for share in shares]
