"""What was planted and stops nothing is kept with what is told instead, and with what a reader said of just that."""

import random
from pathlib import Path

import pytest
from benchmarks.planted import Source, Trial, rows
from benchmarks.planting import manifests, terraform, tools
from benchmarks.planting.danger import Danger, Ground
from benchmarks.planting.missed import Reading, readings, said_of

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.places import Place

KEY = ("a/b", "a table emptied", "m/1.sql")
TOLD = Finding(
    rule=RuleId("sql/drop-table"),
    message="it goes",
    place=Place(path=RepoPath("m/1.sql"), line=1, end_line=1),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    anchor="1",
)
READ = Reading(
    repository="a/b",
    danger="a table emptied",
    path="m/1.sql",
    told="medium high sql/drop-table",
    is_right=True,
    why="it is empty",
)
SOURCE = Source(
    family="sql", plants="benchmarks.planting.scripts:dangers", repository="a/b", revision="r", paths=("m",)
)


def trial(path: str, *, told: Finding | None = None, is_caught: bool = False) -> Trial:
    return Trial(source=SOURCE, danger="a table emptied", path=path, is_caught=is_caught, told=told, by_words=False)


def test_a_reading_holds_for_what_was_told_when_it_was_read() -> None:
    among = {READ.key: READ}

    assert said_of(KEY, TOLD, among=among).endswith("(`sql/drop-table`): it goes — rightly: it is empty")
    assert said_of(KEY, None, among=among).endswith("nothing is told — nobody has read whether that is right")
    assert said_of(KEY, TOLD, among={}).endswith("— nobody has read whether that is right")


def test_what_stops_nothing_is_counted_by_what_readers_said() -> None:
    done = [trial("m/1.sql", told=TOLD), trial("m/2.sql", told=TOLD), trial("m/3.sql", is_caught=True)]

    caught, less, _ = rows(done, {READ.key: READ})

    assert (caught.figure, caught.note) == (0.333, "1 of 3, 2 told: 1 kinds in files of 1 projects")
    assert (less.figure, less.note) == (0.5, "1 of 2, by a reader")


def test_where_everything_stops_nothing_is_left_to_read() -> None:
    assert len(list(rows([trial("m/1.sql", is_caught=True)], {}))) == 2


def test_what_is_kept_of_readers_is_in_form_and_said_once() -> None:
    text = (Path(__file__).parents[3] / "benchmarks" / "truth" / "planted.toml").read_text("utf-8")

    assert len(readings()) == text.count("[[reading]]")


def planted(dangers: list[Danger], name: str, *, text: str, before: dict[str, str] | None = None) -> str | None:
    (danger,) = (each for each in dangers if each.name == name)
    path = "shop/migrations/0003.py" if before else "a.txt"
    return danger.plant(Ground(path=path, text=text, before=before or {}, chance=random.Random(1)))


@pytest.mark.parametrize(
    ("words", "is_planted"),
    [
        ("", True),
        ("  count = var.is_on ? 1 : 0\n", True),
        ('  count = var.env == "production" ? 1 : 0\n', True),
        ('  count = startswith(var.env, "dev-") ? 0 : 1\n', True),
        ('  count = var.env == "staging" ? 1 : 0\n', False),
        ('  count = var.env != "production" ? 1 : 0\n', False),
        ('  for_each = var.env == "production" ? [] : toset(["a"])\n', False),
    ],
)
def test_nothing_is_taken_out_that_is_made_for_trials_alone(words: str, *, is_planted: bool) -> None:
    text = f'resource "aws_route53_zone" "shop" {{\n{words}  name = "shop.example.org"\n}}\n'

    done = planted(list(terraform.dangers()), "a resource that holds data is taken out", text=text)

    assert (done is not None) is is_planted


@pytest.mark.parametrize(("held", "is_planted"), [("get", True), ("'*'", False)])
def test_a_role_that_can_do_everything_already_is_given_no_more(held: str, *, is_planted: bool) -> None:
    rule = "- apiGroups:\n  - ''\n  resources:\n  - {}\n  verbs:\n  - {}\n"
    text = "kind: ClusterRole\nrules:\n" + rule.format("secrets", held) + rule.format("pods", "list")

    done = planted(list(manifests.dangers()), "a role may do everything", text=text)

    assert (done is not None) is is_planted


@pytest.mark.parametrize(
    ("options", "is_planted"),
    [("", True), ("            options={\n                'db_table': 'order',\n            },\n", False)],
)
def test_a_model_whose_table_has_a_name_of_its_own_is_not_renamed(options: str, *, is_planted: bool) -> None:
    fields = "                ('note', models.CharField(\n                    choices=[\n                        ('a', 'b'),\n                    ],\n                )),\n"
    made = f"        migrations.CreateModel(\n            name='Order',\n            fields=[\n{fields}            ],\n{options}        ),\n"
    before = {"shop/migrations/0001.py": f"    operations = [\n{made}    ]\n"}

    done = planted(list(tools.django()), "a model renamed", text="    operations = [\n    ]\n", before=before)

    assert (done is not None) is is_planted
