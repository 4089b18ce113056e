"""What stands for several values at once: lists that loops go over, and comprehensions, turn by turn where all of it is written."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.calls.forms import Call, Form, Keyed, Listed, Name, Number, Text, Unknown
from weighbridge.landscape.sql.bound_names import Names

MOST_TURNS: Final = 50
"""Turns of a loop over a list that are taken one by one."""
_ALIKE: Final = (
    "sorted",
    "list",
    "tuple",
    "reversed",
    "set",
    "freeze",
    "to_a",
    "entries",
    "with_indifferent_access",
    "reverse",
    "sort",
)
"""What hands out a list that it is given, or taken of."""


def turns_of(form: Form | None, names: Names) -> tuple[Form, ...]:
    """What a loop goes over, where that is written; empty where it is not, or is too much."""
    value = _listed_by(form, names)
    if isinstance(value, Call) and value.name in ("enumerate", "items") and value.line:
        inner = names.of(value.arguments[0].value if value.arguments else value.of)
        if isinstance(inner, Listed):
            value = Listed(tuple(Listed((Unknown(), each)) for each in inner.items))
        elif isinstance(inner, Keyed):
            value = inner
    elif isinstance(value, Call) and value.name in ("keys", "values") and not value.arguments:
        inner = names.of(value.of)
        if isinstance(inner, Keyed):
            value = Listed(tuple(pair[value.name == "values"] for pair in inner.pairs))
    if isinstance(value, Keyed):
        value = Listed(tuple(Listed(pair) for pair in value.pairs))
    if isinstance(value, Listed) and len(value.items) == 1:
        value = value.items[0] if isinstance(value.items[0], Unknown) and value.items[0].loops else value
    if isinstance(value, Unknown) and value.loops:
        return repeated(value, names)
    return value.items if isinstance(value, Listed) and len(value.items) <= MOST_TURNS else ()


def _listed_by(form: Form | None, names: Names) -> Form | None:
    """A value without the calls that hand out what they are given in another order, or as a list."""
    value = names.of(form)
    for _ in range(5):
        if not isinstance(value, Call) or value.name not in _ALIKE:
            break
        value = names.of(value.arguments[0].value if value.arguments else value.of)
    return value


def repeated(comprehension: Unknown, names: Names) -> tuple[Form, ...]:
    """What a comprehension makes, one by one, with what its loops give put in; empty where not all of that is written."""
    turns: list[dict[str, Form]] = [{}]
    for takes, over in comprehension.loops:
        turns = [{**had, **given} for had in turns for given in _given(takes, put_in(over, had), names=names)]
        if not turns or len(turns) > MOST_TURNS:
            return ()
    (element,) = comprehension.parts[:1] or (Unknown(),)
    return tuple(put_in(element, given) for given in turns)


def _given(takes: tuple[str, ...], over: Form, *, names: Names) -> Iterator[dict[str, Form]]:
    is_of_keys = isinstance(_listed_by(over, names), Keyed)
    for each in turns_of(over, names):
        known = names.of(each)
        if len(takes) > 1 and isinstance(known, Listed):
            yield dict(zip(takes, known.items, strict=False))
        elif takes:
            yield {takes[0]: known.items[0] if is_of_keys and isinstance(known, Listed) else known}


def put_in(form: Form, given: Mapping[str, Form]) -> Form:
    """A form with values in place of the names that stand for them."""
    match form:
        case Name() | Text():
            return _meant(form, given)
        case Call():
            return replace(
                form,
                of=None if form.of is None else put_in(form.of, given),
                arguments=tuple(replace(each, value=put_in(each.value, given)) for each in form.arguments),
            )
        case Listed(items=items):
            return Listed(tuple(put_in(each, given) for each in items))
        case Keyed(pairs=pairs):
            return Keyed(tuple((put_in(key, given), put_in(value, given)) for key, value in pairs))
        case Unknown(parts=parts, loops=loops):
            own = {name for takes, _ in loops for name in takes}
            inner = {name: value for name, value in given.items() if name not in own}
            return Unknown(
                tuple(put_in(each, inner) for each in parts),
                tuple((takes, put_in(over, inner)) for takes, over in loops),
            )
    return form


def _meant(form: Name | Text, given: Mapping[str, Form]) -> Form:
    if isinstance(form, Text):
        return _filled(form, given) if any(hole in given for hole in form.holes) else form
    first, dot, _ = form.id.partition(".")
    return form if first not in given else given[first] if not dot else Unknown((given[first],))


def _filled(text: Text, given: Mapping[str, Form]) -> Text:
    if text.value.count("{}") != len(text.holes):
        return text
    begin, *parts = text.value.split("{}")
    said = [_said(given.get(hole)) for hole in text.holes]
    value = begin + "".join(("{}" if one is None else one) + part for one, part in zip(said, parts, strict=True))
    left = tuple(hole for hole, one in zip(text.holes, said, strict=True) if one is None)
    return replace(text, value=value, has_holes=bool(left), holes=left)


def _said(form: Form | None) -> str | None:
    if isinstance(form, Number):
        return form.value.replace("_", "")
    return form.value if isinstance(form, Text) and not form.has_holes else None
