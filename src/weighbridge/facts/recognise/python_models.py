"""Tables that Python classes stand for: SQLAlchemy's and Django's models, `Table("orders", …)`.

Which way such a table is used, only the code that uses the class knows: a model counts as reading and writing it.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Call, Expr, FileFacts, Name, Text
from weighbridge.facts.names import dotted, imported_names
from weighbridge.facts.recognise._sql_statements import normal_name

_DJANGO_BASES: Final = ("django.db.models.Model", "django.contrib.gis.db.models.Model")
_DJANGO_USERS: Final = ("django.contrib.auth.models.AbstractUser", "django.contrib.auth.models.AbstractBaseUser")
_TABLES: Final = frozenset({"sqlalchemy.Table", "sqlalchemy.schema.Table", "sqlalchemy.sql.schema.Table"})
_NAMES_TABLE: Final = frozenset({"__tablename__", "db_table", "table_name"})

Found = tuple[str, int, int, bool]
"""A table, the definition that stands for it, the line, and whether the name is certain."""


def recognise(facts: FileFacts) -> Recognised:
    """Each table once for each class or variable that stands for it."""
    found = dict.fromkeys((*_named_in_classes(facts), *_table_calls(facts), *_django_models(facts), *_unnamed(facts)))
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
                    if element.key == "schema" and isinstance(element.value, Text):
                        found[step.scope] = element.value.value
                    waiting.append(element.value)
    return found


def _table_calls(facts: FileFacts) -> Iterator[Found]:
    """SQLAlchemy's `orders = Table("orders", metadata, …)`; the variable stands for the table."""
    imported = imported_names(facts)
    variables = {(d.parent, d.name): index for index, d in enumerate(facts.definitions) if d.kind == "variable"}
    for step in facts.steps:
        match step.value:
            case Call(function=function, arguments=(first, *_)) if isinstance(first.value, Text):
                if dotted(function, imported) in _TABLES and not first.value.parts:
                    name = step.target.id if isinstance(step.target, Name) else ""
                    scope = variables.get((step.scope, name), step.scope)
                    yield normal_name(first.value.value), scope, step.line, True


def _django_models(facts: FileFacts) -> Iterator[Found]:
    """A model without `db_table`: `{}_order`, as its application's name is its folder's, which facts do not know."""
    imported = imported_names(facts)
    stated = {(s.scope, s.target.id): s.value for s in facts.steps if isinstance(s.target, Name)}
    models: set[str] = set()
    for index, definition in enumerate(facts.definitions):
        if definition.kind != "class":
            continue
        bases = [dotted(base, imported) for base in definition.bases]
        is_model = any(base.startswith(_DJANGO_BASES + _DJANGO_USERS) or base in models for base in bases)
        if not is_model:
            continue
        models.add(definition.name)
        meta = next((i for i, d in enumerate(facts.definitions) if d.parent == index and d.name == "Meta"), -1)
        if any((meta, name) in stated for name in ("abstract", "proxy", "db_table")):
            continue
        label = stated.get((meta, "app_label"))
        prefix = label.value if isinstance(label, Text) and not label.parts else "{}"
        yield f"{prefix}_{definition.name.lower()}", index, definition.line, False


def _unnamed(facts: FileFacts) -> Iterator[Found]:
    """Models that Flask-SQLAlchemy (`db.Model`) and SQLModel (`table=True`) name after their class."""
    named = {step.scope for step in facts.steps if step.target == Name("__tablename__")}
    for index, definition in enumerate(facts.definitions):
        if definition.kind != "class" or index in named:
            continue
        if any(base == Attribute(Name("db"), "Model") for base in definition.bases):
            yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", definition.name).lower(), index, definition.line, False
        elif Name("SQLModel") in definition.bases and any(keyword.name == "table" for keyword in definition.keywords):
            yield definition.name.lower(), index, definition.line, False


RECOGNISER: Final = Recogniser(languages=("python",), version=1, recognise=recognise)
