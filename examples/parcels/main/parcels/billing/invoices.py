"""Invoices."""

from decimal import Decimal

from parcels.billing import prices
from parcels.core import db, events, money


def draft(customer: str, weights: list[int], zone: str) -> int:
    """Write an invoice that is not sent yet; its number."""
    cents = prices.price_of_many(weights, zone)
    rows = db.rows(
        "INSERT INTO invoices (customer, cents, legacy_zone) VALUES (%(c)s, %(a)s, %(z)s) RETURNING id",
        {"c": customer, "a": cents, "z": zone},
    )
    return int(rows[0]["id"])


def send(invoice: int) -> None:
    """Send an invoice, once."""
    if db.run("UPDATE invoices SET sent_at = now() WHERE id = %(i)s AND sent_at IS NULL", {"i": invoice}) == 1:
        events.publish("invoice-sent", {"invoice": invoice})


def find(customer: str) -> list[dict[str, object]]:
    """A customer's invoices."""
    found = db.rows("SELECT id, cents, legacy_zone FROM invoices WHERE customer = %(c)s", {"c": customer})
    return [{"id": row["id"], "amount": str(money.from_cents(row["cents"]))} for row in found]


def credit(invoice: int, amount: Decimal) -> int:
    """Give back part of an invoice; the cents."""
    cents = money.to_cents(amount)
    db.run("UPDATE invoices SET cents = cents - %(c)s WHERE id = %(i)s", {"c": cents, "i": invoice})
    return cents
