"""What one resource grants more than before, and a policy that tells nobody; and texts as they are shown."""

from msgspec import Struct

from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.iam.powers import Power


class Widening(Struct, frozen=True, kw_only=True):
    """What one resource grants now and did not before: how much, in words; `is_new` where it granted nothing at all."""

    power: Power
    words: str
    argument: str
    opens: str = ""
    """What may be done by it, in words; empty where the words of its power say so."""
    is_new: bool = False
    is_trust: bool = False
    is_condition: bool = False
    is_to_account: bool = False
    """Whether a whole account may act by it, which is named as another one, without any condition."""
    is_to_group: bool = False
    """Whether those who act by it are a group, whose members somebody chooses."""


class Unreadable(Struct, frozen=True, kw_only=True):
    """A policy whose text is known only when the plan is applied, or cannot be read."""

    argument: str
    why: str


def texts_of(value: object) -> list[str]:
    """The texts of a value, those that only running tells in the form of a reference."""
    many = value if isinstance(value, list) else [value]
    found = []
    for each in many:
        if isinstance(each, Expression):
            found.append(each.text if each.is_template else f"${{{each.text}}}")
        elif isinstance(each, str):
            found.append(each)
    return found
