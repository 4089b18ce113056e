"""Sources that lead back to themselves are told as what could not be looked at, with the place and the way."""

import pytest
from tests.rules.sql.judging import sight_of

from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.infrastructure.ways_back import way_back

BASE = {
    "root/main.tf": 'module "a" {\n  source = "../a"\n}\nlocals {\n  x = 1\n  y = local.x\n}\n',
    "a/main.tf": 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n',
    "b/main.tf": 'module "a" {\n  source = "../a"\n}\n',
    "k/a/kustomization.yaml": "resources: [../b]\n",
    "k/b/kustomization.yaml": "resources: [d.yaml]\n",
    "k/c/kustomization.yaml": "resources: [d.yaml]\n",
}


def _missing(rule: str, changed: dict[str, str], *, base: dict[str, str] = BASE) -> list[str]:
    rules = [load_rule(place) for place in find_rules() if place.id == f"infrastructure/{rule}"]
    sight = sight_of({**base, **changed}, base)
    judged = run_rules(rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    return sorted({each.missing.detail for each in judged.outcomes if each.missing is not None})


@pytest.mark.parametrize(
    ("rule", "path", "text", "said"),
    [
        (
            "module-changed",
            "a/main.tf",
            'module "b" {\n  source = "../b"\n}\n',
            "a/main.tf:2: `a` to `b` to `a` leads back to itself",
        ),
        (
            "module-changed",
            "a/main.tf",
            'module "own" {\n  source = "./"\n}\n',
            "a/main.tf:2: `a` to `a` leads back to itself",
        ),
        (
            "module-changed",
            "root/main.tf",
            'module "a" {\n  source = "../a"\n}\nlocals {\n  x = local.y\n  y = local.x\n}\n',
            "root/main.tf:5: `local.x` to `local.y` to `local.x` leads back to itself",
        ),
        (
            "kustomization-changed",
            "k/b/kustomization.yaml",
            "resources: [d.yaml, ../a]\n",
            "k/b/kustomization.yaml:1: `k/b` to `k/a` to `k/b` leads back to itself",
        ),
    ],
)
def test_a_ring_that_a_change_closes_is_told_with_its_way(rule: str, path: str, text: str, said: str) -> None:
    assert [each.partition(": Terraform")[0].partition(": Kustomize")[0] for each in _missing(rule, {path: text})] == [
        said
    ]


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        ("module-changed", "root/main.tf", 'module "a" {\n  source = "../a"\n}\nmodule "b" {\n  source = "../b"\n}\n'),
        ("module-changed", "root/main.tf", "locals {\n  x = 2\n  y = local.x\n  z = local.y + local.x\n}\n"),
        ("kustomization-changed", "k/a/kustomization.yaml", "resources: [../b, ../c]\n"),
    ],
)
def test_what_is_used_twice_is_no_ring(rule: str, path: str, text: str) -> None:
    assert _missing(rule, {path: text}) == []


def test_a_ring_that_was_there_is_not_told_of_this_change() -> None:
    ring = "locals {\n  x = local.y\n  y = local.x\n}\n"

    assert _missing("module-changed", {"main.tf": f"{ring}# more\n"}, base={"main.tf": ring}) == []


def test_a_way_without_end_is_given_up() -> None:
    assert way_back("0", ["1"], follow=lambda name: [str(int(name) + 1), str(int(name) + 2)]) == []


@pytest.mark.parametrize("listed", ["storage.yaml", "../storage", "../../../outside"])
def test_what_kustomize_lists_from_now_on_and_is_nowhere_was_not_looked_at(listed: str) -> None:
    found = _missing("kustomization-changed", {"k/a/kustomization.yaml": f"resources: [../b, {listed}]\n"})

    assert [each.partition(" is listed")[0] for each in found] == [f"k/a/kustomization.yaml:1: `{listed}`"]


def test_what_kustomize_listed_before_and_is_nowhere_is_not_told_of_this_change() -> None:
    assert _missing("kustomization-changed", {"k/b/kustomization.yaml": "namespace: n\nresources: [d.yaml]\n"}) == []


def test_what_kustomize_lists_and_the_change_adds_is_no_gap() -> None:
    listed = {"k/a/kustomization.yaml": "resources: [../b, e.yaml]\n", "k/a/e.yaml": "kind: ConfigMap\n"}

    assert _missing("kustomization-changed", listed) == []
