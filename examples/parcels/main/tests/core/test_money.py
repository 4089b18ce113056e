from decimal import Decimal

from parcels.core import money


def test_half_a_cent_goes_to_the_even_neighbour():
    assert money.to_cents(Decimal("0.125")) == 12
