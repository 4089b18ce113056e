"""What stands in an operation where an API description has no place for it: nobody can say what it means."""

from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.contracts.descriptions import Call
from weighbridge.landscape.contracts.library import Library, Spot
from weighbridge.landscape.contracts.sameness import Sameness
from weighbridge.landscape.documents.nodes import Fields, Items, is_nothing

WHOLE: Final = frozenset({"parameters", "requestBody", "responses", "security"})
"""All that is compared of an operation."""

_LISTS: Final = frozenset({"parameters", "security"})


def unclear_parts(old: Call, new: Call, *, sameness: Sameness) -> frozenset[str]:
    """The parts of an operation that cannot be compared; the new description's library is told of each."""
    before, after = dict(_misshapen(old)), dict(_misshapen(new))
    found: set[str] = set()
    for part in (before | after) if before or after else ():
        one, other = before.get(part), after.get(part)
        if one is not None and other is not None and sameness.alike(one, other):
            continue
        found.update(WHOLE if not part else {part})
        _say(new.description.library, other or one, part=part, is_new=other is not None)
    return frozenset(found)


def _say(library: Library, spot: Spot | None, *, part: str, is_new: bool) -> None:
    assert spot is not None, "a part is misshapen before or after"
    what = f"what stands in `{part}`" if part else f"what stands under `{spot.name}`"
    had = "has" if is_new else "had before"
    library.unclear(spot, f"{what} {had} no form that such things have, so that what it says is not known")


def _misshapen(call: Call) -> Iterator[tuple[str, Spot]]:
    """The parts of an operation that are none, each with where the first thing stands that is out of place."""
    if not isinstance(call.spot.node, Fields):
        yield "", call.spot
        return
    for part in WHOLE:
        holders = (call.spot, call.item) if part == "parameters" else (call.spot,)
        given = [spot for holder in holders if (spot := holder.get(part)) is not None]
        if part == "security" and not given and (common := call.description.root.get(part)):
            given.append(common)
        wrong = next((each for spot in given for each in _out_of_place(call, spot, part=part)), None)
        if wrong is not None:
            yield part, wrong


def _out_of_place(call: Call, spot: Spot, *, part: str) -> Iterator[Spot]:
    if not isinstance(spot.node, Items if part in _LISTS else Fields):
        yield from () if is_nothing(spot.node) else (spot,)
    elif part == "requestBody":
        yield from _without_media(call, spot)
    else:
        for each in spot.items() if part in _LISTS else spot.fields():
            if each.name.startswith("x-") and part == "responses":
                continue
            if not isinstance(each.node, Fields) and not is_nothing(each.node):
                yield each
            elif part == "responses":
                yield from _without_media(call, each)


def _without_media(call: Call, spot: Spot) -> Iterator[Spot]:
    """What stands where a body's media types must."""
    target = call.description.library.follow(spot)
    content = target.get("content") if target else None
    if content is None:
        return
    if not isinstance(content.node, Fields):
        yield from () if is_nothing(content.node) else (content,)
        return
    yield from (each for each in content.fields() if not isinstance(each.node, Fields) and not is_nothing(each.node))
