"""One call of an object mapper, whichever it is."""

from msgspec import Struct

from weighbridge.facts.model import Either, Expr, Text
from weighbridge.landscape.sql.mappers.signs import REPOSITORY
from weighbridge.landscape.sql.questions import Question


class MapperCall(Struct, frozen=True, kw_only=True):
    """What is asked; `is_run` whether the chain itself sends it to the database, and not whoever goes through it later."""

    question: Question
    is_run: bool
    is_plain: bool = True
    """Whether the chain is made of what the mapper itself offers: what somebody added to it may do more."""
    is_lazy: bool = False
    """Whether what goes through it gets objects whose relations may still have to be read."""


def subject(name: str) -> str:
    """What a repository is of, by its name; empty where that does not say."""
    return REPOSITORY.sub("", name).strip("_").removeprefix("get")


def begins_open(expr: Expr) -> bool:
    """Whether a text begins with a wildcard."""
    while type(expr) is Either and expr.options:
        expr = expr.options[0]
    return type(expr) is Text and expr.value.startswith("%") and len(expr.value) > 1
