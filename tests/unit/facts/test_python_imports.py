"""What Python's imports become, and the names that are handed out."""

import pytest
from tests.unit.facts.python_facts import python

from weighbridge.facts.names import dotted, imported_names


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a", [("a", "", "a")]),
        ("import a.b.c", [("a.b.c", "", "a")]),
        ("import a.b.c as x", [("a.b.c", "", "x")]),
        ("import a.b.c as a", [("a.b", "c", "a")]),
        ("import a as a, b", [("a", "", "a"), ("b", "", "b")]),
        ("from a import b", [("a", "b", "b")]),
        ("from . import b", [(".", "b", "b")]),
        ("from ..a.b import (c, d as e,)", [("..a.b", "c", "c"), ("..a.b", "d", "e")]),
        ("from ...  a . b import c", [("...a.b", "c", "c")]),
        ("from a import *", [("a", "*", "")]),
        ("from __future__ import annotations", [("__future__", "annotations", "annotations")]),
        ("try:\n import a\nexcept ImportError:\n import b as a", [("a", "", "a"), ("b", "", "a")]),
    ],
)
def test_an_import_says_what_it_binds(source: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(i.module, i.name, i.alias) for i in python(source).imports] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if TYPE_CHECKING:\n import a\nelse:\n import b", {"a": True, "b": False}),
        ("if typing.TYPE_CHECKING:\n import a\nimport b", {"a": True, "b": False}),
        ("if not TYPE_CHECKING:\n import a\nelse:\n import b", {"a": False, "b": True}),
        ("if TYPE_CHECKING or x:\n import a", {"a": False}),
        ("if DEBUG:\n import a", {"a": False}),
    ],
)
def test_imports_for_the_type_checker_are_told_apart(source: str, expected: dict[str, bool]) -> None:
    assert {i.module: i.is_type_only for i in python(source).imports} == expected


def test_an_import_belongs_to_the_function_it_stands_in() -> None:
    facts = python("def f():\n    import a")
    assert [facts.qualified_name(i.scope) for i in facts.imports] == ["f"]


@pytest.mark.parametrize(
    ("source", "call", "expected"),
    [
        ("import os.path", "os.path.join", "os.path.join"),
        ("import os.path as p", "p.join", "os.path.join"),
        ("import numpy as np", "np.load", "numpy.load"),
        ("from os import getenv as g", "g", "os.getenv"),
    ],
)
def test_a_dotted_name_begins_at_what_was_imported(source: str, call: str, expected: str) -> None:
    facts = python(f"{source}\n{call}")
    assert dotted(facts.steps[-1].value, imported_names(facts)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("__all__ = ['a', 'b']", ["a", "b"]),
        ("__all__ = ('a',) + m.__all__\n__all__ += ['b']", ["a", "b"]),
        ("__all__: list[str] = []\n__all__.append('a')\n__all__.extend(['b'])", ["a", "b"]),
        ("def f():\n    __all__ = ['a']", []),
        ("all = ['a']", []),
    ],
)
def test_names_in_all_are_exports(source: str, expected: list[str]) -> None:
    assert [export.name for export in python(source).exports] == expected


@pytest.mark.parametrize(
    "form", ["__all__ = [{}]", "__all__ = ()\n__all__ += ({})", "__all__ = m.__all__ + [{}]", "__all__.extend([{}])"]
)
def test_a_list_of_exports_may_be_of_any_length(form: str) -> None:
    names = [f"n{number}" for number in range(450)]
    facts = python(form.format(", ".join(f"'{name}'" for name in names)))
    assert [export.name for export in facts.exports] == names


def test_a_list_of_exports_overrules_the_underscore() -> None:
    facts = python("__all__ = ['_a']\ndef _a(): pass\ndef b(): pass\nclass _C:\n    def d(self): pass\n")
    exported = {facts.qualified_name(i): d.is_exported for i, d in enumerate(facts.definitions)}
    assert (exported["_a"], exported["b"], exported["_C"], exported["_C.d"]) == (True, False, False, True)
