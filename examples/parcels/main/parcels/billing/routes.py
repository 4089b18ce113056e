"""Billing over HTTP."""

from decimal import Decimal

from flask import Blueprint, jsonify, request

from parcels.billing import invoices, prices
from parcels.core import auth, money

blueprint = Blueprint("billing", __name__)


@blueprint.get("/prices")
def show_price():
    """What a parcel would cost."""
    return jsonify(cents=prices.price_of(int(request.args["grams"]), request.args["zone"]))


@blueprint.get("/customers/<customer>/invoices")
@auth.requires("clerk")
def list_invoices(customer: str):
    """A customer's invoices."""
    return jsonify(invoices.find(customer))


@blueprint.post("/invoices/<int:invoice>/refund")
@auth.requires("clerk")
def refund(invoice: int):
    """Give money back."""
    amount = Decimal(request.json["amount"])
    auth.check_can_refund(money.to_cents(amount))
    return jsonify(cents=invoices.credit(invoice, amount))
