"""What the schemas that are compared are called, and what they refer to."""

from posixpath import commonprefix

from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.schemas import Schema, Schemas, Spots


def nearness(one: str, other: str) -> int:
    """How many letters two names begin and end with alike."""
    return sum(len(commonprefix(pair)) for pair in ((one, other), (one[::-1], other[::-1])))


def followed(spots: Spots, schemas: Schemas) -> Spots:
    """What schemas refer to: the same for all that refer to it."""
    return tuple([spot if schemas.says_more(spot) else schemas.library.follow(spot) or spot for spot in spots])


def listed(spots: list[Spot]) -> str:
    """What choices are called, for people."""
    names = [
        spot.text("$ref").rpartition("/")[2] or spot.text("title") or spot.text("type") or "another" for spot in spots
    ]
    return ", ".join(f"`{name}`" for name in names[:3]) + (f" or {len(names) - 3} more" if len(names) > 3 else "")


def within(spots: Spots, schema: Schema) -> Spots:
    """Properties called by what they are properties of, unless what they refer to has a name of its own."""
    return tuple(
        spot if spot.get("$ref") is not None or not schema.name else named((spot,), f"{schema.name}.{spot.name}")[0]
        for spot in spots
    )


def kind_of(option: Spot, schema: Schema) -> Spots:
    """A choice called by what it is a choice of, unless it has a name of its own."""
    return (option,) if option.get("$ref") is not None else named((option,), option.text("title") or schema.name)


def named(spots: Spots, name: str) -> Spots:
    """Schemas under another name."""
    return tuple(Spot(node=spot.node, path=spot.path, line=spot.line, name=name) for spot in spots)
