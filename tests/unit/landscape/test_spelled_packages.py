"""Java's classes may be named with their package instead of an import."""

import pytest
from tests.unit.landscape.linked import Linked

from weighbridge.landscape.references import FEW_FILES

RATE = "package shop.tax;\n\npublic class Rate {\n    public static int of(int sum) { return sum; }\n    public int now() { return 1; }\n}\n"
PATH = "src/main/java/shop/tax/Rate.java"
USER = "src/main/java/shop/Till.java"


def till(inside: str, *, head: str = "class Till") -> dict[str, str]:
    return {PATH: RATE, USER: f"package shop;\n\n{head} {{\n    {inside}\n}}\n"}


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ("int run(int sum) { return shop.tax.Rate.of(sum); }", "Rate.of"),
        ("int run(int sum) { return new shop.tax.Rate().now(); }", "Rate.now"),
        ("int run(shop.tax.Rate rate) { return rate.now(); }", "Rate.now"),
        ("private shop.tax.Rate rate;\n    int run() { return rate.now(); }", "Rate.now"),
        ("Object run() { return new shop.tax.Rate(); }", "Rate"),
    ],
)
def test_who_names_a_class_with_its_package_uses_it(inside: str, name: str) -> None:
    assert Linked.of(till(inside)).users(PATH, name) == {f"{USER}#Till.run"}


def test_so_does_a_class_that_inherits_from_something_outside() -> None:
    files = till("int run(int sum) { return shop.tax.Rate.of(sum); }", head="class Till extends javax.servlet.Servlet")

    assert Linked.of(files).users(PATH, "Rate.of") == {f"{USER}#Till.run"}


@pytest.mark.parametrize(
    "inside",
    [
        "int run(int sum) { return shop.fees.Rate.of(sum); }",
        "int run(int sum) { return other.shop.tax.Rate.of(sum); }",
        "int run(Shop shop) { return shop.tax.Rate.of(1); }",
    ],
)
def test_who_names_another_class_so_does_not(inside: str) -> None:
    shop = {"src/main/java/shop/Shop.java": "package shop;\n\nclass Shop {\n    String tax;\n}\n"}
    fees = {"src/main/java/shop/fees/Rate.java": RATE.replace("shop.tax", "shop.fees")}

    assert f"{USER}#Till.run" not in Linked.of(till(inside) | shop | fees).users(PATH, "Rate.of")


def test_a_class_that_many_files_mention_is_found_too() -> None:
    others = {
        f"src/main/java/other/p{n}/Use.java": f"package other.p{n};\n\nclass Use {{\n    int x() {{ return Rate.n; }}\n}}\n"
        for n in range(FEW_FILES + 1)
    }
    linked = Linked.of(till("Object run() { return new shop.tax.Rate(); }") | others)

    assert linked.users(PATH, "Rate") == {f"{USER}#Till.run"}
