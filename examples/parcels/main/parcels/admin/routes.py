"""Administration over HTTP."""

from flask import Blueprint, jsonify

from parcels.admin import exports
from parcels.core import auth

blueprint = Blueprint("admin", __name__)


@blueprint.get("/admin/export/<table>")
@auth.requires("supervisor")
def export(table: str):
    """A table as rows."""
    return jsonify(exports.dump(table))
