"""Nightly: sends every invoice that is due."""

from parcels.billing import invoices
from parcels.core import db


def main() -> None:
    """Send what is due."""
    for row in db.rows("SELECT id FROM invoices WHERE sent_at IS NULL", {}):
        invoices.send(int(row["id"]))


if __name__ == "__main__":
    main()
