"""The HTTP interface of checkout."""

from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, Field

from checkout import orders, payments
from checkout.cart import Cart, Line
from commerce.auth import NotAuthenticatedError, User, authenticate
from commerce.database import connection
from commerce.money import Money

app = FastAPI(title="Checkout")


class LineIn(BaseModel):
    """One line of a cart, as the shop sends it."""

    sku: str
    quantity: int = Field(gt=0, le=999)
    unit_price_minor: int = Field(ge=0)


class OrderIn(BaseModel):
    """What a customer wants to buy, and where it goes."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    shipping_region: str
    lines: list[LineIn] = Field(min_length=1)
    discount_percent: int = Field(default=0, ge=0, le=90)


def current_user(authorization: Annotated[str | None, Header()] = None) -> User:
    """The signed-in customer."""
    try:
        return authenticate(authorization)
    except NotAuthenticatedError as error:
        raise HTTPException(status_code=401, detail=str(error)) from error


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """Whether the process answers at all."""
    return {"status": "ok"}


@app.post("/orders", status_code=201)
def place_order(wanted: OrderIn, user: Annotated[User, Depends(current_user)]) -> dict[str, object]:
    """Place an order: totals, stock, payment, in this order."""
    lines = [Line(line.sku, line.quantity, Money(line.unit_price_minor, wanted.currency)) for line in wanted.lines]
    cart = Cart(lines=lines, currency=wanted.currency, discount_percent=wanted.discount_percent)
    due = cart.total_due()
    authorisation = payments.authorise(user.id, due)
    with connection() as lent:
        order_id = orders.insert(lent, user.id, cart, wanted.shipping_region)
        orders.record_payment(lent, order_id, authorisation)
    return {"id": order_id, "due_minor": due.minor, "currency": due.currency}


@app.get("/orders/{order_id}")
def show_order(order_id: int, user: Annotated[User, Depends(current_user)]) -> dict[str, object]:
    """One of the customer's own orders."""
    with connection() as lent:
        found = orders.find(lent, order_id, user.id)
    if found is None:
        raise HTTPException(status_code=404, detail="no such order")
    return dict(found)
