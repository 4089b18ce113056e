"""Which settings code asks its environment for, what it takes where one is not set, and whether it fails then."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import subexpressions
from weighbridge.facts.mentions import in_unit, mentions_in
from weighbridge.facts.model import (
    Attribute,
    Call,
    Collection,
    Conditional,
    Definition,
    Either,
    Expr,
    FileFacts,
    Item,
    Name,
    Number,
    Text,
)
from weighbridge.facts.names import imported_names, last_name
from weighbridge.landscape.contracts.implicit.named_texts import named_texts, text_for
from weighbridge.landscape.contracts.implicit.settings_passed import asking_in, given_to, named_so

MARKS: Final = ("environ", "getenv", "env", "Getenv", "LookupEnv", "BaseSettings", "decouple", "config")
"""Names of which every file that asks for a setting mentions one."""

_OBJECTS: Final = frozenset({"os.environ", "process.env", "Deno.env", "Bun.env", "import.meta.env"})
_OF_SCRIPTS: Final = _OBJECTS - {"os.environ"}
_FUNCTIONS: Final = frozenset({"os.getenv", "os.Getenv", "os.LookupEnv", "System.getenv", "syscall.Getenv"})
_GETTING: Final = frozenset({"get", "pop"})
_FAILING: Final = frozenset({"decouple.config"})
_MAKERS: Final = frozenset({"environ.Env", "environ.FileAwareEnv", "environs.Env"})
_METHODS: Final = frozenset(
    {"str", "bool", "int", "float", "list", "json", "dict", "url", "path", "db", "db_url", "cache"}
)
_NAME: Final = LatePattern(r"[A-Za-z_][A-Za-z0-9_]+")
_ABSENT: Final = LatePattern(r"(?:===?|is)\s*(?:\"\"|''|``|null|undefined|None|nil)|\.isEmpty\(\)|\.isBlank\(\)")
_KEY_ERRORS: Final = LatePattern(r"\b(?:KeyError|LookupError|Exception|BaseException|UndefinedValueError)\b|^$")
_MOST_BEHIND: Final = 30
"""Lines behind a reading in which what is read may be asked about."""


class SettingRead(Struct, frozen=True, kw_only=True):
    """One place that asks for a setting; `default` is what it takes instead, as written, empty where that is not one plain value."""

    name: str
    line: int
    scope: int
    is_required: bool = False
    """Whether it fails where nothing sets the name."""
    has_default: bool = False
    default: str = ""
    target: str = ""
    """The name that the value is given."""


def settings_read(facts: FileFacts) -> list[SettingRead]:
    """Every place of a file that asks for a setting by a name that is written out."""
    if not any(mark.encode() in facts.mentioned for mark in (*MARKS, "Env")):
        return []
    reader = _Reader(facts)
    mentions = mentions_in(facts)
    marks = (*MARKS, *reader.aliases, *reader.made, *reader.asking, *named_so(reader.imported))
    units = sorted({unit for mark in marks for unit in mentions.get(mark, ())})
    found = [each for unit in units for each in reader.in_unit(unit)]
    return [*_checked(facts, found, aliases=reader.held), *_fields(facts)]


class _Reader:
    """One file's names of what holds the environment."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.imported: Mapping[str, str] = imported_names(facts)
        known = _OBJECTS | _FUNCTIONS | _FAILING
        self.aliases = [alias for alias, origin in self.imported.items() if origin in known]
        self.held: dict[tuple[int, str], str] = {}
        """Made-up names that hold what was read, by scope."""
        self.made = [*self._made()]
        self.named = named_texts(facts)
        self.asking = asking_in(facts, asked=self._asked)

    def _made(self) -> Iterator[str]:
        if self.facts.language == "python" and not {"environ", "environs"}.isdisjoint(self._modules()):
            for step in self.facts.steps:
                made = step.value.function if step.kind == "bind" and type(step.value) is Call else None
                if made is not None and type(step.target) is Name and self._dotted(made) in _MAKERS:
                    yield step.target.id

    def _modules(self) -> Iterator[str]:
        return (each.module for each in self.facts.imports)

    def in_unit(self, unit: int) -> Iterator[SettingRead]:
        """What a step or a definition's head reads."""
        step = self.facts.steps[unit] if unit >= 0 else None
        if step is not None and step.kind == "delete":
            return
        line = step.line if step else self.facts.definitions[-1 - unit].line
        target = step.target.id if step and step.kind == "bind" and type(step.target) is Name else ""
        for scope, expr in in_unit(self.facts, unit):
            if step is not None and step.kind == "bind" and expr is step.target:
                continue  # what is given to the environment is not asked of it
            for each in self._reads(expr, line=line, scope=scope):
                if "@" in target:
                    self.held[scope, target] = each.name
                yield SettingRead(
                    name=each.name,
                    line=each.line,
                    scope=scope,
                    is_required=each.is_required,
                    has_default=each.has_default,
                    default=each.default,
                    target=target,
                )
        if step is not None and "@" in target and self._dotted(step.value) in _OF_SCRIPTS:
            yield from self._taken_apart(step.scope, target)

    def _taken_apart(self, scope: int, holder: str) -> Iterator[SettingRead]:
        """The members that are bound by themselves: `const { PORT = "80" } = process.env`."""
        for step in self.facts.steps:
            if step.scope == scope and step.kind == "bind" and type(step.target) is Name:
                value, instead = _alternatives(step.value)
                if type(value) is Attribute and value.of == Name(holder) and _NAME.fullmatch(value.name):
                    yield SettingRead(
                        name=value.name,
                        line=step.line,
                        scope=scope,
                        has_default=instead is not None,
                        default=_written(instead),
                        target=step.target.id,
                    )

    def _reads(self, expr: Expr, *, line: int, scope: int) -> Iterator[SettingRead]:
        value, instead = _alternatives(expr)
        found = self._read(value, line=line)
        if found is not None:
            name, is_required, default = found
            default = instead if instead is not None and default is None else default
            yield SettingRead(
                name=name,
                line=getattr(value, "line", line),
                scope=scope,
                is_required=is_required,
                has_default=default is not None,
                default=_written(default),
            )
        for inner in subexpressions(expr):
            if inner is not value or found is None:
                yield from self._reads(inner, line=line, scope=scope)

    def _read(self, expr: Expr, *, line: int) -> tuple[str, bool, Expr | None] | None:
        """The name that an expression itself reads, whether that fails without it, and what is taken instead."""
        del line
        if type(expr) is Attribute:
            return _named(expr.name) if expr.name.isupper() and self._dotted(expr.of) in _OF_SCRIPTS else None
        asked = self._asked(expr) or self._passed(expr)
        key = text_for(asked[0], self.named) if asked is not None else None
        if asked is None or type(key) is not Text or key.parts:
            return None
        others = [each for each in expr.arguments[1:] if each.name in ("", "default")] if type(expr) is Call else []
        default = others[0].value if others else None
        is_required = asked[1] and default is None and not (type(expr) is Call and _spread(expr))
        return _named(key.value, is_required=is_required, default=default)

    def _asked(self, expr: Expr) -> tuple[Expr, bool] | None:
        """What an expression asks the environment itself for, and whether that fails where it is not set."""
        if type(expr) is Item:
            of = self._dotted(expr.of)
            return (expr.key, of == "os.environ") if of in _OBJECTS else None
        if type(expr) is not Call or not expr.arguments:
            return None
        origin = self._dotted(expr.function)
        owner, _, method = origin.rpartition(".")
        is_made = origin in self.made or (owner in self.made and method in _METHODS)
        is_plain = origin in _FUNCTIONS or (owner in _OBJECTS and method in _GETTING)
        is_asked = is_plain or origin in _FAILING or is_made
        return (expr.arguments[0].value, not is_plain) if is_asked else None

    def _passed(self, expr: Expr) -> tuple[Expr, bool] | None:
        """The same of a function that is given the name and asks for it."""
        found = given_to(expr, known=self.asking, imported=self.imported) if type(expr) is Call else None
        return (found[0], found[1].fails) if found is not None else None

    def _dotted(self, expr: Expr) -> str:
        parts: list[str] = []
        while type(expr) is Attribute:
            parts.append(expr.name)
            expr = expr.of
        if type(expr) is not Name:
            return ""
        return ".".join([self.imported.get(expr.id, expr.id), *reversed(parts)])


def _spread(call: Call) -> bool:
    return any(each.name.startswith("*") for each in call.arguments)


def _named(
    name: str, *, is_required: bool = False, default: Expr | None = None
) -> tuple[str, bool, Expr | None] | None:
    return (name, is_required, default) if _NAME.fullmatch(name) else None


def _alternatives(expr: Expr) -> tuple[Expr, Expr | None]:
    """A value and what is taken in its place: `x or y`, `x ?? y`; not what is joined by another operator."""
    if type(expr) is Either and len(expr.options) > 1 and expr.operator in ("", "or"):
        return expr.options[0], expr.options[-1]
    return expr, None


def _written(expr: Expr | None) -> str:
    if type(expr) is Text and not expr.parts:
        return repr(expr.value) if len(expr.value) <= _MOST_BEHIND * 2 else ""
    return expr.value if type(expr) is Number else ""


def _checked(
    facts: FileFacts, found: Sequence[SettingRead], *, aliases: Mapping[tuple[int, str], str]
) -> Iterator[SettingRead]:
    """What is read, and whether the code around fails without it, or sees to it that it need not be there."""
    names = {(step.scope, step.target.id): aliases[key] for key, step in _parts(facts, aliases)}
    for each in found:
        given = {each.target} | {
            name for (scope, name), read in names.items() if scope == each.scope and read == each.name
        }
        is_required = each.is_required and not _is_caught(facts, each) and not _is_asked_first(facts, each)
        if not each.has_default and not is_required:
            is_required = any(_refuses(one, each, given=given - {""}) for one in facts.conditionals)
        yield SettingRead(
            name=each.name,
            line=each.line,
            scope=each.scope,
            is_required=is_required,
            has_default=each.has_default,
            default=each.default,
            target=each.target,
        )


def _parts(facts: FileFacts, aliases: Mapping[tuple[int, str], str]) -> Iterator[tuple[tuple[int, str], "_Bound"]]:
    """What is taken out of made-up names: `value, ok := os.LookupEnv("X")`."""
    for step in facts.steps if aliases else ():
        if step.kind == "bind" and type(step.target) is Name and type(step.value) is Item:
            of = step.value.of
            if type(of) is Name and (step.scope, of.id) in aliases:
                yield (step.scope, of.id), _Bound(step.scope, step.target)


class _Bound(Struct, frozen=True):
    scope: int
    target: Name


def _refuses(asked: Conditional, read: SettingRead, *, given: set[str]) -> bool:
    """Whether a conditional leaves by an error where what was read is not there."""
    if asked.leaves != "raise" or not 0 <= asked.line - read.line <= _MOST_BEHIND:
        return False
    condition = asked.condition
    parts = condition.parts if condition.kind == "or" else (condition,)
    for part in parts:
        is_not = part.kind == "not" and len(part.parts) == 1
        text = part.parts[0].text if is_not else part.text
        tested = text if is_not else _ABSENT.split(text)[0] if _ABSENT.search(text) else ""
        if tested.strip() in given or read.name in re.findall(r"\w+", tested):
            return True
    return False


def _is_caught(facts: FileFacts, read: SettingRead) -> bool:
    return any(
        attempt.first <= read.line <= attempt.last and any(_KEY_ERRORS.search(c.types) for c in attempt.caught)
        for attempt in facts.attempts
    )


def _is_asked_first(facts: FileFacts, read: SettingRead) -> bool:
    """Whether it is read only where it was seen to be there."""
    return any(
        one.first <= read.line <= one.last and any(read.name in text for text in _texts(one))
        for one in facts.conditionals
    )


def _texts(conditional: Conditional) -> Iterator[str]:
    waiting = [conditional.condition]
    while waiting:
        condition = waiting.pop()
        yield condition.text
        waiting += condition.parts


def _fields(facts: FileFacts) -> Iterator[SettingRead]:
    """The fields of classes that pydantic fills from the environment."""
    if b"BaseSettings" not in facts.mentioned or facts.language != "python":
        return
    of_settings = {
        index: _prefix(facts, index)
        for index, each in enumerate(facts.definitions)
        if each.kind == "class" and any(last_name(base) == "BaseSettings" for base in each.bases)
    }
    for each in facts.definitions:
        if each.kind == "variable" and each.parent in of_settings and _is_field(each):
            yield SettingRead(
                name=(of_settings[each.parent] + each.name).upper(),
                line=each.line,
                scope=each.parent,
                is_required=facts.in_detail and not each.body and not _may_be_none(each.signature),
                has_default=bool(each.body),
                target=each.name,
            )


def _is_field(definition: Definition) -> bool:
    return ":" in definition.signature and definition.name != "model_config" and not definition.name.startswith("_")


def _may_be_none(signature: str) -> bool:
    return "None" in signature or "Optional" in signature or "ClassVar" in signature


def _prefix(facts: FileFacts, index: int) -> str:
    """What stands before the names of a class's fields; a class inside it may say so too."""
    scopes = {index} | {
        at for at, each in enumerate(facts.definitions) if each.parent == index and each.kind == "class"
    }
    for step in facts.steps:
        if step.scope not in scopes or step.kind != "bind" or type(step.target) is not Name:
            continue
        if step.target.id == "env_prefix":
            return _text_of(step.value, facts)
        for name, value in _told(step.value) if step.target.id == "model_config" else ():
            if name == "env_prefix":
                return _text_of(value, facts)
    return ""


def _told(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """What a call or a dictionary says, by name."""
    if type(expr) is Call:
        yield from ((given.name, given.value) for given in expr.arguments)
    elif type(expr) is Collection:
        yield from ((element.key, element.value) for element in expr.elements)


def _text_of(expr: Expr, facts: FileFacts) -> str:
    """A text as it is written, or as the one constant of the file says it."""
    if type(expr) is Name:
        given = [s.value for s in facts.steps if s.scope == 0 and s.kind == "bind" and s.target == expr]
        expr = given[0] if len(given) == 1 else expr
    return expr.value if type(expr) is Text and not expr.parts else ""
