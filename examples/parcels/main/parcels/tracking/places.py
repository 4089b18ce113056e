"""Scans, in order."""

from parcels.core import clock, db


def record(parcel: str, depot: str) -> None:
    """A parcel was seen in a depot."""
    db.run(
        "INSERT INTO scans (parcel, depot, at) VALUES (%(p)s, %(d)s, %(t)s)",
        {"p": parcel, "d": depot, "t": clock.now()},
    )


def last_seen(parcel: str) -> str | None:
    """The depot a parcel was last seen in."""
    found = db.rows("SELECT depot FROM scans WHERE parcel = %(p)s ORDER BY at DESC LIMIT 1", {"p": parcel})
    return found[0]["depot"] if found else None


def search(words: str) -> list[str]:
    """Parcels whose number starts with what somebody typed."""
    return [row["parcel"] for row in db.rows(f"SELECT parcel FROM scans WHERE parcel LIKE '{words}%'", {})]


def describe(parcel: str) -> str:
    """Where a parcel is, in words."""
    depot = last_seen(parcel)
    return f"in {depot}" if depot else "not seen yet"
