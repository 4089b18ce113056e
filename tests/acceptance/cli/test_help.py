"""`weighbridge --help` lists each command once, under what people do with it."""

import re

import click
import pytest
from tests.acceptance.cli.at_terminal import talk
from tests.acceptance.cli.program import Program

from weighbridge.entrypoints.cli.application import application
from weighbridge.entrypoints.cli.sections import Section


def listed(text: str) -> dict[str, list[str]]:
    """The commands that a help text shows, by their title."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if heading := re.fullmatch(r"(\S.*):", line):
            found[heading.group(1)] = []
        elif found and (name := re.match(r"  (\S+)", line)):
            found[list(found)[-1]].append(name.group(1))
    return {title: names for title, names in found.items() if title != "Options"}


def test_every_command_has_its_place_and_every_title_some(program: Program) -> None:
    ran = program.run(program.home, "--help")

    found = listed(ran.out)
    assert list(found) == [str(section) for section in Section]
    assert all(found.values())
    names = [name for below in found.values() for name in below]
    assert sorted(names) == application.list_commands(click.Context(application))
    assert "..." not in ran.out.replace("[ARGS]...", ""), "a description is cut short"


@pytest.mark.parametrize("columns", [60, 80])
def test_it_fits_a_terminal(program: Program, columns: int) -> None:
    done = talk(program.command("--help"), folder=program.home, environment=program.environment(), columns=columns)

    assert [line for line in done.shown.splitlines() if len(line) > columns] == []
