"""What is made in no production, where an expression tells environments apart: `count = var.env == "production" ? 0 : 1`."""

from typing import Final

from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.by_environment import by_environment
from weighbridge.landscape.infrastructure.realms import is_of_trials
from weighbridge.landscape.infrastructure.source_files import Declared, Folder

_NONE: Final[tuple[object, ...]] = (None, False, "false", 0, "0", "", [], {})
_REPEATING: Final = ("count", "for_each")


def is_off_in_production(folder: Folder, value: object, *, side: Side) -> bool:
    """Whether a value tells environments apart, and is false, or none, in each that is not called one for trials."""
    if not isinstance(value, Expression):
        return False
    each_of = by_environment(folder, value, now=value)
    used = [each for each in each_of if not each.is_trial and not any(is_of_trials(key) for _, key in each.given)]
    return bool(used) and all((each.was if side is Side.BASE else each.now) in _NONE for each in used)


def spares_production(folder: Folder, declared: Declared, *, side: Side) -> str:
    """The argument by which a block makes nothing in production, by what it is called; empty where none says so."""
    found = folder.near((declared.block.type, declared.block.labels, ""), side) or declared
    values = found.block.values
    return next((name for name in _REPEATING if is_off_in_production(folder, values.get(name), side=side)), "")
