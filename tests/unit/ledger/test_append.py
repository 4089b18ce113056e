"""Appending adds entries, the right edge and a signed head in one step, and nothing after what cannot be believed."""

import pytest
from tests.samples.ledger import TRUST, WRITER, Files, additions, envelope, ledger_of

from weighbridge.ledger.append import append
from weighbridge.ledger.trusted_ledger import read_ledger


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 513, 700])
def test_what_was_appended_is_read_in_its_order(count: int) -> None:
    files = ledger_of(count)

    ledger = read_ledger(files, TRUST)

    assert ledger is not None
    assert [entry.envelope for entry in ledger.entries()] == [envelope(number) for number in range(count)]


def test_entries_appended_one_by_one_and_at_once_make_the_same_files() -> None:
    single = Files()
    for number in range(520):
        append(single, additions([number]), writer=WRITER, trust=TRUST)

    assert single.files == ledger_of(520).files
