"""What two versions of a description say alike is left out before they are read, and changes nothing of what is told."""

import json
import time
from collections.abc import Callable
from typing import Final

import pytest
import yaml
from tests.samples.api_descriptions import breaks, described
from tests.samples.oasdiff_checks import ROWS, Row

from weighbridge.landscape.contracts.alike import of_another, without_alike
from weighbridge.landscape.contracts.releases import is_of_release

BASE: Final = """openapi: 3.0.3
info:
  title: Shop
  version: '1'
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
      - $ref: '#/components/parameters/first'
      responses:
        '200':
          description: "all
            of them"
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
  /orders:
    post:
      operationId: order
      requestBody:
        content:
          application/json:
            schema:
              $ref: "#/components/schemas/Order"
      responses:
        '200':
          description: |
            done {
          content: {}
components:
  parameters:
    first:
      name: first
      in: query
      schema:
        type: integer
  schemas:
    Pet:
      type: object
      properties:
        name:
          type: string
        kind:
          $ref: '#/components/schemas/Kind'
    Kind:
      type: string
    Order:
      type: object
      properties:
        count:
          type: integer
"""
"""`/pets` leads to `Pet` and from there to `Kind`, `/orders` to `Order`."""

OTHER: Final = {
    "/other": {"get": {"operationId": "other", "responses": {"200": {"description": "done", "headers": {}}}}},
    "/more": {"post": {"responses": {"200": {"description": "done"}}}},
}


def cut(base: str, head: str) -> tuple[str, str] | None:
    found = without_alike(base.encode(), head.encode())
    return (found[0].decode(), found[1].decode()) if found else None


def words(text: str) -> str:
    """What is left, without what is empty."""
    return "\n".join(line for line in text.split("\n") if line.strip())


def test_what_leads_to_what_differs_stays_and_all_that_it_leads_to() -> None:
    head = BASE.replace("    Kind:\n      type: string", "    Kind:\n      type: integer")

    found = cut(BASE, head)

    assert found is not None
    assert "/orders:\n    post:\n      operationId: order\n" in words(found[0])
    assert "    Order:" in words(found[1])
    assert "count" not in found[0] + found[1]
    assert "name: first" in found[1]
    assert found[1].split("\n").index("      type: integer") == head.split("\n").index("      type: integer")
    assert breaks(*found) == breaks(BASE, head) != []


def test_every_operation_is_still_known_by_path_method_and_id() -> None:
    found = cut(BASE, BASE.replace("/pets", "/animals"))

    assert found is not None
    calls = [
        [(call.operation, call.id, call.spot.line) for call in described(text).calls()] for text in (BASE, found[0])
    ]
    assert calls[0] == calls[1]


def test_another_title_or_version_keeps_nothing_whole() -> None:
    found = cut(BASE, BASE.replace("version: '1'", "version: '2'"))

    assert found is not None
    assert "count" not in found[0]


def written(row: Row, write: Callable[[object], str]) -> tuple[str, str]:
    """A row's descriptions with operations that differ in nothing."""
    both = []
    for text in (row.base, row.head):
        said = yaml.safe_load(text)
        said["paths"] = {**said["paths"], **OTHER}
        both.append(write(said))
    return both[0], both[1]


def as_yaml(said: object) -> str:
    return str(yaml.safe_dump(said, sort_keys=False, default_flow_style=False))


def as_json(said: object) -> str:
    return json.dumps(said, indent=2)


@pytest.mark.parametrize("write", [as_yaml, as_json])
def test_the_same_is_told_of_what_is_left(write: Callable[[object], str]) -> None:
    left_out = 0
    for row in ROWS:
        base, head = written(row, write)
        found = cut(base, head)
        left_out += found is not None

        assert found is None or breaks(*found) == breaks(base, head), row.check

    assert left_out > len(ROWS) / 2


DIFFERENT: Final = BASE.replace("count:", "number:")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("openapi: 3.0.3", "openapi: 3.1.0"),
        ("openapi: 3.0.3\n", "openapi: 3.0.3\nsecurity: []\n"),
        ("'#/components/schemas/Kind'", "other.yaml#/Kind"),
        ("    Kind:\n      type: string", "    Kind: &-all\n      type: string\n    Twin: *-all"),
        ("      properties:\n        count", "      properties: !!map &all\n        count"),
        ("      properties:\n        count", "      title: !!str 'one\n\n        '\n      properties:\n        count"),
        ("version: '1'", "version: '1\n/fake:\n  '"),
        ("version: '1'", "version: {a: '1',\n/fake: 1}"),
        ("version: '1'\n", "version: '1'\n---\n"),
        ('$ref: "#/components/schemas/Order"', '"\\x24ref": "#/components/schemas/Order"'),
        ('$ref: "#/components/schemas/Order"', '$ref:\n                "#/components/schemas/Order"'),
        ("  /orders:\n", "  ? /orders\n  :\n"),
        ("  /orders:\n", "  /pets:\n"),
        ("\n", "\r"),
    ],
)  # fmt: skip
def test_nothing_is_left_out_where_all_may_differ_or_lines_may_not_be_what_they_seem(old: str, new: str) -> None:
    base, head = BASE.replace(old, new), DIFFERENT.replace(old, new)

    if old.startswith("openapi"):
        assert cut(BASE, head) is None
    else:
        assert cut(base, head) is None


@pytest.mark.parametrize(
    "named", ["tags: [&kind {}]\npaths:", "x: !!str &kind {}\npaths:", "tags: [a, {{b: &kind {}}}]\npaths:"]
)
def test_nothing_is_left_out_where_a_name_stands_for_what_differs(named: str) -> None:
    used = BASE.replace("    Kind:\n      type: string", "    Kind:\n      type: *kind")
    base, head = (used.replace("paths:", named.format(kind), 1) for kind in ("string", "integer"))

    assert cut(base, head) is None
    assert breaks(base, head)


def test_signs_in_words_name_nothing() -> None:
    head = BASE.replace("title: Shop", "title: Shop &copy; *all* R&D")

    assert cut(BASE, head) is not None


def test_json_that_is_indented_otherwise_than_it_means_is_read_whole() -> None:
    base = '{\n  "openapi": "3.0.3",\n  "paths": {\n    "/a": {"get": {\n    "b": {\n    }}\n    },\n    "/b": {\n    }\n  }\n}\n'

    assert cut(base, base.replace('"/b"', '"/c"')) is None


@pytest.mark.parametrize(
    "line",
    ["- [\n", "  a: '\n", '  a: "\n', "a" + " " * 100_000, '"\\u', "  /a:\n", "\n", ": ", "  {", " " * 1000 + "\n"],
)
def test_what_was_written_to_be_slow_is_not(line: str) -> None:
    text = ("openapi: 3.0.3\npaths:\n" + line * (2_000_000 // len(line))).encode()
    began = time.process_time()

    without_alike(text, text + b"  /b:\n")

    assert time.process_time() - began < 5


RELEASED: Final = {**OTHER, "/gone": {"get": {"responses": {"200": {"description": "done"}}}}}
"""What a release says besides: one operation more, and another answer."""


@pytest.mark.parametrize("write", [as_yaml, as_json])
def test_what_is_of_a_release_is_told_alike_of_what_the_change_touches(write: Callable[[object], str]) -> None:
    as_base = shortened = 0
    for row in ROWS:
        base, head = written(row, write)
        since_base = breaks(base, head)
        for told in (row.base, row.head):
            said = yaml.safe_load(told)
            said["paths"] = {**said["paths"], **RELEASED}
            release = write(said)
            another = of_another(base.encode(), head.encode(), other=release.encode())
            since_release = breaks(release, head)
            wanted = [is_of_release(each, since_base, since_release=since_release) for each in since_base]
            if another.is_alike:
                as_base += 1
                assert all(wanted), row.check
            elif another.texts is not None:
                shortened += 1
                one, other = (text.decode() for text in another.texts)
                assert "/more" in one
                assert "done" not in words(other).partition("/more")[2]
                less = breaks(one, other)
                assert [is_of_release(each, since_base, since_release=less) for each in since_base] == wanted, row.check

    assert as_base > len(ROWS) / 2
    assert shortened > len(ROWS) / 2
