"""What is planted is a danger where it stands, and what readers said of findings is counted as they said it."""

import random
from collections.abc import Iterable, Iterator

import pytest
from benchmarks import histories, planted
from benchmarks.histories import History, Stopped, Verdict
from benchmarks.planting import descriptions, manifests, scripts, terraform, tools
from benchmarks.planting.danger import Danger, Ground
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.places import Place
from weighbridge.engine.discover import find_rules, load_rule

BEFORE = {
    "m/0001.up.sql": "CREATE TABLE orders (\n  id bigint PRIMARY KEY,\n  note text\n);\nCREATE INDEX orders_note ON orders (note);\n",
    "m/0002.up.sql": "CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  email text\n);\n",
}
SAFE = "-- a remark\nALTER TABLE things ADD COLUMN note text;\n"
BUCKET = (
    'resource "aws_s3_bucket" "logs" {\n  bucket = "logs-of-ours"\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n'
)
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 2\n  selector:\n    matchLabels:\n"
    "      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n"
    "        - name: web\n          image: web:1\n"
)


def planted_in(dangers: Iterable[Danger], path: str, *, text: str) -> Iterator[tuple[str, str]]:
    for danger in dangers:
        before = BEFORE if path.endswith(".sql") else {}
        found = danger.plant(Ground(path=path, text=text, before=before, chance=random.Random(1)))
        if found is not None:
            yield danger.name, found


SQL = list(planted_in(scripts.dangers(), "m/0003.up.sql", text=SAFE))
TERRAFORM = list(planted_in(terraform.dangers(), "infra/main.tf", text=BUCKET))
KUBERNETES = list(planted_in(manifests.dangers(), "deploy/web.yaml", text=DEPLOYMENT))


def test_each_kind_finds_its_place() -> None:
    assert len(SQL) == len(scripts.STATEMENTS)
    assert len(TERRAFORM) == 5
    assert len(KUBERNETES) == 4


@pytest.mark.parametrize(("name", "text"), SQL)
def test_what_is_planted_in_a_script_stops_it(name: str, text: str) -> None:
    assert text != SAFE, name
    rules = [load_rule(place) for place in find_rules() if place.id.startswith("sql/")]
    found = planted.findings(rules, BEFORE, after={**BEFORE, "m/0003.up.sql": text})
    assert any(each.severity in (Severity.HIGH, Severity.CRITICAL) for each in found), text


def test_the_script_itself_passes() -> None:
    rules = [load_rule(place) for place in find_rules() if place.id.startswith("sql/")]
    found = planted.findings(rules, BEFORE, after={**BEFORE, "m/0003.up.sql": SAFE})
    assert not any(each.severity in (Severity.HIGH, Severity.CRITICAL) for each in found)


def test_other_kinds_find_no_place_in_what_is_of_another_kind() -> None:
    for dangers in (tools.django(), tools.alembic(), tools.rails(), descriptions.graphql(), descriptions.protobuf()):
        assert list(planted_in(dangers, "a.txt", text="nothing of the kind\n")) == []


def finding(line: int) -> Finding:
    return Finding(
        rule=RuleId("sql/drop-table"),
        message=f"dropped {line}",
        place=Place(path=RepoPath("m/1.sql"), line=line, end_line=line),
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        anchor=str(line),
    )


def verdict(found: Finding, *, is_true: bool | None) -> Verdict:
    return Verdict(
        repository="a/b",
        commit="c",
        finding=found.evidence,
        is_true=is_true,
        why="",
        rule=found.rule,
        place=str(found.place),
        message=found.message,
    )


def test_verdicts_are_counted_as_they_were_said() -> None:
    history = History(family="sql", repository="a/b", revision="r", paths=("m",), changes=4)
    own = [finding(line) for line in (1, 2, 3, 4)]
    again = [
        Stopped(history=history, commit="c", findings=(own[0], own[2], own[3])),
        Stopped(history=history, commit="d", findings=()),
    ]
    said = [verdict(own[0], is_true=True), verdict(own[1], is_true=True), verdict(own[2], is_true=False)]
    gone = replace(verdict(own[3], is_true=False), commit="d")
    verdicts = {("a/b", each.commit, each.finding): each for each in (*said, gone)}

    first, peer, true, false = histories.rows([history], again, verdicts=verdicts.values())

    assert (first.figure, first.note) == (0.5, "2 of 4, read blind, before what was false was mended")
    assert (peer.figure, peer.note) == (0.25, "1 of 4 changes")
    assert (true.figure, true.note) == (0.5, "1 of 2; no longer blind")
    assert (false.figure, false.goal) == (0.5, 0.1)
    assert [each.finding for each in histories.sheet(again, verdicts)] == [own[3].evidence]


def test_a_finding_in_other_words_at_the_same_place_is_the_same() -> None:
    history = History(family="sql", repository="a/b", revision="r", paths=("m",))
    known = replace(verdict(finding(1), is_true=True), finding="finding-of-other-words")

    *_, true = histories.rows(
        [history], [Stopped(history=history, commit="c", findings=(finding(1),))], verdicts=[known]
    )

    assert true.figure == 1.0
