"""Tables for whose writers a script took care before: the sign that people wait for them, where nobody measured it."""

from typing import Final

from weighbridge.domain.paths import folder_of
from weighbridge.facts.sql.acts import Act, AddConstraint, CreateIndex, DropIndex, ValidateConstraint
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange

_CARE: Final = ("concurrently", "not valid", "notvalid")


def may_be_pressing(sql: SqlChange, step: Step, *, table: str) -> bool:
    """Whether people may wait for a table by what was measured or what scripts took care of; so it may be where no script makes it."""
    size = sql.sizes.of(table)
    if size.is_large or size.is_busy:
        return True
    known, dialect = sql.known, step.migration.dialect
    makers = tuple(known.makers(table, dialect))
    if not makers or any(_takes_care(act) for act in known.acts_on(table, dialect)):
        return True
    return any(path.endswith(".py") for path in makers) and _is_spared_as_model(
        sql, table, folders={folder_of(path) for path in makers}
    )


def _takes_care(act: Act) -> bool:
    match act:
        case CreateIndex(is_concurrent=True) | DropIndex(is_concurrent=True) | ValidateConstraint():
            return True
        case AddConstraint(constraint=constraint):
            return constraint.is_not_valid
    return False


def _is_spared_as_model(sql: SqlChange, table: str, *, folders: set[str]) -> bool:
    """The same of a model, which scripts of Django call by its last name and tell of in words of Python."""
    model = last_part(table).rpartition("_")[2].lower()
    texts = (sql.known.text(path).lower() for path in sql.known.paths if folder_of(path) in folders)
    return any(model in text and any(word in text for word in _CARE) for text in texts)
