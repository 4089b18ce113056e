import unittest

from checkout.cart import Cart, Line
from commerce.money import Money


def cart(discount: int, *prices: int) -> Cart:
    return Cart([Line(f"sku-{price}", 1, Money(price, "EUR")) for price in prices], "EUR", discount)


class CartTest(unittest.TestCase):
    def test_without_a_discount_the_lines_are_added(self) -> None:
        self.assertEqual(cart(0, 1999, 501).total_due(), Money(2500, "EUR"))

    def test_the_discount_is_rounded_once_for_the_whole_cart(self) -> None:
        self.assertEqual(cart(15, 333, 333, 333).discount(), Money(150, "EUR"))

    def test_quantities_count(self) -> None:
        bulk = Cart([Line("tea", 12, Money(425, "EUR"))], "EUR")
        self.assertEqual(bulk.total_due(), Money(5100, "EUR"))


if __name__ == "__main__":
    unittest.main()
