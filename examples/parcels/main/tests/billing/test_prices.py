from parcels.billing import prices


def test_a_light_parcel_costs_the_base():
    assert prices.price_of(800, "home") == 500


def test_each_further_half_kilogram_costs():
    assert prices.price_of(2000, "home") > prices.price_of(1000, "home")
