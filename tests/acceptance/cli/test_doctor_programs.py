"""The doctor says which programs are at hand that some rules lean on, and how much of its room the cache takes."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch


def said_of(program: Program, repository: Scratch, *, name: str) -> tuple[str, str]:
    found = json.loads(program.run(repository.folder, "doctor", "--json", "-").out)["found"]
    return next((each["health"], each["detail"]) for each in found if each["subject"] == name)


@pytest.mark.parametrize("name", ["squawk", "zizmor"])
def test_one_that_is_named_and_not_there_is_something_wrong(program: Program, repository: Scratch, name: str) -> None:
    other = Program(program.home, {f"WEIGHBRIDGE_{name.upper()}": "/nowhere/at-all"})

    assert said_of(other, repository, name=name) == ("blind", "`/nowhere/at-all` is not installed")


def test_one_that_is_switched_off_is_a_note(program: Program, repository: Scratch) -> None:
    health, detail = said_of(Program(program.home, {"WEIGHBRIDGE_SQUAWK": "off"}), repository, name="squawk")

    assert health == "note"
    assert detail.startswith("WEIGHBRIDGE_SQUAWK is off")


def test_one_that_is_there_is_named_by_its_place(program: Program, repository: Scratch, tmp_path: Path) -> None:
    place = tmp_path / "squawk"
    place.write_text("#!/bin/sh\n", "utf-8")
    place.chmod(0o755)

    health, detail = said_of(Program(program.home, {"WEIGHBRIDGE_SQUAWK": str(place)}), repository, name="squawk")

    assert (health, detail) == ("ok", f"{place} looks at scripts of PostgreSQL too")


def test_the_cache_is_told_with_its_size_and_when_something_goes_from_it(program: Program, repository: Scratch) -> None:
    health, detail = said_of(program, repository, name="cache")

    assert health == "ok"
    assert " MB; once a day what was unused for longest goes where its facts take more than 2,147 MB" in detail
