"""What looks like a break of a description and takes nothing from anybody, or takes one thing and not two."""

import pytest
from tests.samples.api_descriptions import breaks, field, parameter, plain, sent

from weighbridge.landscape.contracts.breaks import Level


def told(base: str, head: str) -> list[tuple[str, Level]]:
    return [(each.kind, each.level) for each in breaks(base, head)]


def words(base: str, head: str) -> list[str]:
    return [each.words for each in breaks(base, head)]


def _closed(inner: str) -> str:
    return f"{{type: object, additionalProperties: false, properties: {{{inner}}}}}"


def test_what_lies_within_a_field_that_is_only_read_is_no_part_of_requests() -> None:
    before, after = (
        sent(f"{{type: object, properties: {{x: {{readOnly: true, allOf: [{each}]}}}}}}")
        for each in (_closed("a: {}, b: {}"), _closed("a: {}"))
    )

    assert told(before, after) == []
    assert told(before.replace("readOnly", "writeOnly"), after.replace("readOnly", "writeOnly")) == [
        ("request-field-removed", Level.ERROR)
    ]


def test_what_lies_within_a_field_that_is_only_sent_is_no_part_of_answers() -> None:
    answer = "responses: {{'200': {{description: done, content: {{a/b: {{schema: {}}}}}}}}}"
    schemas = (
        f"{{type: object, properties: {{x: {{writeOnly: true, type: object, properties: {{{each}}}, required: [b]}}}}}}"
        for each in ("b: {}", "")
    )
    before, after = (plain(answer.format(each)) for each in schemas)

    assert told(before, after) == []


_MORE = ", style: form, explode: false"
_MANY = "{type: array, items: {type: string}}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (parameter("{type: string}"), parameter(_MANY, _MORE)),
        (parameter("{type: string}"), parameter(_MANY, ", explode: false")),
        (parameter(_MANY, _MORE), parameter("{type: string}")),
    ],
)
def test_a_text_with_commas_and_a_list_between_commas_are_sent_alike(before: str, after: str) -> None:
    assert told(before, after) == []


def test_a_text_and_a_list_that_is_sent_otherwise_are_not_alike() -> None:
    assert told(parameter("{type: string}"), parameter(_MANY, ", style: pipeDelimited")) == [
        ("request-type-changed", Level.ERROR)
    ]


def test_each_value_of_a_list_between_commas_is_held_to_what_the_text_was() -> None:
    few = "{type: array, items: {type: string, enum: [a]}}"

    assert told(parameter("{type: string, enum: [a, b]}"), parameter(few, _MORE)) == [
        ("enum-value-removed", Level.ERROR)
    ]


def test_a_value_that_a_field_lists_and_a_mapping_names_is_told_once() -> None:
    schema = "{{type: object, properties: {{kind: {{type: string, enum: [{}]}}}}, discriminator: {{propertyName: kind, mapping: {{{}}}}}}}"
    before, after = sent(schema.format("a, b", "a: A, b: B")), sent(schema.format("a", "a: A"))

    assert told(before, after) == [("enum-value-removed", Level.ERROR)]
    assert told(before.replace(", enum: [a, b]", ""), after.replace(", enum: [a]", "")) == [
        ("enum-value-removed", Level.ERROR)
    ]


def test_of_a_webhook_is_said_what_its_receivers_get() -> None:
    hook = "openapi: 3.1.0\nwebhooks: {{told: {{post: {{requestBody: {{content: {{a/b: {{schema: {}}}}}}}}}}}}}\n"
    before, after = (hook.format(field(f"{{type: {each}}}")) for each in ("object", "string"))

    assert words(before, after) == ["`x` is string in the webhook's messages, where receivers expect object"]


def _choice(first: str, second: str) -> str:
    return sent(f"{{oneOf: [{{title: One, {first}}}, {{title: Two, {second}}}]}}")


def _kinds(values: str, more: str = "") -> str:
    return f"type: object, properties: {{kind: {{type: string, enum: [{values}]}}}}{more}"


def test_a_value_that_another_choice_takes_is_still_taken() -> None:
    assert told(_choice(_kinds("a, b"), _kinds("c")), _choice(_kinds("a"), _kinds("c, b"))) == []


def test_a_value_that_a_new_choice_takes_is_still_taken() -> None:
    before = sent(f"{{oneOf: [{{title: One, {_kinds('a, b')}}}, {{title: Two, {_kinds('c')}}}]}}")
    after = sent(
        f"{{oneOf: [{{title: One, {_kinds('a')}}}, {{title: Two, {_kinds('c')}}}, {{title: New, {_kinds('b')}}}]}}"
    )

    assert told(before, after) == []
    assert told(before, _choice(_kinds("a"), _kinds("c"))) == [("enum-value-removed", Level.ERROR)]


@pytest.mark.parametrize("more", [", required: [owner]", ", additionalProperties: false"])
def test_a_value_that_another_choice_takes_only_with_more_or_less_beside_it_is_not(more: str) -> None:
    before = _choice(_kinds("a, b").replace("}}", "}, owner: {type: string}}"), _kinds("c", more))
    after = _choice(_kinds("a").replace("}}", "}, owner: {type: string}}"), _kinds("c, b", more))

    assert told(before, after) == [("enum-value-removed", Level.ERROR)]


def test_a_field_that_had_to_be_sent_and_must_be_under_another_name_is_told_once() -> None:
    schema = "{{type: object, additionalProperties: false, properties: {{{0}: {{type: string}}, {1}: {{type: string}}}}, required: [{0}, {1}]}}"
    before, after = (
        sent(schema.format(*names)) for names in (("taxId", "taxIdCountryCode"), ("taxCountryCode", "taxNumber"))
    )

    assert words(before, after) == [
        f"`{new}` of the body must be sent now, and `{old}` is taken no more: requests that send that one instead, as was right, are refused"
        for new, old in (("taxCountryCode", "taxIdCountryCode"), ("taxNumber", "taxId"))
    ]


def test_a_field_of_another_kind_that_must_be_sent_is_another_change() -> None:
    schema = "{{type: object, additionalProperties: false, properties: {{{0}: {{type: {1}}}}}, required: [{0}]}}"
    before, after = sent(schema.format("owner", "string")), sent(schema.format("number", "integer"))

    assert sorted(told(before, after)) == [
        ("request-field-removed", Level.ERROR),
        ("request-field-required", Level.ERROR),
    ]


def test_a_field_that_had_to_be_sent_and_one_that_only_answers_have_are_two() -> None:
    schema = "{{type: object, properties: {{{0}: {{type: string{1}}}}}, required: [{0}]}}"
    before, after = sent(schema.format("owner", "")), sent(schema.format("id", ", readOnly: true"))

    assert told(before, after) == [("request-field-removed", Level.WARNING)]


_HOOK = "openapi: 3.1.0\nwebhooks: {{{0}: {{post: {{requestBody: {{content: {{a/b: {{schema: {1}}}}}}}}}}}}}\n"
_TYPED = (
    "{type: object, required: [type], properties: {type: {type: string, enum: [shop.pet.sold]}, x: {type: string}}}"
)


def test_a_webhook_whose_messages_say_the_same_of_themselves_has_another_name_only_here() -> None:
    before, after = _HOOK.format("pet.sold", _TYPED), _HOOK.format("shop.pet.sold", _TYPED)

    assert told(before, after) == []
    assert told(before, after.replace("x: {type: string}", "x: {type: integer}")) == [
        ("response-type-changed", Level.ERROR)
    ]


def test_a_webhook_whose_messages_say_something_else_is_gone() -> None:
    before = _HOOK.format("pet.sold", _TYPED)

    assert told(before, _HOOK.format("pet.lost", _TYPED.replace("sold", "lost"))) == [
        ("operation-removed", Level.ERROR)
    ]
    assert told(before, _HOOK.format("pet.lost", _TYPED)) == [("operation-removed", Level.ERROR)]
