"""`weighbridge policy`, as whoever owns a policy uses it: start, check, try, show and explain."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

POLICY = """\
version: 1
name: shop
extends: starter
people: {roles: {senior: [ana@example.org, ben@example.org, cy@example.org]}}
rules:
  - name: two-people
    when: touches("shop/**")
    because: code of the shop
    require: [{approval: {count: 2}}]
"""
TESTS = """\
version: 1
cases:
  - name: two people let it through
    change: {files: shop/cart.py}
    approvals: [ana@example.org, ben@example.org]
    expect: {gate: satisfied, rules: {two-people: satisfied}}
"""


@pytest.fixture
def governed(repository: Scratch) -> Scratch:
    repository.write_all({".weighbridge/policy.yaml": POLICY, ".weighbridge/policy.test.yaml": TESTS})
    repository.commit("Say what a change needs")
    repository.write_all({"shop/prices.py": "def price(article):\n    return article.cents + 1\n"})
    repository.commit("Ask for a cent more")
    return repository


def test_a_policy_that_is_started_checks_and_its_tests_pass(program: Program, repository: Scratch) -> None:
    for pack in ("starter", "team", "regulated"):
        made = program.run(repository.folder, "policy", "init", "--pack", pack, "--force", "-q")
        checked = program.run(repository.folder, "policy", "check")
        tried = program.run(repository.folder, "policy", "test")

        assert made.status == 0, made.err
        assert checked.status == 0, checked.err
        assert "nobody has the role `senior`" in " ".join(checked.out.split())
        assert tried.status == 0, tried.out
        assert "2 cases: all passed" in tried.out


def test_teams_of_codeowners_that_is_not_merged_yet_are_listed_to_be_filled(
    program: Program, repository: Scratch
) -> None:
    repository.write_all({"CODEOWNERS": "* @acme/core\nsrc/ @ana\n"})
    made = program.run(repository.folder, "policy", "init", "--pack", "team", "-q")
    checked = program.run(repository.folder, "policy", "check")

    assert made.status == 0, made.err
    assert "  teams:\n    '@acme/core': []\n" in (repository.folder / ".weighbridge/policy.yaml").read_text("utf-8")
    assert "CODEOWNERS names @acme/core, and nobody says who is in it" in " ".join(checked.out.split())


def test_a_policy_that_is_there_is_not_written_over(program: Program, governed: Scratch) -> None:
    ran = program.run(governed.folder, "policy", "init", "-q")

    assert ran.status == 2
    assert "exists already" in ran.err
    assert (governed.folder / ".weighbridge/policy.yaml").read_text("utf-8") == POLICY


def test_a_right_policy_is_told_in_a_line(program: Program, governed: Scratch) -> None:
    ran = program.run(governed.folder, "policy", "check")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("shop: 7 rules (6 of the pack starter, 1 of .weighbridge/policy.yaml)")
    assert "overrides by nobody" in " ".join(ran.out.split())


def test_every_error_of_every_file_has_its_place(program: Program, governed: Scratch, tmp_path: Path) -> None:
    (tmp_path / "organisation.yaml").write_text("version: 1\nlok: [solo]\n", "utf-8")
    (tmp_path / "policy.yaml").write_text("version: 1\nrulse: []\nsolo: perhaps\n", "utf-8")

    ran = program.run(
        governed.folder,
        "policy",
        "check",
        str(tmp_path / "policy.yaml"),
        "--organisation",
        str(tmp_path / "organisation.yaml"),
    )

    assert ran.status == 2
    assert "organisation.yaml:2:1: unknown key `lok`: did you mean `lock`?" in ran.err
    assert "policy.yaml:2:1: unknown key `rulse`: did you mean `rules`?" in ran.err
    assert "policy.yaml:3:7: `solo` must be `true` or `false`" in ran.err


def test_what_the_organisation_locked_cannot_be_changed(program: Program, governed: Scratch, tmp_path: Path) -> None:
    (tmp_path / "above.yaml").write_text("version: 1\nlock: [people]\n", "utf-8")

    ran = program.run(governed.folder, "policy", "check", "--organisation", str(tmp_path / "above.yaml"))

    assert ran.status == 2
    assert "policy.yaml:4:1: `people` is locked by" in ran.err


def test_a_failing_case_fails_and_shows_why(program: Program, governed: Scratch) -> None:
    wrong = TESTS.replace("[ana@example.org, ben@example.org]", "ana@example.org")
    governed.write_all({".weighbridge/policy.test.yaml": wrong})

    ran = program.run(governed.folder, "policy", "test", "--junit", "out.xml", "--coverage")

    assert ran.status == 1
    assert "gate: satisfied was expected, unsatisfied came" in ran.out
    assert "two approvals by people who had no part in it: not satisfied" in ran.out
    assert "never applied" in ran.out
    suites = ElementTree.fromstring((governed.folder / "out.xml").read_text("utf-8"))
    assert suites.attrib["failures"] == "1"


def test_the_policy_in_force_is_that_of_the_protected_branch(program: Program, governed: Scratch) -> None:
    governed.git("switch", "-c", "loose")
    governed.write_all({".weighbridge/policy.yaml": "version: 1\nname: loose\n"})
    governed.commit("Ask for nothing")

    shown = program.run(governed.folder, "policy", "show", "--target", "main")

    assert shown.status == 0, shown.err
    assert "two-people (.weighbridge/policy.yaml:6): code of the shop" in shown.out
    assert "loose" not in shown.out


def test_a_policy_that_only_the_work_tree_has_is_said_not_to_be_in_force(program: Program, repository: Scratch) -> None:
    program.run(repository.folder, "policy", "init", "-q")

    shown = program.run(repository.folder, "policy", "show")
    drawn = program.run(repository.folder, "policy", "show", "--diagram", "picture.svg")
    flat = program.run(repository.folder, "policy", "show", "--yaml")
    explained = program.run(repository.folder, "policy", "explain", "-q")
    of_the_file = program.run(repository.folder, "policy", "show", ".weighbridge/policy.yaml")

    for told in (shown.out, drawn.err, flat.err, explained.out):
        words = " ".join(told.split())
        assert "which has no policy. .weighbridge/policy.yaml in the work tree is not in force" in words
        assert "once a reviewed change has brought it to main. `weighbridge policy show" in words
    assert "not in force" not in flat.out
    assert "not in force" not in of_the_file.out + of_the_file.err


def test_a_policy_that_is_in_force_is_shown_without_a_remark(program: Program, governed: Scratch) -> None:
    shown = program.run(governed.folder, "policy", "show")
    governed.write_all({".weighbridge/policy.yaml": POLICY.replace("count: 2", "count: 3")})
    changed = program.run(governed.folder, "policy", "show")

    assert "not in force" not in shown.out + shown.err
    assert "policy.yaml in the work tree is not in force" in " ".join(changed.out.split())


def test_the_shown_file_loads_back_to_the_same(program: Program, governed: Scratch) -> None:
    first = program.run(governed.folder, "policy", "show", "--yaml")
    (governed.folder / "flat.yaml").write_text(first.out, "utf-8")

    second = program.run(governed.folder, "policy", "show", "flat.yaml", "--yaml")

    assert second.out == first.out


def test_the_diagram_is_a_picture_with_words_and_without_scripts(program: Program, governed: Scratch) -> None:
    ran = program.run(governed.folder, "policy", "show", "--diagram", "-")

    picture = ElementTree.fromstring(ran.out)
    spaces = {"": "http://www.w3.org/2000/svg"}
    described = picture.findtext("desc", namespaces=spaces) or ""
    assert picture.findtext("title", namespaces=spaces) == "How the policy shop decides"
    assert 'two-people, when touches("shop/**"): 2 approvals by anyone enrolled' in described
    assert picture.attrib["aria-labelledby"] == "title desc"
    assert "prefers-color-scheme: dark" in ran.out
    assert not [each for each in picture.iter() if each.tag.endswith(("script", "foreignObject"))]


def test_the_gate_of_a_change_is_explained_rule_by_rule(program: Program, governed: Scratch) -> None:
    ran = program.run(governed.folder, "policy", "explain", "HEAD", "-q")

    assert ran.status == 1, ran.err
    said = " ".join(ran.out.split())
    assert 'when touches("shop/**") (holds, change.files is a list of 1)' in said
    assert "two approvals by people who had no part in it: not satisfied" in said
    assert 'when provenance.origin in ["ai", "mixed"] (does not hold, provenance.origin is unknown)' in said


def test_one_rule_is_explained_for_programs(program: Program, governed: Scratch) -> None:
    ran = program.run(governed.folder, "policy", "explain", "HEAD", "--rule", "two-people", "--json", "-", "-q")

    tree = json.loads(ran.out)
    assert [rule["rule"] for rule in tree["rules"]] == ["two-people"]
    assert tree["rules"][0]["requirements"][0]["state"] == "unsatisfied"


def test_a_rule_that_is_not_there_is_refused_with_the_nearest(program: Program, governed: Scratch) -> None:
    ran = program.run(governed.folder, "policy", "explain", "HEAD", "--rule", "two-peple", "-q")

    assert ran.status == 2
    assert "did you mean two-people?" in ran.err


def test_a_policy_is_tried_on_what_landed(program: Program, governed: Scratch) -> None:
    (governed.folder / "tried.yaml").write_text(POLICY.replace("count: 2", "count: 3"), "utf-8")

    first = program.run(governed.folder, "policy", "simulate", "--policy", "tried.yaml", "-q", "--json", "out.json")
    again = program.run(governed.folder, "policy", "simulate", "--policy", "tried.yaml", "-q")
    named = program.run(governed.folder, "policy", "simulate", "HEAD~1..HEAD", "--policy", "tried.yaml", "-q")

    assert first.status == 0, first.err
    told = json.loads((governed.folder / "out.json").read_text("utf-8"))
    assert [(each["tried"]["approvals"], each["against"]["approvals"]) for each in told["changes"]] == [(3, 2), (1, 1)]
    assert "never what would have been given" in " ".join(first.out.split())
    assert "2 of them weighed before" in again.out
    assert "1 change weighed" in named.out


def test_a_range_that_is_not_there_is_refused(program: Program, governed: Scratch) -> None:
    ran = program.run(governed.folder, "policy", "simulate", "nowhere..HEAD", "-q")

    assert ran.status == 2
    assert "nowhere" in ran.err


@pytest.fixture
def bare_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "no repository"
    folder.mkdir()
    (folder / "p.yaml").write_text(POLICY, "utf-8")
    (folder / "t.yaml").write_text(TESTS, "utf-8")
    return folder


def test_a_policy_in_no_repository_is_checked_tried_and_shown(program: Program, bare_folder: Path) -> None:
    checked = program.run(bare_folder, "policy", "check", "p.yaml")
    piped = program.run(bare_folder, "policy", "check", "-", given=POLICY.encode())
    tried = program.run(bare_folder, "policy", "test", "t.yaml", "--policy", "p.yaml")
    tests_piped = program.run(bare_folder, "policy", "test", "-", "--policy", "p.yaml", given=TESTS.encode())
    shown = program.run(bare_folder, "policy", "show", "p.yaml")

    assert [ran.status for ran in (checked, piped, tried, tests_piped, shown)] == [0, 0, 0, 0, 0]
    assert checked.out.startswith("shop: 7 rules")
    assert "enrolled" not in checked.out, "nobody looked who is"


def test_a_wrong_policy_in_no_repository_has_its_places(program: Program, bare_folder: Path) -> None:
    (bare_folder / "p.yaml").write_text("version: 1\nrulse: []\n", "utf-8")

    ran = program.run(bare_folder, "policy", "check", "p.yaml")

    assert (ran.status, ran.err.strip()) == (2, "weighbridge: p.yaml:2:1: unknown key `rulse`: did you mean `rules`?")


def test_a_folder_without_repository_can_hold_its_policy_in_its_place(program: Program, bare_folder: Path) -> None:
    (bare_folder / ".weighbridge").mkdir()
    (bare_folder / ".weighbridge/policy.yaml").write_text(POLICY, "utf-8")
    (bare_folder / ".weighbridge/policy.test.yaml").write_text(TESTS, "utf-8")

    assert program.run(bare_folder, "policy", "check").status == 0
    assert program.run(bare_folder, "policy", "test").status == 0


def test_without_repository_and_policy_the_way_out_is_told(program: Program, tmp_path: Path) -> None:
    ran = program.run(tmp_path, "policy", "check")

    assert ran.status == 2
    assert "Outside a repository a policy is named as FILE" in " ".join(ran.err.split())


def test_the_standard_input_is_read_once(program: Program, bare_folder: Path) -> None:
    ran = program.run(bare_folder, "policy", "test", "-", "--policy", "-", given=POLICY.encode())

    assert (ran.status, "name a file for the other" in " ".join(ran.err.split())) == (2, True)


def test_what_lies_beside_the_policy_is_told_in_the_same_round(program: Program, governed: Scratch) -> None:
    governed.write_all(
        {
            ".weighbridge/policy.yaml": "version: 1\nrulse: []\n",
            ".weighbridge/ledger.yaml": "version: 1\norigen: x\n",
            ".weighbridge/policy.test.yaml": "version: 1\ncases:\n- {name: a}\n",
            ".weighbridge/system.yaml": "version: 1\ncomponts: x\n",
        }
    )

    ran = program.run(governed.folder, "policy", "check")

    assert ran.status == 2
    for place in ("policy.yaml:2:1", "ledger.yaml:2:1", "policy.test.yaml:3:3"):
        assert f".weighbridge/{place}: " in ran.err
    assert "system.yaml" not in ran.err, "it is no part of the policy"


def test_a_folder_or_a_link_to_nowhere_is_no_policy_that_is_absent(program: Program, repository: Scratch) -> None:
    (repository.folder / ".weighbridge").mkdir()
    (repository.folder / ".weighbridge/policy.yaml").symlink_to("nowhere.yaml")

    ran = program.run(repository.folder, "policy", "check")

    assert (ran.status, "no file stands here" in " ".join(ran.err.split())) == (2, True)
