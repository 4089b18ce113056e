"""What Ruby asks of a table through ActiveRecord."""

import pytest
from tests.rules.sql.judging import sight_of

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.ruby_models import RubyModels, singulars
from weighbridge.landscape.tree import Tree

MODEL = """class OrderLine < ApplicationRecord
  # sku :string
  belongs_to :order
  validates :sku, presence: true
  enum :state, { open: 0 }
  scope :dear, -> { where("price > 10") }

  def label
    title.upcase
  end

  def weight
    1
  end
end
"""


def models(files: dict[str, str]) -> RubyModels:
    landscapes = sight_of(files).landscapes
    assert isinstance(landscapes, Landscapes)
    return landscapes.head.ruby


def asked(files: dict[str, str], column: str, *, table: str = "order_lines") -> list[str]:
    found = models({"app/models/order_line.rb": MODEL, **files}).readers(table, column)
    return [f"{each.path}:{each.line}" for each in found]


@pytest.mark.parametrize(("column", "line"), [("sku", 4), ("order_id", 3), ("state", 5), ("price", 6), ("title", 9)])
def test_the_class_itself_asks(column: str, line: int) -> None:
    assert asked({}, column) == [f"app/models/order_line.rb:{line}"]


@pytest.mark.parametrize(
    "line",
    [
        "OrderLine.where(amount: 1)",
        "OrderLine.order(:amount)",
        "OrderLine.pluck(:id, :amount)",
        'OrderLine.select("amount, id")',
        "OrderLine.find_by_amount(3)",
        "order.order_lines.sum(:amount)",
        "order_line.amount",
        "@order_line&.amount",
        "first_order_line.update(amount: 2)",
        "order_line[:amount]",
        "json.extract! order_line, :amount",
        "OrderLine.insert_all([{ amount: 3 }])",
        "OrderLine.where(id: 1)\n  .update_all(\n    amount: 3\n  )",
    ],
)
def test_code_asks(line: str) -> None:
    assert [each.partition(":")[0] for each in asked({"app/services/bill.rb": f"{line}\n"}, "amount")] == [
        "app/services/bill.rb"
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("app/services/bill.rb", "Invoice.where(amount: 1)"),
        ("app/services/bill.rb", "# OrderLine.where(amount: 1)"),
        ("app/services/bill.rb", "invoice.amount"),
        ("app/services/bill.rb", "OrderLine.where(id: 1)\nInvoice.sum(:amount)"),
        ("spec/models/order_line_spec.rb", "OrderLine.where(amount: 1)"),
        ("db/migrate/20200101000000_x.rb", "OrderLine.where(amount: 1)"),
        ("app/models/invoice.rb", "class Invoice < ApplicationRecord\n  validates :amount\nend"),
    ],
)
def test_what_asks_something_else_does_not(path: str, line: str) -> None:
    assert asked({path: f"{line}\n"}, "amount") == []


@pytest.mark.parametrize("path", ["app/serializers/order_line_serializer.rb", "app/views/order_lines/_form.html.erb"])
def test_what_is_about_the_class_by_its_name_asks(path: str) -> None:
    assert asked({path: "attributes :id, :amount\n"}, "amount") == [f"{path}:1"]


def test_a_member_that_the_class_defines_itself_is_no_column() -> None:
    assert asked({"app/services/bill.rb": "order_line.weight\n"}, "weight") == []


def test_a_class_may_say_which_table_it_stands_for() -> None:
    files = {"app/models/legacy/entry.rb": 'class Legacy::Entry < Base\n  self.table_name = "gl_rows"\nend\n'}
    files["app/services/bill.rb"] = "Entry.where(amount: 1)\n"

    assert asked(files, "amount", table="gl_rows") == ["app/services/bill.rb:1"]
    assert asked(files, "amount", table="entries") == []


def test_those_that_share_a_table_ask_for_its_columns() -> None:
    files = {"app/models/gift.rb": "class Gift < OrderLine\n  validates :amount, presence: true\nend\n"}

    assert asked(files, "amount") == ["app/models/gift.rb:2"]


@pytest.mark.parametrize(
    "line", ["%w[amount note]", "[:amount]", '["note",\n    "amount"]', "%i(amount)", "[*super, 'amount']"]
)
def test_a_class_may_do_without_a_column(line: str) -> None:
    text = f"class Order < ApplicationRecord\n  self.ignored_columns += {line}\nend\n"
    held = models({"app/models/order.rb": text})

    found = held.ignoring("orders", "amount")
    assert found is not None
    assert found.line == 2
    assert held.ignoring("orders", "price") is None
    assert list(held.readers("orders", "amount")) == []


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("users", "user"),
        ("people", "person"),
        ("statuses", "status"),
        ("companies", "company"),
        ("sales_people", "sales_person"),
    ],
)
def test_a_row_is_called_as_rails_calls_it(table: str, name: str) -> None:
    assert name in singulars(table)


def test_code_names_the_class_of_a_table() -> None:
    files = {"app/services/bill.rb": "OrderLine.all\n", "app/services/other.rb": "Other.all\n"}
    found = {each.path for each in models({"app/models/order_line.rb": MODEL, **files}).readers("order_lines")}

    assert found == {"app/models/order_line.rb", "app/services/bill.rb"}


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        ("class OrderLine", False),
        ("class OrderLine < Struct.new(:a)", False),
        ("class OrderLine < StandardError", False),
        ("class OrderLine < Plain", False),
        ("class OrderLine < Line", True),
        ("class OrderLine < ActiveRecord::Base", True),
        ("class OrderLine < Doorkeeper::Line", True),
    ],
)
def test_a_class_stands_for_a_table_by_what_it_comes_of(head: str, *, is_one: bool) -> None:
    files = {
        "app/models/order_line.rb": f"{head}\nend\n",
        "app/models/plain.rb": "class Plain\nend\n",
        "app/models/line.rb": "class Line < ApplicationRecord\nend\n",
        "app/services/all.rb": "OrderLine.all\n",
    }
    assert bool(list(models(files).readers("order_lines"))) is is_one


def test_a_word_of_a_sentence_and_a_column_of_what_belongs_to_it_are_none() -> None:
    files = {
        "app/controllers/order_lines_controller.rb": "raise 'The amount service is not responding'\n",
        "app/models/bill.rb": "class Bill < ApplicationRecord\n  validates_presence_of :order_line, :amount\nend\n",
    }
    assert asked(files, "amount") == []
    assert asked({"app/controllers/order_lines_controller.rb": "rows.where('amount > 3')\n"}, "amount")


def test_a_few_files_are_read_where_a_repository_reads_only_many_together() -> None:
    text = MODEL.encode()
    blob = Blob(path=RepoPath("app/models/order_line.rb"), oid=ObjectId("a" * 40), mode=Mode.REGULAR)
    landscape = Landscape(Tree.of([blob]), MemoryFacts(MemoryRepository({}, {})), read=lambda _oid, _most: text)

    found = RubyModels(landscape, texts={}).readers("order_lines", "sku")

    assert [each.line for each in found] == [4]
