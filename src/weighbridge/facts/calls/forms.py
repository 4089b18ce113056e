"""The forms of values and statements, the same for every language."""

from collections.abc import Iterator
from typing import Final
from typing import Literal as Choices

from msgspec import Struct


class Text(Struct, frozen=True, gc=False):
    """A string; `{}` stands where something is filled in, and then it `has_holes`, with the names put in them where they are known.

    `is_as_laid_out` when its lines are the source's, as those of a long string are.
    """

    value: str
    line: int
    end_line: int
    has_holes: bool = False
    is_as_laid_out: bool = False
    holes: tuple[str, ...] = ()
    """What each hole is filled with, in order: a name, or empty where it is anything else."""


class Number(Struct, frozen=True, gc=False):
    """A number, as written."""

    value: str


class Name(Struct, frozen=True, gc=False):
    """A name with what it is taken of, joined by dots: `models.CharField`, `True`, `nil`."""

    id: str
    line: int = 0


class Listed(Struct, frozen=True, gc=False):
    """A list, tuple or set."""

    items: "tuple[Form, ...]"


class Keyed(Struct, frozen=True, gc=False):
    """A mapping, or an object."""

    pairs: "tuple[tuple[Form, Form], ...]"


class Argument(Struct, frozen=True, gc=False):
    """What a call is given; `name` is empty by position, `*` or `**` where it is spread."""

    name: str
    value: "Form"


class Block(Struct, frozen=True, gc=False):
    """A function without a name: what it takes and what it does."""

    takes: tuple[str, ...]
    body: "tuple[Statement, ...]"


class Call(Struct, frozen=True, kw_only=True, gc=False):
    """A call; `of` is what `name` is taken of, None where it stands alone. `start` and `end` are offsets in the source."""

    name: str
    of: "Form | None" = None
    arguments: tuple[Argument, ...] = ()
    block: Block | None = None
    line: int
    end_line: int
    start: int = 0
    end: int = 0


class Unknown(Struct, frozen=True, gc=False):
    """Something else; `parts` are what is known in it.

    A comprehension without a condition has its `loops`, the outermost first: the names that each gives, and what it goes over.
    """

    parts: "tuple[Form, ...]" = ()
    loops: "tuple[tuple[tuple[str, ...], Form], ...]" = ()
    is_negated: bool = False
    """Whether it is the opposite of its only part."""


class Either(Struct, frozen=True, gc=False):
    """One of several texts: which one is bound depends on a condition."""

    options: "tuple[Text, ...]"


Form = Text | Number | Name | Listed | Keyed | Block | Call | Unknown | Either

StatementKind = Choices["do", "bind", "import", "return", "def", "class", "if", "loop", "with"]


class Statement(Struct, frozen=True, kw_only=True, gc=False):
    """A statement: `name` is what is bound or defined, `value` what is done, bound, asked or gone over, `body` what it holds.

    What is imported is a mapping of the names it goes by to those that its modules know it by.
    """

    kind: StatementKind
    line: int
    end_line: int
    name: str = ""
    value: Form | None = None
    takes: tuple[str, ...] = ()
    body: "tuple[Statement, ...]" = ()


UNKNOWN = Unknown()
NOTHING = ("None", "nil", "null", "undefined")
"""How languages call what is no value."""


_OPPOSITE: Final = {"true": "false", "false": "true", "True": "False", "False": "True"}


def negated(form: Form) -> Form:
    """The opposite of a value."""
    if isinstance(form, Name) and form.id in _OPPOSITE:
        return Name(_OPPOSITE[form.id], form.line)
    if isinstance(form, Unknown) and form.is_negated:
        return form.parts[0]
    return Unknown((form,), is_negated=True)


def dotted(form: Form | None) -> str:
    """A value's name as written, `()` behind what is called; empty where it has none."""
    parts: list[str] = []
    while form is not None:
        if isinstance(form, Name):
            parts.append(form.id)
            break
        if not isinstance(form, Call):
            return ""
        parts.append(form.name + "()")
        form = form.of
    return ".".join(reversed(parts))


def called(call: Call) -> str:
    """What is called, with all it is taken of: `op.add_column`, `op.get_bind().execute`."""
    of = dotted(call.of) if call.of is not None else ""
    return f"{of}.{call.name}" if of else call.name


def within(form: Form) -> Iterator[Form]:
    """A form and everything in it, blocks aside."""
    waiting = [form]
    while waiting:
        current = waiting.pop()
        yield current
        match current:
            case Call(of=of, arguments=arguments):
                waiting += [each.value for each in reversed(arguments)]
                if of is not None:
                    waiting.append(of)
            case Listed(items=inner) | Unknown(parts=inner):
                waiting += reversed(inner)
            case Keyed(pairs=pairs):
                waiting += [each for pair in reversed(pairs) for each in reversed(pair)]


def alike(one: object, other: object) -> bool:
    """Whether two forms say the same, wherever they stand."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Struct):
        names = (name for name in one.__struct_fields__ if name not in _PLACES)
        return all(alike(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    return one == other


_PLACES = ("line", "end_line", "start", "end", "is_as_laid_out")


def every(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """Statements with those in their bodies."""
    waiting = list(reversed(statements))
    while waiting:
        current = waiting.pop()
        yield current
        waiting += reversed(current.body)


class Arguments:
    """What a call is given, by position or name."""

    def __init__(self, call: Call) -> None:
        self.listed = tuple(each.value for each in call.arguments if not each.name)
        self.named = {each.name: each.value for each in call.arguments if each.name not in ("", "*", "**")}
        self.is_spread = any(each.name in ("*", "**") for each in call.arguments)

    def get(self, name: str, position: int = -1) -> Form | None:
        """An argument by name, or by position where it may stand so."""
        if name in self.named:
            return self.named[name]
        return self.listed[position] if 0 <= position < len(self.listed) else None

    def is_true(self, name: str, *, default: bool = False) -> bool:
        """Whether an argument says yes; what is not a plain word counts as the default."""
        value = self.named.get(name)
        if isinstance(value, Name) and value.id in ("True", "true", "False", "false", *NOTHING):
            return value.id in ("True", "true")
        return default
