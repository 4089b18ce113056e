"""Of which type a constant or a variable of a Go package is, where its declaration or its value tells it."""

from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.facts.model import Attribute, Call, Either, Expr, FileFacts, Name, Number, Step, Text

_DURATIONS: Final = frozenset({"Nanosecond", "Microsecond", "Millisecond", "Second", "Minute", "Hour"})
_PLAIN: Final = frozenset(
    {"string", "bool", "byte", "rune", "float32", "float64", "complex64", "complex128", "uintptr"}
)
_SIZES: Final = ("", "8", "16", "32", "64")
_TYPES: Final = _PLAIN | {f"{sign}int{size}" for sign in ("", "u") for size in _SIZES}
_NUMBER: Final = "a plain number"
_TEXT: Final = "a plain text"
_UNTYPED: Final = frozenset({_NUMBER, _TEXT})


def of_another_type(name: str, facts: FileFacts, *, head: FileFacts) -> tuple[Severity, str] | None:
    """How bad it is that something is of another type, and in which words; None where it is not, or nobody can tell."""
    was, now = _type(name, facts), _type(name, head)
    if not was or not now or was == now:
        return None
    is_told_its_type = bool(_UNTYPED & {was, now}) and not {was, now} <= _UNTYPED and not _is_plainly_another(was, now)
    severity = Severity.MEDIUM if is_told_its_type else Severity.HIGH
    shown = [each if each in _UNTYPED else f"`{each}`" for each in (now, was)]
    return severity, f"it is {shown[0]} now and was {shown[1]}: what reads it as that does not compile"


def _is_plainly_another(was: str, now: str) -> bool:
    """Whether a text is a number now, or the other way round."""
    texts = [each in (_TEXT, "string") for each in (was, now)]
    numbers = [each == _NUMBER or each in _TYPES - {"string", "bool"} for each in (was, now)]
    return (texts[0] and numbers[1]) or (numbers[0] and texts[1])


def _type(name: str, facts: FileFacts) -> str:
    found = [step for step in facts.steps if step.scope == 0 and step.kind == "bind" and step.target == Name(name)]
    return _of_step(found[0], facts) if len(found) == 1 else ""


def _of_step(step: Step, facts: FileFacts) -> str:
    if step.annotation is not None:
        return _written(step.annotation)
    is_constant = any(each.name == _name(step) and each.signature.startswith("const ") for each in facts.definitions)
    found = _of_value(step.value)
    return found if is_constant or found not in _UNTYPED else ""  # a variable is of a type that Go gives it


def _name(step: Step) -> str:
    return step.target.id if type(step.target) is Name else ""


def _written(stated: Expr) -> str:
    match stated:
        case Name(id=name):
            return name
        case Attribute(of=Name(id=package), name=name):
            return f"{package}.{name}"
    return ""


def _of_value(value: Expr) -> str:
    match value:
        case Number():
            return _NUMBER
        case Text():
            return _TEXT
        case Attribute(of=Name(id="time"), name=name) if name in _DURATIONS:
            return "time.Duration"
        case Call(function=Name(id=name), arguments=(_,)) if name in _TYPES:
            return name
        case Either(options=options):
            kinds = {_of_value(each) for each in options}
            typed = kinds - {_NUMBER}
            return next(iter(typed)) if len(typed) == 1 else _NUMBER if kinds == {_NUMBER} else ""
    return ""
