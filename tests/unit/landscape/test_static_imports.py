"""Java's static imports name a class's members without the class."""

import pytest
from tests.unit.landscape.linked import impact

MONEY = "package com.shop.core;\npublic class Money { public static int round(int x) { return x; } }\n"


@pytest.mark.parametrize("imported", ["com.shop.core.Money.round", "com.shop.core.Money.*"])
def test_a_test_that_uses_a_method_by_a_static_import_is_named(imported: str) -> None:
    files = {
        "src/main/java/com/shop/core/Money.java": MONEY,
        "src/test/java/com/shop/app/RoundTest.java": f"package com.shop.app;\nimport static {imported};\n"
        "class RoundTest { void rounds() { round(1); } }\n",
    }
    head = {**files, "src/main/java/com/shop/core/Money.java": MONEY.replace("return x;", "return x + 1;")}

    assert impact(files, head).test_files == ("src/test/java/com/shop/app/RoundTest.java",)
