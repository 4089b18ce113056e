"""Where a file mentions a name: made once with the facts, so that a search for one name need not read all expressions.

A *unit* is what one number points at: a step by its index, a definition's head (bases, decorators, annotations, defaults)
by -1 minus its index. A name that stands behind a dot, or is a member's by other means, is told from one that stands alone:
nothing but a member's name can mean a member of a class elsewhere.
"""

import re
from collections.abc import Iterator, KeysView, Mapping, Sequence
from functools import cached_property
from typing import Final

import msgspec
from msgspec import Struct

from weighbridge.facts.expressions import subexpressions
from weighbridge.facts.model import Argument, Attribute, Call, Definition, Expr, FileFacts, Name, Opaque, Step, Text
from weighbridge.facts.special_methods import called_names, called_names_in

_SPELLED: Final = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)[.:]([A-Za-z_]\w*)")
_LONGEST_SPELLED: Final = 200
_WORD: Final = re.compile(r"[^\W\d]\w*")
_LONGEST_WORD: Final = 64
"""No database knows a longer name."""


class Mentions(Mapping[str, Sequence[int]]):
    """Each name that a file's expressions hold, with the units that hold it, heads before steps."""

    def __init__(self, units: Mapping[str, Sequence[int]]) -> None:
        self._units = units
        """By name; a member's begins with a dot."""

    def __getitem__(self, name: str) -> Sequence[int]:
        """The units that hold the name.

        Raises:
            KeyError: none does.
        """
        alone, member = self._units.get(name), self._units.get("." + name)
        if alone and member:
            return sorted({*alone, *member}, key=_place)
        if found := alone or member:
            return found
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        """Whether any expression holds the name."""
        return name in self._units or f".{name}" in self._units

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._names)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._names.keys()

    def members(self, name: str) -> Sequence[int]:
        """The units that hold the name as a member's."""
        return self._units.get("." + name, ())

    def packed(self) -> bytes:
        """The form in which facts carry them."""
        return msgspec.msgpack.encode(self._units)

    @cached_property
    def _names(self) -> dict[str, None]:
        return dict.fromkeys(name.removeprefix(".") for name in self._units)


def _place(unit: int) -> tuple[bool, int]:
    return unit >= 0, abs(unit)


class Outline(Struct, frozen=True, kw_only=True):
    """What a file imports and its expressions hold, without how they are put together."""

    mentions: Mentions
    texts: list[str]
    """The texts, with `{}` for their holes."""

    packages: frozenset[str]
    """The first words of the modules that are imported."""

    def steps(self, *names: str) -> Iterator[int]:
        """The indexes of the steps that hold any of these names."""
        return (unit for name in names for unit in self.mentions.get(name, ()) if unit >= 0)


_decoder = msgspec.msgpack.Decoder(dict[str, list[int]])


def head_of(definition: Definition) -> Iterator[Expr]:
    """The expressions in a definition's head, which are evaluated in the scope around it."""
    yield from definition.bases
    yield from definition.decorators
    if definition.returns is not None:
        yield definition.returns
    for parameter in definition.parameters:
        if parameter.annotation is not None:
            yield parameter.annotation
        if parameter.default is not None:
            yield parameter.default


def in_unit(facts: FileFacts, unit: int) -> Iterator[tuple[int, Expr]]:
    """The expressions of a unit, each with the scope in which it is looked up."""
    if unit < 0:
        definition = facts.definitions[-1 - unit]
        yield from ((max(definition.parent, 0), head) for head in head_of(definition))
        return
    step = facts.steps[unit]
    yield from ((step.scope, part) for part in (step.value, step.target, step.annotation) if part is not None)


def spelled_by(text: Text) -> Attribute | None:
    """The member of a module that a text spells whole, as a member of the module's text: `"shop.views.index"`, `"shop:app"`.

    Frameworks import by such texts what nothing else names.
    """
    found = _SPELLED.fullmatch(text.value) if not text.parts and len(text.value) <= _LONGEST_SPELLED else None
    return Attribute(Text(found[1]), found[2]) if found else None


def words_in(*texts: str) -> tuple[str, ...]:
    """The words of some texts that may be names of tables or columns, in lower case, each once."""
    found = dict.fromkeys(_WORD.findall("\n".join(texts).lower()))
    return tuple([word for word in found if len(word) <= _LONGEST_WORD])


def named_by(expr: Expr) -> Name | Attribute | None:
    """The name or member that an expression itself uses; `getattr(x, "name")` uses the member `name` of `x`."""
    if type(expr) is Text:
        return spelled_by(expr)
    if type(expr) is not Call:
        return expr if isinstance(expr, Name | Attribute) else None
    if type(expr.function) is Name and expr.function.id == "getattr":
        match expr.arguments:
            case (Argument(value=of), Argument(value=Text(value=name, parts=())), *_) if name.isidentifier():
                return Attribute(of, name)
    return None


def index_mentions(facts: FileFacts) -> Mentions:
    """Each name that any expression of the file holds, with the units that hold it."""
    return outline_of(facts).mentions


def outline_of(facts: FileFacts) -> Outline:
    """The outline of a file, by one walk over all its expressions."""
    has_special = facts.language == "python"
    found: dict[str, list[int]] = {}
    texts: list[str] = []
    for index, definition in enumerate(facts.definitions):
        if heads := [*head_of(definition)]:
            _note(found, _names_in(heads, texts, has_special=has_special), unit=-1 - index)
    for unit, step in enumerate(facts.steps):
        parts = [part for part in (step.value, step.target, step.annotation) if part is not None]
        _note(found, _names_in(parts, texts, has_special=has_special), unit=unit)
    for name, called in _called_in_steps(facts.steps if has_special else ()).items():
        found["." + name] = sorted({*found.get("." + name, ()), *called}, key=_place)
    packages = frozenset([imported.module.partition(".")[0] for imported in facts.imports])
    return Outline(mentions=Mentions(found), texts=texts, packages=packages)


def _note(found: dict[str, list[int]], names: list[str], *, unit: int) -> None:
    for name in names:
        units = found.get(name)
        if units is None:
            found[name] = [unit]
        elif units[-1] != unit:
            units.append(unit)


def _names_in(outer: list[Expr], texts: list[str], *, has_special: bool) -> list[str]:
    """Every name in some expressions, a member's with a dot before it; what stands in texts is added to `texts`.

    Written out, as it is done for every expression of every file.
    """
    names: list[str] = []
    waiting = outer[::-1]
    while waiting:
        expr = waiting.pop()
        while type(expr) is Attribute:
            names.append("." + expr.name)
            expr = expr.of
        if type(expr) is Name:
            names.append(expr.id)
        elif type(expr) is Call:
            if expr.arguments:
                if type(member := named_by(expr)) is Attribute:
                    names.append("." + member.name)
                names += ["." + name for name in called_names(expr)] if has_special else ()
                for given in reversed(expr.arguments):
                    waiting.append(given.value)
            waiting.append(expr.function)
        elif type(expr) is Text and not expr.parts:
            texts.append(expr.value)
            if has_special and ("." in expr.value or ":" in expr.value) and (spelled := spelled_by(expr)):
                names.append("." + spelled.name)
        elif type(expr) is not Opaque:
            if type(expr) is Text:
                texts.append(expr.value)
            names += ["." + name for name in called_names(expr)] if has_special else ()
            waiting += reversed(subexpressions(expr))
    return names


def _called_in_steps(steps: Sequence[Step]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for unit, step in enumerate(steps):
        if step.kind != "bind" or type(step.target) is not Name:  # most steps bind a name, and call nothing by it
            for name in called_names_in(step):
                found.setdefault(name, []).append(unit)
    return found


def mentions_in(facts: FileFacts) -> Mentions:
    """The index of a file's mentions, made anew where the facts carry none."""
    return Mentions(_decoder.decode(facts.mentioned)) if facts.mentioned else index_mentions(facts)
