"""Tables are reached by SQL that code holds, and through the classes that stand for them."""

import pytest
from tests.unit.landscape.linked import impact

from weighbridge.domain.impact import ReachedKind

MODELS = """
    from django.db import models

    class Order(models.Model):
        class Meta:
            db_table = "orders"

    class Note:
        pass
    """


@pytest.mark.parametrize(
    ("body", "tables"),
    [
        ("return Order.objects.filter(open=True)", {"orders"}),
        ("Order(open=True).save()", {"orders"}),
        ("order = Order.objects.get(pk=1)\n        order.delete()", {"orders"}),
        ("return Note().filter(1)", set()),
        ("return Order", set()),
        ("return 1", set()),
    ],
)
def test_a_table_is_reached_through_the_class_that_stands_for_it(body: str, tables: set[str]) -> None:
    code = "from shop.models import Note, Order\n\ndef close(order):\n    {}\n"
    files = {"shop/__init__.py": "", "shop/models.py": MODELS}

    found = impact(
        {**files, "shop/close.py": code.format("pass")},
        {**files, "shop/close.py": code.format(body.replace("\n        ", "\n    "))},
    )

    assert set(found.names(ReachedKind.TABLE)) == tables


def test_a_table_that_unchanged_code_uses_is_not_reached_by_its_neighbour() -> None:
    code = (
        "from shop.models import Order\n\ndef all():\n    return Order.objects.all()\n\ndef other():\n    return {}\n"
    )
    files = {"shop/__init__.py": "", "shop/models.py": MODELS}

    found = impact({**files, "shop/a.py": code.format(1)}, {**files, "shop/a.py": code.format(2)})

    assert found.names(ReachedKind.TABLE) == ()


@pytest.mark.parametrize(("path", "tables"), [("shop/tests/test_a.py", set()), ("shop/a.py", {"orders"})])
def test_what_a_changed_test_tries_is_not_reached(path: str, tables: set[str]) -> None:
    code = "from shop.models import Order\n\ndef test_all():\n    return Order.objects.filter(open={})\n"
    files = {"shop/__init__.py": "", "shop/models.py": MODELS}

    found = impact({**files, path: code.format(1)}, {**files, path: code.format(2)})

    assert set(found.names(ReachedKind.TABLE)) == tables


@pytest.mark.parametrize(("path", "operations"), [("web/orders.test.js", 0), ("web/orders.js", 1)])
def test_an_operation_that_a_changed_test_requests_is_not_reached(path: str, operations: int) -> None:
    code = "export async function load() {{ return fetch('/api/orders?size={}'); }}\n"

    found = impact({path: code.format(1)}, {path: code.format(2)})

    assert len(found.names(ReachedKind.OPERATION)) == operations


OWNER = "package shop;\nimport jakarta.persistence.*;\n@Entity {} public class Owner {{ }}\n"
OWNERS = "package shop;\nimport org.springframework.data.jpa.repository.JpaRepository;\npublic interface OwnerRepository extends JpaRepository<Owner, Integer> {}\n"
FORM = "package shop;\nclass Form {{\n  private OwnerRepository owners;\n  void save(Owner owner) {{ {} }}\n}}\n"


@pytest.mark.parametrize(
    ("annotation", "elsewhere", "tables"),
    [
        ('@Table(name = "owners")', "", {"owners"}),
        ("", "", {"owner"}),
        ("", '@Table(name = "others")', {"owner"}),
        ('@Table(name = "owners")', '@Table(name = "others")', {"owners"}),
    ],
)
def test_a_repositorys_table_is_the_one_that_its_entity_says(annotation: str, elsewhere: str, tables: set[str]) -> None:
    files = {"shop/Owner.java": OWNER.format(annotation), "shop/OwnerRepository.java": OWNERS}
    if elsewhere:
        files["other/Owner.java"] = OWNER.format(elsewhere).replace("package shop", "package other")

    found = impact(
        {**files, "shop/Form.java": FORM.format("")},
        {**files, "shop/Form.java": FORM.format("owners.save(owner);")},
    )

    assert set(found.names(ReachedKind.TABLE)) == tables
