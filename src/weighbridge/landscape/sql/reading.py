"""Reads the queries of a change, each once; the library for it is loaded with the first of them."""

from functools import lru_cache

from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.questions import Question


@lru_cache(4096)
def question(text: str, dialect: Dialect) -> Question | None:
    """What the one statement in `text`, which may have `{}` where code puts something, asks; None where it cannot be read."""
    from weighbridge.landscape.sql.syntax import read_question  # noqa: PLC0415 - most changes hold no query; the library takes 95 ms

    return read_question(text, dialect)
