"""What a change is judged by beside the repository: `--input KIND=FILE`."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "complete": True,
    "resource_changes": [
        {
            "address": "aws_db_instance.main",
            "mode": "managed",
            "type": "aws_db_instance",
            "name": "main",
            "change": {"actions": ["delete"], "before": {"identifier": "main"}, "after": None},
        }
    ],
}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


@pytest.fixture
def shop(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.commit("Begin", **{"README.md": "# Shop\n"})
    made.git("switch", "-q", "-c", "fix")
    made.commit("Say more", **{"README.md": "# Shop\n\nOpen.\n"})
    (tmp_path / "plan.json").write_text(json.dumps(PLAN), "utf-8")
    return made


def test_a_plan_that_is_given_is_judged_and_its_digest_stands_in_the_decision(program: Program, shop: Scratch) -> None:
    ran = program.run(shop.folder, "review", "main..fix", "--input", "terraform-plan=../plan.json", "--json", "-")

    decision = json.loads(ran.out)["decision"]
    assert [each["kind"] for each in decision["inputs"]] == ["terraform-plan"]
    assert decision["inputs"][0]["digest"].startswith("sha256:")
    assert "infrastructure/data-destroyed" in {each["finding"]["rule"] for each in decision["findings"]}
    assert ran.status == 1


def test_without_it_nothing_is_said_of_it(program: Program, shop: Scratch) -> None:
    decision = json.loads(program.run(shop.folder, "review", "main..fix", "--json", "-").out)["decision"]

    assert decision["inputs"] == []
    assert decision["findings"] == []


def test_half_a_plan_could_not_be_looked_at(program: Program, shop: Scratch) -> None:
    plan = shop.folder.parent / "plan.json"
    plan.write_text(plan.read_text("utf-8")[:200], "utf-8")

    ran = program.run(shop.folder, "review", "main..fix", "--input", "terraform-plan=../plan.json", "--json", "-")

    missing = [each["missing"] for each in json.loads(ran.out)["decision"]["outcomes"] if each["missing"]]
    assert {each["reason"] for each in missing} == {"unparsed"}
    assert ran.status == 3


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("terraform-paln=plan.json", "no input is called 'terraform-paln'; there is terraform-plan"),
        ("plan.json", "give the kind and the file, as in terraform-plan=plan.json"),
        ("terraform-plan=", "give the kind and the file, as in terraform-plan=plan.json"),
        ("terraform-plan=nowhere.json", "nowhere.json: cannot be read: No such file or directory"),
    ],
)
def test_what_is_given_otherwise_is_told(program: Program, shop: Scratch, given: str, told: str) -> None:
    for command in (("review", "main..fix"), ("check",)):
        ran = program.run(shop.folder, *command, "--input", given)

        assert ran.status == 2
        assert told in " ".join(ran.err.split())
