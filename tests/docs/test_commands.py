"""Every command that a page shows is run, in a repository like a reader's, and does what the page says it does."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from examples.build_demo import build, git
from tests.docs.pages import ROOT, Command, commands, pages

PAGES_WITH_COMMANDS = [page for page in pages() if any(commands(page))]
RUN = ("weighbridge", "git", "cat", "echo", "cp", "mkdir", "sed")
EXIT_CODE = "echo $?"
IDLE = "holds of no change: there is no"
"""What `policy check` says of a condition about paths that are not there."""


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder holding `weighbridge` as an installation would."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "weighbridge"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m weighbridge.entrypoints.cli "$@"\n', "utf-8")
    program.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def storefront(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "storefront"
    build(folder)
    git(folder, "switch", "--quiet", "fix-rounding")
    return folder


def run(command: Command, repository: Path, *, programs: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(repository.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A Reader",
        "GIT_AUTHOR_EMAIL": "reader@storefront.example",
        "GIT_COMMITTER_NAME": "A Reader",
        "GIT_COMMITTER_EMAIL": "reader@storefront.example",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
        "LINES": "24",
    }
    return subprocess.run(
        ["bash", "-c", command.text],
        cwd=repository,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )


def matches(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Whether `printed` begins with the shown lines; a line `...` stands for any lines, at the end for the rest."""
    if not shown:
        return True
    if shown[0].strip() == "...":
        return any(matches(shown[1:], printed[skipped:]) for skipped in range(len(printed) + 1))
    return bool(printed) and printed[0].rstrip() == shown[0] and matches(shown[1:], printed[1:])


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_do_what_it_says(page: Path, storefront: Path, programs: Path, tmp_path: Path) -> None:
    repository = Path(shutil.copytree(storefront, tmp_path / "storefront"))
    listed = list(commands(page))
    for command, following in zip(listed, [*listed[1:], None], strict=True):
        program = command.text.split()[0]
        if program == "make":
            done = subprocess.run(["make", "-n", *command.text.split()[1:]], cwd=ROOT, capture_output=True, check=False)
            assert done.returncode == 0, f"{command}: there is no such target"
            continue
        if command.text == EXIT_CODE:
            continue
        assert program in RUN, (
            f"{command}: only {', '.join(RUN)} and make are run; show others in a block of another kind"
        )
        ran = run(command, repository, programs=programs)
        told = following.shown[0] if following and following.text == EXIT_CODE else "0"
        assert str(ran.returncode) == told, f"{command}: exit code {ran.returncode}\n{ran.stdout}"
        printed = [line for line in ran.stdout.splitlines() if line.strip()]
        assert matches(command.shown, printed), f"{command} printed\n{ran.stdout}"
        assert IDLE not in " ".join(ran.stdout.split()), (
            f"{command}: what the page writes applies to nothing here\n{ran.stdout}"
        )


def test_some_page_shows_commands() -> None:
    assert ROOT / "README.md" in PAGES_WITH_COMMANDS


@pytest.mark.parametrize(
    ("shown", "printed"),
    [((), ["a"]), (("a",), ["a", "b"]), (("a", "...", "c"), ["a", "b", "b", "c", "d"]), (("...", "d"), ["c", "d"])],
)
def test_shown_lines_may_leave_others_out(shown: tuple[str, ...], printed: list[str]) -> None:
    assert matches(shown, printed)


@pytest.mark.parametrize(("shown", "printed"), [(("b",), ["a", "b"]), (("a", "c"), ["a", "b", "c"]), (("a",), [])])
def test_shown_lines_may_not_be_wrong(shown: tuple[str, ...], printed: list[str]) -> None:
    assert not matches(shown, printed)
