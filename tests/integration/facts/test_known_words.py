"""Which words texts say is kept between runs, within bounds, and believed only where it is whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.facts.shelves import Files, open_facts

from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.facts.known_words import MOST_BYTES, MOST_TEXTS, pack, unpack
from weighbridge.adapters.facts.records import seal
from weighbridge.domain.ids import ObjectId
from weighbridge.facts.said_words import packed

WORDS = {ObjectId("a" * 40): packed("amount"), ObjectId("b" * 40): packed("price")}


def test_words_are_kept_beside_those_of_earlier_runs(tmp_path: Path) -> None:
    for oid, words in WORDS.items():
        facts = open_facts(tmp_path, Files({}))
        facts.keep_words({oid: words})
        facts.close()

    facts = open_facts(tmp_path, Files({}))
    assert facts.known_words() == WORDS
    facts.close()


def test_words_are_those_of_one_repository(tmp_path: Path) -> None:
    facts = open_facts(tmp_path, Files({}))
    facts.keep_words(WORDS)
    facts.close()

    other = open_facts(tmp_path, Files({}), scope="another")
    assert other.known_words() == {}
    other.close()


@pytest.mark.parametrize("damage", [bytes(40), pack(WORDS)[:-9] + bytes(9), "a text", b"", seal(b"W", b"no message")])
def test_what_was_damaged_is_nothing_and_is_kept_anew(tmp_path: Path, damage: bytes | str) -> None:
    facts = open_facts(tmp_path, Files({}))
    facts.keep_words(WORDS)
    facts.close()
    with closing(sqlite3.connect(Database(tmp_path).path)) as connection, connection:
        connection.execute("UPDATE known SET payload = ?", (damage,))

    again = open_facts(tmp_path, Files({}))
    assert again.known_words() == {}
    again.keep_words(WORDS)
    assert again.known_words() == WORDS
    again.close()


def test_another_version_packed_other_words() -> None:
    assert unpack(pack(WORDS)) == WORDS
    assert unpack(pack(WORDS, version=0)) == {}


def test_of_too_many_texts_the_latest_are_kept() -> None:
    many = {ObjectId(f"{number:040}"): b"word" for number in range(MOST_TEXTS + 3)}

    assert list(unpack(pack(many))) == list(many)[3:]


def test_of_too_many_bytes_the_latest_are_kept() -> None:
    large = {ObjectId(f"{number:040}"): bytes(MOST_BYTES // 4) for number in range(6)}

    assert list(unpack(pack(large))) == list(large)[2:]
