"""Contracts that were written to cost whoever compares them."""

import time
from collections.abc import Callable

import pytest
from tests.samples.api_descriptions import PATH, breaks, described

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.contracts.graphql.compare import MOST_CHARACTERS, graphql_breaks
from weighbridge.landscape.contracts.library import Library
from weighbridge.landscape.contracts.protobuf.compare import protobuf_breaks
from weighbridge.landscape.contracts.recognise import says_openapi

MOST_SECONDS = 5.0
"""What each takes a fraction of; where it grows with the square of its size it takes minutes."""


def _blank_lines() -> None:
    assert not says_openapi(b"openapi" + b"\n" * 2_000_000)


def _open_comments() -> None:
    protobuf_breaks({RepoPath("a.proto"): "/*" * 500_000}, {RepoPath("a.proto"): ""})


def _every_schema_in_every_other() -> None:
    def text(kind: str) -> str:
        names = [f"S{number}" for number in range(60)]
        fields = ", ".join(f"{name.lower()}: {{$ref: '#/components/schemas/{name}'}}" for name in names)
        schemas = "\n".join(
            f"    {name}: {{type: object, properties: {{{fields}, own: {{type: {kind}}}}}}}" for name in names
        )
        operations = "\n".join(
            f"  /p{number}: {{get: {{responses: {{'200': {{description: a, content: {{a/b: {{schema: {{$ref: '#/components/schemas/S0'}}}}}}}}}}}}}}"
            for number in range(50)
        )
        return f"openapi: 3.0.3\npaths:\n{operations}\ncomponents:\n  schemas:\n{schemas}\n"

    assert len(breaks(text("string"), text("integer"))) == 60


def _a_circle_of_schemas() -> None:
    def text(last: str) -> str:
        circle = "\n".join(
            f"    S{n}: {{allOf: [{{$ref: '#/components/schemas/S{(n + 1) % 500}'}}, {last}]}}" for n in range(500)
        )
        return f"openapi: 3.0.3\npaths: {{/a: {{post: {{requestBody: {{content: {{a/b: {{schema: {{$ref: '#/components/schemas/S0'}}}}}}}}}}}}}}\ncomponents:\n  schemas:\n{circle}\n"

    breaks(text("{type: object}"), text("{type: object, required: [a]}"))


def _texts_that_do_not_end() -> None:
    good = "type Query { a: Int }\n"
    for text in ('"""' + '\\"' * 500_000, '"\\' * 500_000, '"' * 1_000_001, '"""\\"""' * 100_001 + '"'):
        found = graphql_breaks({RepoPath("a.graphql"): good}, {RepoPath("a.graphql"): good + text})

        assert isinstance(found, CouldNotLook)


@pytest.mark.parametrize(
    "attack",
    [_texts_that_do_not_end, _blank_lines, _open_comments, _every_schema_in_every_other, _a_circle_of_schemas],
    ids=lambda attack: attack.__name__,
)
def test_what_was_written_to_be_slow_is_not(attack: Callable[[], None]) -> None:
    began = time.process_time()

    attack()

    assert time.process_time() - began < MOST_SECONDS


def test_more_than_can_be_read_is_said() -> None:
    text = "#" * (MOST_CHARACTERS + 1)

    found = graphql_breaks({RepoPath("a.graphql"): text}, {RepoPath("a.graphql"): text})

    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.LIMIT


def test_aliases_that_stand_for_more_and_more_are_refused() -> None:
    lines = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 20)}]" for n in range(1, 12))
    library = Library({PATH: f"openapi: 3.0.3\na0: &a0 [x]\n{lines}\n".encode()}.get)

    found = library.document(PATH)

    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.LIMIT


def test_tabs_and_halves_of_characters_in_json_are_read() -> None:
    text = '{\t"openapi": "3.0.3",\n\t"paths": {"/\\ud83d\\udc31": {"get": {"responses": {}}}}}'

    (call,) = described(text).calls()

    assert call.operation.path == "/\N{CAT FACE}"


def test_a_reference_out_of_the_repository_is_not_followed() -> None:
    library = Library(
        {PATH: b"openapi: 3.0.3\npaths: {/a: {$ref: '../../etc/passwd'}, /b: {$ref: 'file:///etc/passwd'}}\n"}.get
    )
    root = library.document(PATH)
    assert root is not None
    assert not isinstance(root, CouldNotLook)
    paths = root.get("paths")
    assert paths is not None

    assert [library.follow(each) for each in paths.fields()] == [None, None]
    assert {lost.missing.reason for lost in library.lost.values()} == {Reason.UNPARSED}
