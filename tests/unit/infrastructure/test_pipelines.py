"""Pipelines: whatever text comes, jobs or none; what moved is not new; and our own workflows pass our own rules."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.rehearse_rule import Silence
from weighbridge.app.set_up import GITHUB, GITLAB
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.infrastructure.commands import runs_unseen, unchecked
from weighbridge.landscape.infrastructure.pipelines.checks import is_deployment
from weighbridge.landscape.infrastructure.pipelines.destroying import destroyed
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step, Text
from weighbridge.landscape.infrastructure.pipelines.outsiders import taken_code, taken_words
from weighbridge.landscape.infrastructure.secrets import is_given_away
from weighbridge.landscape.infrastructure.yaml_nodes import said
from weighbridge.landscape.surfaces.setting_files import may_hold_settings

ROOT = Path(__file__).parents[3]
RULES = [load_rule(place) for place in find_rules() if {"pipeline", "image", "compose"} & {*load_rule(place).rule.tags}]
WORKFLOW = """\
on:
  pull_request_target:
  push: {branches: [main]}
permissions: {contents: write}
env: {TITLE: "${{ github.event.pull_request.title }}"}
jobs:
  test:
    runs-on: [self-hosted]
    needs: build
    environment: {name: production}
    container: {image: "debian:12", options: --privileged}
    steps:
      - uses: actions/checkout@v4
        with: {ref: "${{ github.event.pull_request.head.sha }}"}
      - run: |
          curl https://example.org/a.sh | sh
          echo ${{ env.TITLE }}
  call:
    uses: a/b/.github/workflows/c.yml@main
    secrets: inherit
"""
GITLAB_TEXT = """\
include: [{project: a/b, file: /c.yml}, {remote: "https://example.org/x.yml"}]
variables: {A: b}
test:
  script: [make test, [a, b]]
  rules: [{if: $A, when: manual, allow_failure: true}]
  needs: [{job: build}]
deploy:
  script: kubectl apply -f a
  environment: production
  only: [main]
"""
DOCKERFILE = 'FROM a:1 AS b\nUSER c\nRUN curl -k https://example.org | sh\nFROM b\nEXPOSE 80\nENTRYPOINT ["a"]\n'
COMPOSE = """\
services:
  db:
    image: postgres:14
    ports: ["5432:5432", {target: 80, published: 80}]
    volumes: ["data:/var/lib/postgresql/data", {type: bind, source: ., target: /a}]
volumes: {data: }
"""


def judged(base: dict[str, str], head: dict[str, str]) -> list[Finding]:
    repository = MemoryRepository(base, head)
    change = repository.change(ChangeRequest())
    sight = Sight(
        repository=repository,
        change=change,
        trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
        source=MemoryFacts(repository),
        system=SystemDescription(),
        progress=Silence(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
    )
    judgement = run_rules(RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    broken = [
        each.missing for each in judgement.outcomes if each.missing is not None and "broke" in each.missing.detail
    ]
    assert broken == []
    return list(judgement.findings)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/a.yml", WORKFLOW),
        (".gitlab-ci.yml", GITLAB_TEXT),
        ("Dockerfile", DOCKERFILE),
        ("compose.yaml", COMPOSE),
    ],
)
def test_a_file_that_is_damaged_anywhere_breaks_no_rule(path: str, text: str) -> None:
    @given(start=st.integers(0, len(text)), length=st.integers(0, 30), put=st.text(max_size=10))
    @settings(max_examples=25)
    def damaged(start: int, length: int, *, put: str) -> None:
        other = text[:start] + put + text[start + length :]
        judged({path: text}, {path: other})
        judged({path: other}, {path: text})

    damaged()


def test_the_workflows_that_are_offered_pass_the_rules_here() -> None:
    texts = ROOT / "src" / "weighbridge" / "app" / "setup_files"
    offered = {GITHUB: (texts / "workflow.yml").read_text(), GITLAB: (texts / "gitlab.yml").read_text()}
    examples = ROOT / "examples" / "deploy"
    offered |= {
        f".github/workflows/{each}.yml": (examples / f"{each}.yml").read_text()
        for each in ("github-actions", "github-decide")
    }
    offered |= {".gitlab-ci.yml": (examples / "gitlab-ci.yml").read_text()}

    assert [
        str(each.place) + each.message for each in judged({}, offered) if each.severity not in ("low", "note")
    ] == []


def test_the_workflow_of_the_page_about_ci_passes_the_rules_here() -> None:
    page = (ROOT / "docs" / "how-to" / "ci.md").read_text()
    text = page.partition("```yaml\n")[2].partition("```")[0]

    assert "pull_request" in text
    assert judged({}, {".github/workflows/weighbridge.yml": text}) == []


def test_what_moves_to_another_file_is_not_new() -> None:
    steps = "    runs-on: x\n    steps:\n      - run: curl https://example.org/a.sh | sh\n"
    base = {".github/workflows/a.yml": f"on: push\njobs:\n  a:\n{steps}  b:\n{steps}"}
    head = {
        ".github/workflows/a.yml": f"on: push\njobs:\n  a:\n{steps}",
        ".github/workflows/b.yml": f"on: push\njobs:\n  b:\n{steps}",
    }

    assert judged(base, head) == []


def test_what_is_fetched_and_run_is_told_by_its_line() -> None:
    script = (
        "set -e\n# curl https://example.org/x | sh\ncurl -fsSL \\\n  https://example.org/a.sh \\\n  | sudo -E bash -\n"
    )

    assert [(each.line, each.words) for each in runs_unseen(script)] == [(2, "https://example.org/a.sh")]


@pytest.mark.parametrize(
    "script",
    [
        'bash -c "$(curl -fsSL https://example.org/a.sh)"',
        "bash <(curl -s https://example.org/a.sh)",
        "wget -qO- https://example.org/a.sh | sh -s -- -b /usr/bin",
        "curl -L https://example.org/a.py | python3 -",
        "iwr https://example.org/a.ps1 -useb | iex",
    ],
)
def test_every_way_to_run_what_comes_is_seen(script: str) -> None:
    assert [each.words for each in runs_unseen(script)] != []


@pytest.mark.parametrize(
    "script",
    [
        "curl https://example.org/a | jq .",
        "curl https://example.org/a | python3 -m json.tool",
        "curl https://example.org/a | python3 -c 'import sys'",
        "curl https://example.org/a | sh -c 'cat > a'",
        "curl https://localhost/a.sh | sh",
        "curl https://example.org/a | tar xz",
        "curl -o key https://example.org/a; ./run.sh",
    ],
)
def test_what_is_only_read_is_not(script: str) -> None:
    assert list(runs_unseen(script)) == []


def test_a_check_that_is_off_is_told_once_and_not_for_oneself() -> None:
    assert [each.line for each in unchecked("a\ncurl -sSLk https://example.org\ncurl -k https://example.org/b")] == [1]
    assert list(unchecked("url=https://localhost:8443\ncurl -k $url\ncurl --key a https://example.org")) == []


def test_values_of_tests_are_no_secrets() -> None:
    assert is_given_away("API_KEY", "kd83Hs02nfQ2")
    assert is_given_away("dbPassword", "kd83Hs02nfQ2")
    for name, value in (
        ("API_KEY", "$KEY"),
        ("TOKEN", "ci-test-1234"),
        ("TOKEN_URL", "kd83Hs02nfQ2"),
        ("SECRET_KEY", "changeme99"),
    ):
        assert not is_given_away(name, value)


def told_of_step(**settings: str) -> list[str]:
    """What is told of a step that is given these settings; keys are put together here, so that no scanner takes them for real ones."""
    lines = "".join(f"          {name.replace('_', '-')}: {value}\n" for name, value in settings.items())
    workflow = (
        f"on: push\njobs:\n  deploy:\n    runs-on: x\n    steps:\n      - uses: some/deploy@v1\n        with:\n{lines}"
    )
    found = judged({}, {".github/workflows/deploy.yml": workflow})
    return [
        each.anchor or ""
        for each in found
        if each.rule.endswith("/secrets-passed-on") and each.severity is Severity.HIGH
    ]


KEY, SECRET = "AKIA" + "Z7Q4XW2MNB5KTR3P", "q8Zr3Lw0Yb6NhT2v" + "KcX9fooJfU7sGe1RaBo5iQzt"


def test_a_key_of_a_cloud_is_told_with_what_goes_with_it() -> None:
    assert told_of_step(aws_access_key_id=KEY, aws_secret_access_key=SECRET) == ["value aws-secret-access-key"]
    assert told_of_step(token="gh" + "p_Zr3Lw0Yb6NhT2vKcX9mPd4JfU7sGe1RaBo5i") == ["value token"]


def test_a_key_that_documentation_shows_or_whose_secret_is_elsewhere_is_none() -> None:
    assert told_of_step(aws_access_key_id=KEY, aws_secret_access_key="${{ secrets.KEY }}") == []
    shown = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
    assert told_of_step(aws_access_key_id="AKIAIOSFODNN7" + "EXAMPLE", aws_secret_access_key=shown) == []


@pytest.mark.parametrize(
    ("beside", "severity"),
    [
        ({}, Severity.HIGH),
        ({"CODEOWNERS": "* @somebody/web\n"}, Severity.MEDIUM),
        ({"package.json": '{"homepage": "https://github.com/Somebody/web"}'}, Severity.MEDIUM),
        ({"CODEOWNERS": "* @somebodyelse/web\n"}, Severity.HIGH),
    ],
)
def test_all_secrets_for_a_branch_of_ones_own_are_not_for_others(beside: dict[str, str], severity: Severity) -> None:
    job = "    uses: somebody/ci/.github/workflows/scan.yml@main\n    secrets: inherit\n"
    workflow = {".github/workflows/ci.yml": f"on: push\njobs:\n  scan:\n{job}"}

    found = [each for each in judged(beside, {**beside, **workflow}) if each.rule.endswith("/secrets-passed-on")]

    assert [each.severity for each in found] == [severity]


def test_a_workflow_that_locks_something_is_no_lock_file() -> None:
    assert may_hold_settings(RepoPath(".github/workflows/lock-threads.yml"))
    assert not may_hold_settings(RepoPath("web/package-lock.json"))


def test_a_file_of_gitlab_may_first_say_what_it_takes() -> None:
    head = "spec:\n  inputs: {}\n---\nvariables:\n  DEPLOY_TOKEN: kq83jf02hfKS93kd\n"

    assert [each.place.line for each in judged({}, {".gitlab-ci.yml": head})] == [5]


def test_nothing_says_nothing() -> None:
    assert said(None) == ""


LONG = [
    *("curl " * 20000, "iex " * 25000, "iwr " * 25000, "apt " * 25000, "npm " * 25000, "[" * 100000),
    *("GOFLAGS=" * 12500, "curl -k " + " ".join(f"$a{n}" for n in range(10000)), "curl -k https://localhost " * 4000),
    *(
        "curl |" * 16000,
        "curl a " + "|a=" * 30000,
        "sh -sh " * 14000,
        "[trusted=yes " * 8000,
        "curl -" + "k" * 100000 + "!",
    ),
    *(
        "mvn " * 25000,
        "terraform " * 10000,
        "terraform destroy\n" * 8000,
        "kubectl -n a " * 8000,
        "aws s3 rm " * 10000,
        "A= " * 30000,
        "terraform -a " * 8000,
        "curl a | sh\n" * 9000,
        "a=" * 50000,
        "curl -k https://localhost;" * 4000,
    ),
    *("${{" * 33000, "${{" + " " * 100000 + "}}", "${{'" * 25000, "${{ (" + "(" * 90000 + "}}"),
    *("git fetch pull/\n" * 6000, "git fetch " * 10000, "git -git " * 10000, "git checkout " * 8000),
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_no_script_is_read_for_long(text: str) -> None:
    script = Text(text, 1)
    steps = (Step(line=1, script=script, condition=text),)
    pipeline = Pipeline(
        path=RepoPath("a.yml"),
        side=Side.HEAD,
        triggers={"pull_request_target": script},
        jobs={"a": Job(name="a", line=1, steps=steps)},
    )
    began = time.process_time()
    list(runs_unseen(text))
    list(unchecked(text))
    list(taken_words(pipeline))
    list(taken_code(pipeline))
    is_deployment(pipeline.jobs["a"])
    at_once = Job(name="a", line=1, steps=(Step(line=1, script=script),))
    list(destroyed(replace(pipeline, triggers={"push": script}, jobs={"a": at_once})))

    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "address", ["https://example.org/localhost", "https://localhost.example.org/a", "https://localhost@a.org/"]
)
def test_only_a_host_that_is_this_machine_is_trusted(address: str) -> None:
    assert [each.words for each in runs_unseen(f"curl {address} | sh")] == [address]
    assert list(unchecked(f"curl -k {address}")) != []
    assert list(unchecked(f"curl -k {address}; curl http://localhost/a")) != []


def test_this_machine_is_known_by_its_port_and_without_a_scheme() -> None:
    assert list(runs_unseen("curl http://127.0.0.1:8080/a | sh\ncurl http://[::1]/a | sh")) == []
    assert list(unchecked("curl -k localhost:8080/a\ncurl -k 'https://localhost'")) == []
    assert list(unchecked("curl -k example.org -H 'Host: localhost'")) != []


def for_outsiders(
    condition: str = "", ref: str = "${{ github.event.pull_request.head.sha }}", *, script: str = "make"
) -> Pipeline:
    steps = (
        Step(line=1, uses=Text("actions/checkout@v4", 1), settings={"ref": Text(ref, 2)}),
        Step(line=3, script=Text(script, 3)),
    )
    return Pipeline(
        path=RepoPath("a.yml"),
        side=Side.HEAD,
        triggers={"pull_request_target": Text("", 1)},
        jobs={"a": Job(name="a", line=1, steps=steps, condition=condition)},
    )


GUARD = "github.event.pull_request.head.repo.full_name == github.repository"


@pytest.mark.parametrize(
    "condition",
    [
        *(f"{GUARD} || true", f"${{{{ {GUARD} || true }}}}", f"${{{{ {GUARD} }}}} || true", f"!({GUARD})"),
        *(f"true && ({GUARD} || always())", f"contains('a', {GUARD} || true)", f"{GUARD} == false"),
        *(f"!{GUARD}", "!github.event.pull_request.head.repo.fork == false", "(" * 9000 + GUARD),
    ],
)
def test_a_guard_that_something_goes_round_guards_nothing(condition: str) -> None:
    assert [each.line for each in taken_code(for_outsiders(condition))] == [2]


@pytest.mark.parametrize(
    "condition",
    [
        *(GUARD, f"${{{{ {GUARD} }}}}", f"(a || b) && {GUARD}", f"github.event_name == 'push' || ({GUARD})"),
        *("!github.event.pull_request.head.repo.fork", f"a && ({GUARD} && (b))"),
    ],
)
def test_a_guard_that_holds_whichever_way_guards(condition: str) -> None:
    assert list(taken_code(for_outsiders(condition))) == []


@pytest.mark.parametrize(
    "ref",
    [
        "${{ github.event.pull_request['head'].sha }}",
        "${{ github['event']['pull_request']['head']['sha'] }}",
        "${{ GitHub.Event.Pull_Request . head.SHA }}",
        "${{ github.HEAD_REF }}",
    ],
)
def test_a_revision_of_theirs_is_known_however_it_is_written(ref: str) -> None:
    assert [each.line for each in taken_code(for_outsiders(ref=ref))] == [2]


@pytest.mark.parametrize(
    "script",
    [
        "git fetch origin pull/1/head\ngit checkout FETCH_HEAD",
        "git fetch a\ngit -q pull origin \\\n pull/1/head",
        "git fetch origin pull/1/head\ngit pull origin pull/1/head",
        "gh pr checkout 1",
    ],
)
def test_git_takes_a_pull_request_by_its_number(script: str) -> None:
    assert [each.line for each in taken_code(for_outsiders(ref="main", script=script))] == [3]


@pytest.mark.parametrize("script", ["git fetch origin pull/1/head\ngit log", "git checkout main"])
def test_git_takes_none_that_it_only_fetches(script: str) -> None:
    assert list(taken_code(for_outsiders(ref="main", script=script))) == []


@pytest.mark.parametrize(
    "expression",
    [
        "a != '' && github.event.issue.title",
        "github.event['issue']['title']",
        "GITHUB.event.issue.Title",
        "github.HEAD_REF",
        "toJSON(github.event)",
        "toJson( github.event.issue )",
        "format('}}', github.event.issue.title)",
        "format('a == {0}', github.event.issue.title)",
        "format('{0}{1}', a == b, github.event.issue.title)",
        "contains(a, 'b') && github.event.issue.title || 'c'",
        "(a && github.event.issue.title)",
    ],
)
def test_words_of_theirs_are_known_however_they_are_written(expression: str) -> None:
    assert len(list(taken_words(for_outsiders(script=f"echo ${{{{ {expression} }}}}")))) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "github.event.issue.title == 'a' && 'b' || 'c'",
        "contains(github.event.issue.title, 'a')",
        "!contains(github.event['issue'].title, 'a') && 'b'",
        "github.event.issue.title && 'b'",
        "'github.event.issue.title'",
        "toJSON(github.event.inputs)",
    ],
)
def test_what_only_asks_for_words_of_theirs_yields_none(expression: str) -> None:
    assert list(taken_words(for_outsiders(script=f"echo ${{{{ {expression} }}}}"))) == []
