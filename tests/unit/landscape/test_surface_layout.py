"""What is laid out, noted or named otherwise is no surface, and what says something else is one."""

import pytest
from tests.unit.landscape.touched import Touched

from weighbridge.domain.system import SurfaceKind


def kinds(path: str, before: str, *, after: str) -> set[SurfaceKind]:
    return {surface.kind for surface in Touched({path: (before, after)}).surfaces()}


_VIEW = "CREATE VIEW sums AS SELECT id, sum(amount) AS total FROM orders WHERE status = 'is paid' GROUP BY id;\n"
_AVRO = '{"type": "record", "name": "A", "fields": [{"name": "a", "type": "int"}, {"name": "b", "type": "int"}]}'


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("views/sums.sql", _VIEW, _VIEW.replace(" FROM", "\n  FROM").replace(", sum", ",\n  -- all\n  sum")),
        ("schemas/a.avsc", _AVRO, _AVRO.replace('"name": "A"', '"doc": "what left", "name": "A"')),
        ("schemas/a.avsc", _AVRO, _AVRO.replace('{"name": "a", "type": "int"}', '{"type": "int", "name": "a"}')),
        (
            "shop/wait.py",
            "def backoff_ms(at):\n    return 200 * 2 * at\n",
            "MS = 200\n\n\ndef backoff_ms(at):\n    return MS * 2 * at\n",
        ),
    ],
)
def test_what_is_laid_out_noted_or_named_otherwise_is_no_surface(path: str, before: str, after: str) -> None:
    assert kinds(path, before, after=after) == set()


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("views/sums.sql", _VIEW, _VIEW.replace("is paid", "is  paid")),
        ("views/sums.sql", _VIEW, _VIEW.replace("sum(", "avg(")),
        ("views/sums.sql", _VIEW, "/*! SET x = 1 */ " + _VIEW),
        ("views/sums.sql", _VIEW.replace("is paid", "a\\'  b"), _VIEW.replace("is paid", "a\\' b")),
        ("schemas/a.avsc", _AVRO, _AVRO.replace('"name": "b", "type": "int"', '"name": "b", "type": "long"')),
        ("schemas/a.avsc", _AVRO, _AVRO.replace('"name": "b"', '"name": "b", "aliases": ["c"]')),
        ("schemas/a.avsc", _AVRO, _AVRO.replace('[{"name": "a", "type": "int"}, ', "[")),
        (
            "shop/wait.py",
            "def backoff_ms(at):\n    return 200 * 2 * at\n",
            "MS = 300\n\n\ndef backoff_ms(at):\n    return MS * 2 * at\n",
        ),
    ],
)
def test_what_says_something_else_is_one(path: str, before: str, after: str) -> None:
    assert kinds(path, before, after=after) != set()
