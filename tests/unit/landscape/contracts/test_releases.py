"""What is in no release yet, told by the tags of real repositories: it stops nobody, and nobody's tag silences the rest."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.memory import MemoryFacts
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.rehearse_rule import Silence
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Severity
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.description import SystemDescription

Tree = Mapping[str, str]
Told = list[tuple[Severity, str]]

RULES: Final = [load_rule(place) for place in find_rules() if "/contracts/" in str(place)]

PROTO: Final = 'syntax = "proto3";\npackage shop;\nmessage Pet {\n  string name = 1;\n}\n'
AGED: Final = PROTO.replace("}", "  int32 age = 2;\n}")
OLD: Final = {"pet.proto": PROTO}
NEW: Final = {"pet.proto": AGED}


def build(folder: Path, *steps: tuple[Tree, str]) -> Scratch:
    """A repository with a commit for each step: the whole tree, and the tag on it, if any."""
    scratch = Scratch.make(folder / "shop")
    for tree, tag in steps:
        for path in scratch.git("ls-files").split():
            (scratch.folder / path).unlink()
        scratch.commit(**dict(tree))
        if tag:
            scratch.git("tag", tag)
    return scratch


def told(scratch: Scratch, text: str = "HEAD~1..HEAD") -> Told:
    """What rules about contracts tell at all gravities but the least."""
    with scratch.open() as repository:
        request = ChangeRequest(range_text=text)
        change = repository.change(request)
        _, target, _ = repository.protected_target(request, change)
        sight = Sight(
            repository=repository,
            change=change,
            trust=Trust(target=target, target_name="main", target_reason=""),
            source=MemoryFacts(repository),
            system=SystemDescription(),
            progress=Silence(),
            trace=lambda: Provenance(origin=Origin.UNKNOWN),
        )
        done = run_rules(RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
        return [(each.severity, each.message) for each in done.findings if each.severity is not Severity.NOTE]


def gravest(found: Told) -> Severity:
    return min((severity for severity, _ in found), key=lambda each: each.rank)


def test_what_came_after_the_newest_release_stops_nobody_and_the_tag_is_named(tmp_path: Path) -> None:
    found = told(build(tmp_path, (OLD, "v1.2.3"), (NEW, ""), (OLD, "")))

    assert gravest(found) is Severity.LOW
    assert "it is in no release yet (newest: v1.2.3)" in found[0][1]


@pytest.mark.parametrize(
    "tag", ["v1.2.3", "1.2", "release-1.2.3", "rel_1_2_3", "shop-v1.2", "shop@1.2.3", "v2.0.0-rc.1"]
)
def test_what_a_release_has_is_as_grave_as_before(tmp_path: Path, tag: str) -> None:
    found = told(build(tmp_path, (OLD, "v1.0.0"), (NEW, tag), (OLD, "")))

    assert gravest(found) is Severity.HIGH
    assert "release yet" not in found[0][1]


@pytest.mark.parametrize(
    "tag", ["", "nightly-2026", "v1", "before-the-move", "v1.2.3-test", "other@1.2.3", "other/v1.2.3"]
)
def test_without_a_release_nothing_changes(tmp_path: Path, tag: str) -> None:
    assert gravest(told(build(tmp_path, (OLD, tag), (NEW, ""), (OLD, "")))) is Severity.HIGH


def test_a_later_tag_on_an_older_commit_silences_nothing(tmp_path: Path) -> None:
    scratch = build(tmp_path, (OLD, "v1.0.0"), (NEW, "v1.1.0"), ({**NEW, "more.txt": ""}, ""), (OLD, ""))
    scratch.git("tag", "-a", "-m", "newest of all", "v99.0.0", "HEAD~3")

    assert gravest(told(scratch)) is Severity.HIGH


def test_a_tag_on_the_changes_own_commits_is_no_release(tmp_path: Path) -> None:
    scratch = build(tmp_path, (NEW, ""), (OLD, ""))
    scratch.git("tag", "v9.0.0")

    assert gravest(told(scratch)) is Severity.HIGH


def test_a_tag_on_a_branch_that_nobody_took_is_no_release(tmp_path: Path) -> None:
    scratch = build(tmp_path, (NEW, ""))
    scratch.git("checkout", "-q", "-b", "mine")
    for tree in (OLD, NEW, OLD):
        scratch.commit(**dict(tree))
    scratch.git("tag", "v9.0.0", "HEAD~2")

    assert gravest(told(scratch, "HEAD~1..HEAD")) is Severity.HIGH


def test_in_a_shallow_clone_nothing_is_taken_for_unreleased(tmp_path: Path) -> None:
    whole = build(tmp_path, (OLD, "v1.2.3"), (NEW, ""), (OLD, ""))
    whole.git("clone", "-q", "--depth=3", f"file://{whole.folder}", str(tmp_path / "cut" / "shop"))
    whole.git("-C", str(tmp_path / "cut" / "shop"), "fetch", "-q", "--depth=2", "origin", "main")
    cut = Scratch(tmp_path / "cut" / "shop")

    assert gravest(told(cut)) is Severity.HIGH


def test_a_number_that_a_release_gave_to_another_name_was_released(tmp_path: Path) -> None:
    renamed = {"pet.proto": AGED.replace(" age ", " years ")}

    assert gravest(told(build(tmp_path, (NEW, "v1.0.0"), (renamed, ""), (OLD, "")))) is Severity.HIGH


def test_a_number_that_an_earlier_release_gave_to_another_field_is_not_free(tmp_path: Path) -> None:
    other = {"pet.proto": PROTO.replace("}", "  string home = 2;\n}")}
    steps = ((NEW, "v1.0.0"), (OLD, "v1.1.0"), (OLD | {"a.txt": "a"}, "v1.2.0"), (other, ""))

    found = told(build(tmp_path, *steps))

    assert [severity for severity, _ in found] == [Severity.HIGH]
    assert "what was released (v1.0.0): 2 (`age`, now `home`)" in found[0][1]


@pytest.mark.parametrize("again", [NEW, {"pet.proto": PROTO.replace("}", "  string home = 3;\n}")}])
def test_a_number_that_no_release_gave_to_another_field_is_free(tmp_path: Path, again: Tree) -> None:
    steps = ((NEW, "v1.0.0"), (OLD, "v1.1.0"), (again, ""))

    assert told(build(tmp_path, *steps)) == []


def test_a_type_that_a_release_had_in_another_file_was_released(tmp_path: Path) -> None:
    toy = "message Toy {\n  string name = 1;\n}\n"
    first = {"pet.proto": PROTO, "toy.proto": f'syntax = "proto3";\npackage shop;\n{toy}'}
    moved = {"pet.proto": PROTO + toy}

    assert gravest(told(build(tmp_path, (first, "v1.0.0"), (moved, ""), (OLD, "")))) is Severity.HIGH


OPENAPI: Final = "openapi: 3.0.3\ninfo: {title: shop, version: '1'}\npaths:\n  /pets:\n    get: {responses: {'200': {description: ok}}}\n"
TOYS: Final = "  /toys:\n    get: {responses: {'200': {description: ok}}}\n"
GRAPHQL: Final = "type Query {\n  pets: [String]\n}\n"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("openapi.yaml", OPENAPI, OPENAPI + TOYS),
        ("schema.graphql", GRAPHQL, GRAPHQL.replace("}", "  toys: [String]\n}")),
    ],
)
def test_descriptions_and_schemas_of_queries_have_releases_too(tmp_path: Path, path: str, old: str, new: str) -> None:
    fresh = told(build(tmp_path / "a", ({path: old}, "v1.0.0"), ({path: new}, ""), ({path: old}, "")))
    kept = told(build(tmp_path / "b", ({path: new}, "v1.0.0"), ({path: new + "\n"}, ""), ({path: old}, "")))

    assert (gravest(fresh), gravest(kept)) == (Severity.LOW, Severity.HIGH)


GIVES: Final = (
    "openapi: 3.0.3\ninfo: {title: shop, version: '1'}\npaths:\n  /pets:\n    get:\n      responses:\n        '200':\n"
    "          description: ok\n          content:\n            application/json:\n              schema:\n"
    "                type: object\n                required: [name]\n                properties:\n                  name: {type: string}\n"
)
GIVES_NOT: Final = GIVES.replace("required: [name]", "required: []").replace("name: {type", "other: {type")
CLIENT: Final = 'import requests\n\n\ndef pets():\n    return requests.get("http://localhost/pets").json()["name"]\n'
PAGE: Final = "export const pets = () => fetch('/pets').then((answer) => answer.json())\n"


@pytest.mark.parametrize(
    ("path", "client", "tag", "severity"),
    [
        ("client.py", CLIENT, "v1.0.0", Severity.HIGH),
        ("client.py", CLIENT, "", Severity.MEDIUM),
        ("page.ts", PAGE, "v1.0.0", Severity.MEDIUM),
    ],
)
def test_a_caller_that_changes_too_was_released_as_it_was(
    tmp_path: Path, path: str, client: str, tag: str, severity: Severity
) -> None:
    released = {"openapi.yaml": GIVES, path: client}
    changed = {"openapi.yaml": GIVES_NOT, path: client.replace("name", "other") + "\n"}

    assert gravest(told(build(tmp_path, (released, tag), (changed, "")))) is severity


NPM: Final = {
    "a/package.json": '{"name": "@shop/a", "version": "1.0.0", "main": "index.ts"}',
    "b/package.json": '{"name": "@shop/b", "version": "1.0.0", "main": "index.ts"}',
}
TAKES: Final = {"a/index.ts": "export function sell(pet: string): void {}\n"}
ASKS: Final = {"a/index.ts": "export function sell(pet: string, price: number): void {}\n"}


@pytest.mark.parametrize(
    ("tag", "severity"),
    [
        ("@shop/a@1.0.0", Severity.LOW),
        ("a/v1.0.0", Severity.LOW),
        ("v1.0.0", Severity.LOW),
        ("@shop/b@1.0.0", Severity.HIGH),
    ],
)
def test_a_package_of_several_goes_by_its_own_tags(tmp_path: Path, tag: str, severity: Severity) -> None:
    scratch = build(tmp_path, ({**NPM, **TAKES}, tag), ({**NPM, **ASKS}, ""), ({**NPM, **TAKES}, ""))

    assert gravest(told(scratch)) is severity


PACKAGE: Final = {"pyproject.toml": '[build-system]\nrequires = []\n[project]\nname = "shop"\n', "shop/__init__.py": ""}
CART: Final = '__all__ = ["Cart"]\n\n\nclass Cart:\n    def add(self, pet):\n        return pet\n'
EMPTIED: Final = CART + "\n    def empty(self):\n        return None\n"
HEIRS: Final = (
    CART.replace("class Cart:", "from abc import ABC, abstractmethod\n\n\nclass Cart(ABC):")
    + "\n    def empty(self):\n        return None\n"
)
ASKED: Final = HEIRS.replace("    def empty", "    @abstractmethod\n    def empty")
TILL: Final = 'def pay(cart):\n    """Pay for it."""\n    return cart\n'


@pytest.mark.parametrize(
    ("released", "before", "after", "severity"),
    [
        ({"shop/cart.py": CART}, {"shop/cart.py": EMPTIED}, {"shop/cart.py": CART}, Severity.LOW),
        ({"shop/cart.py": EMPTIED}, {"shop/cart.py": EMPTIED + "\n"}, {"shop/cart.py": CART}, Severity.HIGH),
        (
            {"shop/cart.py": HEIRS.partition("\n    def empty")[0] + "\n"},
            {"shop/cart.py": HEIRS},
            {"shop/cart.py": ASKED},
            Severity.HIGH,
        ),
        ({}, {"shop/till.py": TILL}, {"shop/till.py": "PAID = 1\n"}, Severity.LOW),
        ({"shop/old.py": TILL}, {"shop/till.py": TILL}, {"shop/till.py": "PAID = 1\n"}, Severity.HIGH),
        ({"shop/old.py": "# how to pay\n"}, {"shop/till.py": TILL}, {"shop/till.py": "PAID = 1\n"}, Severity.LOW),
    ],
    ids=[
        "a member",
        "a member of a release",
        "one that heirs must define",
        "a file",
        "a name of another file",
        "a word of another file",
    ],
)
def test_names_of_a_package_are_looked_for_in_its_release(
    tmp_path: Path, released: Tree, before: Tree, after: Tree, severity: Severity
) -> None:
    steps = (({**PACKAGE, **released}, "1.0.0"), ({**PACKAGE, **before}, ""), ({**PACKAGE, **after}, ""))

    assert gravest(told(build(tmp_path, *steps))) is severity


def test_what_code_here_still_uses_is_as_grave_as_before(tmp_path: Path) -> None:
    reader = {"till.py": "from pet_pb2 import Pet\n\n\ndef age(pet: Pet) -> int:\n    return pet.age_in_years\n"}
    new = {**reader, "pet.proto": AGED.replace(" age ", " age_in_years ")}

    found = told(build(tmp_path, ({**reader, **OLD}, "v1.0.0"), (new, ""), ({**reader, **OLD}, "")))

    assert gravest(found) is Severity.HIGH
    assert "used here by till.py" in found[0][1]


MANIFEST: Final = '{"name": "shop", "version": "1.0.0", "bin": {"shop": "./bin.js"}}'
WITH_TILL: Final = MANIFEST.replace('"./bin.js"', '"./bin.js", "till": "./till.js"')


def test_a_command_that_no_release_gave_is_low_and_one_that_it_gave_is_high(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    new = told(
        build(
            tmp_path / "new",
            ({"package.json": MANIFEST}, "v1.0.0"),
            ({"package.json": WITH_TILL}, ""),
            ({"package.json": MANIFEST}, ""),
        )
    )
    old = told(build(tmp_path, ({"package.json": WITH_TILL}, "v1.0.0"), ({"package.json": MANIFEST}, "")))

    assert [severity for severity, _ in new] == [Severity.LOW]
    assert "it is in no release yet (newest: v1.0.0)" in new[0][1]
    assert [severity for severity, _ in old] == [Severity.HIGH]


DESCRIBED: Final = """openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /pets:
    get:
      responses: {'200': {description: done}}
"""
MORE: Final = DESCRIBED + "    post:\n      responses: {'200': {description: done}}\n"
GOING: Final = DESCRIBED + "    post:\n      deprecated: true\n      responses: {'200': {description: done}}\n"
SCHEMA: Final = "type Query {\n  pets: Int\n}\n"
OLD_FIELD: Final = SCHEMA.replace("}", "  owners: Int\n}")
GOING_FIELD: Final = SCHEMA.replace("}", "  owners: Int @deprecated\n}")


@pytest.mark.parametrize(
    ("path", "released", "before", "after"),
    [("openapi.yaml", MORE, GOING, DESCRIBED), ("schema.graphql", OLD_FIELD, GOING_FIELD, SCHEMA)],
    ids=["an operation", "a field of a query"],
)
def test_what_was_announced_after_the_newest_release_was_announced_to_nobody(
    tmp_path: Path, path: str, released: str, before: str, after: str
) -> None:
    (tmp_path / "in_time").mkdir()
    late = told(build(tmp_path, ({path: released}, "v1.0.0"), ({path: before}, ""), ({path: after}, "")))
    in_time = told(build(tmp_path / "in_time", ({path: before}, "v1.0.0"), ({path: after}, "")))

    assert gravest(late) is Severity.HIGH
    assert "that it goes is said in no release yet (newest: v1.0.0)" in late[0][1]
    assert Severity.HIGH not in [severity for severity, _ in in_time]
