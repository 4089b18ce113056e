"""Fields of models as schemas: what a table holds changes where a model does."""

import pytest
from tests.unit.landscape.test_surfaces import kinds
from tests.unit.landscape.touched import Touched

from weighbridge.domain.system import SurfaceKind

ORDER = "from django.db import models\nclass Order(models.Model):\n    total = models.DecimalField(max_digits=10)\n    def s(self):\n        return 1\n    class Meta:\n        db_table = 'orders'\n"


@pytest.mark.parametrize(
    ("path", "before", "after", "reason"),
    [
        (
            "shop/models.py",
            ORDER,
            ORDER.replace("max_digits=10", "max_digits=8"),
            "what the table `orders` holds: `Order.total` changes",
        ),
        (
            "shop/models.py",
            ORDER,
            ORDER.replace("    def s", "    note = models.TextField()\n    def s"),
            "what the table `orders` holds: `Order.note` is new",
        ),
        (
            "app/orders.py",
            "class Order(Base):\n    __tablename__ = 'orders'\n    id: Mapped[int] = mapped_column()\n",
            "class Order(Base):\n    __tablename__ = 'orders'\n",
            "what the table `orders` holds: `Order.id` is gone",
        ),
        (
            "src/order.entity.ts",
            "import { Entity, Column } from 'typeorm';\n@Entity('orders')\nexport class Order {\n  @Column() total: number;\n}\n",
            "import { Entity, Column } from 'typeorm';\n@Entity('orders')\nexport class Order {\n  @Column() total: string;\n}\n",
            "what the table `orders` holds: `Order.total` changes",
        ),
        (
            "src/main/java/a/Order.java",
            'package a;\nimport jakarta.persistence.*;\n@Entity @Table(name="orders") class Order { @Column(length=50) String name; }\n',
            'package a;\nimport jakarta.persistence.*;\n@Entity @Table(name="orders") class Order { @Column(length=20) String name; }\n',
            "what the table `orders` holds: `Order.name` changes",
        ),
    ],
)
def test_a_field_of_a_model_is_a_schema(path: str, before: str, after: str, reason: str) -> None:
    found = Touched({path: (before, after)}).surfaces()
    assert [s.reason for s in found if s.kind is SurfaceKind.SCHEMA] == [reason]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ORDER, ORDER.replace("return 1", "return 2")),
        (ORDER, ORDER.replace("    def s", "    LIMIT = 5\n    def s")),
        (ORDER, ORDER.replace("    def s", "    objects = Orders()\n    def s")),
        ("class Order:\n    total = field(1)\n", "class Order:\n    total = field(2)\n"),
    ],
)
def test_what_a_table_does_not_hold_is_no_schema(before: str, after: str) -> None:
    assert SurfaceKind.SCHEMA not in kinds("shop/models.py", before, after=after)


@pytest.mark.parametrize("note", ["@Nullable ", "@NonNull ", "@org.jspecify.annotations.Nullable "])
def test_what_only_a_checker_of_null_reads_is_no_schema(note: str) -> None:
    before = '@Entity @Table(name="orders") class Order { @Column(length=50) private String name; }\n'
    path, text = "src/main/java/a/Order.java", f"package a;\nimport jakarta.persistence.*;\n{before}"
    assert SurfaceKind.SCHEMA not in kinds(path, text, after=text.replace("String", f"{note}String"))
    assert SurfaceKind.SCHEMA in kinds(path, text, after=text.replace("String", f"{note}Integer"))
    assert SurfaceKind.SCHEMA in kinds(path, text, after=text.replace("private", "@NotNull private"))
