"""The HTTP interface of the cost report; finance only."""

import csv
import io
from datetime import date

from flask import Flask, Response, abort, jsonify, request

from commerce.auth import NotAllowedError, NotAuthenticatedError, User, authenticate, require_role
from commerce.database import connection
from cost_report import queries
from cost_report.report import grand_total, region_costs

app = Flask(__name__)


def finance_user() -> User:
    """The person asking, who must be of finance."""
    try:
        return require_role(authenticate(request.headers.get("Authorization")), "finance")
    except NotAuthenticatedError as error:
        abort(401, str(error))
    except NotAllowedError as error:
        abort(403, str(error))


@app.get("/reports")
def list_reports() -> Response:
    """The months there is a report for."""
    finance_user()
    with connection() as lent:
        return jsonify([month.isoformat() for month in queries.months_with_shipments(lent)])


@app.get("/reports/<month>")
def show_report(month: str) -> Response:
    """One month's costs by region."""
    finance_user()
    currency = request.args.get("currency", "EUR")
    with connection() as lent:
        costs = queries.costs_by_region(lent, _first_of(month), currency)
    rows = region_costs(costs, currency)
    return jsonify(
        {
            "month": month,
            "total_minor": grand_total(rows, currency).minor,
            "regions": [{"region": row.region, "minor": row.cost.minor, "share": str(row.share)} for row in rows],
        }
    )


@app.get("/reports/<month>/export")
def export_report(month: str) -> Response:
    """The same as a file that a spreadsheet opens."""
    finance_user()
    currency = request.args.get("currency", "EUR")
    with connection() as lent:
        costs = queries.costs_by_region(lent, _first_of(month), currency)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["region", "cost", "share"])
    for row in region_costs(costs, currency):
        table.writerow([row.region, row.cost.minor, row.share])
    return Response(written.getvalue(), mimetype="text/csv")


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        abort(404, "no such month")
