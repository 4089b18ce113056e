"""Asks the payments service for money."""

import os

from commerce.money import Money

PAYMENTS_URL = os.environ.get("PAYMENTS_URL", "http://payments:8080")
TIMEOUT_SECONDS = 4.0


class PaymentRefusedError(Exception):
    """The payments service said no."""


def authorise(customer_id: str, amount: Money) -> str:
    """Reserve `amount` on the customer's card; the authorisation's id."""
    import httpx

    response = httpx.post(
        f"{PAYMENTS_URL}/payments/authorisations",
        json={"customerId": customer_id, "amountMinor": amount.minor, "currency": amount.currency},
        timeout=TIMEOUT_SECONDS,
    )
    if response.status_code != 201:
        raise PaymentRefusedError(f"payments answered {response.status_code}")
    return str(response.json()["id"])
