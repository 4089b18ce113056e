"""Which class of Django's a class of the project stands for, as far as the database goes."""

from collections.abc import Collection
from typing import Final

from weighbridge.facts.calls.forms import Name, Statement
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.tools._python_files import PythonFiles

FIELD: Final = frozenset(
    {
        "db_type", "rel_db_type", "cast_db_type", "db_parameters", "db_type_parameters", "db_type_suffix", "db_check", "get_internal_type",
        "get_attname_column", "get_attname", "contribute_to_class", "contribute_to_related_class", "__init__", "__new__", "__getattribute__", "__getattr__",
        "deconstruct", "clone", "max_length", "max_digits", "decimal_places", "unique", "null", "db_index", "primary_key", "db_column",
        "db_returning", "generated", "column", "concrete", "is_relation", "many_to_many", "_get_default", "get_default",
    }
)  # fmt: skip
"""What a field's class says that may change its column."""
OPERATION: Final = frozenset({"__init__", "__new__", "__call__", "_run_sql", "sql", "reduces_to_sql", "__getattribute__", "__getattr__", "deconstruct"})  # fmt: skip
"""What an operation's class says that may change which SQL it runs."""
_DEEPEST: Final = 6


class Classes:
    """Answers for one migration, which defines `own` classes among `names`."""

    def __init__(self, files: PythonFiles, own: Collection[Statement], *, names: Names) -> None:
        self._files = files
        self._own = {each.name: (each, names) for each in own}

    def __contains__(self, name: str) -> bool:
        return name in self._own

    def is_own(self, name: str) -> bool:
        """Whether a class is code of the tree, not of a package that is installed."""
        return self._files.is_own(name)

    def stands_for(self, name: str, known: Collection[str], *, changing: frozenset[str]) -> str:
        """The one of Django's `known` classes that a class does the same as; empty where that is not told in the tree.

        It may say of itself anything but what is `changing`.
        """
        found = self._found(name, known, changing=changing, depth=0)
        return found or ""

    def _found(self, name: str, known: Collection[str], *, changing: frozenset[str], depth: int) -> str | None:
        """The same; empty where it is a class that has nothing of Django's, None where nothing tells."""
        module, _, last = name.rpartition(".")
        if name.startswith("django."):
            return last if last in known else None
        stated = self._own.get(name) or self._files.class_of(name)
        if stated is None or depth > _DEEPEST:
            return None
        statement, names = stated
        if any(each.name.rstrip("+") in changing or each.name.startswith("_init") for each in statement.body):
            return None
        roots = [names.root(Name(each)) if each else "" for each in statement.takes if each != "object"]
        full = [f"{module}.{each}" if module and "." not in each else each for each in roots]
        bases = [self._found(each, known, changing=changing, depth=depth + 1) for each in full]
        if None in bases:
            return None
        told = {each for each in bases if each}
        return told.pop() if len(told) == 1 else "" if not told else None
