"""What the cost report reads."""

from datetime import date
from decimal import Decimal

from commerce.database import Connection, fetch_all


def costs_by_region(lent: Connection, month: date, currency: str) -> dict[str, Decimal]:
    """Shipping costs of one month by region, in major units."""
    rows = fetch_all(
        lent,
        """
        SELECT o.shipping_region AS region, sum(s.cost_minor) / 100.0 AS cost
        FROM orders o JOIN shipments s ON s.order_id = o.id
        WHERE date_trunc('month', s.shipped_at) = %(month)s AND o.currency = %(currency)s
        GROUP BY o.shipping_region
        """,
        {"month": month, "currency": currency},
    )
    return {str(row["region"]): Decimal(str(row["cost"])) for row in rows}


def months_with_shipments(lent: Connection) -> list[date]:
    """The months there is a report for, newest first."""
    rows = fetch_all(
        lent,
        "SELECT DISTINCT date_trunc('month', shipped_at)::date AS month FROM shipments ORDER BY month DESC",
        {},
    )
    return [row["month"] for row in rows]
