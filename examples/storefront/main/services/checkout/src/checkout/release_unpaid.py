"""Nightly job: releases orders that nobody paid for."""

from checkout import orders
from commerce.database import connection

GRACE_MINUTES = 120


def main() -> int:
    """Release what is unpaid; how many orders that was."""
    with connection() as lent:
        released = orders.unpaid(lent, GRACE_MINUTES)
        for order_id in released:
            lent.execute("UPDATE orders SET released_at = now() WHERE id = %(id)s", {"id": order_id})
    return len(released)


if __name__ == "__main__":
    print(f"released {main()} orders")
