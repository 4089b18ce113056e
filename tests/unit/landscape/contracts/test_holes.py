"""Ways to take something from clients that a comparer may not look at."""

import pytest
from tests.samples.api_descriptions import breaks, operation, plain

from weighbridge.landscape.contracts.breaks import Level

_A = "components: {schemas: {A: {type: object, properties: {x: {type: string}, k: {type: string}}}, B: {type: object}}}\n"
_REF = "$ref: '#/components/schemas/A'"


def told(base: str, head: str) -> list[tuple[str, Level]]:
    return [(each.kind, each.level) for each in breaks(base, head)]


def _sent(schema: str) -> str:
    return operation(f"requestBody: {{content: {{a/b: {{schema: {schema}}}}}}}", _A)


def test_what_stands_beside_a_reference_counts() -> None:
    base, head = _sent(f"{{{_REF}}}"), _sent(f"{{{_REF}, required: [x]}}")

    assert told(base, head) == [("request-field-required", Level.ERROR)]


def test_before_3_1_it_does_not() -> None:
    base, head = (_sent(schema).replace("3.1.0", "3.0.3") for schema in (f"{{{_REF}}}", f"{{{_REF}, required: [x]}}"))

    assert told(base, head) == []


def test_words_beside_a_reference_mean_nothing() -> None:
    assert told(_sent(f"{{{_REF}}}"), _sent(f"{{{_REF}, description: more}}")) == []


def test_another_field_tells_one_of_several_from_the_others() -> None:
    choice = "{{oneOf: [{ref}, {{$ref: '#/components/schemas/B'}}], discriminator: {{propertyName: {name}}}}}"
    base, head = (_sent(choice.format(ref=f"{{{_REF}}}", name=name)) for name in ("x", "k"))

    assert told(base, head) == [("request-type-changed", Level.ERROR)]


def test_a_value_that_tells_one_of_several_is_gone() -> None:
    def choice(mapping: str) -> str:
        return _sent(
            f"{{oneOf: [{{{_REF}}}, {{$ref: '#/components/schemas/B'}}], discriminator: {{propertyName: k, mapping: {mapping}}}}}"
        )

    base, head = (
        choice("{a: '#/components/schemas/A', b: '#/components/schemas/B'}"),
        choice("{a: '#/components/schemas/A'}"),
    )

    assert told(base, head) == [("enum-value-removed", Level.ERROR)]


def test_servers_of_an_operation_stand_for_those_of_all() -> None:
    base, head = (plain(f"servers: [{{url: /{version}}}], responses: {{}}") for version in ("v1", "v2"))

    assert told(base, head) == [("server-changed", Level.ERROR)]


def test_a_variable_of_a_server_is_what_it_is_where_nobody_sets_it() -> None:
    def served(version: str) -> str:
        return plain("responses: {}", f"servers: [{{url: '/{{v}}', variables: {{v: {{default: {version}}}}}}}]\n")

    assert told(served("v1"), served("v2")) == [("server-changed", Level.ERROR)]


def test_a_value_that_a_variable_of_a_server_no_longer_has() -> None:
    def served(values: str) -> str:
        return plain(
            "responses: {}", f"servers: [{{url: '/{{v}}', variables: {{v: {{default: a, enum: {values}}}}}}}]\n"
        )

    assert told(served("[a, b]"), served("[a]")) == [("server-changed", Level.WARNING)]
    assert told(served("[a]"), served("[a, b]")) == []


def test_answers_of_a_range_that_are_named_one_by_one_are_compared() -> None:
    def answers(*codes: str, kind: str = "integer") -> str:
        body = f"{{description: d, content: {{a/b: {{schema: {{type: {kind}}}}}}}}}"
        return plain(f"responses: {{{', '.join(f'{code!r}: {body}' for code in codes)}}}")

    assert told(answers("2XX"), answers("200", "201")) == []
    assert told(answers("2XX"), answers("200", kind="string")) == [("response-type-changed", Level.ERROR)]
    assert told(answers("2XX"), answers("404")) == [("status-removed", Level.ERROR)]


def test_a_file_of_2_0_is_a_text_of_bytes_since() -> None:
    field = "{name: scan, in: formData, type: file, required: true}"
    base = f"swagger: '2.0'\npaths: {{/pets: {{post: {{consumes: [multipart/form-data], parameters: [{field}], responses: {{}}}}}}}}\n"
    schema = "{type: object, required: [scan], properties: {scan: {type: string, format: binary}}}"
    head = plain(
        f"requestBody: {{required: true, content: {{multipart/form-data: {{schema: {schema}}}}}}}, responses: {{}}"
    )

    assert told(base, head) == []
    assert told(base, head.replace("string, format: binary", "integer")) == [("request-type-changed", Level.ERROR)]


def test_a_way_to_a_token_that_is_gone() -> None:
    def let_in(*flows: str) -> str:
        listed = ", ".join(f"{flow}: {{tokenUrl: /token, scopes: {{}}}}" for flow in flows)
        scheme = f"components: {{securitySchemes: {{o: {{type: oauth2, flows: {{{listed}}}}}}}}}\n"
        return plain("responses: {}, security: [{o: []}]", scheme)

    one, two = "clientCredentials", "authorizationCode"
    assert told(let_in(one), let_in(two)) == [("security-tightened", Level.ERROR)]
    assert told(let_in(one, two), let_in(two)) == [("security-tightened", Level.WARNING)]
    assert told(let_in(one), let_in(one, two)) == []


def test_what_is_called_back_and_no_longer_is() -> None:
    base = plain("responses: {}, callbacks: {done: {'{$request.body#/url}': {post: {responses: {}}}}}")

    assert told(base, plain("responses: {}")) == [("operation-removed", Level.ERROR)]


def test_what_a_webhook_sends_is_what_clients_get() -> None:
    def webhook(required: str) -> str:
        schema = f"{{type: object, required: [{required}], properties: {{a: {{type: string}}, b: {{type: string}}}}}}"
        return f"openapi: 3.1.0\npaths: {{}}\nwebhooks: {{new: {{post: {{requestBody: {{content: {{a/b: {{schema: {schema}}}}}}}, responses: {{}}}}}}}}\n"

    assert told(webhook("a"), webhook("a, b")) == []
    assert told(webhook("a, b"), webhook("a")) == [("response-field-optional", Level.ERROR)]


def test_a_choice_of_one_that_gets_another_takes_what_it_took() -> None:
    one = f"{{anyOf: [{{{_REF}}}]}}"
    two = f"{{anyOf: [{{{_REF}}}, {{$ref: '#/components/schemas/B'}}]}}"

    assert told(_sent(one), _sent(two)) == []


def test_what_stands_behind_a_pattern_is_compared() -> None:
    def sent(inner: str) -> str:
        return _sent(f"{{type: object, patternProperties: {{'^a': {{type: object, properties: {{b: {inner}}}}}}}}}")

    assert told(sent("{type: string}"), sent("{type: string, description: more}")) == []
    assert told(sent("{type: string}"), sent("{type: integer}")) == [("request-type-changed", Level.ERROR)]


def test_a_list_of_values_bounds_what_constants_beside_it_say() -> None:
    def sent(constants: str) -> str:
        return _sent(f"{{type: integer, enum: [5], allOf: [{{oneOf: [{constants}]}}]}}")

    assert told(sent("{const: 2}, {const: 5}"), sent("{const: 5}, {const: 6}")) == []


def test_a_list_that_was_left_out_and_is_written_down_narrows_nothing() -> None:
    assert told(_sent("{type: integer, oneOf: []}"), _sent("{type: integer, oneOf: [{const: 1}, {const: 2}]}")) == []


def test_a_field_that_may_be_missing_or_null_is_told_once() -> None:
    def answer(schema: str) -> str:
        return plain(f"responses: {{'200': {{content: {{a/b: {{schema: {schema}}}}}}}}}")

    base = answer("{type: object, required: [x], properties: {x: {type: string}}}")
    (found,) = breaks(base, answer("{type: object, properties: {x: {type: [string, 'null']}}}"))

    assert found.words.endswith("may be missing from answers that always had it, or null")


@pytest.mark.parametrize(
    ("kind", "bound", "level"),
    [
        ("string", "maxLength: 15}, {maxLength: %s", Level.ERROR),
        ("string", "maxLength: 9}, {maxLength: %s", None),
        ("integer", "maximum: 15}, {maximum: %s", Level.ERROR),
        ("integer", "exclusiveMaximum: 15}, {exclusiveMaximum: %s", Level.ERROR),
        ("string", "pattern: '^a'}, {pattern: '%s$'", Level.WARNING),
    ],
)
def test_of_bounds_that_hold_together_the_narrower_counts(kind: str, bound: str, level: Level | None) -> None:
    base, head = (_sent(f"{{type: {kind}, allOf: [{{{bound % most}}}]}}") for most in ("14", "12"))

    found = told(base, head)

    assert [each for _, each in found] == ([] if level is None else [level])


def test_a_lower_bound_that_is_raised_behind_another_is_told() -> None:
    base, head = (_sent(f"{{type: integer, minimum: 1, allOf: [{{minimum: {least}}}]}}") for least in (3, 5))

    assert told(base, head) == [("request-narrowed", Level.ERROR)]
