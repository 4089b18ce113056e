"""The hashes of a bundle are those of its entries, whatever was looked at before; what was altered since is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import TRUST, WRITER, Files, additions, ledger_of

from weighbridge.ledger.append import append
from weighbridge.ledger.errors import AlteredError
from weighbridge.ledger.last_row import LastRow
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.tiles import pack

BUNDLE = "tile/entries/000.p/{}"

bundles = st.lists(st.binary(max_size=5), max_size=8)


@given(bundles=st.lists(bundles, max_size=6))
def test_the_hashes_do_not_depend_on_what_was_looked_at_before(bundles: list[list[bytes]]) -> None:
    last = LastRow()

    for entries in bundles:
        assert last.of(pack(entries), name="it") == b"".join(map(leaf_hash, entries))


@given(parts=st.lists(bundles, max_size=6))
def test_a_bundle_that_grows_has_the_hashes_of_all_of_it(parts: list[list[bytes]]) -> None:
    last = LastRow()
    entries: list[bytes] = []

    for part in parts:
        entries += part
        assert last.of(pack(entries), name="it") == b"".join(map(leaf_hash, entries))


def test_a_bundle_that_breaks_off_is_refused_and_is_not_kept() -> None:
    last = LastRow()
    last.of(pack([b"one"]), name="it")

    for _ in range(2):
        with pytest.raises(AlteredError, match="it breaks off within an entry"):
            last.of(pack([b"one", b"two"])[:-1], name="it")

    assert last.of(pack([b"one", b"two"]), name="it") == leaf_hash(b"one") + leaf_hash(b"two")


@pytest.mark.parametrize("at", [0, 2, 700, -1])
def test_nothing_is_appended_after_entries_that_were_altered_since_they_were_hashed(at: int) -> None:
    files = ledger_of(2)
    append(files, additions([7]), writer=WRITER, trust=TRUST)
    altered = bytearray(files.files[BUNDLE.format(3)])
    altered[at] ^= 1
    files.files[BUNDLE.format(3)] = bytes(altered)
    before = dict(files.files)

    with pytest.raises(AlteredError):
        append(files, additions([8]), writer=WRITER, trust=TRUST)

    assert files.files == before


def test_nothing_is_appended_after_entries_that_were_put_in_another_ledger() -> None:
    append(ledger_of(3), additions([9]), writer=WRITER, trust=TRUST)
    other = Files(dict(ledger_of(3, first=20).files))
    other.files[BUNDLE.format(3)] = ledger_of(3).files[BUNDLE.format(3)]

    with pytest.raises(AlteredError, match="entry 0 of memory is not the one that was appended"):
        append(other, additions([10]), writer=WRITER, trust=TRUST)
