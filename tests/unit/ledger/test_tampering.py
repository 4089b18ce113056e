"""Whatever a hostile hand does to an anchored export is found; the long form is `python -m benchmarks.tampering`."""

import pytest
from benchmarks.tampering import ELSEWHERE, WAYS, changes_nothing, export_of, is_detected, rows, trials
from hypothesis import given
from hypothesis import strategies as st

EXPORT = export_of(300).whole


def test_hundreds_of_changed_exports_are_all_found_out() -> None:
    found = list(trials(390, seed=20_260_309))

    assert [(each.way, each.size) for each in found if each.told is None] == []
    assert {each.way for each in found} == {way.__name__.replace("_", " ") for way in WAYS}


def test_what_is_wrong_is_said_in_a_sentence_with_a_place_and_a_way_out() -> None:
    for each in trials(130, seed=5):
        assert each.told is not None
        assert len(each.told.split()) > 8
        assert any(place in each.told for place in ("memory", "refs/heads/anchors"))


@pytest.mark.parametrize("size", [1, 300])
def test_an_export_that_nobody_touched_is_believed(size: int) -> None:
    assert is_detected(export_of(size).whole) is None


@pytest.mark.parametrize("size", [1, 300])
def test_an_export_from_which_any_texts_were_erased_is_believed(size: int) -> None:
    whole = export_of(size).whole
    texts = [name for name in whole if name.startswith("personal/")]
    fewer = {name: data for name, data in whole.items() if name not in texts[::2]}

    assert len(texts) == -(-size // 3)
    assert is_detected(fewer) is None
    assert changes_nothing(fewer, whole)
    assert not changes_nothing({**fewer, texts[0]: b""}, whole)
    assert not changes_nothing({**fewer, "personal/ada": b""}, whole)


@given(st.data())
def test_one_flipped_bit_anywhere_fails_closed(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXPORT)))
    at, bit = data.draw(st.integers(0, len(EXPORT[name]) - 1)), data.draw(st.integers(0, 7))
    changed = EXPORT[name][:at] + bytes([EXPORT[name][at] ^ 1 << bit]) + EXPORT[name][at + 1 :]

    assert is_detected({**EXPORT, name: changed})


@pytest.mark.parametrize("name", ["checkpoint", ELSEWHERE])
def test_every_single_bit_of_a_checkpoint_and_of_its_anchor_counts(name: str) -> None:
    data = EXPORT[name]

    unseen = [
        (at, bit)
        for at in range(len(data))
        for bit in range(8)
        if is_detected({**EXPORT, name: data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]}) is None
    ]

    assert unseen == []


def test_the_share_that_was_found_out_is_told_by_the_way() -> None:
    first, *by_way = rows(list(trials(26, seed=1)))

    assert (first.figure, first.goal) == (100, 100)
    assert len(by_way) == len(WAYS)
