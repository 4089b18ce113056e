"""Files of data: what `yamldecode` makes of a text, and which folders of Terraform read a changed file."""

import pytest
from tests.rules.sql.judging import sight_of

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.terraform.functions import UnknownValueError
from weighbridge.landscape.infrastructure.data_files import folders_reading
from weighbridge.landscape.infrastructure.data_values import value_of_yaml


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: -2\nc: 1.5\nd: 010\n", {"a": 1, "b": -2, "c": 1.5, "d": "010"}),
        ("[true, False, yes, off, 'true', \"1\"]", [True, False, "yes", "off", "true", "1"]),
        ("a: ~\nb:\nc: null\nd: ''\n", {"a": None, "b": None, "c": None, "d": ""}),
        ("x: &x {n: 1}\ny:\n  <<: *x\n  m: 2\n", {"x": {"n": 1}, "y": {"m": 2, "n": 1}}),
        ("when: 2024-01-01\n", {"when": "2024-01-01"}),
        ("", None),
    ],
)
def test_yaml_means_what_terraform_takes_it_for(text: str, expected: object) -> None:
    assert value_of_yaml(text) == expected


@pytest.mark.parametrize("text", ["a: [", "a: 1\n---\na: 2\n", "a: !ref b\n", "- x\n" * 20_000, "x" * 300_000])
def test_what_is_no_single_document_of_data_is_not_known(text: str) -> None:
    with pytest.raises(UnknownValueError):
        value_of_yaml(text)


def reading(path: str, texts: dict[str, str]) -> list[str]:
    return list(folders_reading(RepoPath(path), folders=texts, texts_in=lambda folder: [texts[folder]]))


@pytest.mark.parametrize(
    "text",
    [
        'a = yamldecode(file("${path.module}/data/teams.yaml"))',
        'b = yamldecode(file(local.data))\nc = "teams.yaml"',
        'd = file("${path.module}/data/${each.key}.yaml")',
        'e = file("data/team${var.more}.yaml")',
        'f = fileset("${path.module}/data", "*.yaml")',
        'g = fileset(path.module, "**/t*.yaml")',
    ],
)
def test_who_names_a_file_reads_it(text: str) -> None:
    assert reading("infra/data/teams.yaml", {"infra": text, "other": text}) == ["infra"]


@pytest.mark.parametrize(
    "text",
    [
        'a = "teams.yaml"',
        'b = file("${path.module}/data/old-teams.yaml")',
        'c = fileset("${path.module}/data", "*.json")',
        'd = file("${path.module}/${var.name}")',
        'e = templatefile("teams.yaml.tftpl", {})',
    ],
)
def test_who_reads_others_does_not(text: str) -> None:
    assert reading("infra/data/teams.yaml", {"infra": text}) == []


def test_a_folder_elsewhere_reads_it_where_it_leads_out_of_itself() -> None:
    texts = {"infra/live": 'a = file("../../data/teams.yaml")', "infra/old": 'a = file("data/teams.yaml")'}
    assert reading("data/teams.yaml", texts) == ["infra/live"]


def test_folders_are_asked_in_the_same_order_whatever_order_they_come_in() -> None:
    names = [f"x{number}/live" for number in range(100)]
    texts = dict.fromkeys(names, 'a = file("../../data/teams.yaml")')
    orders = (names, names[::-1], sorted(names, key=hash))

    found = [
        list(folders_reading(RepoPath("data/teams.yaml"), folders=order, texts_in=lambda folder: [texts[folder]]))
        for order in orders
    ]
    assert found[0] == found[1] == found[2] == sorted(names)[:64]


def test_a_folder_that_the_change_touches_is_asked_before_all_others() -> None:
    texts = {f"x{number}/live": "" for number in range(100)} | {"zzz/live": 'a = file("../../data/teams.yaml")'}
    found = folders_reading(
        RepoPath("data/teams.yaml"), folders=texts, texts_in=lambda folder: [texts[folder]], changed={"zzz/live"}
    )

    assert list(found) == ["zzz/live"]


def unread(head: dict[str, str], base: dict[str, str]) -> list[str]:
    return [*map(str, sight_of(head, base).subjects.unread)]


def test_a_file_that_not_every_folder_was_asked_about_is_said() -> None:
    base = {f"x{number:03}/main.tf": "" for number in range(100)} | {"data/teams.csv": "a\n1\n"}

    assert unread({"data/teams.csv": "a\n2\n"}, base) == ["data/teams.csv"]


def test_files_beside_a_changed_one_that_are_too_much_to_read_are_said() -> None:
    base = {f"v{number}.tf": "# " + "x" * 800_000 + "\nlocals {\n}\n" for number in range(4)}
    base |= {"main.tf": 'resource "aws_sqs_queue" "a" {\n  name = local.x\n}\n'}

    assert unread({"main.tf": base["main.tf"].replace("local.x", "local.y")}, base) == ["main.tf"]


def test_modules_that_lie_too_deep_to_be_followed_are_said() -> None:
    def calling(number: int, value: str) -> str:
        return f'variable "v" {{}}\nmodule "m" {{\n  source = "./m{number + 1}"\n  v      = {value}\n}}\n'

    folders = ["/".join(f"m{each}" for each in range(1, number + 1)) for number in range(7)]
    base = {f"{folder}/main.tf".lstrip("/"): calling(number, "var.v") for number, folder in enumerate(folders)}
    base |= {"main.tf": calling(0, "1"), f"{folders[-1]}/m7/main.tf": 'variable "v" {}\n'}

    assert unread({"main.tf": calling(0, "2")}, base) == ["main.tf"]
    few = {path: text for path, text in base.items() if "m4" not in path}
    assert unread({"main.tf": calling(0, "2")}, few) == []
