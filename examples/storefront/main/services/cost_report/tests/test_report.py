import unittest
from decimal import Decimal

from commerce.money import Money
from cost_report.report import grand_total, region_costs


class ReportTest(unittest.TestCase):
    def test_the_dearest_region_comes_first(self) -> None:
        rows = region_costs({"north": Decimal("10.00"), "south": Decimal("30.00")}, "EUR")
        self.assertEqual([row.region for row in rows], ["south", "north"])

    def test_the_total_is_what_the_rows_add_up_to(self) -> None:
        rows = region_costs({"a": Decimal("0.125"), "b": Decimal("0.125")}, "EUR")
        self.assertEqual(grand_total(rows, "EUR"), Money(24, "EUR"))

    def test_a_month_without_shipments_is_an_empty_report(self) -> None:
        self.assertEqual(region_costs({}, "EUR"), [])


if __name__ == "__main__":
    unittest.main()
