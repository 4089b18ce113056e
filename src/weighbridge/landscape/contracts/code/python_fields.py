"""What a class of Python whose constructor is made of its fields asks of those who make one."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.facts.model import OPAQUE, Argument, Call, Definition, Expr, FileFacts, Name, Parameter
from weighbridge.facts.names import last_name
from weighbridge.landscape.arguments import decorator_name
from weighbridge.landscape.contracts.code.api_breaks import TYPE, Difference
from weighbridge.landscape.contracts.code.python_parameters import differences

_DECORATORS: Final = frozenset({"dataclass", "define", "frozen", "mutable", "attrs"})
_BASES: Final = frozenset({"NamedTuple", "Struct", "BaseModel"})
_BY_NAME: Final = "BaseModel"
_MODELS: Final = frozenset({"Struct", _BY_NAME})
_MAKERS: Final = frozenset({"field", "Field", "ib", "attrib"})
_SPELLINGS: Final = {"List[": "list[", "Dict[": "dict[", "Tuple[": "tuple[", "Set[": "set[", "Type[": "type["}
_NOTHING: Final = Name("Ellipsis")
"""How pydantic is told that there is no default."""

_FILLED: Final = frozenset({"default", "default_factory", "factory"})


def is_made_of_fields(definition: Definition) -> bool:
    """Whether a class takes its fields when it is made."""
    marked = any(decorator_name(each) in _DECORATORS for each in definition.decorators)
    return marked or any(last_name(base) in _BASES for base in definition.bases)


def is_model(definition: Definition) -> bool:
    """Whether all that derives from a class takes its fields when it is made, though nothing there says so."""
    return any(last_name(base) in _MODELS for base in definition.bases)


def takes_names_alone(definition: Definition) -> bool:
    """Whether all that derives from a class takes its fields by their names."""
    return any(last_name(base) == _BY_NAME for base in definition.bases)


def made_differences(old: Definition, new: Definition) -> Iterator[Difference]:
    """What those who make one must give otherwise; fields that are gone are told as members."""
    kept = {parameter.name for parameter in new.parameters}
    yield from differences(replace(old, parameters=tuple(p for p in old.parameters if p.name in kept)), new)


def stated_otherwise(before: tuple[FileFacts, int], after: tuple[FileFacts, int]) -> Iterator[Difference]:
    """Fields that a class has of another type."""
    was, now = _stated(*before), _stated(*after)
    for name in sorted(was.keys() & now.keys()):
        if was[name] != now[name]:
            words = f"`{name}` is `{now[name]}` and was `{was[name]}`: what gives or reads it as before may fail"
            yield Difference(TYPE, Severity.MEDIUM, words)


def comes_last(before: Definition, after: Definition) -> bool:
    """Whether what a class newly asks for stands behind all that it took by place, of both as `made_of_fields` gives them."""
    known = {each.name for each in before.parameters}
    names = [each.name for each in after.parameters]
    new = [at for at, name in enumerate(names) if name not in known]
    old = [at for at, name in enumerate(names) if name in known]
    return bool(new) and (not old or min(new) > max(old))


def _stated(facts: FileFacts, index: int) -> dict[str, str]:
    """The fields of a class with their stated types, in one spelling."""
    fields = (d for d in facts.definitions if d.parent == index and d.kind == "variable" and ":" in d.signature)
    return {each.name: spelled(each.signature.partition(":")[2]) for each in fields if _is_field(each)}


def spelled(stated: str) -> str:
    """A stated type in the newest spelling: `X | None` for `Optional[X]`, `list` for `List`."""
    plain = stated.partition("=")[0].strip().strip("\"'").replace("typing.", "")
    for old, new in _SPELLINGS.items():
        plain = plain.replace(old, new)
    if "Literal[" not in plain:
        plain = plain.replace('"', "").replace("'", "")  # a name that is only known later
    is_optional = plain.startswith("Optional[") and plain.endswith("]")
    return f"{plain[len('Optional[') : -1]} | None" if is_optional else plain


def made_of_fields(facts: FileFacts, index: int) -> Definition:
    """A class as the function that makes one."""
    definition = facts.definitions[index]
    taken = tuple(each for each in parameters_of(facts, index).values() if each is not None)
    return replace(definition, kind="function", signature="", parameters=taken)


def parameters_of(facts: FileFacts, index: int, *, by_name: bool = False) -> dict[str, Parameter | None]:
    """What a class adds by its own fields to the function that makes one; None of a field that is not given to it."""
    given = {s.target.id: s.value for s in facts.steps if s.scope == index and isinstance(s.target, Name)}
    by_name = by_name or _asks_for_names(facts.definitions[index])
    found: dict[str, Parameter | None] = {}
    for each in facts.definitions:
        if each.parent != index or each.kind != "variable" or ":" not in each.signature:
            continue
        by_name = by_name or "KW_ONLY" in each.signature
        if _is_field(each):
            found[each.name] = _parameter(each.name, given.get(each.name) if each.body else None, by_name=by_name)
    return found


def _is_field(definition: Definition) -> bool:
    return "ClassVar" not in definition.signature and "KW_ONLY" not in definition.signature


def _asks_for_names(definition: Definition) -> bool:
    calls = (each.arguments for each in definition.decorators if isinstance(each, Call))
    said = [*definition.keywords, *(argument for arguments in calls for argument in arguments)]
    return takes_names_alone(definition) or any(argument.name == "kw_only" for argument in said)


def _parameter(name: str, value: Expr | None, *, by_name: bool) -> Parameter | None:
    kind = "keyword-only" if by_name else "positional"
    match value:
        case Call(function=function, arguments=arguments) if last_name(function) in _MAKERS:
            if any(argument.name == "init" for argument in arguments):
                return None
            is_filled = any(argument.name in _FILLED and argument.value != _NOTHING for argument in arguments)
            is_filled = is_filled or _is_positional(function, arguments)
            return Parameter(name, kind, OPAQUE if is_filled else None)
    return Parameter(name, kind, None if value is None else OPAQUE)


def _is_positional(function: Expr, arguments: tuple[Argument, ...]) -> bool:
    """Pydantic's `Field(3)` gives the default as its first argument, `Field(...)` none."""
    first = arguments[0] if arguments and not arguments[0].name else None
    return last_name(function) == "Field" and first is not None and first.value != _NOTHING
