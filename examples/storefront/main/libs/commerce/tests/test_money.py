import unittest
from decimal import Decimal

from commerce.money import CurrencyMismatchError, Money, allocate, round_amount, total


class MoneyTest(unittest.TestCase):
    def test_half_a_cent_goes_to_the_even_neighbour(self) -> None:
        self.assertEqual(round_amount(Decimal("0.125"), "EUR"), Money(12, "EUR"))
        self.assertEqual(round_amount(Decimal("0.135"), "EUR"), Money(14, "EUR"))

    def test_yen_have_no_minor_unit(self) -> None:
        self.assertEqual(round_amount(Decimal("99.5"), "JPY"), Money(100, "JPY"))

    def test_nothing_is_lost_when_an_amount_is_split(self) -> None:
        shares = allocate(Money(100, "EUR"), [1, 1, 1])
        self.assertEqual([share.minor for share in shares], [34, 33, 33])
        self.assertEqual(total(shares, "EUR"), Money(100, "EUR"))

    def test_currencies_do_not_mix(self) -> None:
        with self.assertRaises(CurrencyMismatchError):
            Money(1, "EUR") + Money(1, "USD")


if __name__ == "__main__":
    unittest.main()
