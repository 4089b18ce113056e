"""`weighbridge check`: says what is new and wrong with what is staged, and nothing about what is well."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.cli.program import EVIL, Program
from tests.integration.git.scratch import Scratch

from weighbridge.app.check_change import MOST_UNREAD

CLEAN = "def price(article):\n    return article.cents + 1\n"
BROKEN = "def price(article:\n    return (((\n"


def stage(repository: Scratch, path: str, *, text: str) -> None:
    repository.write(path, text)
    repository.git("add", path)


def test_a_clean_change_is_passed_without_a_word(program: Program, repository: Scratch) -> None:
    program.run(repository.folder, "review", "-q")
    stage(repository, "shop/prices.py", text=CLEAN)

    ran = program.run(repository.folder, "check")

    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_what_an_earlier_run_knows_of_the_tree_changes_no_answer(
    program: Program, repository: Scratch, tmp_path: Path
) -> None:
    program.run(repository.folder, "review", "-q")
    repository.git("mv", "shop/prices.py", "shop/money.py")
    repository.commit("Move it", **{"shop/more.py": "def more():\n    return 1\n", "shop/extra/deep.py": "x = 1\n"})
    repository.commit("Use it", **{"shop/uses.py": "from shop.more import more\n\nmore()\n"})
    stage(repository, "shop/more.py", text="def more(least):\n    return least\n")
    fresh = Program(tmp_path / "another-home")
    fresh.run(repository.folder, "review", "--staged", "-q")

    known = program.run(repository.folder, "check", "--json", "-")
    anew = fresh.run(repository.folder, "check", "--json", "-")

    found, other = json.loads(known.out), json.loads(anew.out)
    assert found["decision"] == other["decision"]
    assert any("shop/uses.py" in str(each) for each in found["decision"]["findings"])


def test_nothing_staged_is_passed_without_a_word(program: Program, repository: Scratch) -> None:
    ran = program.run(repository.folder, "check")

    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_a_blocking_finding_fails_in_two_lines_with_the_way_to_its_explanation(
    program: Program, repository: Scratch
) -> None:
    stage(repository, "shop/roles.py", text=EVIL)

    ran = program.run(repository.folder, "check")
    place, name, *_ = ran.out.splitlines()

    assert ran.status == 1
    assert place.startswith("shop/roles.py:1: ")
    explained = program.run(repository.folder, *name.split()[1:3])
    assert explained.status == 0
    assert "shop/roles.py:1" in explained.out


def test_who_logs_in_where_a_tool_fetches_from_is_not_said(program: Program, repository: Scratch) -> None:
    program.run(repository.folder, "review", "-q")
    stage(repository, "pip.conf", text="[global]\nindex-url = https://ada:hunter2@pip.example/simple\n")

    ran = program.run(repository.folder, "check", "--json", "-")

    assert "https://…@pip.example/simple" in str(json.loads(ran.out)["decision"]["findings"])
    assert "hunter2" not in ran.out


def test_a_module_that_is_moved_away_from_who_imports_it_is_a_finding(program: Program, repository: Scratch) -> None:
    program.run(repository.folder, "review", "-q")
    repository.git("mv", "shop/prices.py", "shop/money.py")

    ran = program.run(repository.folder, "check")

    assert ran.status == 1
    assert "shop/cart.py:1" in ran.out + ran.err
    assert "behaviour/removed-but-used" in ran.out + ran.err


def test_a_finding_that_the_base_has_too_is_not_repeated(program: Program, repository: Scratch) -> None:
    repository.commit("Let it in", **{"shop/roles.py": EVIL})
    stage(repository, "shop/roles.py", text=EVIL + "other = 1\n")

    ran = program.run(repository.folder, "check")

    assert (ran.status, ran.out) == (0, "")


def test_code_that_cannot_be_read_is_not_passed(program: Program, repository: Scratch) -> None:
    stage(repository, "shop/prices.py", text=BROKEN)

    ran = program.run(repository.folder, "check")

    assert ran.status == 3
    assert "shop/prices.py" in ran.out


def test_a_change_that_wants_an_approval_is_not_failed_for_it(program: Program, repository: Scratch) -> None:
    stage(repository, ".github/workflows/deploy.yml", text="on: push\njobs: {}\n")

    assert program.run(repository.folder, "check").status == 0
    assert program.run(repository.folder, "review", "--staged", "-q").status == 1


def test_only_what_is_staged_is_checked(program: Program, repository: Scratch) -> None:
    repository.write("shop/roles.py", EVIL)

    assert program.run(repository.folder, "check").status == 0
    assert program.run(repository.folder, "check", "--worktree").status == 1


def tree(folder: Path, files: int) -> Scratch:
    """A tree of small modules, in which one that another uses is staged without what is used."""
    repository = Scratch.make(folder)
    repository.write_all({f"package/m{n}.py": f"def f{n}():\n    return {n}\n" for n in range(files)})
    repository.commit("Start", **{"package/uses.py": "from package.m1 import f1\n\nf1()\n"})
    stage(repository, "package/m1.py", text="def other():\n    return 1\n")
    return repository


def test_a_tree_that_was_never_read_is_read_by_its_first_check(program: Program, tmp_path: Path) -> None:
    ran = program.run(tree(tmp_path / "small", 120).folder, "check")

    assert ran.status == 1
    assert "package/uses.py" in ran.out


def test_a_large_tree_that_was_never_read_is_left_to_a_review(program: Program, tmp_path: Path) -> None:
    repository = tree(tmp_path / "large", MOST_UNREAD + 1)

    ran = program.run(repository.folder, "check")

    assert ran.status == 0
    assert len(ran.out.splitlines()) == 1
    assert "run `weighbridge review` here once" in ran.out


def test_where_nothing_can_be_kept_a_tree_is_not_read_for_every_commit(program: Program, tmp_path: Path) -> None:
    repository = tree(tmp_path / "kept", 120)
    forgetful = Program(program.home, {"WEIGHBRIDGE_CACHE": "/dev/null/cache"})

    assert forgetful.run(repository.folder, "check").status == 0
    strict = forgetful.run(repository.folder, "check", "--strict")

    assert strict.status == 3
    assert "weighbridge review" in strict.out


def test_strict_passes_what_was_looked_at(program: Program, repository: Scratch) -> None:
    stage(repository, "shop/prices.py", text=CLEAN)

    assert program.run(repository.folder, "check", "--strict").status == 0


def test_json_on_the_standard_output_is_alone_there(program: Program, repository: Scratch) -> None:
    stage(repository, "shop/roles.py", text=EVIL)

    ran = program.run(repository.folder, "check", "--json", "-")

    assert ran.status == 1
    assert [w["state"] for w in json.loads(ran.out)["decision"]["findings"]] == ["new"]


def test_sarif_is_written_to_a_file(program: Program, repository: Scratch, tmp_path: Path) -> None:
    stage(repository, "shop/roles.py", text=EVIL)

    program.run(repository.folder, "check", "-q", "--sarif", str(tmp_path / "out.sarif"))

    (run,) = json.loads((tmp_path / "out.sarif").read_text())["runs"]
    assert [r["ruleId"] for r in run["results"]] == ["integrity/bidirectional-text"]


def test_quiet_leaves_the_exit_code_to_speak(program: Program, repository: Scratch) -> None:
    stage(repository, "shop/roles.py", text=EVIL)

    ran = program.run(repository.folder, "check", "--quiet")

    assert (ran.status, ran.out, ran.err) == (1, "", "")


def test_report_only_of_the_trusted_description_fails_nothing(program: Program, repository: Scratch) -> None:
    repository.commit("Only tell", **{".weighbridge/system.yaml": "version: 1\nreport_only: true\n"})
    stage(repository, "shop/roles.py", text=EVIL)

    ran = program.run(repository.folder, "check")

    assert ran.status == 0
    assert "shop/roles.py:1" in ran.out


def test_report_only_that_the_change_itself_brings_counts_for_nothing(program: Program, repository: Scratch) -> None:
    stage(repository, ".weighbridge/system.yaml", text="version: 1\nreport_only: true\n")
    stage(repository, "shop/roles.py", text=EVIL)

    assert program.run(repository.folder, "check").status == 1


@pytest.fixture
def hooked(program: Program, repository: Scratch) -> Scratch:
    """The repository with a pre-commit hook, as `init --hook` writes it."""
    folder = program.home / "bin"
    folder.mkdir()
    (folder / "weighbridge").write_text(f'#!/bin/sh\nexec {sys.executable} -P -m weighbridge.entrypoints.cli "$@"\n')
    (folder / "weighbridge").chmod(0o755)
    assert program.run(repository.folder, "init", "--hook", "-q").status == 0
    repository.git("add", "-A")
    commit(program, repository, "-m", "Set up")
    return repository


def commit(program: Program, repository: Scratch, *arguments: str) -> int:
    environment = program.environment() | {
        "PATH": f"{program.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        **{f"GIT_{role}_{what}": "a@b" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    command = ["git", "commit", "-q", *arguments]
    return subprocess.run(command, cwd=repository.folder, env=environment, capture_output=True, check=False).returncode


def test_the_hook_stops_a_bad_commit_and_lets_a_good_one_through(program: Program, hooked: Scratch) -> None:
    stage(hooked, "shop/roles.py", text=EVIL)
    assert commit(program, hooked, "-m", "Bad") != 0

    stage(hooked, "shop/roles.py", text='role = "user"\n')
    assert commit(program, hooked, "-m", "Good") == 0


def test_the_hook_sees_what_commit_all_takes_in(program: Program, hooked: Scratch) -> None:
    hooked.write("shop/prices.py", EVIL)

    assert commit(program, hooked, "-a", "-m", "Bad") != 0
    hooked.write("shop/prices.py", CLEAN)
    assert commit(program, hooked, "-a", "-m", "Good") == 0


def test_the_hook_sees_the_named_paths_of_a_partial_commit_and_no_others(program: Program, hooked: Scratch) -> None:
    stage(hooked, "shop/roles.py", text=EVIL)
    hooked.write("shop/prices.py", CLEAN)

    assert commit(program, hooked, "-m", "Good", "shop/prices.py") == 0
    assert commit(program, hooked, "-m", "Bad", "shop/roles.py") != 0


def test_the_hook_works_in_a_linked_worktree(program: Program, hooked: Scratch, tmp_path: Path) -> None:
    hooked.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    other = Scratch(tmp_path / "other")
    stage(other, "shop/roles.py", text=EVIL)

    assert commit(program, other, "-m", "Bad") != 0
    stage(other, "shop/roles.py", text=CLEAN)
    assert commit(program, other, "-m", "Good") == 0


def test_the_first_commit_of_a_repository_is_checked(program: Program, tmp_path: Path) -> None:
    repository = Scratch.make(tmp_path / "new")
    stage(repository, "a.py", text=EVIL)

    assert program.run(repository.folder, "check").status == 1
