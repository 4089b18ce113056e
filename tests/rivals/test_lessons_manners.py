"""Lessons about manners: fast, quiet where nothing matters, short enough for a forge, and clean behind itself."""

import os
import resource
from pathlib import Path

import pytest
from tests.rivals.repository import ENTITIES, Parcels, copy, run_git
from tests.rivals.weighing import Scales, Weighed

FORGE_LIMIT = 60_000
HOOK_CPU_SECONDS = 5.0
"""Far above what is measured by `make bench`: this only catches a hook that has become another kind of program."""


def test_a_page_of_prose_takes_one_line(parcels: Parcels, scales: Scales) -> None:
    change = parcels.edit("prose-page", ("README.md", "billing for parcels.", "billing for all parcels."))

    weighed = scales.weigh(parcels, change)

    assert weighed.status == 0
    shown = [line for line in weighed.terminal.splitlines() if line.strip() and "Full package" not in line]
    assert len([line for line in shown if str(scales.home) not in line]) == 1


def test_the_terminal_keeps_to_one_screen(dangerous: Weighed) -> None:
    assert len(dangerous.terminal.splitlines()) <= 26


def test_a_comment_on_a_huge_change_fits_the_forge(parcels: Parcels, scales: Scales) -> None:
    files = {
        f"parcels/entities/{name}/service.py": parcels.read(f"parcels/entities/{name}/service.py").replace(
            "return money.to_cents(rate *", "return money.to_cents(2 * rate *"
        )
        for name in ENTITIES
    }
    many = {f"parcels/generated/part_{n}.py": f"def part_{n}() -> int:\n    return {n}\n" for n in range(400)}
    more = {f"tools/generated/{n}.rb": f"puts {n}\n" for n in range(400)}

    weighed = scales.weigh(parcels, parcels.propose("huge", {**files, **many, **more}))

    assert len(weighed.markdown) < FORGE_LIMIT
    assert len(weighed.markdown.encode()) < 65_000


def test_the_review_says_what_to_ask_and_how_to_see_it_again(dangerous: Weighed) -> None:
    assert "?" in dangerous.presentation.question
    assert "weighbridge review" in dangerous.presentation.reproduce


def test_a_review_leaves_the_work_tree_as_it_was(parcels: Parcels, scales: Scales, tmp_path: Path) -> None:
    own = copy(parcels, tmp_path / "own")
    change = own.edit("clean", ("parcels/billing/prices.py", "steps * 80", "steps * 82"))
    before = run_git(own.path, "for-each-ref")

    scales.weigh(own, change)

    assert run_git(own.path, "status", "--porcelain", "--ignored") == b""
    assert run_git(own.path, "for-each-ref") == before


def test_a_review_writes_nothing_into_the_home_but_its_cache(parcels: Parcels, tmp_path: Path) -> None:
    scales = Scales(tmp_path / "home")
    scales.home.mkdir()
    change = parcels.edit("at-home", ("parcels/billing/prices.py", "steps * 80", "steps * 83"))

    scales.weigh(parcels, change)

    assert {path.name for path in scales.home.iterdir()} <= {"cache", "out"}


@pytest.mark.parametrize("arguments", ["--version", "--help", "review --help"])
def test_the_command_starts(parcels: Parcels, scales: Scales, arguments: str) -> None:
    ran = scales.run(parcels.path, *arguments.split())

    assert ran.status == 0
    assert ran.out
    assert ran.err == ""


@pytest.mark.parametrize("name", ["baseline", "check", "diff", "doctor", "explain", "feedback", "impact", "init"])
def test_every_promised_command_starts(parcels: Parcels, scales: Scales, name: str) -> None:
    ran = scales.run(parcels.path, name, "--help")

    assert ran.status == 0
    assert f"weighbridge {name}" in ran.out


@pytest.mark.parametrize("change", ["no-such-branch", "main..nowhere", "..", "main...", "-x", "main^{tree}"])
def test_a_change_that_is_not_there_is_a_clear_error(parcels: Parcels, scales: Scales, change: str) -> None:
    ran = scales.run(parcels.path, "review", "--", change)

    assert ran.status in (0, 2), "`..` and `main...` end at HEAD, which is main's tip: nothing to weigh"
    assert ran.status == 2 or change in ("..", "main...")
    assert "Traceback" not in ran.err
    assert "defect" not in ran.err


def test_outside_a_repository_the_command_says_so(scales: Scales, tmp_path: Path) -> None:
    ran = scales.run(tmp_path, "review", "HEAD")

    assert ran.status == 2
    assert "Traceback" not in ran.err
    assert "repository" in ran.err


def test_a_hook_on_one_staged_file_stays_a_hook(parcels: Parcels, scales: Scales, tmp_path: Path) -> None:
    own = copy(parcels, tmp_path / "own")
    prices = own.path / "parcels/billing/prices.py"
    scales.run(own.path, "check")
    prices.write_text(prices.read_text("utf-8").replace("steps * 80", "steps * 84"), "utf-8")
    run_git(own.path, "add", "--all")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    ran = scales.run(own.path, "check")

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ran.status == 0, ran.out + ran.err
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < HOOK_CPU_SECONDS


def test_words_are_english_whatever_the_users_language(parcels: Parcels, tmp_path: Path) -> None:
    class German(Scales):
        def environment(self) -> dict[str, str]:
            return {**super().environment(), "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}

    ran = German(tmp_path).run(parcels.path, "review", "no-such-branch")

    assert ran.status == 2
    assert "unknown" in ran.err.lower() or "no commit" in ran.err.lower()
    assert os.linesep in ran.err
