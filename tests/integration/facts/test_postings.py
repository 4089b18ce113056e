"""The index of terms, advanced by whatever sequence of changes and writers, answers as one built from nothing."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.integration.facts.shelves import ask

from weighbridge.adapters.facts.database import DamagedCacheError, Database
from weighbridge.adapters.facts.postings import MOST_SEGMENTS, _packed, _unpacked
from weighbridge.adapters.facts.records import KEY_BYTES
from weighbridge.adapters.facts.store import FactStore

TERMS = [f"t{n}" for n in range(6)] + ["d:ä", "m:" + "x" * 300, "d:"]
batches = st.dictionaries(
    st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES), st.lists(st.sampled_from(TERMS), unique=True), max_size=5
)


def answers(store: FactStore, keys: Iterable[bytes]) -> dict[str, frozenset[bytes]]:
    wanted = frozenset(keys)
    return {term: store.keys_with(term) & wanted for term in TERMS}


def expected(known: Mapping[bytes, Iterable[str]]) -> dict[str, frozenset[bytes]]:
    return {term: frozenset(key for key, terms in known.items() if term in terms) for term in TERMS}


def packed(batch: Mapping[bytes, Iterable[str]]) -> dict[bytes, str]:
    return {key: "\n".join(terms) for key, terms in batch.items()}


class TwoWriters(RuleBasedStateMachine):
    """Two stores on one file and one scope, a third on another scope, in any order; each must find what it knows of."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.stores = [self.open("s"), self.open("s"), self.open("other")]
        self.known: dict[str, dict[bytes, list[str]]] = {"s": {}, "other": {}}
        self.of_store: list[set[bytes]] = [set(), set(), set()]

    def open(self, scope: str) -> FactStore:
        return FactStore(Database(Path(self.folder.name)), scope)

    @rule(which=st.integers(0, 2), batch=batches)
    def advance(self, which: int, batch: dict[bytes, list[str]]) -> None:
        scope = "other" if which == 2 else "s"
        known = self.known[scope]
        batch = {key: known.get(key, terms) for key, terms in batch.items()}  # a key's terms never change
        self.stores[which].save_terms(packed(batch))
        known.update(batch)
        self.of_store[which] |= batch.keys()

    @rule(which=st.integers(0, 2), batch=batches)
    def advance_often(self, which: int, batch: dict[bytes, list[str]]) -> None:
        for key, terms in batch.items():
            self.advance(which=which, batch={key: terms})

    @rule(which=st.integers(0, 1))
    def open_again(self, which: int) -> None:
        self.stores[which].close()
        self.stores[which] = self.open("s")
        self.of_store[which] = set(self.known["s"])

    @invariant()
    def everybody_finds_what_was_indexed_before_they_looked(self) -> None:
        for store, mine, scope in zip(self.stores, self.of_store, ("s", "s", "other"), strict=True):
            known = {key: self.known[scope][key] for key in mine}
            assert answers(store, mine) == expected(known)
            assert store.trouble == ""

    def teardown(self) -> None:
        fresh = self.open("s")
        assert answers(fresh, self.known["s"]) == expected(self.known["s"])
        for store in (*self.stores, fresh):
            store.close()
        self.folder.cleanup()


TestTwoWriters = TwoWriters.TestCase
TestTwoWriters.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FactStore]:
    with closing(FactStore(Database(tmp_path), "s")) as opened:
        yield opened


def test_many_small_segments_are_merged_and_answer_the_same(tmp_path: Path, store: FactStore) -> None:
    known = {bytes([n]) * KEY_BYTES: [TERMS[n % 5], TERMS[5]] for n in range(3 * MOST_SEGMENTS)}

    for key, terms in known.items():
        store.save_terms(packed({key: terms}))

    assert segments(tmp_path) <= MOST_SEGMENTS
    assert answers(store, known) == expected(known)


def test_one_who_read_the_index_before_another_merged_it_still_finds_all(tmp_path: Path, store: FactStore) -> None:
    known = {bytes([n]) * KEY_BYTES: [TERMS[n % 5]] for n in range(MOST_SEGMENTS)}
    for key, terms in known.items():
        store.save_terms(packed({key: terms}))
    with closing(FactStore(Database(tmp_path), "s")) as before:
        for n in range(100, 110):
            store.save_terms({bytes([n]) * KEY_BYTES: "t0"})

        assert answers(before, known) == expected(known)


def test_another_scope_finds_nothing_of_it(tmp_path: Path, store: FactStore) -> None:
    store.save_terms({b"k" * KEY_BYTES: "t0"})

    with closing(FactStore(Database(tmp_path), "other")) as other:
        assert other.keys_with("t0") == frozenset()


def test_a_blob_indexed_twice_is_found_once(tmp_path: Path, store: FactStore) -> None:
    with closing(FactStore(Database(tmp_path), "s")) as other:
        other.save_terms({b"k" * KEY_BYTES: "t0"})

    store.save_terms({b"k" * KEY_BYTES: "t0"})

    assert segments(tmp_path) == 1
    assert store.keys_with("t0") == {b"k" * KEY_BYTES}


def test_a_changed_byte_of_a_posting_is_damage_and_no_answer(tmp_path: Path, store: FactStore) -> None:
    store.save_terms({b"k" * KEY_BYTES: "t0", b"l" * KEY_BYTES: "t1"})
    ask(tmp_path, lambda c: c.execute("UPDATE posting SET members = (SELECT members FROM posting WHERE term = 't1')"))

    assert store.keys_with("t0") == frozenset()
    assert store.epoch == 1, "whoever relied on the index is told to look again"


@given(st.lists(st.integers(0, 2**32 - 1)), st.binary(max_size=40))
def test_numbers_are_read_as_written_and_only_where_they_belong(numbers: list[int], bound_to: bytes) -> None:
    packed = _packed(numbers, bound_to)

    assert list(_unpacked(packed, bound_to)) == numbers
    with pytest.raises(DamagedCacheError):
        _unpacked(packed, bound_to + b"#")


@given(st.one_of(st.none(), st.text(), st.integers(), st.binary(max_size=40)))
def test_whatever_else_stands_there_is_called_damaged(found: object) -> None:
    with pytest.raises(DamagedCacheError):
        _unpacked(found, b"term")


def segments(folder: Path) -> int:
    found = ask(folder, lambda c: c.execute("SELECT COUNT(*) FROM segment").fetchone())
    return int(found[0])
