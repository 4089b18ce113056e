"""What the commands of a program take by place, and which values their options and arguments may have."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from weighbridge.facts.model import Call, Collection, Expr, FileFacts, Name, Number, Text

ANY: Final = 1_000_000
"""How many words a command takes that takes any number."""


class Positional(Struct, frozen=True, kw_only=True):
    """One thing that is given by its place."""

    name: str
    line: int
    is_needed: bool = True
    is_many: bool = False


class Values(Struct, frozen=True):
    """The values that may be given for an option, or by place; None where any may."""

    listed: tuple[str, ...] | None
    line: int
    is_many: bool = False


class Taken(Struct, kw_only=True):
    """What one command takes: `most` and `least` are how many words by place, where the library is told only that."""

    name: str
    scope: int
    line: int
    places: list[Positional] = field(default_factory=list)
    values: dict[str, Values] = field(default_factory=dict)
    bounds: tuple[int, int] | None = None
    given_alone: dict[str, int] = field(default_factory=dict)
    """The options that take no value, with their lines."""
    given_with: dict[str, int] = field(default_factory=dict)
    """The options that cannot be given without one, by all their names."""

    @property
    def least(self) -> int:
        """How many words by place there must be."""
        return self.bounds[0] if self.bounds else sum(each.is_needed for each in self.places)

    @property
    def most(self) -> int:
        """How many there may be."""
        if self.bounds:
            return self.bounds[1]
        return ANY if any(each.is_many for each in self.places) else len(self.places)


def constants_of(facts: FileFacts) -> Mapping[str, Expr]:
    """What the names of a file's top level are given."""
    steps = (step for step in facts.steps if step.scope == 0 and step.kind == "bind" and type(step.target) is Name)
    return {step.target.id: step.value for step in steps if type(step.target) is Name}


def given(call: Expr, name: str) -> Expr | None:
    """What a call is given by a name."""
    return next((each.value for each in call.arguments if each.name == name), None) if type(call) is Call else None


def element(options: Collection, key: str) -> Expr | None:
    """What an object holds under a key."""
    return next((each.value for each in options.elements if each.key == key), None)


def listed_in(expr: Expr | None, constants: Mapping[str, Expr]) -> tuple[str, ...] | None:
    """The values of a list that is written out, here or as a constant of the file; None for all else."""
    if type(expr) is Name:
        expr = constants.get(expr.id)
    if type(expr) is not Collection or any(each.key in ("", "*") for each in expr.elements):
        return None
    values = [plain(each.value) for each in expr.elements]
    return tuple(values) if all(values) else None


def says(facts: FileFacts, call: Call, *, name: str) -> bool | None:
    """What a switch among the arguments of a call is set to; None where there is none."""
    if given(call, name) is None:
        return None
    near = [each for each in facts.switches if each.name == name and 0 <= each.line - call.line <= len(call.arguments)]
    return min(near, key=lambda each: each.line).is_on if near else None


def plain(expr: Expr | None) -> str:
    """A text or a number as it is written; empty for all else."""
    if type(expr) is Number:
        return expr.value
    return expr.value if type(expr) is Text and not expr.parts else ""


def lost_values(old: Taken, new: Taken) -> Iterator[tuple[str, tuple[str, ...], Values]]:
    """Each option or argument that takes fewer values, with those it takes no more; none of them where any was taken."""
    for label, was in old.values.items():
        now = new.values.get(label)
        if now is None or now.listed is None or label in old.given_alone:
            continue
        lost = tuple(each for each in was.listed or () if each not in now.listed)
        if lost or was.listed is None:
            yield label, lost, now


def turned_switches(old: Taken, new: Taken) -> Iterator[tuple[tuple[str, ...], int, bool]]:
    """The options, by their names, that took no value and cannot be given without one now, and those that took one and take none."""
    for now, before, is_asked in (
        (new.given_with, old.given_alone, True),
        (new.given_alone, old.given_with, False),
    ):
        found: dict[int, list[str]] = {}
        for label, line in now.items():
            if label in before:
                found.setdefault(line, []).append(label)
        for line, labels in found.items():
            yield tuple(sorted(labels, key=lambda each: not each.startswith("--"))), line, is_asked


def ends_of_many(old: Taken, new: Taken) -> Sequence[tuple[str, Values]]:
    """The options that took several values and take one."""
    return [
        (label, new.values[label])
        for label, was in old.values.items()
        if label.startswith("-") and was.is_many and label in new.values and not new.values[label].is_many
    ]
