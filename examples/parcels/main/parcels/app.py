"""Puts the service together."""

from flask import Flask

from parcels.admin import routes as admin
from parcels.billing import routes as billing
from parcels.entities import blueprints
from parcels.tracking import routes as tracking


def build_app() -> Flask:
    """The application with every route."""
    app = Flask(__name__)
    for blueprint in (admin.blueprint, billing.blueprint, tracking.blueprint, *blueprints()):
        app.register_blueprint(blueprint)
    return app
