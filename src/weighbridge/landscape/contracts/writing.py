"""How the value of a parameter is written in a request: what its style says, with what holds where nothing is said."""

from typing import Final

from weighbridge.landscape.contracts.library import Spot

COMMAS: Final = ("form", "simple")
"""Ways to write a list as one value, with commas between."""

_APART: Final = "+"
"""Behind a style: each value of a list is a value of its own."""

_OF_OLD: Final = {"multi": "form+", "pipes": "pipeDelimited", "ssv": "spaceDelimited", "tsv": "tabDelimited"}
_UNREAD_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})


def way_of_writing(spot: Spot, place: str, *, is_old: bool) -> str:
    """The name of a style, `+` behind it where lists are taken apart; the media type of what is written as a document."""
    usual = "form" if place in ("query", "cookie") else "simple"
    if is_old:
        written = spot.text("collectionFormat")
        return _OF_OLD.get(written) or usual
    content = spot.get("content")
    if content is not None and spot.get("schema") is None:
        return next((each.name.lower() for each in content.fields()), usual)
    style = spot.text("style") or usual
    explode = spot.text("explode").lower() or ("true" if style == "form" else "false")
    return style + (_APART if explode == "true" else "")


def is_unread(place: str, name: str) -> bool:
    """Whether a header is one that descriptions since 3.0 say elsewhere: as a parameter it means nothing."""
    return place == "header" and name.lower() in _UNREAD_HEADERS
