"""What lies where ledgers, their texts and their anchors do, and is none of them."""

from pathlib import Path

import pytest
from tests.acceptance.cli.laptop import LEDGER, Laptop, laptop_of, swap_people, unwrapped


@pytest.fixture
def ada(tmp_path: Path) -> Laptop:
    return laptop_of(tmp_path)


def test_an_anchor_goes_on_beside_other_files_only_where_one_stands_already(ada: Laptop) -> None:
    ada.say(1)
    ada.scratch.git("branch", "release")
    ada.scratch.git("checkout", "-q", "-b", "old")
    note = ada.scratch.git("show", f"{LEDGER}:checkpoint")
    ada.scratch.commit(**{"ledger-checkpoint": f"{note}\n"})
    ada.scratch.git("checkout", "-q", "-b", "feature", "main")
    ada.scratch.commit(**{"ledger-checkpoint": "what I call one\n"})
    ada.scratch.git("checkout", "-q", "--detach")
    ada.scratch.git("symbolic-ref", "refs/heads/alias", "refs/heads/anchor")
    ada.say(2)
    places = ("main", "release", "feature", "alias")
    there = [ada.scratch.git("for-each-ref", f"refs/heads/{name}") for name in places]

    refused = [ada.ledger("anchor", "--ref", f"refs/heads/{name}") for name in places]
    again = ada.ledger("anchor", "--ref", "refs/heads/old")

    assert [each.status for each in refused] == [2, 2, 1, 2], refused
    assert all("holds other files and no anchor, and nothing was written to it" in each.err for each in refused[:2])
    assert "cannot be read" in refused[2].err, "what stands there by that name is held against the ledger first"
    assert "refs/heads/alias stands for refs/heads/anchor" in refused[3].err
    assert [ada.scratch.git("for-each-ref", f"refs/heads/{name}") for name in places] == there
    assert again.status == 0, again
    assert ada.scratch.git("ls-tree", "-r", "--name-only", "old").split() == [
        ".weighbridge/ledger.yaml",
        "ledger-checkpoint",
    ]


def test_a_text_of_people_that_is_no_entrys_is_no_success_and_can_be_erased(ada: Laptop) -> None:
    ada.say(1)
    stray = f"personal/{'ab' * 32}"
    swap_people(ada, f"personal/ab/{'ab' * 32}", data=b"Eve")
    swap_people(ada, "else/where", data=b"Eve")

    ran = ada.ledger("verify")
    unsaid = ada.ledger("erase", "--yes")
    erased = ada.ledger("erase", "--stray", "--yes")
    left = ada.ledger("verify")

    assert ran.status == 3, ran
    assert "2 are no entry's that is here, as else/where" in unwrapped(ran.out)
    assert "Could not look: 2 texts beside the ledger may be of an entry that was not fetched" in unwrapped(ran.out)
    assert unsaid.status == 2
    assert erased.status == 0, erased
    assert "1 text of no entry is erased" in erased.out
    assert "else/where is no text of Weighbridge's" in erased.out
    assert left.status == 3
    assert "1 are no entry's" in unwrapped(left.out)
    assert stray not in unwrapped(left.out)


def test_what_is_erased_as_of_no_entry_is_of_none(ada: Laptop) -> None:
    ada.say(1)
    before = ada.ledger("show").out
    swap_people(ada, f"personal/ab/{'ab' * 32}", data=b"Eve")

    erased = ada.ledger("erase", "--stray", "--yes")

    assert erased.status == 0, erased
    assert ada.ledger("verify").status == 0
    assert ada.ledger("show").out == before
