"""Which statements loops do again and again, in every language; and what differs at each turn."""

import pytest

from weighbridge.facts.extract import extract
from weighbridge.landscape.sql.loops import Loops

SOURCES = {
    "python": "def f(db, ids):\n    first(db)\n    for i in ids:\n        key = i + 1\n        again(key)\n    last(db)\n",
    "typescript": "function f(db, ids) {\n  first(db);\n  for (const i of ids) {\n    const key = g(i);\n    again(key);\n  }\n  last(db);\n}\n",
    "tsx": "function f(db, ids) {\n  first(db);\n  ids.forEach((i) => {\n    const key = g(i);\n    again(key);\n  });\n  last(db);\n}\n",
    "go": "package a\n\nfunc f(ids []int) {\n\tfirst()\n\tfor _, i := range ids {\n\t\tkey := g(i)\n\t\tagain(key)\n\t}\n\tlast()\n}\n",
    "java": "class A {\n  void f(List<Long> ids) {\n    first();\n    for (Long i : ids) {\n      Long key = g(i);\n      again(key);\n    }\n    last();\n  }\n}\n",
}


@pytest.mark.parametrize("role", SOURCES)
def test_what_a_loop_does_again_and_with_what_is_told(role: str) -> None:
    facts = extract(SOURCES[role].encode(), role)
    loops = Loops(facts)
    lines = {number for number, line in enumerate(SOURCES[role].splitlines(), 1) if "key" in line}

    around = {step.line: loop for step in facts.steps if (loop := loops.around(step)) is not None}

    assert set(around) == lines
    assert all({"i", "key"} <= loop.names for loop in around.values())


def test_a_loop_that_goes_on_until_something_holds_goes_through_nothing() -> None:
    facts = extract(b"def f(db):\n    while more():\n        again(db)\n", "python")

    assert all(Loops(facts).around(step) is None for step in facts.steps)
