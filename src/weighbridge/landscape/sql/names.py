"""Names of tables: with their schema or without."""

from typing import Final

_REFERRING: Final = ("references", "foreign_key", "foreign key", "foreignkey", "onetoone", "manytomany", "belongs_to")
"""How SQL and migrations in code say, in lower case, that rows refer to others."""


def last_part(name: str) -> str:
    """A name without its schema."""
    return name.rpartition(".")[2]


def is_one(one: str, other: str) -> bool:
    """Whether two names may be of one table: one may leave the schema out."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and "." not in shorter and last_part(longer) == shorter


def may_refer(text: str, table: str) -> bool:
    """Whether a script, in lower case, may give some table a foreign key to this one."""
    return _stem(table) in text and any(word in text for word in _REFERRING)


def _stem(table: str) -> str:
    """What a table's name shares with the word for one of its rows: `t.references :order`, `to="shop.order"` mean `orders`, `shop_order`."""
    word = table.lower().rpartition("_")[2] or table.lower()
    ending = next((each for each in ("ies", "es", "s") if word.endswith(each)), "")
    return word.removesuffix(ending) or word
