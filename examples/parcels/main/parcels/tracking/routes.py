"""Tracking over HTTP."""

from flask import Blueprint, jsonify

from parcels.tracking import places

blueprint = Blueprint("tracking", __name__)


@blueprint.get("/parcels/<parcel>")
def show(parcel: str):
    """Where a parcel is."""
    return jsonify(place=places.describe(parcel))


@blueprint.post("/parcels/<parcel>/scans/<depot>")
def scan(parcel: str, depot: str):
    """A scanner saw a parcel."""
    places.record(parcel, depot)
    return "", 204
