"""A policy that guards a folder asks for its approval however a change spells the folder."""

import json

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

POLICY = """\
version: 1
name: shop
people: {roles: {senior: [ana@example.org, ben@example.org]}}
rules:
  - name: two-people
    when: touches("shop/**")
    require: [{approval: {count: 2}}]
  - name: texts-alone
    when: '!touches_only(["**/*.md", "**/NOTICE*"])'
    require: [{approval: {count: 1}}]
"""


@pytest.fixture
def governed(repository: Scratch) -> Scratch:
    repository.write_all(
        {
            ".weighbridge/policy.yaml": POLICY,
            "CODEOWNERS": "* @all\n/shop/ @till\n",
            "caf\u00e9/menu.md": "x\n",
            "shop/notice.py": "x = 1\n",
        }
    )
    repository.commit("Say what a change needs")
    return repository


def add(repository: Scratch, path: str) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", given=b"def price(article):\n    return 0\n")
    line = f"100644 {blob} 0\t{path}".encode() + b"\0"
    repository.git("-c", "core.protectNTFS=false", "update-index", "-z", "--add", "--index-info", given=line)
    repository.git("commit", "-q", "-m", "Add a file")


def rules_asked(program: Program, repository: Scratch) -> set[str]:
    ran = program.run(repository.folder, "review", "HEAD", "--json", "-", "-q")
    gate = json.loads(ran.out)["decision"]["gate"]
    return {need["rule"] for need in gate["requirements"] if need["state"] == "unsatisfied"}


@pytest.mark.parametrize(
    "path",
    [
        "shop/new.md",
        "SHOP/prices.md",
        "shop /prices.md",
        "shop./prices.md",
        "sh\u200dop/prices.md",
        "shop\u200b/prices.md",
        "\uff53\uff48\uff4f\uff50/prices.md",
        "Shop/deep/new.md",
        "shop::$INDEX_ALLOCATION/prices.md",
        "shop\\prices.md",
    ],
)
def test_the_approval_is_asked_for_whatever_the_spelling(program: Program, governed: Scratch, path: str) -> None:
    add(governed, path)

    assert "two-people" in rules_asked(program, governed)


@pytest.mark.parametrize("path", ["shops/new.md", "docs/shop/new.md", "cafe/menu.md", "\u0455hop/x.md"])
def test_nothing_is_asked_for_what_is_no_such_folder(program: Program, governed: Scratch, path: str) -> None:
    add(governed, path)

    assert "two-people" not in rules_asked(program, governed)


def test_a_text_that_overwrites_code_elsewhere_is_no_text_alone(program: Program, governed: Scratch) -> None:
    add(governed, "shop/NOTICE.py")

    assert "texts-alone" in rules_asked(program, governed)
