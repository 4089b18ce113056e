"""Works the cost report out; no database and no HTTP in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.money import Money, round_amount, total


@dataclass(frozen=True, slots=True)
class RegionCost:
    """What shipping to one region cost, and its share of the whole in per cent."""

    region: str
    cost: Money
    share: Decimal


def region_costs(costs: Mapping[str, Decimal], currency: str) -> list[RegionCost]:
    """Costs by region, the dearest first, each rounded to what the currency can express."""
    rounded = {region: round_amount(cost, currency) for region, cost in costs.items()}
    whole = total(list(rounded.values()), currency)
    rows = [RegionCost(region, cost, _share(cost, whole)) for region, cost in rounded.items()]
    return sorted(rows, key=lambda row: (-row.cost.minor, row.region))


def grand_total(rows: Sequence[RegionCost], currency: str) -> Money:
    """The sum of the rounded rows, which is what finance adds up by hand."""
    return total([row.cost for row in rows], currency)


def _share(cost: Money, whole: Money) -> Decimal:
    if whole.minor == 0:
        return Decimal(0)
    return Decimal(cost.minor * 100 // whole.minor)
