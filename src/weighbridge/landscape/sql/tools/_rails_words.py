"""How Rails calls the table of a class."""

import re
from collections.abc import Callable
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_EDGE: Final = LatePattern(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ODD: Final = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "datum": "data",
    "medium": "media",
    "status": "statuses",
    "news": "news",
    "series": "series",
    "quiz": "quizzes",
    "ox": "oxen",
    "mouse": "mice",
    "criterion": "criteria",
}
_ALREADY: Final = (
    "people",
    "children",
    "data",
    "information",
    "equipment",
    "rice",
    "money",
    "species",
    "series",
    "fish",
    "sheep",
    "news",
    "media",
)
_HISSES: Final = re.compile(r"(?:s|x|z|ch|sh)$")


def plural(word: str) -> str:
    """`line_item` as the name of a table."""
    head, underscore, last = word.rpartition("_")
    if last in _ALREADY:
        return word
    if last in _ODD:
        last = _ODD[last]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = last[:-1] + "ies"
    elif _HISSES.search(last):
        last += "es"
    else:
        last += "s"
    return f"{head}{underscore}{last}"


def table_of_class(name: str, *, has_table: Callable[[str], bool] | None = None) -> str:
    """The table of a class: `Admin::LineItem` is `line_items`, as far as its name says.

    Where its module gives its tables a prefix it is `admin_line_items`: Rails' own modules do, and others by the tables that there are.
    """
    module, _, last = name.removeprefix("::").rpartition("::")
    plain = plural(_EDGE.sub("_", last).lower())
    if not module:
        return plain
    whole = f"{_EDGE.sub('_', module.replace('::', '_')).lower()}_{plain}"
    if module in _OF_RAILS or (has_table is not None and has_table(whole) and not has_table(plain)):
        return whole
    return plain


_OF_RAILS: Final = ("ActiveStorage", "ActionText", "ActionMailbox", "SolidQueue", "SolidCache", "SolidCable")
