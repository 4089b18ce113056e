"""Members that a change takes from a class which has them from above all the same."""

import pytest
from tests.unit.landscape.linked import impact

from weighbridge.domain.impact import ChangeDepth

ABOVE = "class Above:\n    def get(self):\n        return 1\n"


def told(base: str, head: str, *, path: str = "a.py") -> dict[str, bool]:
    """The removed members, and whether each is inherited now."""
    found = impact({path: base}, {path: head})
    return {s.symbol.partition("#")[2]: s.is_inherited for s in found.changed if s.depth is ChangeDepth.REMOVED}


@pytest.mark.parametrize(
    ("base", "head", "path"),
    [
        (
            ABOVE + "class Own(Above):\n    def get(self):\n        return 2\n",
            ABOVE + "class Own(Above):\n    pass\n",
            "a.py",
        ),
        (
            "from werkzeug import Dict\nclass Own(Dict):\n    def get(self, k):\n        return super().get(k)\n",
            "from werkzeug import Dict\nclass Own(Dict):\n    pass\n",
            "a.py",
        ),
        (
            "class Above { get() { return 1 } }\nclass Own extends Above { get() { return 2 } }\n",
            "class Above { get() { return 1 } }\nclass Own extends Above { }\n",
            "a.js",
        ),
        (
            "package a\ntype Above struct{}\nfunc (a *Above) get() {}\ntype Own struct{ Above }\nfunc (o *Own) get() {}\n",
            "package a\ntype Above struct{}\nfunc (a *Above) get() {}\ntype Own struct{ Above }\n",
            "a.go",
        ),
    ],
)
def test_a_member_that_a_class_above_has_is_inherited(base: str, head: str, path: str) -> None:
    assert told(base, head, path=path) == {"Own.get": True}


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("class Own:\n    def get(self):\n        return 2\n", "class Own:\n    pass\n"),
        (ABOVE + "class Own:\n    def get(self):\n        return 2\n", ABOVE + "class Own:\n    pass\n"),
        (ABOVE + "class Own(Above):\n    def put(self):\n        return 2\n", ABOVE + "class Own(Above):\n    pass\n"),
        (
            "from pydantic import Model\nclass Own(Model):\n    def get(self):\n        return 1\n",
            "from pydantic import Model\nclass Own(Model):\n    pass\n",
        ),
    ],
)
def test_a_member_that_no_class_above_is_known_to_have_is_gone(base: str, head: str) -> None:
    assert not any(told(base, head).values())
