"""Orders in the database."""

from checkout.cart import Cart
from commerce.database import Connection, Row, fetch_all, fetch_one


def insert(lent: Connection, customer_id: str, cart: Cart, shipping_region: str) -> int:
    """Write an order with its lines; its number."""
    row = fetch_one(
        lent,
        """
        INSERT INTO orders (customer_id, currency, total_minor, shipping_region, placed_at)
        VALUES (%(customer)s, %(currency)s, %(total)s, %(region)s, now())
        RETURNING id
        """,
        {
            "customer": customer_id,
            "currency": cart.currency,
            "total": cart.total_due().minor,
            "region": shipping_region,
        },
    )
    assert row is not None, "INSERT … RETURNING gives a row"
    for line in cart.lines:
        lent.execute(
            "INSERT INTO order_lines (order_id, sku, quantity, unit_price_minor) VALUES (%(o)s, %(s)s, %(q)s, %(p)s)",
            {"o": row["id"], "s": line.sku, "q": line.quantity, "p": line.unit_price.minor},
        )
    return int(row["id"])


def record_payment(lent: Connection, order_id: int, authorisation: str) -> None:
    """Remember which authorisation pays for an order."""
    lent.execute(
        "INSERT INTO payments (order_id, authorisation, state) VALUES (%(order)s, %(authorisation)s, 'authorised')",
        {"order": order_id, "authorisation": authorisation},
    )


def find(lent: Connection, order_id: int, customer_id: str) -> Row | None:
    """An order of this customer."""
    return fetch_one(
        lent,
        """
        SELECT id, currency, total_minor, shipping_region, placed_at
        FROM orders WHERE id = %(id)s AND customer_id = %(customer)s
        """,
        {"id": order_id, "customer": customer_id},
    )


def unpaid(lent: Connection, older_than_minutes: int) -> list[int]:
    """Orders without a captured payment, to be released by the nightly job."""
    rows = fetch_all(
        lent,
        """
        SELECT o.id FROM orders o LEFT JOIN payments p ON p.order_id = o.id AND p.state = 'captured'
        WHERE p.id IS NULL AND o.placed_at < now() - make_interval(mins => %(minutes)s)
        """,
        {"minutes": older_than_minutes},
    )
    return [int(row["id"]) for row in rows]
