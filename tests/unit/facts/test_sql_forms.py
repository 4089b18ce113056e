"""Each form of a statement that the reader knows, in three dialects, with what is read of it: `tests/samples/sql_forms.txt`."""

from pathlib import Path

import pytest
from tests.unit.facts.sql_told import acts_in

from weighbridge.facts.sql.reading import read_deeds

FORMS = Path(__file__).parents[2] / "samples" / "sql_forms.txt"


def forms() -> dict[str, list[str]]:
    """The statements with their acts, which stand below each, set in."""
    found: dict[str, list[str]] = {}
    statement = ""
    for line in FORMS.read_text("utf-8").splitlines():
        if line.startswith("    "):
            found[statement].append(line.strip())
        elif line and not line.startswith("#"):
            statement = line
            found[statement] = []
    return found


@pytest.mark.parametrize(("statement", "acts"), forms().items())
def test_a_form_is_read_as_what_it_does(statement: str, acts: list[str]) -> None:
    assert acts_in(statement) == acts


def test_there_are_many_forms() -> None:
    assert len(forms()) >= 250


@pytest.mark.parametrize("statement", forms())
def test_a_form_is_read_the_same_in_small_letters_with_comments_and_line_breaks(statement: str) -> None:
    spread = statement.replace(" ", " -- why; not\n /* a; b */ ", 1)

    assert [told.split()[0] for told in acts_in(spread)] == [told.split()[0] for told in acts_in(statement)]


@pytest.mark.parametrize("statement", forms())
def test_only_what_nobody_knows_is_unread(statement: str) -> None:
    is_known = not any(act.startswith("Unclear") for act in forms()[statement])

    assert (read_deeds(statement).unread == ()) == is_known
