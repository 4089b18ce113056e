"""`weighbridge policy import`: the policy on the standard output or in a file, and what was lost beside it."""

from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program

from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.output import OutputError
from weighbridge.entrypoints.cli.policy_import import command
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.reading.load import Source, load_policy

POLICY = """policy:
  approval: [devs]
approval_rules:
- name: devs
  if: {has_labels: [small]}
  requires: {count: 1, teams: [acme/devs]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / ".policy.yml"
    path.write_text(POLICY, "utf-8")
    return path


def run(*arguments: str) -> int:
    code = command.main(list(arguments), prog_name="import", standalone_mode=False)
    return int(code)


def test_the_policy_is_printed_and_what_was_lost_is_told_beside_it(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(str(file))

    said = capsys.readouterr()
    assert code == ExitCode.PASS
    assert [rule.name for rule in load_policy([Source(data=said.out.encode(), path="p")]).rules] == ["devs"]
    first, weaker, lost = said.err.splitlines()
    assert first == "1 rule of policy-bot became 1"
    assert weaker.startswith(f"{file}:4:3: what passes where no rule applies: policy-bot passes nothing there;")
    assert lost.startswith(f"{file}:5:8: has_labels of `devs`: labels of the forge are not known (stricter)")


def test_it_is_written_to_a_file_whole(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "policy.yaml"
    run(str(file), "--output", str(made))

    assert capsys.readouterr().out == ""
    assert load_policy([Source(data=made.read_bytes(), path="p")]).rules


def test_whose_it_is_can_be_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("*.sql @acme/db\n", "utf-8")

    assert run(str(file), "--from", "codeowners") == ExitCode.PASS
    assert "code_owners: {}" in capsys.readouterr().out


def test_what_cannot_be_read_is_refused_with_its_place(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("policy: {approval: [one]}\n", "utf-8")

    with pytest.raises(ConfigurationError, match=r"1:21: no rule is called `one`"):
        run(str(file))
    with pytest.raises(OutputError):
        run(str(file.parent / "nowhere.yml"))
    assert capsys.readouterr().out == ""


def test_a_policy_of_weighbridge_is_not_taken_for_one_of_others(program: Program, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("version: 1\nrules: []\n", "utf-8")
    (tmp_path / "other.yaml").write_text("a: b\n", "utf-8")

    own = program.run(tmp_path, "policy", "import", "own.yaml")
    other = program.run(tmp_path, "policy", "import", "other.yaml")

    assert (own.status, other.status) == (2, 2)
    assert "it looks like a policy of Weighbridge" in " ".join(own.err.split())
    assert "say whose it is with --from, one of `policy-bot`" in " ".join(other.err.split())
