"""Files of data: what `yamldecode` makes of a text, and which folders of Terraform read a changed file."""

import pytest

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
