"""Facts without details are those in detail without what only tells two versions of a file apart."""

import pytest
from msgspec.structs import replace

from weighbridge.facts.extract import extract

SOURCES = {
    "python": '"""Shop."""\nimport json\n\n\ndef pay(order):\n    """Pay."""\n    rf"{audit(order)}"\n    if not order.paid:\n'
    "        return False\n    return json.load(open('rates.json'), strict=True)\n",
    "typescript": "/** Pays. */\nexport const api = { pay(order) { if (!order.paid) return false; try { return load({ strict: true }) } catch (e) {} } }\n",
    "go": "package shop\n\n// Pay pays.\nfunc Pay(o Order) bool {\n\tif !o.Paid {\n\t\treturn false\n\t}\n\treturn o.Left == 0\n}\n",
    "java": "class Shop {\n  /** Pays. */\n  boolean pay(Order o) { if (!o.paid()) return false; return o.left() == 0; }\n}\n",
}


@pytest.mark.parametrize("role", SOURCES)
def test_less_is_told_and_nothing_else(role: str) -> None:
    data = SOURCES[role].encode()
    whole, less = extract(data, role), extract(data, role, in_detail=False)

    assert whole.conditionals
    assert any(each.body and each.text for each in whole.definitions)
    bare = tuple(replace(each, body="", text="", documentation="") for each in whole.definitions)
    assert less == replace(
        whole,
        definitions=bare,
        conditionals=(),
        unreachable=(),
        constant_results=(),
        switches=(),
        results=(),
        attempts=(),
        in_detail=False,
    )
