"""The jobs that weigh a change, as written: in a checkout like GitHub's, the approvals of two people count there."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.acceptance.cli.deploying import PEOPLE, POLICY, open_shop
from tests.acceptance.deploy.machine import Runner
from tests.integration.git.scratch import Scratch

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "deploy" / "github-decide.yml"
TWO = POLICY.replace("{count: 1}", "{count: 2}")
NUMBER = "7"
ANCHOR = "refs/heads/ledger-anchor"


class Hub:
    """A shop behind a server, with a proposed change that two people have to approve."""

    def __init__(self, place: Path) -> None:
        self.shop = open_shop(place, policy=TWO, settings=f"anchors: [{{ref: {ANCHOR}}}]\n")
        self.server = Scratch.make(place / "hub.git", "--bare")
        self.shop.scratch.git("remote", "add", "origin", str(self.server.folder))
        self.head = self.shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
        assert self.shop.run("ci", "report", "main", "build", "passed").status == 0
        assert self.shop.run("ci", "ledger", "anchor", "--ref", ANCHOR).status == 0
        self.base = self.shop.scratch.git("rev-parse", "main")
        self.shop.scratch.git("push", "-q", "origin", "main", ANCHOR, f"fix:refs/pull/{NUMBER}/head")
        self.sync()

    def sync(self) -> None:
        ran = self.shop.run("ana", "ledger", "sync")
        assert ran.status == 0, ran

    def approve(self, *, proposal: str = NUMBER) -> None:
        for who in PEOPLE:
            self.shop.approve("main..fix", *(["--proposal", proposal] if proposal else []), who=who)
        self.sync()

    def job(self, place: Path) -> Runner:
        place.mkdir()
        return Runner(self.shop, place)

    def told(self, runner: Runner) -> dict[str, str]:
        """What the forge tells a job, by the names that the files give it."""
        return {
            "NUMBER": NUMBER,
            "TOKEN": "none",
            "BASE": self.base,
            "HEAD": self.head,
            "TARGET": "main",
            "GITHUB_STEP_SUMMARY": str(runner.place / "summary.md"),
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.base,
            "CI_COMMIT_SHA": self.head,
            "CI_MERGE_REQUEST_IID": NUMBER,
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "WRITER_KEY": runner.writer.rstrip("\n"),
            "TMPDIR": str(runner.place),
        }


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path / "shop")


def written_for_github(hub: Hub) -> list[str]:
    """What the workflow of `weighbridge init` runs, without the installation."""
    place = Scratch.make(hub.shop.homes / "github")
    place.commit("Begin")
    assert hub.shop.program("ana").run(place.folder, "init").status == 0
    workflow = yaml.safe_load((place.folder / ".github/workflows/weighbridge.yml").read_text("utf-8"))
    steps = workflow["jobs"]["weighbridge"]["steps"]
    return [step["run"] for step in steps if "run" in step and step["name"] != "Install"]


def written_for_gitlab(hub: Hub) -> list[str]:
    place = Scratch.make(hub.shop.homes / "gitlab")
    place.commit("Begin", **{".gitlab-ci.yml": "test: {script: [make test]}\n"})
    assert hub.shop.program("ana").run(place.folder, "init").status == 0
    job = yaml.safe_load((place.folder / ".gitlab/weighbridge.gitlab-ci.yml").read_text("utf-8"))["weighbridge"]
    script = job["script"]
    return [f"git fetch -q origin refs/pull/{NUMBER}/head", *script]  # GitLab's runner has the change at hand


@pytest.mark.parametrize("written", [written_for_github, written_for_gitlab])
def test_approvals_of_two_people_count_in_the_job_that_init_writes(
    hub: Hub, tmp_path: Path, written: Callable[[Hub], list[str]]
) -> None:
    scripts = "\n".join(written(hub))
    before = hub.job(tmp_path / "before")

    waiting = before.bash(scripts, before.check_out(hub.base).folder, **hub.told(before))
    hub.approve()
    after = hub.job(tmp_path / "after")
    passed = after.bash(scripts, after.check_out(hub.base).folder, **hub.told(after))

    assert (waiting.returncode, "two approvals" in waiting.stdout) == (1, True), waiting.stdout
    assert passed.returncode == 0, passed


@pytest.mark.parametrize("written", [written_for_github, written_for_gitlab])
def test_an_approval_of_no_proposal_is_told_how_to_count_there(
    hub: Hub, tmp_path: Path, written: Callable[[Hub], list[str]]
) -> None:
    hub.approve(proposal="")
    runner = hub.job(tmp_path / "after")

    ran = runner.bash("\n".join(written(hub)), runner.check_out(hub.base).folder, **hub.told(runner))

    assert ran.returncode == 1
    assert f"this one is named {NUMBER}: say it again with `--proposal {NUMBER}`" in " ".join(ran.stdout.split())


def test_no_script_holds_what_an_author_writes(hub: Hub) -> None:
    scripts = "\n".join((*written_for_github(hub), *written_for_gitlab(hub), EXAMPLE.read_text("utf-8")))

    assert not [
        word for word in (".title", ".body", ".head.ref", "_TITLE", "_DESCRIPTION", "SOURCE_BRANCH") if word in scripts
    ]
    assert "${{" not in "\n".join(written_for_github(hub))


def decide(hub: Hub, place: Path) -> tuple[Runner, int]:
    job = yaml.safe_load(EXAMPLE.read_text("utf-8"))["jobs"]["decide"]
    (script,) = [step["run"] for step in job["steps"] if step.get("name") == "Decide"]
    runner = hub.job(place)
    ran = runner.bash(script, runner.check_out(hub.base).folder, **hub.told(runner))
    return runner, ran.returncode


def test_what_the_deciding_job_puts_on_record_lets_the_change_in(hub: Hub, tmp_path: Path) -> None:
    hub.approve()

    runner, status = decide(hub, tmp_path / "decides")
    fetch = f"git fetch -q origin 'refs/weighbridge/*:refs/weighbridge/*' refs/pull/{NUMBER}/head"
    admit = f"weighbridge admit --environment production --commit {hub.head}"
    entered = runner.bash(f"{fetch}; {admit}", runner.clone(hub.base).folder)

    assert status == 0
    assert (entered.returncode, "satisfied" in entered.stdout) == (0, True), entered


def test_the_deciding_job_fails_and_records_where_nobody_approved(hub: Hub, tmp_path: Path) -> None:
    runner, status = decide(hub, tmp_path / "decides")

    assert status == 1
    assert Scratch(runner.hub).git("rev-parse", "refs/weighbridge/ledger") != hub.server.git(
        "rev-parse", "refs/weighbridge/ledger"
    )
    (key,) = runner.place.glob("tmp.*/writer")
    assert key.stat().st_mode & 0o077 == 0


def test_the_page_shows_what_the_example_runs() -> None:
    page = (EXAMPLE.parents[2] / "docs/how-to/ci.md").read_text("utf-8")
    job = yaml.safe_load(EXAMPLE.read_text("utf-8"))["jobs"]["decide"]
    (script,) = [step["run"] for step in job["steps"] if step.get("name") == "Decide"]

    shown = [line.strip() for line in page.splitlines()]
    assert [line for line in script.splitlines() if line.strip() not in shown] == []
