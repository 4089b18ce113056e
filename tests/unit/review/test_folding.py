"""Sentences fit a terminal's width, and what a person copies out of them stays in one piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.review.folding import filled, folded

DIGEST = f"sha256:{'a' * 64}"


def test_a_long_sentence_hangs_under_its_beginning() -> None:
    text = "weighbridge: there is no key to sign with, and nothing was signed\n"

    assert folded(text, 40) == (
        "weighbridge: there is no key to sign\n  with, and nothing was signed\n"
    )  # fmt: skip


def test_what_is_indented_hangs_deeper() -> None:
    text = "Not admitted\n  missing: an entry that decides on this tree\n"

    assert folded(text, 30) == "Not admitted\n  missing: an entry that\n    decides on this tree\n"


def test_what_fits_is_left_as_it_is() -> None:
    text = "wrote   a  file\n\n    in  columns\n"

    assert folded(text, 80) == text


@pytest.mark.parametrize(
    "piece",
    [
        "`weighbridge review main..fix --keep`",
        "weighbridge review main..fix --environment production --record",
        "weighbridge ledger sync",
        "weighbridge people revoke FINGERPRINT --cause lost",
        "git config --global --add safe.directory /srv/shop",
        "git fetch --unshallow",
        "`git push origin refs/heads/main and more`",
        "/srv/a/very/long/folder/that/no/terminal/is/wide/enough/for/policy.yaml:12:3:",
        DIGEST,
    ],
)
def test_what_is_copied_is_not_broken(piece: str) -> None:
    for width in range(20, 100, 7):
        for before in ("it was", "it was neither here nor there and"):
            text = folded(f"  {before} {piece}, as was said before by somebody\n", width)

            assert any(piece in line for line in text.splitlines()), text


def test_a_digest_beside_a_label_stays_whole() -> None:
    assert filled(f"it is {DIGEST} of it", 30) == ["it is", DIGEST, "of it"]


@pytest.mark.parametrize("piece", ["'a name of several words'", '"I ran it and it worked"'])
def test_a_quotation_is_not_broken_where_it_fits(piece: str) -> None:
    assert piece in folded(f"it was neither here nor there and it was {piece}, as was said", 40)
    assert max(map(len, folded(f"it was neither here nor there and it was {piece}", 20).splitlines())) <= 20


def test_prose_behind_a_command_is_folded() -> None:
    text = "weighbridge ledger sync, then git push, takes the ledger to where it is protected from everybody\n"

    assert max(map(len, folded(text, 40).splitlines())) <= 40


def test_an_apostrophe_holds_nothing_together() -> None:
    text = "it is the 'organisation's policy' that the people of the clones' owners 'never saw before or after\n"

    assert max(map(len, folded(text, 30).splitlines())) <= 30


@given(st.text("ab `'\"-./", max_size=60), st.integers(20, 50))
def test_folding_loses_no_word(text: str, width: int) -> None:
    assert folded(text, width).split() == text.split()


@given(st.lists(st.text("abc", min_size=1, max_size=12), max_size=40), st.integers(20, 60))
def test_short_words_never_run_over(words: list[str], width: int) -> None:
    assert all(len(line) <= width for line in folded(" ".join(words), width).split("\n"))
