"""What spares a loop: most conditions ask for some element that is nowhere in this change, and one look at a column tells.

`findings.exists(f, f.family == "sql" && ...)` is false, whatever else it asks, when no finding is of that family: an
`&&` of which one side is false is false even where the other could not look. A column is looked at once for all
conditions, by its distinct values. Where a field is absent anywhere nothing is concluded, and the loop runs.
"""

import operator
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.ids import content_hex
from weighbridge.policy.conditions.nodes import BOOL, Call, Elements, Literal, Loop, Name, Node, Select
from weighbridge.policy.conditions.seen import Seen

_Test = Callable[[Any], bool]
_COMPARED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "_==_": operator.eq,
    "_!=_": operator.ne,
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
}
_OF_TEXTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
}


class Guard(Struct, frozen=True, eq=False):
    """Tests of single fields that some element of the list at `path` must pass, or the loop comes to false.

    Each is a field with what is asked of it. `key` is what the answer stands under.
    """

    key: str
    path: str
    tests: tuple[tuple[str, _Test], ...]

    def may_hold(self, column: Callable[[str, str], frozenset[Any] | None]) -> bool:
        """Whether the loop can be anything but false; `column` gives the distinct values of a field, None if it is absent somewhere."""
        for name, test in self.tests:
            values = column(self.path, name)
            if values is not None and not any(map(test, values)):
                return False
        return True


def guard_of(loop: Loop, over: Seen, *, text: str) -> Guard | None:
    """The guard of a loop that comes from `exists` over a list of the document, if it has one."""
    asked = loop.step.args if isinstance(loop.step, Call) and loop.step.function == "_||_" else ()
    is_of_document = bool(over.path) and "[]" not in over.path
    if len(asked) != 2 or not is_of_document or not _is_named(asked[0], loop.gathered) or not _starts_false(loop):
        return None
    tests = tuple(test for part in _parts(asked[1]) if (test := _test_of(part, loop.variable)))
    return Guard(content_hex(text, str(loop.id), length=32), over.path, tests) if tests else None


def _starts_false(loop: Loop) -> bool:
    return isinstance(loop.start, Literal) and loop.start.kind == BOOL and loop.start.value is False


def _parts(node: Node) -> list[Node]:
    """What must hold together for `node` to hold."""
    if isinstance(node, Call) and node.function == "_&&_":
        return [part for arg in node.args for part in _parts(arg)]
    return [node]


def _test_of(node: Node, variable: str) -> tuple[str, _Test] | None:
    """What is asked of a single field of an element, if that is all."""
    if isinstance(node, Select):
        return _of_field(node, variable, test=bool)
    if not isinstance(node, Call):
        return None
    match node:
        case Call(function="!_", args=(inner,)):
            found = _test_of(inner, variable)
            test = found and (found[0], _not(found[1]))
        case Call(function="_||_", args=(one, other)):
            test = _either(_test_of(one, variable), _test_of(other, variable))
        case _:
            test = _comparison(node, variable)
    return test


def _comparison(node: Call, variable: str) -> tuple[str, _Test] | None:
    match node:
        case Call(function="@in", args=(Select() as asked, Elements(items=items))):
            values = frozenset(item.value for item in items if isinstance(item, Literal))
            return _of_field(asked, variable, test=values.__contains__) if len(values) == len(items) else None
        case Call(target=Select() as asked, args=(Literal(value=str(value)),)) if node.function in _OF_TEXTS:
            return _of_field(asked, variable, test=_with(_OF_TEXTS[node.function], value))
        case Call(target=None, args=(Select() as asked, Literal(value=value))) if node.function in _COMPARED:
            return _of_field(asked, variable, test=_with(_COMPARED[node.function], value))
        case _:
            return None


def _of_field(asked: Select, variable: str, *, test: _Test) -> tuple[str, _Test] | None:
    return (asked.name, test) if _is_named(asked.operand, variable) and not asked.is_test else None


def _is_named(node: Node, name: str) -> bool:
    return isinstance(node, Name) and node.name == name


def _either(one: tuple[str, _Test] | None, other: tuple[str, _Test] | None) -> tuple[str, _Test] | None:
    if one is None or other is None or one[0] != other[0]:
        return None
    first, second = one[1], other[1]
    return one[0], lambda value: first(value) or second(value)


def _not(test: _Test) -> _Test:
    return lambda value: not test(value)


def _with(compared: Callable[[Any, Any], bool], value: object) -> _Test:
    return lambda found: compared(found, value)
