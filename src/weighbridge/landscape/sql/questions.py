"""What a query asks of a database, as a value."""

from msgspec import Struct


class Question(Struct, frozen=True, kw_only=True):
    """One statement that reads or writes rows. Columns are named without their table."""

    verb: str
    """`select`, `update`, `delete`, `insert`, or `other`."""
    tables: tuple[str, ...] = ()
    has_where: bool = False
    is_limited: bool = False
    is_counted: bool = False
    """Whether it gives one row for many (an aggregate, a group, `DISTINCT`), or reads no table of its own."""
    is_ordered: bool = False
    skips: bool = False
    """Whether it passes over rows by a number that may grow (`OFFSET $1`)."""
    locks: bool = False
    picks_one: bool = False
    """Whether its condition asks for one value of a column that is likely a key."""
    is_of_one: bool = False
    """Whether its condition asks for one value, which the code gives, of any column."""
    searches_within: tuple[str, ...] = ()
    """Columns that are compared with a text which begins with a wildcard."""
    wrapped: tuple[tuple[str, str], ...] = ()
    """Functions that are put around a column before it is compared, each with the column."""
    not_in: tuple[str, ...] = ()
    """Columns of inner queries among which a value must not be."""
    not_in_of: tuple[str, ...] = ()
    """The tables of these inner queries; empty where there are several, or none."""
    unlinked: tuple[str, ...] = ()
    """Tables that no condition links to the first, where there are such."""
