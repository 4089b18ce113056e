"""At a terminal whatever the commands say fits its width; elsewhere a sentence stays on one line, for programs."""

from pathlib import Path

import pytest
from tests.acceptance.cli.at_terminal import Talk, talk
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

SPOKEN: dict[str, tuple[str, ...]] = {
    "an error": ("review", "a-revision-that-nobody-has-ever-heard-of", "--target", "also-nobody-knows-this"),
    "an error of several lines": ("policy", "check", "wrong.yaml"),
    "a mistyped option": ("packages", "list", "--an-option-that-there-is-not-and-that-is-long-enough-to-fold"),
    "a missing value": ("report", "main", "load-test", "no-such-state-as-this-one-was-ever-reported"),
    "an answer of admit": ("admit", "--environment", "production", "--commit", "main", "--target", "main"),
    "an import": ("policy", "import", "CODEOWNERS", "-o", "imported.yaml"),
    "a document": ("document", "new", "threat-model", "-o", "threat-model.md"),
}
OWNERS = "\n".join(f"/services/number-{n}/ @acme/team-{n} somebody@example.org not-an-owner" for n in range(4))
WRONG = "version: 1\nname: shop\nruls: []\nrules:\n  - name: a\n    because: b\n    require: [{aproval: {count: 1}}]\n"

POLICY = "version: 1\nname: shop\nrules: []\nenvironments:\n  production: {level: production}\n"


@pytest.fixture
def store(repository: Scratch) -> Scratch:
    repository.write_all({"CODEOWNERS": OWNERS, "wrong.yaml": WRONG, ".weighbridge/policy.yaml": POLICY})
    repository.commit("Say who owns what")
    return repository


def shown(program: Program, folder: Path, *arguments: str, columns: int) -> Talk:
    environment = {**program.environment(), "TERM": "xterm-256color", "NO_COLOR": "1"}
    return talk(program.command(*arguments), folder=folder, environment=environment, columns=columns)


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("spoken", SPOKEN)
def test_what_is_said_fits_the_terminal(program: Program, store: Scratch, spoken: str, columns: int) -> None:
    done = shown(program, store.folder, *SPOKEN[spoken], columns=columns)

    lines = done.shown.split("\r")[-1].splitlines()
    assert [line for line in lines if len(line) >= columns and " " in line.strip()] == [], done.shown
    assert "Traceback" not in done.shown


def test_a_sentence_goes_on_under_its_beginning(program: Program, store: Scratch) -> None:
    first, second, *_ = shown(program, store.folder, *SPOKEN["an error"], columns=60).shown.splitlines()

    assert first.startswith("weighbridge: ")
    assert second.startswith("  ")


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_program_is_given_each_sentence_whole(program: Program, store: Scratch, spoken: str) -> None:
    narrow = Program(program.home, {"COLUMNS": "40"})

    one, other = (
        each.run(store.folder, *SPOKEN[spoken], *(("--force",) if spoken == "a document" else ()))
        for each in (program, narrow)
    )

    told = (one.out + one.err).splitlines()
    assert told[-1] == (other.out + other.err).splitlines()[-1]
    assert max(map(len, told)) > 60


def test_the_command_that_mends_it_can_be_copied(program: Program, store: Scratch) -> None:
    done = shown(program, store.folder, "approve", "main", columns=60)

    assert "weighbridge review RANGE --keep" in done.shown, done.shown
