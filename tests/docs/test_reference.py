"""The reference is what the code says: nothing is missing from it, and nothing is out of date."""

from pathlib import Path

import click
import pytest
from scripts.write_reference import DOCUMENTS, REFERENCE, pages

from weighbridge.entrypoints.cli.application import application
from weighbridge.landscape.documents.shapes import Listing, Named, Record, Shape


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_the_one_that_make_docs_writes(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == pages()[name]


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_setting_has_its_line(name: str) -> None:
    page = (REFERENCE / name).read_text("utf-8")

    assert [key for key in keys_of(DOCUMENTS[name][2]) if f"| `{key}` |" not in page] == []


def test_every_command_has_its_section() -> None:
    page = (REFERENCE / "commands.md").read_text("utf-8")
    context = click.Context(application)

    assert [name for name in application.list_commands(context) if f"## weighbridge {name}\n" not in page] == []


def keys_of(shape: Shape, within: tuple[str, ...] = ()) -> list[str]:
    """Every key of a shape; of a record that stands within another of its name only once."""
    match shape:
        case Record(keys=keys, called=called):
            inner = (*within, called) if called else within
            known = bool(called) and called in within
            return [] if known else [n for k, value in keys.items() for n in (k, *keys_of(value.shape, inner))]
        case Listing(of=of) | Named(of=of):
            return keys_of(of, within)
        case _:
            return []


def test_every_page_of_the_reference_is_linked_from_its_index() -> None:
    index = (REFERENCE / "README.md").read_text("utf-8")
    written = sorted(path.relative_to(REFERENCE) for path in Path(REFERENCE).glob("*.md") if path.name != "README.md")

    assert [str(path) for path in written if f"]({path})" not in index] == []
