"""Where code asks an object mapper for a column: through the classes that stand for its table.

`User.objects.filter(email=…)`, `User.email`, `prisma.user.findMany({where: {email}})`, a serializer's `fields`; and the class
itself, where it still says that it has the column: then every row that is asked for asks for it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.terms import expressions

_TIES: Final = ("model", "queryset", "sqla_model", "document", "entity")
"""What a class calls the model that its own lists are about: a serializer's `Meta`, a form's, a view's."""


class ModelClasses(Struct, frozen=True):
    """The classes that stand for a table, by where they are defined, and the names that they go by."""

    defined: dict[RepoPath, frozenset[int]]
    names: frozenset[str]
    methods: frozenset[str] = frozenset()
    """What they define themselves: what such a call is given are its own arguments, whatever they are called."""

    @property
    def terms(self) -> Iterator[str]:
        """What the files are found by that name one."""
        return (f"m:{name}" for name in self.names)


def model_classes(view: View, table: str) -> ModelClasses:
    """The classes that stand for a table; a model of Django's that says no table is one of its folder's application."""
    landscape = view.landscape
    defined: dict[RepoPath, frozenset[int]] = {}
    names: set[str] = set()
    methods: set[str] = set()
    for key in _keys(table):
        paths = sorted(landscape.files_with(f"k:table:{key}"))
        landscape.load(paths)
        for path in paths:
            facts = landscape.facts(path)
            if facts is None or (key != table and not _is_of_application(path, table.removesuffix(key[2:]))):
                continue
            found = {a.scope for a in facts.accesses if a.key == key and a.scope > 0}
            classes = frozenset(i for i in found if facts.definitions[i].kind in CLASS_KINDS)
            if classes:
                defined[path] = defined.get(path, frozenset()) | classes
                names |= {facts.definitions[i].name for i in classes}
                methods |= {
                    each.name for each in facts.definitions if each.parent in classes and each.kind != "variable"
                }
    return ModelClasses(defined, frozenset(names), frozenset(methods))


def asked_lines(facts: FileFacts, path: RepoPath, *, classes: ModelClasses, table: str, column: str) -> dict[int, bool]:
    """The lines of a file that ask the mapper for a column; whether the class itself says there that it has it."""
    own = classes.defined.get(path, frozenset())
    names = classes.names | {each.alias for each in facts.imports if each.name in classes.names and each.alias}
    words = _spelled(column)
    tied = _tied(facts, names) - _computed(facts, words)
    used = {access.line for access in facts.accesses if access.key == table and access.scope not in own}
    found: dict[int, bool] = {}
    for step in facts.steps:
        if step.scope in own and step.kind == "bind" and type(step.target) is Name and step.target.id in words:
            found[step.line] = True
    for scope, line, outer in expressions(facts):
        if scope in tied and any(_says(inner, words) for inner in walk(outer)):
            found.setdefault(line, False)
        for inner in walk(outer):
            if _is_own_call(inner, names, methods=classes.methods):
                continue
            if _is_asked(inner, names, words=words) or (
                type(inner) is Call and inner.line in used and any(_names(a.value, words) for a in inner.arguments)
            ):
                found.setdefault(inner.line if type(inner) is Call else line, False)
    return found


def _keys(table: str) -> list[str]:
    parts = table.split("_")
    return [table, *("{}_" + "_".join(parts[at:]) for at in range(1, len(parts)))]


def _is_of_application(path: RepoPath, prefix: str) -> bool:
    return f"/{prefix}/" in f"/{path}"


def _spelled(column: str) -> frozenset[str]:
    """What a column may be called in code: in camel case, and a key by what it points at."""
    first, *rest = column.split("_")
    words = {column, first + "".join(part.capitalize() for part in rest)}
    return frozenset(
        words | {word for each in words for word in (each.removesuffix("_id"), each.removesuffix("Id")) if word}
    )


def _tied(facts: FileFacts, names: Iterable[str]) -> set[int]:
    """The classes whose lists are about the model: by `model = User`, or by what registers them for it."""
    found = {
        step.scope
        for step in facts.steps
        if step.scope > 0 and type(step.target) is Name and step.target.id in _TIES and _root(step.value) in names
    }
    registered: set[str] = set()
    for _, _, outer in expressions(facts):
        for each in walk(outer):
            if type(each) is Call and type(each.function) is Attribute and each.function.name == "register":
                given = [argument.value for argument in each.arguments]
                if given and _root(given[0]) in names:
                    registered |= {g.id for g in given[1:] if type(g) is Name}
    for index, definition in enumerate(facts.definitions):
        decorated = any(
            type(each) is Call and any(_root(a.value) in names for a in each.arguments)
            for each in definition.decorators
        )
        if index and definition.kind in CLASS_KINDS and (decorated or definition.name in registered):
            found.add(index)
    return found


def _computed(facts: FileFacts, words: frozenset[str]) -> set[int]:
    """The classes whose field of that name a method of their own gives, with those that lie in them: they ask for no column by it."""
    own = {
        step.scope
        for step in facts.steps
        if type(step.target) is Name
        and step.target.id in words
        and type(step.value) is Call
        and last_name(step.value.function).endswith("MethodField")
    }
    return own | {index for index, each in enumerate(facts.definitions) if index and each.parent in own}


def _is_asked(expr: Expr, names: Iterable[str], *, words: frozenset[str]) -> bool:
    """Whether an expression is a member of the class by the column's name, or a call of it that is given the name."""
    if type(expr) is Attribute:
        return type(expr.of) is Name and expr.of.id in names and expr.name in words
    if type(expr) is not Call or _root(expr.function) not in names:
        return False
    return any(_is_one(a.name, words) or _names(a.value, words) for a in expr.arguments)


def _is_own_call(expr: Expr, names: Iterable[str], *, methods: frozenset[str]) -> bool:
    """Whether an expression calls a method that the class defines itself."""
    match expr:
        case Call(function=Attribute(of=Name(id=name), name=method)):
            return name in names and method in methods
    return False


def _names(expr: Expr, words: frozenset[str]) -> bool:
    """Whether what a call is given names the column: as a text, a key, or a name of what an inner call is given."""
    for each in walk(expr):
        if _says(each, words):
            return True
        if type(each) is Collection and any(_is_one(element.key, words) for element in each.elements):
            return True
        if type(each) is Call and any(_is_one(a.name, words) for a in each.arguments):
            return True
    return False


def _says(expr: Expr, words: frozenset[str]) -> bool:
    return type(expr) is Text and not expr.parts and _is_one(expr.value.lstrip("-+"), words)


def _is_one(name: str, words: frozenset[str]) -> bool:
    return name in words or name.partition("__")[0] in words


def _root(expr: Expr) -> str:
    while True:
        if type(expr) is Attribute:
            expr = expr.of
        elif type(expr) is Call:
            expr = expr.function
        else:
            return expr.id if type(expr) is Name else ""
