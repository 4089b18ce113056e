"""Python's special methods that code calls without naming them: `a ** b` calls `__pow__`, `with a` calls `__enter__`.

Each such use is told as a mention of that member (`a.__pow__`), so that who uses a class's operator is found as any other
user of a member is. Where an operator asks another method when the first is missing, both are mentioned.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, Item, Step, Text
from weighbridge.facts.names import last_name

_ENTERED: Final = ("__enter__", "__exit__", "__aenter__", "__aexit__")
_GONE_THROUGH: Final = ("__iter__", "__next__", "__len__")
_SHOWN: Final = ("__str__", "__format__", "__repr__")
_TAKEN: Final = ("__getitem__",)
_TRUE: Final = ("__bool__", "__len__")
_SET_ITEM: Final = ("__setitem__",)
_SET_MEMBER: Final = ("__setattr__",)
_COPIED: Final = ("__reduce_ex__", "__reduce__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")

HELD: Final = frozenset({"__copy__", "__deepcopy__", *_COPIED})
"""The methods that are called not on an argument alone but on everything that it holds."""

DELETED: Final = "del"
"""The operator of what a `del` statement takes away."""

NOT: Final = "not"
"""The operator of what is asked whether it is false."""

UNARY: Final = "unary "
"""What stands before the sign of an operator with one operand."""

_ARITHMETIC: Final = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "@": "matmul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "<<": "lshift",
    ">>": "rshift",
    "&": "and",
    "|": "or",
    "^": "xor",
}
_OPERATORS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    **{sign: ((f"__{word}__",), (f"__r{word}__",)) for sign, word in _ARITHMETIC.items()},
    **{f"{sign}=": ((f"__i{word}__", f"__{word}__"), (f"__r{word}__",)) for sign, word in _ARITHMETIC.items()},
    "==": (("__eq__",), ("__eq__",)),
    "!=": (("__ne__",), ("__ne__",)),
    "<": (("__lt__",), ("__gt__",)),
    ">": (("__gt__",), ("__lt__",)),
    "<=": (("__le__",), ("__ge__",)),
    ">=": (("__ge__",), ("__le__",)),
    "in": ((), ("__contains__",)),
    "not in": ((), ("__contains__",)),
    NOT: (_TRUE, ()),
    f"{UNARY}-": (("__neg__",), ()),
    f"{UNARY}+": (("__pos__",), ()),
    f"{UNARY}~": (("__invert__",), ()),
}
"""What each operator calls on what stands left of it, and on what stands right."""

_LINKING: Final = ("and", "or", "and,or", "or,and")

_FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "bool": _TRUE,
    "len": ("__len__",),
    "next": ("__next__",),
    "repr": ("__repr__",),
    "reversed": ("__reversed__",),
    "round": ("__round__",),
    "divmod": ("__divmod__",),
    "pow": ("__pow__",),
    "setattr": ("__setattr__",),
    "delattr": ("__delattr__",),
    "copy": ("__copy__", *_COPIED),
    "deepcopy": ("__deepcopy__", *_COPIED),
    **dict.fromkeys(("dump", "dumps"), _COPIED),
    **dict.fromkeys(("str", "print", "format"), _SHOWN),
    **dict.fromkeys(
        ("iter", "list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "any", "all"), _GONE_THROUGH
    ),
    **dict.fromkeys(("min", "max", "enumerate", "zip", "join", "extend", "update", "deque"), _GONE_THROUGH),
}
"""What functions, most of them Python's own, call on their first argument."""

SPOKEN: Final = frozenset(
    {
        *(name for names in _FUNCTIONS.values() for name in names),
        *(name for sides in _OPERATORS.values() for names in sides for name in names),
        *_ENTERED,
        *("__getitem__", "__setitem__", "__delitem__"),
    }
)
"""The special methods that are taken to be called only where code is seen to."""


def called_by(expr: Expr) -> Iterator[Attribute]:
    """The special methods that evaluating `expr` itself, its parts left aside, can call, as members of what has them."""
    if type(expr) is Call:
        yield from _members((given.value for given in expr.arguments if given.name == "*"), _GONE_THROUGH)
        called = _FUNCTIONS.get(last_name(expr.function), ())
        yield from _members((given.value for given in expr.arguments[:1]), called)
    elif type(expr) is Item:
        yield Attribute(expr.of, "__getitem__")
    elif type(expr) is Text:
        yield from _members(expr.parts, _SHOWN)
    elif type(expr) is Collection:
        yield from _members((element.value for element in expr.elements if element.key == "*"), _GONE_THROUGH)
    elif type(expr) is Either and expr.operator:
        yield from _operated(expr.options, expr.operator)


def called_names(expr: Expr) -> Sequence[str]:
    """The names of what `called_by` tells, some of them repeatedly; asked of every expression of every file."""
    called: Sequence[str] = ()
    if type(expr) is Call:
        called = _FUNCTIONS.get(last_name(expr.function), ()) if expr.arguments else ()
        for given in expr.arguments:
            if given.name == "*":
                return (*_GONE_THROUGH, *called)
    elif type(expr) is Item:
        called = _TAKEN
    elif type(expr) is Collection:
        for element in expr.elements:
            if element.key == "*":
                return _GONE_THROUGH
    elif type(expr) is Text and expr.parts:
        called = _SHOWN
    elif type(expr) is Either and expr.operator:
        is_plain = expr.operator != DELETED and expr.operator not in _LINKING
        called = _operator_names(expr.operator) if is_plain else [each.name for each in called_by(expr)]
    return called


@lru_cache(maxsize=1 << 10)
def _operator_names(operators: str) -> tuple[str, ...]:
    """The methods that a chain of operators calls on any of its operands."""
    known = [_OPERATORS[sign] for sign in operators.split(",") if sign in _OPERATORS]
    return tuple([name for sides in known for names in sides for name in names])


def _operated(options: tuple[Expr, ...], operators: str) -> Iterator[Attribute]:
    if operators == DELETED:
        yield from _deleted(options[0])
        return
    if operators in _LINKING:  # what is compared there is not asked whether it is true
        yield from _members((o for o in options if not isinstance(o, Either)), _TRUE)
    for left, right in (_OPERATORS[sign] for sign in operators.split(",") if sign in _OPERATORS):
        if len(options) == 1:  # compared with something that no name leads to, such as `None`, on either side
            yield from _members(options, tuple(dict.fromkeys((*left, *right))))
        else:
            yield from _members(options[:-1], left)
            yield from _members(options[1:], right)


def called_in(step: Step) -> Iterator[Attribute]:
    """The special methods that a step calls on what it enters, goes through, asks whether it is true, or fills."""
    yield from _members((step.value,), _called_on_value(step))
    if isinstance(step.target, Item | Attribute):
        yield from _members((step.target.of,), _called_on_target(step))


def called_names_in(step: Step) -> Sequence[str]:
    """The names of what `called_in` tells."""
    return (*_called_on_value(step), *_called_on_target(step))


def _called_on_value(step: Step) -> tuple[str, ...]:
    match step.kind:
        case "enter":
            return _ENTERED
        case "iterate" | "yield":
            return _GONE_THROUGH
        case "use" | "assert" if type(step.value) is not Either:
            return _TRUE
    return ()


def _called_on_target(step: Step) -> tuple[str, ...]:
    if type(step.target) is Item:
        return _SET_ITEM
    return _SET_MEMBER if type(step.target) is Attribute else ()


def _members(owners: Iterable[Expr], names: tuple[str, ...]) -> Iterator[Attribute]:
    return (Attribute(owner, name) for owner in owners for name in names)


def _deleted(expr: Expr) -> Iterator[Attribute]:
    match expr:
        case Item(of=of):
            yield Attribute(of, "__delitem__")
        case Attribute(of=of):
            yield Attribute(of, "__delattr__")
