"""How locks are told: what waits, for how long, and that everything behind the one who waits does too."""

from weighbridge.landscape.sql.postgres import Extent, Held

_HOW_LONG = "how long grows with the table"


def held_in_words(held: Held) -> str:
    """What a lock means for those who use the table."""
    blocked = held.level.blocks or "other changes of its schema"
    name = f"`{held.table}`" if held.table else "the table"
    if held.extent is Extent.MOMENT:
        return f"{name} is locked against {blocked} for a moment, and whatever it waits for makes everybody wait"
    return f"{name} is locked against {blocked} {held.extent.value}: {_HOW_LONG}"
