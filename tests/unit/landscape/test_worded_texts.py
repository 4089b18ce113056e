"""Texts whose words an earlier run remembers: which may say a word is told without reading them again."""

from tests.unit.landscape.rails import APPLICATION, COLUMNS, TABLES, Forgetful, Watched

from weighbridge.adapters.memory import MemoryFacts
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.ruby_models import RubyModels, RubyReader
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.worded_texts import WordedTexts

FILES = {"a.rb": "amount", "b.rb": "price", "c.rb": "find_by_amount", "large.rb": "price " * 100}


def texts_of(repository: Watched, facts: MemoryFacts) -> WordedTexts:
    return WordedTexts(repository.landscape(facts), texts={}, most_bytes=100)


def answers(landscape: Landscape, table: str, *, column: str) -> tuple[list[RubyReader], RubyReader | None]:
    models = RubyModels(landscape, texts={})
    return list(models.readers(table, column)), models.ignoring(table, column) if column else None


def test_what_was_read_once_is_not_read_again() -> None:
    repository, facts = Watched(FILES), MemoryFacts(Watched(FILES))
    first = texts_of(repository, facts).saying(repository.tree.blobs, ("amount",))
    repository.wanted.clear()

    assert texts_of(repository, facts).saying(repository.tree.blobs, ("amount",)) == first
    assert repository.wanted == {"large.rb"}


def test_what_cannot_be_read_may_say_anything_and_is_not_remembered() -> None:
    repository, facts = Watched(FILES), MemoryFacts(Watched(FILES))
    texts = texts_of(repository, facts)

    assert texts.saying(repository.tree.blobs, ("amount",)) == {"a.rb", "c.rb", "large.rb"}
    assert repository.tree.blobs[RepoPath("large.rb")].oid not in facts.known_words()
    assert texts.text(RepoPath("large.rb")) == ""


def test_only_those_asked_for_are_read() -> None:
    repository = Watched(FILES)

    assert texts_of(repository, MemoryFacts(repository)).saying([RepoPath("b.rb")], ("amount",)) == set()
    assert repository.wanted == {"b.rb"}


def test_answers_are_those_of_who_reads_every_text() -> None:
    repository, facts = Watched(APPLICATION), MemoryFacts(Watched(APPLICATION))
    for table in TABLES:
        for column in COLUMNS:
            expected = answers(repository.landscape(Forgetful(repository)), table, column=column)
            assert answers(repository.landscape(facts), table, column=column) == expected, (table, column)
            assert answers(repository.landscape(facts), table, column=column) == expected, (table, column)


def test_every_way_to_ask_is_among_those_answers() -> None:
    repository, facts = Watched(APPLICATION), MemoryFacts(Watched(APPLICATION))

    def asking(table: str, column: str) -> set[str]:
        """The files that ask, of which the words are remembered."""
        texts_of(repository, facts).saying(repository.tree.blobs, ("whatever",))
        return {each.path.rpartition("/")[2] for each in answers(repository.landscape(facts), table, column=column)[0]}

    assert asking("order_lines", "sku") == {"order_line.rb", "order_line_serializer.rb"}
    assert asking("order_lines", "price") == {"order_line.rb", "found.rb", "changed.rb", "rows.rake"}
    assert asking("order_lines", "title") == {"order_line.rb", "changed.rb"}
    assert asking("order_lines", "order_id") == {"order_line.rb"}
    assert asking("order_lines", "wrapping") == {"gift.rb", "_form.html.erb"}
    assert asking("order_lines", "greeting") == {"card.rb", "changed.rb"}
    assert asking("accounts", "password_digest") == {"account.rb"}
    assert asking("gl_rows", "amount") == {"entry.rb", "found.rb", "rows.rake"}
    assert asking("accounts", "") == {"account.rb", "found.rb"}


def test_a_remembered_application_is_read_where_it_may_ask_and_nowhere_else() -> None:
    repository, facts = Watched(APPLICATION), MemoryFacts(Watched(APPLICATION))
    answers(repository.landscape(facts), "accounts", column="password_digest")
    repository.wanted.clear()

    answers(repository.landscape(facts), "accounts", column="password_digest")

    assert repository.wanted == {"app/models/account.rb"}


def test_a_link_to_nowhere_is_asked_itself() -> None:
    blob = Blob(path=RepoPath("a.rb"), oid=ObjectId("a" * 40), mode=Mode.REGULAR)
    landscape = Landscape(Tree.of([blob]), MemoryFacts(Watched({})))

    assert WordedTexts(landscape, texts={}, most_bytes=100).saying([blob.path], ("amount",)) == {"a.rb"}
