"""Where code adds, changes or deletes rows of a table by SQL that it holds."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.places import Place
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.table_mentions import How, table_mentions

_MOST_BYTES: Final = 1_000_000
_SAID: Final = {
    "insert": r"insert\s+into\s+{name}(?![\w.])",
    "update": r"update\s+(?:only\s+)?{name}\s+(?:as\s+)?(?:\w+\s+)?set\b",
    "delete": r"delete\s+from\s+(?:only\s+)?{name}(?![\w.])",
}


def code_write(view: View, table: str, *, verbs: Iterable[str], script: str) -> Place | None:
    """The first place where code does one of `verbs` (`insert`, `update`, `delete`) to the table that `script` changes."""
    last = last_part(table)
    name = rf"(?:[\"`\\]*\w+[\"`\\]*\.)?[\"`\\]*{re.escape(last)}[\"`\\]*"
    said = "|".join(_SAID[each].format(name=name) for each in verbs if each in _SAID)
    if not said:
        return None
    pattern = re.compile(rf"\b(?:{said})", re.IGNORECASE)
    mentions = table_mentions(view, last, script=script).mentions
    for path in dict.fromkeys(each.place.path for each in mentions if each.how is How.SQL):
        text = (view.landscape.bytes_of(path, _MOST_BYTES) or b"").decode("utf-8", "replace")
        if (found := pattern.search(text)) is not None:
            line = text.count("\n", 0, found.start()) + 1
            return Place(path=path, line=line, end_line=line)
    return None
