"""A little application of Rails that says names of columns in every way in which they are asked for."""

from collections.abc import Mapping
from typing import Final

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.tree import Tree

APPLICATION: Final = {
    "app/models/order_line.rb": "class OrderLine < ApplicationRecord\n  belongs_to :order\n  validates :sku, presence: true\n"
    "  scope :dear, -> { where('price > 10') }\n  def label\n    title.upcase\n  end\nend\n",
    "app/models/gift.rb": "class Gift < OrderLine\n  validates :wrapping, presence: true\nend\n",
    "app/models/zest/card.rb": "class Card < ::Gift\n  validates :greeting, presence: true\nend\n",
    "app/models/account.rb": "class Account < ApplicationRecord\n  has_secure_password\n  self.ignored_columns += %w[age]\nend\n",
    "app/models/legacy/entry.rb": 'class Legacy::Entry < Base\n  self.table_name = "ledger.gl_rows"\n  after_save :amount\nend\n',
    "app/models/entry.rb": "class Entry < Legacy::Entry\nend\n",
    "app/models/note.rb": "class Note < ApplicationRecord\n  validates :amount, :table_name\nend\n",
    "app/serializers/order_line_serializer.rb": "attributes :id, :sku\n",
    "app/views/order_lines/_form.html.erb": "<%= f.text_field :wrapping %>\n",
    "app/services/found.rb": "OrderLine.find_by_sku_and_price(1, 2)\nEntry.where(amount: 1)\nAccount.new\n",
    "app/services/changed.rb": "first_order_line.price_was\n@order_line&.title_changed?\nlast_gift[:greeting]\n",
    "app/services/hidden.rb": "x = unpriced.price\nprices.sku_price\ny.amount_was\n",
    "lib/tasks/rows.rake": "order.order_lines.pluck(\n  :id,\n  :price\n)\nexecute 'select gl_rows.amount from gl_rows'\n",
    "spec/models/order_line_spec.rb": "OrderLine.where(price: 1)\n",
}
TABLES: Final = ("order_lines", "gifts", "accounts", "gl_rows", "entries", "notes", "cards", "nothing", "no table")
COLUMNS: Final = (
    *("", "sku", "price", "title", "order_id", "wrapping", "greeting", "password_digest", "amount", "age", "id"),
    *("table_name", "a column", "unheard_of"),
)


class Forgetful(MemoryFacts):
    """Facts that remember no text, so that each must be read."""

    def known_words(self) -> Mapping[ObjectId, bytes]:
        """None."""
        return {}


class Watched(MemoryRepository):
    """A repository that tells of which files somebody wanted the bytes."""

    def __init__(self, files: Mapping[str, str]) -> None:
        super().__init__({}, files)
        self.tree = Tree(self.entries(self.change(ChangeRequest()).head_tree))
        self.wanted: set[RepoPath] = set()

    def landscape(self, facts: MemoryFacts) -> Landscape:
        """What is seen of it."""
        return Landscape(self.tree, facts, read=self._read, read_many=lambda _oids, _limit: {})

    def _read(self, oid: ObjectId, limit: int) -> bytes | CouldNotLook:
        self.wanted.update(path for path, blob in self.tree.blobs.items() if blob.oid == oid)
        return self.read(oid, limit)
