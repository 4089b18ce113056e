"""The examples of where to ask what may be deployed, run against a real repository without a network."""

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.acceptance.cli.deploying import Shop, open_shop
from tests.acceptance.deploy.machine import Runner
from tests.integration.git.scratch import Scratch

from weighbridge.app.cluster_review import TEMPLATES, read_question
from weighbridge.entrypoints.cli.application import application

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "deploy"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop that is in production and shared through a bare repository, with a decided and an undecided change."""
    place = tmp_path_factory.mktemp("hub")
    shop = open_shop(place)
    deploy = shop.scratch.write("deploy.sh", "#!/bin/sh\necho deployed >> ../deployed\n")
    deploy.chmod(0o755)
    shop.scratch.commit("Deploy")
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.change("next", on="fix", **{"src/tax.py": "RATE = 0.2\n"})
    shop.change("evil", on="fix", **{"src/evil.py": "EVIL = 1\n"})
    shop.passed("main..fix")
    assert shop.admit("--commit", "fix", "--record").status == 0
    shop.passed("fix..next")
    shop.scratch.git("clone", "-q", "--bare", ".", str(place / "hub.git"))
    shop.scratch.git("push", "-q", str(place / "hub.git"), "refs/weighbridge/*:refs/weighbridge/*")
    return shop


@pytest.fixture
def runner(hub: Shop, tmp_path: Path) -> Runner:
    return Runner(hub, tmp_path)


def example(name: str) -> dict[str, Any]:
    found = yaml.safe_load((EXAMPLES / name).read_text("utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_what_is_installed_is_what_a_variable_names(name: str) -> None:
    installs = [line for line in (EXAMPLES / name).read_text("utf-8").splitlines() if "pip install" in line]

    assert installs
    assert all("WEIGHBRIDGE_PACKAGE" in line for line in installs)


def ends(hub: Shop, name: str) -> str:
    return hub.scratch.git("rev-parse", name)


@pytest.mark.parametrize(("change", "is_let_in"), [("next", True), ("evil", False)])
def test_github_deploys_what_is_admitted(hub: Shop, runner: Runner, change: str, *, is_let_in: bool) -> None:
    steps = example("github-actions.yml")["jobs"]["production"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step and not step["run"].startswith("pip install")]
    clone = runner.clone(ends(hub, change))

    for script in scripts:
        ran = runner.bash(
            script,
            clone.folder,
            GITHUB_SHA=ends(hub, change),
            WRITER_KEY=runner.writer.rstrip("\n"),
        )
        if ran.returncode:
            break

    assert (ran.returncode == 0) is is_let_in, ran
    assert runner.is_deployed is is_let_in
    assert is_let_in or "Not admitted" in ran.stdout


def test_what_github_put_on_record_is_pushed(hub: Shop, runner: Runner) -> None:
    step = next(s for s in example("github-actions.yml")["jobs"]["production"]["steps"] if s.get("name") == "Admit")
    before = git(runner.hub, "rev-parse", "refs/weighbridge/ledger")

    runner.bash(
        step["run"],
        runner.clone(ends(hub, "next")).folder,
        GITHUB_SHA=ends(hub, "next"),
        WRITER_KEY=runner.writer.rstrip("\n"),
    )

    assert git(runner.hub, "rev-parse", "refs/weighbridge/ledger") != before


@pytest.mark.parametrize(("change", "is_let_in"), [("next", True), ("evil", False)])
def test_gitlab_deploys_what_is_admitted(hub: Shop, runner: Runner, change: str, *, is_let_in: bool) -> None:
    job = example("gitlab-ci.yml")["deploy"]
    (runner.place / "writer").write_text(runner.writer)
    runner.place.chmod(0o755)  # as GitLab's runner leaves files of variables

    ran = runner.bash(
        "\n".join(job["script"]),
        runner.clone(ends(hub, change)).folder,
        CI_COMMIT_SHA=ends(hub, change),
        WEIGHBRIDGE_WRITER=str(runner.place / "writer"),
        LEDGER_REMOTE=str(runner.hub),
    )

    assert (ran.returncode == 0) is is_let_in, ran
    assert runner.is_deployed is is_let_in


@pytest.mark.parametrize(("change", "is_let_in"), [("next", True), ("evil", False)])
def test_argo_cd_syncs_what_is_admitted(hub: Shop, runner: Runner, change: str, *, is_let_in: bool) -> None:
    job = example("argo-cd-presync.yaml")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    named = {each["name"] for each in container["env"]}

    ran = runner.bash(container["args"][0], runner.place, REVISION=ends(hub, change), REPOSITORY=str(runner.hub))

    assert job["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "PreSync"
    assert container["command"] == ["bash", "-euo", "pipefail", "-c"]
    assert named == {"REVISION", "REPOSITORY"}
    assert (ran.returncode == 0) is is_let_in, ran


def test_the_webhook_asks_about_every_kind_that_is_understood_and_no_other() -> None:
    (webhook,) = example("kubernetes-webhook.yaml")["webhooks"]
    resources = {name for rule in webhook["rules"] for name in rule["resources"]}

    assert {kind.lower() + "s" for kind in TEMPLATES} == resources - {"pods/ephemeralcontainers"}
    assert {op for rule in webhook["rules"] for op in rule["operations"]} == {"CREATE", "UPDATE"}
    assert webhook["failurePolicy"] == "Fail"
    assert webhook["admissionReviewVersions"] == ["v1"]
    assert webhook["sideEffects"] == "None"
    assert 1 <= webhook["timeoutSeconds"] <= 30


def test_a_kind_that_the_webhook_should_not_ask_about_is_turned_away() -> None:
    request = {"uid": "1", "operation": "CREATE", "kind": {"kind": "Service"}, "object": {"kind": "Service"}}
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}

    assert "nobody knows where images stand" in read_question(json.dumps(review).encode()).refused


@pytest.fixture
def infrastructure(hub: Shop, runner: Runner) -> Scratch:
    """A clone of what is admitted, and a terraform that says what it was asked."""
    runner.put("terraform", 'echo "terraform $*"')
    return runner.clone(ends(hub, "next"))


def terraform(runner: Runner, clone: Scratch, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = shlex.join([str(EXAMPLES / "admitted-terraform.sh"), *arguments])
    return runner.bash(
        f"git fetch -q origin 'refs/weighbridge/*:refs/weighbridge/*'; {script}",
        clone.folder,
        WEIGHBRIDGE_ENVIRONMENT="production",
    )


def test_the_wrapper_is_shell() -> None:
    assert subprocess.run(["bash", "-n", EXAMPLES / "admitted-terraform.sh"], check=False).returncode == 0


@pytest.mark.parametrize("arguments", [("apply", "-auto-approve"), ("-chdir=src", "destroy")])
def test_terraform_applies_an_admitted_commit(
    runner: Runner, infrastructure: Scratch, arguments: tuple[str, ...]
) -> None:
    ran = terraform(runner, infrastructure, *arguments)

    assert ran.returncode == 0, ran
    assert ran.stdout.splitlines()[-1] == f"terraform {' '.join(arguments)}"


def test_terraform_applies_nothing_that_is_not_admitted(hub: Shop, runner: Runner, infrastructure: Scratch) -> None:
    infrastructure.git("checkout", "-q", ends(hub, "evil"))

    ran = terraform(runner, infrastructure, "apply")

    assert ran.returncode == 1
    assert "Not admitted" in ran.stdout
    assert "terraform apply" not in ran.stdout


@pytest.mark.parametrize(
    ("path", "words"),
    [("main.tf", "no commit holds"), ("secret.auto.tfvars", "git ignores a file that terraform reads")],
)
def test_terraform_applies_no_file_that_no_commit_holds(
    runner: Runner, infrastructure: Scratch, path: str, words: str
) -> None:
    (infrastructure.folder / ".git" / "info" / "exclude").write_text("*.tfvars\n")
    infrastructure.write(path, "")

    ran = terraform(runner, infrastructure, "apply")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert words in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("apply", "plan.out"), "may be a saved plan of another commit"),
        (("apply", "-auto-approve", "plan.out"), "may be a saved plan of another commit"),
        (("state", "rm", "x"), "state changes what is there without a commit"),
        (("import", "a", "b"), "import changes what is there"),
    ],
)
def test_terraform_does_nothing_else_that_changes_what_is_there(
    runner: Runner, infrastructure: Scratch, arguments: tuple[str, ...], words: str
) -> None:
    ran = terraform(runner, infrastructure, *arguments)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert words in ran.stderr


@pytest.mark.parametrize("arguments", [(), ("plan",), ("-chdir=src", "validate"), ("-version",), ("fmt", "x.tf")])
def test_terraform_looks_at_whatever_it_likes(
    runner: Runner, infrastructure: Scratch, arguments: tuple[str, ...]
) -> None:
    infrastructure.write("main.tf", "")

    assert terraform(runner, infrastructure, *arguments).stdout == f"terraform {' '.join(arguments)}\n"


def test_terraform_is_told_where_it_goes(runner: Runner, infrastructure: Scratch) -> None:
    ran = runner.bash(f"{EXAMPLES / 'admitted-terraform.sh'} apply", infrastructure.folder)

    assert ran.returncode == 1
    assert "say with WEIGHBRIDGE_ENVIRONMENT" in ran.stderr


def test_every_option_that_the_examples_use_exists() -> None:
    command = application.get_command(None, "admit")  # type: ignore[arg-type]  # it asks for no context
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    used = {
        option
        for file in EXAMPLES.iterdir()
        for line in re.findall(r"weighbridge admit (.*(?:\\\n.*)*)", file.read_text("utf-8"))
        for option in re.findall(r"(?<![\w-])(--?[A-Za-z][a-z-]*)", line)
    }

    assert used <= known


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True).stdout
