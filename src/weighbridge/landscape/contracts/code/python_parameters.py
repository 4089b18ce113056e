"""What a function of Python asks of those who call it, against what it asked before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Definition, Expr, Parameter
from weighbridge.landscape.arguments import has_decorator
from weighbridge.landscape.contracts.code.api_breaks import DEFAULT, NARROWED, Difference
from weighbridge.landscape.contracts.code.signature_text import parameters_in, split_at

_BY_PLACE: Final = ("positional", "positional-only")
_BY_NAME: Final = ("positional", "keyword-only")
_NONE: Final[Mapping[str, Expr]] = {}
_NEVER_BY_PLACE: Final = 8
"""Nobody gives so many before it by their places to set what may be left out."""

_SELDOM_BY_PLACE: Final = 2
"""Parameters from this one on are seldom given by their places when they may be left out."""


def differences(
    before: Definition,
    after: Definition,
    *,
    instead: frozenset[tuple[str, str]] = frozenset(),
    later: Mapping[str, Expr] = _NONE,
) -> Iterator[Difference]:
    """What a call that was right does not give any more, and what it gets in another way.

    `instead` are pairs of names of which a function takes either for one thing; `later` is what it gives to its parameters
    where nothing was given.
    """
    after = _in_its_place(before, after, instead=instead) if instead else after
    taken, now = _Taken(before), _Taken(after)
    renamed: set[str] = set()
    for place, parameter in enumerate(taken.all):
        if not parameter.name.startswith("_"):
            yield from _of_one(parameter, place, taken=taken, now=now, renamed=renamed)
    yield from _asked(taken, now, renamed=renamed)
    yield from _moved(taken, now, renamed=renamed)
    for star, what in (("*", "by place"), ("**", "by name")):
        if star in taken.kinds and star not in now.kinds:
            is_spelled_out = len(now.all) > len(taken.all) and not taken.stars & now.names
            severity = Severity.MEDIUM if is_spelled_out else Severity.HIGH
            yield Difference(NARROWED, severity, f"it takes no further arguments {what}")
    yield from _defaults(before, after, later=later)


def _in_its_place(before: Definition, after: Definition, *, instead: frozenset[tuple[str, str]]) -> Definition:
    """A function with what stands in the very place of a parameter, and does what it did, as that parameter."""
    old, new = before.parameters, after.parameters
    by_name = {parameter.name for parameter in new if parameter.kind == "keyword-only"}
    known = {parameter.name for parameter in old}
    for was, now in zip(old, new, strict=False):
        if was.name in by_name and now.name not in known and (was.name, now.name) in instead:
            kept = (p for p in new if p.name != was.name)
            new = tuple(replace(p, name=was.name) if p.name == now.name else p for p in kept)
    return replace(after, parameters=new)


class _Taken:
    """The parameters that a caller fills."""

    def __init__(self, definition: Definition) -> None:
        is_bound = definition.kind == "method" and not has_decorator(definition, "staticmethod")
        first = definition.parameters[:1]
        is_bound = is_bound and not any(parameter.kind == "*" for parameter in first)
        parameters = definition.parameters[1:] if is_bound else definition.parameters
        self.kinds = {parameter.kind for parameter in parameters}
        self.stars = {parameter.name.lstrip("*") for parameter in parameters if parameter.kind in ("*", "**")}
        self.all: Sequence[Parameter] = [p for p in parameters if p.kind not in ("*", "**")]
        self.by_place = [p for p in self.all if p.kind in _BY_PLACE]
        self.by_name = {p.name: p for p in self.all if p.kind in _BY_NAME}
        self.names = {p.name for p in self.all}
        self.types = dict(_types(definition))


def _of_one(parameter: Parameter, place: int, *, taken: _Taken, now: _Taken, renamed: set[str]) -> Iterator[Difference]:
    name, is_needed = parameter.name, parameter.default is None
    is_placed = parameter.kind in _BY_PLACE
    new = now.by_name.get(name)
    if parameter.kind == "positional-only":
        if place < len(now.by_place) and now.by_place[place].name not in taken.names:
            renamed.add(now.by_place[place].name)
        if place >= len(now.by_place) and "*" not in now.kinds:
            yield Difference(NARROWED, Severity.HIGH, f"`{name}` cannot be given any more")
        elif place < len(now.by_place) and not is_needed and now.by_place[place].default is None:
            yield Difference(NARROWED, Severity.HIGH, f"`{name}` must be given")
        return
    if new is None:
        other = now.by_place[place] if is_placed and place < len(now.by_place) else None
        if other is not None and other.name not in taken.names:
            renamed.add(other.name)
            yield _renamed(parameter, other, now=now)
            if not is_needed and other.default is None:
                yield Difference(NARROWED, Severity.HIGH, f"`{other.name}` must be given")
        elif any(p.name == name for p in now.by_place):
            severity = Severity.MEDIUM if is_needed else Severity.HIGH
            yield Difference(NARROWED, severity, f"`{name}` cannot be given by its name any more")
        else:
            severity = Severity.MEDIUM if "**" in now.kinds else Severity.HIGH
            yield Difference(NARROWED, severity, f"`{name}` cannot be given any more")
        return
    if is_placed and new.kind == "keyword-only" and "*" not in now.kinds - taken.kinds:
        severity = Severity.HIGH if is_needed else Severity.MEDIUM
        yield Difference(NARROWED, severity, f"`{name}` must be given by its name")
    if not is_needed and new.default is None:
        yield Difference(NARROWED, Severity.HIGH, f"`{name}` must be given")


def _renamed(parameter: Parameter, other: Parameter, *, now: _Taken) -> Difference:
    """What is needed is mostly given by its place, what may be left out by its name."""
    name = f"`{parameter.name}` is called `{other.name}`"
    if other.kind == "positional-only":
        name = f"`{parameter.name}` cannot be given by its name any more"
    is_by_place = parameter.default is None or "**" in now.kinds
    return Difference(NARROWED, Severity.MEDIUM if is_by_place else Severity.HIGH, name)


def _moved(taken: _Taken, now: _Taken, *, renamed: set[str]) -> Iterator[Difference]:
    """What calls by place give to another: two that changed places, or one that was put between others.

    What only moved up because one before it is gone is told with that one.
    """
    old = [p.name for p in taken.by_place]
    new = [p.name for p in now.by_place]
    kept = [name for name in old if name in new]
    order = [name for name in new if name in old]
    first = next((name for name, other in zip(kept, order, strict=True) if name != other), "")
    if first:
        severity = _by_place(taken, first, now=now)
        yield Difference(
            NARROWED, severity, f"`{first}` stands in another place: calls by place give it something else"
        )
        return
    for place, name in enumerate(new):
        behind = next((each for each in new[place:] if each in old), "")
        if name not in taken.names | renamed and behind and now.by_place[place].default is not None:
            severity = _by_place(taken, behind, now=now)
            yield Difference(
                NARROWED, severity, f"`{name}` stands before `{behind}`: calls by place give it something else"
            )
            return


def _by_place(taken: _Taken, name: str, *, now: _Taken) -> Severity:
    """What may be left out, and stands behind others, is seldom given by its place; where it is, and what gets it now is of
    the same type, nothing fails and something else is done.
    """
    place = next(at for at, parameter in enumerate(taken.by_place) if parameter.name == name)
    is_seldom = taken.by_place[place].default is not None and place >= _SELDOM_BY_PLACE
    there = now.by_place[place].name if place < len(now.by_place) else ""
    is_silent = not _members(taken.types.get(name, "")).isdisjoint(_members(now.types.get(there, "")))
    is_never = is_seldom and place >= _NEVER_BY_PLACE
    return Severity.MEDIUM if is_never or (is_seldom and not is_silent) else Severity.HIGH


def _members(stated: str) -> set[str]:
    """The types of which a value may be, besides `None` and what says nothing of it."""
    plain = stated.strip().strip("\"'").replace("typing.", "")
    for union in ("Optional[", "Union["):
        if plain.startswith(union) and plain.endswith("]"):
            parts = split_at(plain[len(union) : -1], ",") or []
            return {each for part in parts for each in _members(part)}
    parts = split_at(plain, "|") or []
    if len(parts) > 1:
        return {each for part in parts for each in _members(part)}
    return {plain} - {"", "None", "Any", "object"}


def _asked(taken: _Taken, now: _Taken, *, renamed: set[str]) -> Iterator[Difference]:
    for parameter in now.all:
        if parameter.default is None and parameter.name not in taken.names | renamed:
            may_be_given = "**" in taken.kinds or "*" in taken.kinds
            severity = Severity.LOW if may_be_given else Severity.HIGH
            yield Difference(NARROWED, severity, f"`{parameter.name}` must be given")


def _defaults(before: Definition, after: Definition, *, later: Mapping[str, Expr]) -> Iterator[Difference]:
    old, new = _texts(before), _texts(after)
    stood = {parameter.name: parameter.default for parameter in before.parameters}
    for name, value in old.items():
        other = new.get(name, "")
        if other == "None" and name in later and any(each == stood.get(name) for each in walk(later[name])):
            continue  # it is filled in with what it was
        if other and other != value and not name.startswith("_") and not _is_mark(value) and not _is_mark(other):
            yield Difference(DEFAULT, Severity.MEDIUM, f"`{name}` is `{other}` where it is left out, and was `{value}`")


def _is_mark(value: str) -> bool:
    """Whether a default only says that nothing was given."""
    last = value.rpartition(".")[2]
    return value == "..." or (last.isupper() and last.replace("_", "").isalpha()) or last.startswith("_")


def _types(definition: Definition) -> Iterator[tuple[str, str]]:
    """The stated types by parameter, without what `Annotated` says beside them."""
    for part in parameters_in(definition.signature, "def " + definition.name) or ():
        name, is_stated, rest = (split_at(part, "=") or [part])[0].partition(":")
        if is_stated:
            stated = rest.strip()
            within = stated.removeprefix("Annotated[").removesuffix("]") if stated.startswith("Annotated[") else stated
            yield name.strip(), (split_at(within, ",") or [within])[0]


def _texts(definition: Definition) -> dict[str, str]:
    """The defaults as they are written."""
    found = {}
    for part in parameters_in(definition.signature, "def " + definition.name) or ():
        stated, *given = split_at(part, "=") or [part]
        if given:
            found[stated.partition(":")[0].strip()] = part[part.index("=", len(stated)) + 1 :].strip()
    return found
