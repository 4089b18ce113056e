import unittest

from checkout.refunds import refund_for
from commerce.money import Money


class RefundTest(unittest.TestCase):
    def test_a_closed_box_is_refunded_in_full(self) -> None:
        self.assertEqual(refund_for(Money(5000, "EUR"), opened=False), Money(5000, "EUR"))

    def test_an_opened_one_less_the_fee(self) -> None:
        self.assertEqual(refund_for(Money(5000, "EUR"), opened=True), Money(4825, "EUR"))


if __name__ == "__main__":
    unittest.main()
