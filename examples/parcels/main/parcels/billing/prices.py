"""Prices by weight and zone."""

from parcels.core import money

BASE_CENTS = {"home": 420, "near": 690, "far": 1450}
TAX_PER_MILLE = 190


def price_of(weight_grams: int, zone: str) -> int:
    """The price in cents, tax included."""
    steps = max(0, (weight_grams - 1000 + 499) // 500)
    return money.with_tax(BASE_CENTS[zone] + steps * 80, TAX_PER_MILLE)


def price_of_many(weights: list[int], zone: str) -> int:
    """Parcels that travel together."""
    return sum(price_of(weight, zone) for weight in weights)
