"""What still speaks of a table is found by the words of texts, without reading the facts of every file."""

from collections.abc import Iterable, Mapping

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.domain.change import Blob
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.table_mentions import table_mentions
from weighbridge.landscape.tree import Tree

FILES = {
    "shop/report.py": 'def report(db):\n    return db.all("SELECT Region FROM Orders WHERE id = 1")\n',
    "shop/row.py": 'def region(row):\n    print("of orders")\n    return row["region"]\n',
    "shop/other.py": 'def other(row):\n    return row["region"]\n',
    "shop/far.py": 'def far():\n    return "reorders and regions"\n',
}


class Counting(MemoryFacts):
    """Facts that note for which files they were asked."""

    def __init__(self, repository: MemoryRepository) -> None:
        super().__init__(repository)
        self.asked: set[str] = set()

    def load(self, blobs: Iterable[Blob], *, in_detail: bool = False) -> Mapping[Blob, FileFacts | CouldNotLook]:
        """The same."""
        given = [*blobs]
        self.asked.update(str(each.path) for each in given)
        return super().load(given, in_detail=in_detail)


@pytest.mark.parametrize(
    ("table", "column", "said"),
    [
        ("orders", "", ["shop/report.py:2"]),
        ("orders", "region", ["shop/report.py:2", "shop/row.py:3"]),
        ("ORDERS", "region", ["shop/report.py:2", "shop/row.py:3"]),
        ("reorder", "", []),
        ("2024", "", []),
    ],
)
def test_a_table_is_spoken_of_where_its_word_stands(table: str, column: str, said: list[str]) -> None:
    landscapes = sight({}, FILES).landscapes
    assert isinstance(landscapes, Landscapes)

    found = table_mentions(landscapes.head, table, column=column)

    assert [f"{each.place.path}:{each.place.line}" for each in found.mentions] == said
    assert found.is_whole


def test_files_without_the_words_are_not_read() -> None:
    repository = MemoryRepository({}, FILES)
    source = Counting(repository)
    tree = Tree().after(sight({}, FILES).change.files)
    source.index(tree.blobs.values())
    source.asked.clear()

    found = table_mentions(View(Landscape(tree, source)), "orders", column="region")

    assert len(found.mentions) == 2
    assert source.asked == {"shop/report.py", "shop/row.py"}
