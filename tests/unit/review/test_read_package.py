"""A stored package comes back as it was; a broken one is refused with the place; a newer one loses nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.samples.extremes import NASTY, hostile, huge
from tests.samples.packages import quiet, usual

from weighbridge.domain.package import ReviewPackage
from weighbridge.review.read_package import PackageError, read_package
from weighbridge.review.render.json import render_json
from weighbridge.review.schema import package_schema, package_schema_text

SCHEMA_FILE = Path(__file__).parents[3] / "docs" / "reference" / "schemas" / "package.schema.json"
PACKAGES = [usual(), quiet(), huge(files=20, symbols=60, copies=20), hostile("<x>")]


def document(package: ReviewPackage) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(render_json(package))
    return read


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_comes_back_as_it_was(package: ReviewPackage) -> None:
    stored = read_package(render_json(package).encode())
    assert stored.package == package
    assert stored.is_intact


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_comes_back_too(text: str) -> None:
    assert read_package(render_json(hostile(text)).encode()).is_intact


def test_an_edited_decision_is_noticed() -> None:
    edited = document(usual())
    edited["decision"]["gate"]["state"] = "satisfied"
    assert not read_package(json.dumps(edited).encode()).is_intact


def test_sections_and_fields_of_a_newer_version_are_kept_or_passed_over() -> None:
    newer = document(usual())
    newer["version"] = 2
    newer["compliance"] = {"controls": ["CC8.1"]}
    newer["presentation"]["mood"] = "calm"

    stored = read_package(json.dumps(newer).encode())

    assert stored.sections == {"compliance": {"controls": ["CC8.1"]}}
    assert stored.version == 2
    assert stored.is_intact


def test_a_newer_decision_that_is_not_understood_says_that_it_is_newer() -> None:
    newer = document(usual())
    newer["version"] = 7
    newer["decision"]["gate"]["state"] = "pondering"
    with pytest.raises(PackageError, match="newer Weighbridge"):
        read_package(json.dumps(newer).encode())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not a review package"),
        (b'{"schema": "other/thing"}', "not a review package"),
        (b'{"schema": "weighbridge/package"}', "version"),
        (b'{"schema": "weighbridge/package", "version": true}', "version"),
        (b'{"schema": "weighbridge/package", "version": 1}', "decision"),
        (
            b'{"schema": "weighbridge/package", "version": 1, "decision": 1, "presentation": {}, "digest": ""}',
            r"\$.decision",
        ),
        (b"[" * 200_000, "nested too deeply"),
    ],
)
def test_what_is_no_package_is_refused_with_the_place(data: bytes, words: str) -> None:
    with pytest.raises(PackageError, match=words) as refused:
        read_package(data, source="out.json")
    assert str(refused.value).startswith("out.json: ")


def test_the_committed_schema_is_the_generated_one() -> None:
    assert SCHEMA_FILE.read_text("utf-8") == package_schema_text(), "run `python -m scripts.write_schemas`"


@pytest.mark.parametrize("package", PACKAGES)
def test_real_packages_keep_to_the_schema(package: ReviewPackage) -> None:
    validator = Draft202012Validator(package_schema())
    assert [e.message for e in validator.iter_errors(document(package))] == []


def test_the_schema_refuses_what_is_no_package() -> None:
    broken = document(usual())
    broken["decision"]["gate"]["state"] = "pondering"
    assert not Draft202012Validator(package_schema()).is_valid(broken)
