"""An old repository starts quiet, an excuse holds where it was agreed on, and what people say is kept."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from tests.acceptance.cli.program import EVIL, Program
from tests.integration.git.scratch import Scratch

from weighbridge.landscape.system_file import load_system

SOON = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
EXCUSE = f"# weighbridge: allow integrity/bidirectional-text until {SOON} because it is a fixture\n"


def reviewed(program: Program, repository: Scratch, *arguments: str) -> dict[str, list[dict[str, object]]]:
    decision = json.loads(program.run(repository.folder, "review", *arguments, "--json", "-").out)["decision"]
    assert isinstance(decision, dict)
    return decision


def test_a_baseline_on_the_protected_branch_lets_what_it_knows_pass(program: Program, repository: Scratch) -> None:
    repository.git("switch", "-qc", "work")
    repository.commit("Let it in", **{"shop/roles.py": EVIL})
    wrote = program.run(repository.folder, "baseline", "--write")
    written = (repository.folder / ".weighbridge/baseline.json").read_text()
    repository.git("stash", "-qu")
    repository.git("switch", "-q", "main")
    repository.commit("Start quiet", **{".weighbridge/baseline.json": written})
    repository.git("switch", "-q", "work")

    (weighed,) = reviewed(program, repository, "main...work")["findings"]

    assert (wrote.status, "1 finding" in wrote.err) == (0, True)
    assert weighed["state"] == "baseline"


def test_a_baseline_that_the_change_brings_lets_nothing_pass(program: Program, repository: Scratch) -> None:
    repository.write("shop/roles.py", EVIL)
    program.run(repository.folder, "baseline", "--write")
    repository.git("add", "-A")

    assert program.run(repository.folder, "check", "-q").status == 1


def test_a_baseline_is_printed_where_it_is_not_to_be_written(program: Program, repository: Scratch) -> None:
    ran = program.run(repository.folder, "baseline")

    assert json.loads(ran.out)["findings"] == []
    assert not (repository.folder / ".weighbridge").exists()


def test_an_excuse_with_the_change_is_listed_and_not_honoured(program: Program, repository: Scratch) -> None:
    repository.write("shop/roles.py", EXCUSE + EVIL)
    repository.git("add", "-A")

    decision = reviewed(program, repository, "--staged")

    (suppression,) = decision["suppressions"]
    assert "with this change" in str(suppression["problem"])
    assert [w["state"] for w in decision["findings"]] == ["new"]


def agreed_on(repository: Scratch, text: str) -> None:
    """The protected branch has the excuse with the line it excuses; `work`, that parted before, brings `text`."""
    repository.git("switch", "-qc", "work")
    repository.commit("Let it in", **{"shop/roles.py": text})
    repository.git("switch", "-q", "main")
    repository.commit("Agree on it", **{"shop/roles.py": EXCUSE + EVIL})


@pytest.mark.parametrize("text", [EXCUSE + EVIL, "import os\n\n\n" + EXCUSE + EVIL])
def test_an_excuse_of_the_protected_branch_is_honoured(program: Program, repository: Scratch, text: str) -> None:
    agreed_on(repository, text)

    decision = reviewed(program, repository, "main...work")

    assert [s["problem"] for s in decision["suppressions"]] == [""]
    assert [w["state"] for w in decision["findings"]] == ["suppressed"]


def test_an_agreed_excuse_put_over_other_code_is_not_honoured(program: Program, repository: Scratch) -> None:
    agreed_on(repository, EXCUSE + EVIL.replace("role", "admin"))

    decision = reviewed(program, repository, "main...work")
    told = program.run(repository.folder, "review", "main...work", "--markdown", "-").out
    shown = " ".join(program.run(repository.folder, "review", "main...work").out.split())

    assert [w["state"] for w in decision["findings"]] == ["new"]
    assert "the excuse or the line came, or was changed, with this change" in shown
    assert "Excuses not honoured: integrity/bidirectional-text at shop/roles.py:1" in shown
    assert "the excuse or the line came, or was changed, with this change" in told


def test_an_agents_excuse_is_marked(program: Program, repository: Scratch) -> None:
    repository.git("switch", "-qc", "work")
    repository.write("shop/roles.py", EXCUSE + EVIL)
    repository.commit("Let it in\n\nCo-Authored-By: Claude <noreply@anthropic.com>")

    (suppression,) = reviewed(program, repository, "main...work")["suppressions"]

    assert suppression["written_by_agent"] is True


def test_what_people_say_of_findings_becomes_the_rules_precision(program: Program, repository: Scratch) -> None:
    for name in ("a", "b", "c"):
        repository.write(f"shop/{name}.py", EVIL)
    repository.git("add", "-A")
    ids = [word for word in program.run(repository.folder, "check").out.split() if len(word) == 12 and word.isalnum()]
    ids = [word for word in ids if all(c in "0123456789abcdef" for c in word)]
    for evidence, verdict in zip(ids, ("--true", "--true", "--false"), strict=True):
        assert program.run(repository.folder, "feedback", evidence, verdict, "--note", "seen").status == 0
    assert program.run(repository.folder, "feedback", ids[0], "--false", "--private").status == 0

    summary = program.run(repository.folder, "feedback", "--summary").out

    assert "integrity/bidirectional-text  33%" in summary
    rows = [json.loads(line) for line in (repository.folder / ".weighbridge/feedback.jsonl").read_text().splitlines()]
    assert [row["verdict"] for row in rows] == ["true", "true", "false"]


def test_feedback_is_never_written_through_a_link(program: Program, repository: Scratch, tmp_path: Path) -> None:
    repository.write("shop/a.py", EVIL)
    repository.git("add", "-A")
    evidence = program.run(repository.folder, "check", "--json", "-")
    assert evidence.status == 1
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (repository.folder / ".weighbridge").symlink_to(elsewhere)

    ran = program.run(repository.folder, "feedback", "finding", "--true")

    assert ran.status == 2
    assert list(elsewhere.iterdir()) == []


def test_what_init_writes_is_what_our_own_loader_takes(program: Program, repository: Scratch) -> None:
    repository.write("odd name: [#]/m.py", "x = 1\n")
    repository.write("caf\u00e9/m.py", "x = 1\n")
    repository.git("add", "-A")

    ran = program.run(repository.folder, "init")

    text = (repository.folder / ".weighbridge/system.yaml").read_bytes()
    assert ran.status == 0
    names = {c.name for c in load_system(text, "system.yaml").components}
    assert {"shop", "odd name: [#]", "caf\u00e9"} <= names
    assert "# " in text.decode()


def test_init_describes_the_system_as_it_is_inferred(program: Program, repository: Scratch) -> None:
    before = json.loads(program.run(repository.folder, "impact", "--ranking", "--json", "-").out)["ranks"]
    program.run(repository.folder, "init")
    repository.git("add", "-A")
    repository.commit("Describe it")

    after = json.loads(program.run(repository.folder, "impact", "--ranking", "--json", "-").out)["ranks"]

    def tiers(ranks: list[dict[str, dict[str, object]]]) -> dict[object, object]:
        return {r["component"]["name"]: r["component"]["roots"] for r in ranks}

    assert tiers(before).items() <= tiers(after).items()


def test_init_and_the_doctor_count_the_same_components(program: Program, repository: Scratch) -> None:
    images = "services:\n  mysql:\n    image: mysql:9.6\n  postgres:\n    image: postgres:18.3\n"
    repository.commit("Name what runs beside it", **{"docker-compose.yml": images})

    diagnosed = json.loads(program.run(repository.folder, "doctor", "--json", "-").out)["found"]
    told = program.run(repository.folder, "init").out

    number = next(each["detail"] for each in diagnosed if each["subject"] == "components").partition(":")[0]
    written = load_system((repository.folder / ".weighbridge/system.yaml").read_bytes(), "system.yaml").components
    assert f"{len(written)} of {number} components" in told


def test_init_overwrites_nothing_unless_told(program: Program, repository: Scratch) -> None:
    described = repository.write(".weighbridge/system.yaml", "version: 1\n")
    workflow = repository.write(".github/workflows/weighbridge.yml", "mine\n")

    ran = program.run(repository.folder, "init")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("kept    ") == 2
    assert (described.read_text(), workflow.read_text()) == ("version: 1\n", "mine\n")
    assert program.run(repository.folder, "init", "--force").status == 0
    assert "pull_request_target" in workflow.read_text()


def test_a_second_init_changes_nothing_and_says_what_is_there(program: Program, repository: Scratch) -> None:
    first = program.run(repository.folder, "init", "--hook")
    before = (
        repository.git("status", "--porcelain", "-uall"),
        (repository.folder / ".weighbridge/system.yaml").read_text(),
    )

    second = program.run(repository.folder, "init", "--hook")

    assert (first.status, second.status) == (0, 0)
    assert [line.split()[0] for line in first.out.splitlines() if line[0] != " "] == [
        "wrote",
        "wrote",
        "to",
        "wrote",
        "next",
    ]
    assert second.out.count("as is   ") == 3
    assert "wrote" not in second.out
    after = (
        repository.git("status", "--porcelain", "-uall"),
        (repository.folder / ".weighbridge/system.yaml").read_text(),
    )
    assert before == after


def test_init_does_not_overwrite_another_hook_and_fails_for_what_was_asked(
    program: Program, repository: Scratch
) -> None:
    hook = repository.write(".git/hooks/pre-commit", "#!/bin/sh\nmake lint\n")

    ran = program.run(repository.folder, "init", "--hook")

    assert ran.status == 2
    assert hook.read_text() == "#!/bin/sh\nmake lint\n"
    assert "Call weighbridge check from it" in " ".join(ran.out.split())
    assert program.run(repository.folder, "init", "--hook", "--force").status == 0
    assert "weighbridge check" in hook.read_text()


def test_init_says_what_to_run_next_and_what_for(program: Program, repository: Scratch) -> None:
    wide = Program(program.home, {"COLUMNS": "200"})
    unread = wide.run(repository.folder, "init").out.splitlines()[-1]
    program.run(repository.folder, "review", "-q")
    narrow = program.run(repository.folder, "init").out.splitlines()
    read = narrow[-1]

    assert max(len(line) for line in narrow) < 80
    assert unread == (
        "next    weighbridge review: weighs what you have; it reads the 4 code files here, once, so that checks can look at all"
    )
    assert read == "next    weighbridge review: weighs what you have"


def test_init_adds_to_the_pre_commit_configuration_once(program: Program, repository: Scratch) -> None:
    config = repository.write(".pre-commit-config.yaml", "repos:\n  - repo: meta\n    hooks:\n      - id: identity\n")

    program.run(repository.folder, "init")
    once = config.read_text()
    program.run(repository.folder, "init")

    assert once.startswith("repos:\n  - repo: meta\n")
    assert once.count("entry: weighbridge check") == 1
    assert config.read_text() == once


def test_a_pre_commit_configuration_of_another_form_is_left_and_the_entry_shown(
    program: Program, repository: Scratch
) -> None:
    config = repository.write(".pre-commit-config.yaml", "repos: []\nfail_fast: true\n")

    ran = program.run(repository.folder, "init")

    assert config.read_text() == "repos: []\nfail_fast: true\n"
    assert "weighbridge check" in ran.out


def test_the_workflow_says_its_event_and_why_and_installs_what_can_be_installed(
    program: Program, repository: Scratch
) -> None:
    """Here the program runs from files of this machine: no other machine could install them."""
    ran = program.run(repository.folder, "init")

    workflow = (repository.folder / ".github/workflows/weighbridge.yml").read_text()
    parsed = yaml.safe_load(workflow)
    assert list(parsed[True]) == ["pull_request_target"]
    assert "taken from the author's" in workflow
    assert parsed["permissions"] == {}
    assert "PACKAGE: ${{ vars.WEIGHBRIDGE_PACKAGE }}" in workflow
    assert "@" not in "".join(line for line in workflow.splitlines() if "PACKAGE" in line)
    assert "to do   set the variable WEIGHBRIDGE_PACKAGE" in ran.out


def test_the_hook_of_init_checks_a_commit(program: Program, repository: Scratch) -> None:
    ran = program.run(repository.folder, "init", "--hook")

    hook = repository.folder / ".git/hooks/pre-commit"
    assert ran.status == 0
    assert hook.stat().st_mode & 0o111
    assert hook.read_text().endswith("exec weighbridge check\n")


def test_init_writes_for_gitlab_where_gitlab_is_used(program: Program, repository: Scratch) -> None:
    repository.write(".gitlab-ci.yml", "test: {script: [make test]}\n")

    program.run(repository.folder, "init")

    assert (repository.folder / ".gitlab/weighbridge.gitlab-ci.yml").is_file()
    assert not (repository.folder / ".github").exists()


def test_a_kept_package_is_listed_shown_and_compared_and_the_work_tree_stays_as_it_is(
    program: Program, repository: Scratch, tmp_path: Path
) -> None:
    repository.git("switch", "-qc", "work")
    head = repository.commit("Let it in", **{"shop/roles.py": EVIL})
    before = repository.git("status", "--porcelain"), repository.git("for-each-ref", "refs/heads")
    program.run(repository.folder, "review", "work", "--keep", "--json", str(tmp_path / "one.json"))

    assert head[:12] in program.run(repository.folder, "packages", "list").out
    shown = program.run(repository.folder, "packages", "show", "work", "--json", "-")
    kept, weighed = json.loads(shown.out), json.loads((tmp_path / "one.json").read_text())
    answers = [package["presentation"].pop("answers") for package in (kept, weighed)]
    assert isinstance(answers[0]["held"], list), "for whoever approves, without the change at hand"
    assert (answers[1], kept) == (None, weighed)
    assert program.run(repository.folder, "diff", "work", str(tmp_path / "one.json"), "--exit-code").status == 0
    assert (repository.git("status", "--porcelain"), repository.git("for-each-ref", "refs/heads")) == before
    assert repository.git("for-each-ref", "--format=%(refname)", "refs/weighbridge") == (
        f"refs/weighbridge/packages/{head}"
    )


def test_a_kept_package_that_was_edited_afterwards_says_so_and_is_not_shown(
    program: Program, repository: Scratch, tmp_path: Path
) -> None:
    repository.git("switch", "-qc", "work")
    head = repository.commit("Let it in", **{"shop/roles.py": EVIL})
    program.run(repository.folder, "review", "work", "--keep", "--quiet")
    ref = f"refs/weighbridge/packages/{head}"
    document = json.loads(repository.git("show", f"{ref}:package.json"))
    document["decision"]["gate"].update(state="satisfied", requirements=[])
    (tmp_path / "package.json").write_text(json.dumps(document))
    index = str(tmp_path / "index")
    blob = repository.git("hash-object", "-w", str(tmp_path / "package.json"))
    repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},package.json", GIT_INDEX_FILE=index)
    tree = repository.git("write-tree", GIT_INDEX_FILE=index)
    repository.git("update-ref", ref, repository.git("commit-tree", tree, "-m", "edited"))

    listed = program.run(repository.folder, "packages", "list")
    shown = program.run(repository.folder, "packages", "show", "work")

    assert "edited afterwards" in listed.out
    assert shown.status == 2
    assert "edited after it was made" in shown.err


def test_what_changed_between_two_packages_is_said(program: Program, repository: Scratch, tmp_path: Path) -> None:
    repository.git("switch", "-qc", "work")
    repository.commit("Let it in", **{"shop/roles.py": EVIL})
    program.run(repository.folder, "review", "work", "-q", "--json", str(tmp_path / "one.json"))
    repository.commit("Mend it", **{"shop/roles.py": "role = 1\n"})
    program.run(repository.folder, "review", "work", "-q", "--json", str(tmp_path / "two.json"))

    ran = program.run(tmp_path, "diff", "one.json", "two.json", "--exit-code")

    assert ran.status == 1
    assert "Findings gone (1)" in ran.out


@pytest.mark.parametrize(
    ("old", "new", "words"), [(b'"high"', b'"low"', "changed after"), (b"Let it in", b"\\ud800", "two.json")]
)
def test_a_package_that_was_changed_is_not_compared(
    program: Program, repository: Scratch, tmp_path: Path, *, old: bytes, new: bytes, words: str
) -> None:
    repository.git("switch", "-qc", "work")
    repository.commit("Let it in", **{"shop/roles.py": EVIL})
    program.run(repository.folder, "review", "work", "-q", "--json", str(tmp_path / "one.json"))
    written = (tmp_path / "one.json").read_bytes()
    (tmp_path / "two.json").write_bytes(written.replace(old, new))

    ran = program.run(tmp_path, "diff", "one.json", "two.json")

    assert written.count(old) > 0
    assert ran.status == 2
    assert words in ran.err


@pytest.mark.parametrize("name", ["work", "0123456789"])
def test_a_package_that_was_never_kept_is_not_found(program: Program, repository: Scratch, name: str) -> None:
    ran = program.run(repository.folder, "packages", "show", name)

    assert ran.status == 2
    assert "packages list" in ran.err


def test_the_doctor_finds_a_healthy_repository_healthy(program: Program, repository: Scratch) -> None:
    repository.commit("Own it", **{".github/CODEOWNERS": "* @shop/all\n"})

    ran = program.run(repository.folder, "doctor", "--json", "-")

    assert ran.status == 0
    assert not [each for each in json.loads(ran.out)["found"] if each["health"] == "blind"]


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (".weighbridge/system.yaml", "version: 1\nowner: me\n", "system.yaml:2"),
        (".github/CODEOWNERS", "* @shop/all\n[ @nobody\n!x @me\n", "CODEOWNERS:"),
    ],
)
def test_the_doctor_says_what_is_wrong_with_a_trusted_document(
    program: Program, repository: Scratch, path: str, text: str, words: str
) -> None:
    repository.commit("Break it", **{path: text})
    wide = Program(program.home, {"COLUMNS": "200"})

    ran = wide.run(repository.folder, "doctor")

    assert ran.status == 3
    assert words in ran.out


def test_the_doctor_says_that_a_clone_is_shallow(program: Program, repository: Scratch, tmp_path: Path) -> None:
    repository.commit("Again", **{"shop/more.py": "x = 1\n"})
    repository.git("clone", "-q", "--depth", "1", repository.folder.as_uri(), str(tmp_path / "cut"))

    ran = program.run(tmp_path / "cut", "doctor")

    assert ran.status == 3
    assert "--unshallow" in ran.out


def test_the_doctor_says_that_a_clone_is_partial(program: Program, repository: Scratch, tmp_path: Path) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    filtered = ("--filter=blob:none", "--no-checkout")
    repository.git("clone", "-q", *filtered, repository.folder.as_uri(), str(tmp_path / "part"))

    ran = program.run(tmp_path / "part", "doctor")

    assert (ran.status, "a partial clone" in ran.out) == (3, True)


def test_the_doctor_says_of_a_partial_mirror_what_a_gate_there_says(
    program: Program, repository: Scratch, tmp_path: Path
) -> None:
    repository.commit("Again", **{"shop/more.py": "x = 1\n"})
    repository.git("config", "uploadpack.allowFilter", "true")
    mirror = tmp_path / "mirror.git"
    repository.git("clone", "-q", "--mirror", "--filter=blob:none", repository.folder.as_uri(), str(mirror))

    weighed, told = program.run(mirror, "review", "main"), program.run(mirror, "doctor")

    assert (weighed.status, told.status) == (3, 3)
    assert "git fetch --refetch --no-filter" in " ".join(told.out.split())


def test_a_pack_that_bears_the_mark_of_a_partial_clone_and_is_whole_is_none(
    program: Program, repository: Scratch
) -> None:
    repository.git("repack", "-a", "-d", "-q")
    (pack,) = (repository.folder / ".git/objects/pack").glob("*.pack")
    pack.with_suffix(".promisor").touch()

    assert "partial clone" not in program.run(repository.folder, "doctor").out


@pytest.mark.parametrize(
    ("path", "text", "is_read"),
    [
        (".weighbridge/policy.yaml", "version: 1\n", True),
        (".weighbridge/suppressions.yaml", "version: 1\n", False),
        (".weighbridge/provenance.yml", "version: 1\n", False),
        (".weighbridge/system.yml", "version: 1\n", True),
        ("CODEOWNERS", "* @us\n", True),
    ],
)
def test_the_doctor_says_of_a_trusted_document_that_nothing_reads(
    program: Program, repository: Scratch, path: str, text: str, *, is_read: bool
) -> None:
    repository.commit("Say how it is", **{path: text})

    ran = program.run(repository.folder, "doctor", "--json", "-")

    said = [each for each in json.loads(ran.out)["found"] if each["subject"] == "trusted" and path in each["detail"]]
    assert ["decides nothing" in each["detail"] for each in said] == [not is_read]
