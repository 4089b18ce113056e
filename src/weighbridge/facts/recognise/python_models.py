"""Tables that Python classes stand for: SQLAlchemy's and Django's models, `Table("orders", …)`.

Which way such a table is used, only the code that uses the class knows: a model counts as reading and writing it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.mentions import Outline
from weighbridge.facts.model import Access, Attribute, Call, Definition, Expr, FileFacts, Name, Text
from weighbridge.facts.names import dotted, imported_names
from weighbridge.facts.recognise._sql_statements import normal_name

_DJANGO_BASES: Final = ("django.db.models.Model", "django.contrib.gis.db.models.Model")
_DJANGO_USERS: Final = ("django.contrib.auth.models.AbstractUser", "django.contrib.auth.models.AbstractBaseUser")
_TABLES: Final = frozenset({"sqlalchemy.Table", "sqlalchemy.schema.Table", "sqlalchemy.sql.schema.Table"})
_NAMES_TABLE: Final = frozenset({"__tablename__", "db_table", "table_name"})
_LIBRARIES: Final = frozenset({"django", "sqlalchemy"})
_TELLING: Final = _NAMES_TABLE | _LIBRARIES | {"Model", "SQLModel"}

Found = tuple[str, int, int, bool]
"""A table, the definition that stands for it, the line, and whether the name is certain."""


def may_have_models(_facts: FileFacts, outline: Outline) -> bool:
    """Whether a library of models is imported, or a name tells of a table."""
    return not outline.packages.isdisjoint(_LIBRARIES) or not outline.mentions.keys().isdisjoint(_TELLING)


def recognise(facts: FileFacts) -> Recognised:
    """Each table once for each class or variable that stands for it."""
    imported = imported_names(facts)
    bound = {step.target.id for step in facts.steps if type(step.target) is Name}
    found = dict.fromkeys(
        (
            *(() if _NAMES_TABLE.isdisjoint(bound) else _named_in_classes(facts)),
            *_table_calls(facts, imported),
            *_django_models(facts, imported),
            *_unnamed(facts),
        )
    )
    return Recognised(
        accesses=tuple(
            Access(kind, table, scope, line, is_certain)
            for table, scope, line, is_certain in found
            for kind in ("reads", "writes")
        )
    )


def _named_in_classes(facts: FileFacts) -> Iterator[Found]:
    """`__tablename__ = "orders"`, and `db_table = "orders"` in a model's `Meta`."""
    schemas = _schemas(facts)
    for step in facts.steps:
        match step.target, step.value:
            case Name(id=name), Text(value=value, parts=()) if name in _NAMES_TABLE and value:
                definition = facts.definitions[step.scope]
                if definition.kind != "class" or (name == "db_table") != (definition.name == "Meta"):
                    continue
                if name == "table_name" and definition.name != "Meta":
                    continue
                owner = definition.parent if definition.name == "Meta" else step.scope
                schema = schemas.get(step.scope, "")
                table = f"{schema}.{value}" if schema else value
                yield normal_name(table) or table, owner, step.line, True


def _schemas(facts: FileFacts) -> dict[int, str]:
    """The schema that a class's `__table_args__` names."""
    found: dict[int, str] = {}
    for step in facts.steps:
        if step.target == Name("__table_args__"):
            waiting: list[Expr] = [step.value]
            while waiting:
                for element in getattr(waiting.pop(), "elements", ()):
                    if element.key == "schema" and type(element.value) is Text:
                        found[step.scope] = element.value.value
                    waiting.append(element.value)
    return found


def _table_calls(facts: FileFacts, imported: Mapping[str, str]) -> Iterator[Found]:
    """SQLAlchemy's `orders = Table("orders", metadata, …)`; the variable stands for the table."""
    tables = [(step, name) for step in facts.steps if (name := _table_named_by(step.value, imported)) is not None]
    if not tables:
        return
    variables = {(d.parent, d.name): index for index, d in enumerate(facts.definitions) if d.kind == "variable"}
    for step, table in tables:
        name = step.target.id if type(step.target) is Name else ""
        yield normal_name(table), variables.get((step.scope, name), step.scope), step.line, True


def _table_named_by(value: Expr, imported: Mapping[str, str]) -> str | None:
    """The name that a call of `Table` begins with; None for any other value."""
    if type(value) is not Call or not value.arguments:
        return None
    first = value.arguments[0].value
    is_table = type(first) is Text and not first.parts and dotted(value.function, imported) in _TABLES
    return first.value if is_table and type(first) is Text else None


def _django_models(facts: FileFacts, imported: Mapping[str, str]) -> Iterator[Found]:
    """A model without `db_table`: `{}_order`, as its application's name is its folder's, which facts do not know."""
    models = _django_classes(facts, imported)
    if not models:
        return
    stated = {(s.scope, s.target.id): s.value for s in facts.steps if type(s.target) is Name}
    for index, definition in models:
        meta = next((i for i, d in enumerate(facts.definitions) if d.parent == index and d.name == "Meta"), -1)
        if any((meta, name) in stated for name in ("abstract", "proxy", "db_table")):
            continue
        label = stated.get((meta, "app_label"))
        prefix = label.value if type(label) is Text and not label.parts else "{}"
        yield f"{prefix}_{definition.name.lower()}", index, definition.line, False


def _django_classes(facts: FileFacts, imported: Mapping[str, str]) -> list[tuple[int, Definition]]:
    """The classes that are models, by their bases or by being made from one of the file's own models."""
    found: list[tuple[int, Definition]] = []
    names: set[str] = set()
    for index, definition in enumerate(facts.definitions):
        if definition.kind != "class" or not definition.bases:
            continue
        bases = [dotted(base, imported) for base in definition.bases]
        if any(base.startswith(_DJANGO_BASES + _DJANGO_USERS) or base in names for base in bases):
            names.add(definition.name)
            found.append((index, definition))
    return found


def _unnamed(facts: FileFacts) -> Iterator[Found]:
    """Models that Flask-SQLAlchemy (`db.Model`) and SQLModel (`table=True`) name after their class."""
    classes = [(i, d) for i, d in enumerate(facts.definitions) if d.kind == "class" and d.bases]
    if not classes:
        return
    named = {s.scope for s in facts.steps if type(s.target) is Name and s.target.id == "__tablename__"}
    for index, definition in classes:
        if index in named:
            continue
        if any(base == Attribute(Name("db"), "Model") for base in definition.bases):
            yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", definition.name).lower(), index, definition.line, False
        elif Name("SQLModel") in definition.bases and any(keyword.name == "table" for keyword in definition.keywords):
            yield definition.name.lower(), index, definition.line, False


RECOGNISER: Final = Recogniser(languages=("python",), version=1, recognise=recognise, may_concern=may_have_models)
