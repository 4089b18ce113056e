"""The checks of oasdiff (Apache-2.0; ids and levels as its documentation and `checks changelog` give them) beside what is told here.

Each row is a check with its level there, and two descriptions that show it. Where another level is meant here, the row says which
and why.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tests.samples.api_descriptions import field, given, operation, parameter, plain, sent

from weighbridge.landscape.contracts.breaks import Level

ERR, WARN, INFO = Level.ERROR, Level.WARNING, Level.NOTE

_SCHEMES: Final = (
    "components: {securitySchemes: {key: {type: apiKey, in: header, name: K}, login: {type: oauth2, flows: {}}}}\n"
)
WIDENED: Final = "few clients count on bounds of answers: told as an error that is not sure, which does not block"


class Row(NamedTuple):
    """One check: its level there, the two descriptions, and the level and its reason here where they differ."""

    check: str
    level: Level
    base: str
    head: str
    here: Level | None = None
    why: str = ""


def _bounds(prefix: str, make: Callable[[str], str]) -> list[Row]:
    return [
        Row(f"{prefix}-max-decreased", ERR, make("{type: integer, maximum: 9}"), make("{type: integer, maximum: 5}")),
        Row(f"{prefix}-max-set", WARN, make("{type: integer}"), make("{type: integer, maximum: 5}")),
        Row(f"{prefix}-min-increased", ERR, make("{type: integer, minimum: 1}"), make("{type: integer, minimum: 5}")),
        Row(f"{prefix}-min-set", WARN, make("{type: integer}"), make("{type: integer, minimum: 5}")),
        Row(f"{prefix}-exclusive-max-decreased", ERR, make("{type: integer, exclusiveMaximum: 9}"), make("{type: integer, exclusiveMaximum: 5}")),
        Row(f"{prefix}-exclusive-min-set", WARN, make("{type: integer}"), make("{type: integer, exclusiveMinimum: 5}")),
        Row(f"{prefix}-max-length-decreased", ERR, make("{type: string, maxLength: 9}"), make("{type: string, maxLength: 5}")),
        Row(f"{prefix}-max-length-set", WARN, make("{type: string}"), make("{type: string, maxLength: 5}")),
        Row(f"{prefix}-min-length-increased", ERR, make("{type: string, minLength: 1}"), make("{type: string, minLength: 5}")),
        Row(f"{prefix}-min-items-increased", ERR, make("{type: array, minItems: 1}"), make("{type: array, minItems: 2}")),
        Row(f"{prefix}-min-items-set", WARN, make("{type: array}"), make("{type: array, minItems: 2}")),
        Row(f"{prefix}-became-enum", ERR, make("{type: string}"), make("{type: string, enum: [a]}")),
        Row(f"{prefix}-enum-value-removed", ERR, make("{type: string, enum: [a, b]}"), make("{type: string, enum: [a]}")),
        Row(f"{prefix}-type-changed", ERR, make("{type: string}"), make("{type: integer}")),
        Row(f"{prefix}-list-of-types-narrowed", ERR, make("{type: [string, integer]}"), make("{type: string}")),
        Row(f"{prefix}-became-not-nullable", ERR, make("{type: [string, 'null']}"), make("{type: string}")),
    ]  # fmt: skip


def _field(schema: str) -> str:
    return sent(field(schema))


def _answer(schema: str) -> str:
    return given(field(schema))


_TWO: Final = "{oneOf: [{title: A, type: object, required: [a]}, {title: B, type: object, required: [b]}]}"
_THREE: Final = "{oneOf: [{title: A, type: object, required: [a]}, {title: B, type: object, required: [b]}, {title: C, type: object}]}"

ROWS: Final = [
    *_bounds("request-parameter", parameter),
    *_bounds("request-property", _field),
    *_bounds("request-body", sent),
    Row("api-removed-without-deprecation", ERR, plain("responses: {}"), "openapi: 3.1.0\npaths: {}\n"),
    Row("api-removed-with-deprecation", INFO, operation("deprecated: true, x-sunset: '2025-01-01'"), "openapi: 3.1.0\npaths: {}\n"),
    Row("api-removed-before-sunset", ERR, operation("deprecated: true, x-sunset: '2030-01-01'"), "openapi: 3.1.0\npaths: {}\n"),
    Row("sunset-deleted", ERR, operation("deprecated: true, x-sunset: '2030-01-01'"), operation("deprecated: true")),
    Row("api-sunset-date-changed-too-small", ERR, operation("deprecated: true, x-sunset: '2030-01-01'"), operation("deprecated: true, x-sunset: '2027-01-01'")),
    Row("endpoint-deprecated", INFO, operation("summary: a"), operation("deprecated: true")),
    Row("api-operation-id-removed", INFO, operation("operationId: a"), operation("operationId: b")),
    Row("webhook-removed", ERR, "openapi: 3.1.0\npaths: {}\nwebhooks: {paid: {post: {}}}\n", "openapi: 3.1.0\npaths: {}\n"),
    Row("request-parameter-removed", WARN, parameter("{type: string}"), operation("summary: a")),
    Row("request-parameter-removed-with-deprecation", INFO, parameter("{type: string}", ", deprecated: true"), operation("summary: a")),
    Row("request-parameter-became-required", ERR, parameter("{type: string}"), parameter("{type: string}", ", required: true")),
    Row("new-required-request-parameter", ERR, operation("summary: a"), parameter("{type: string}", ", required: true")),
    Row("request-parameter-pattern-added", ERR, parameter("{type: string}"), parameter("{type: string, pattern: '^a'}")),
    Row("request-parameter-pattern-changed", WARN, parameter("{type: string, pattern: '^b'}"), parameter("{type: string, pattern: '^a'}")),
    Row("request-parameter-max-items-decreased", ERR, parameter("{type: array, maxItems: 5}"), parameter("{type: array, maxItems: 2}")),
    Row("request-parameter-default-value-changed", ERR, parameter("{type: integer, default: 1}"), parameter("{type: integer, default: 2}")),
    Row("request-parameter-default-value-added", ERR, parameter("{type: integer}"), parameter("{type: integer, default: 2}"), WARN, "most often what was done all along is written down"),
    Row("request-parameter-default-value-removed", ERR, parameter("{type: integer, default: 2}"), parameter("{type: integer}"), WARN, "what is done is said no more, which is not that it is done no more"),
    Row("request-body-added-required", ERR, operation("summary: a"), operation("requestBody: {required: true, content: {}}")),
    Row("request-body-became-required", ERR, operation("requestBody: {content: {}}"), operation("requestBody: {required: true, content: {}}")),
    Row("request-body-removed", ERR, operation("requestBody: {content: {}}"), operation("summary: a")),
    Row("request-body-media-type-removed", ERR, operation("requestBody: {content: {a/b: {}, c/d: {}}}"), operation("requestBody: {content: {a/b: {}}}")),
    Row("request-property-removed", WARN, _field("{type: string}"), sent("{type: object}")),
    Row("new-required-request-property", ERR, sent("{type: object}"), sent(field("{type: string}", ", required: [x]"))),
    Row("new-required-request-property-with-default", ERR, sent("{type: object}"), sent(field("{type: string, default: a}", ", required: [x]"))),
    Row("request-property-became-required", ERR, _field("{type: string}"), sent(field("{type: string}", ", required: [x]"))),
    Row("request-property-became-required-with-default", ERR, _field("{type: string, default: a}"), sent(field("{type: string, default: a}", ", required: [x]"))),
    Row("request-property-pattern-added", ERR, _field("{type: string}"), _field("{type: string, pattern: '^a'}")),
    Row("request-property-pattern-changed", WARN, _field("{type: string, pattern: '^b'}"), _field("{type: string, pattern: '^a'}")),
    Row("request-property-const-added", ERR, _field("{type: string}"), _field("{const: a}")),
    Row("request-property-const-changed", ERR, _field("{const: b}"), _field("{const: a}")),
    Row("request-property-default-value-changed", INFO, _field("{type: string, default: a}"), _field("{type: string, default: b}")),
    Row("request-body-one-of-removed", ERR, sent(_THREE), sent(_TWO)),
    Row("request-property-any-of-removed", ERR, _field(_THREE.replace("oneOf", "anyOf")), _field(_TWO.replace("oneOf", "anyOf"))),
    Row("request-body-wrapped-in-one-of", ERR, sent("{type: object, properties: {a: {type: string}}}"), sent(_TWO)),
    Row("request-property-if-added", ERR, _field("{type: object}"), _field("{type: object, if: {required: [a]}, then: {required: [b]}}")),
    Row("request-property-contains-added", ERR, _field("{type: array}"), _field("{type: array, contains: {type: string}}")),
    Row("request-property-property-names-added", ERR, _field("{type: object}"), _field("{type: object, propertyNames: {pattern: '^a'}}")),
    Row("response-required-property-removed", ERR, given(field("{type: string}", ", required: [x]")), given("{type: object}")),
    Row("response-optional-property-removed", WARN, _answer("{type: string}"), given("{type: object}")),
    Row("response-property-became-optional", ERR, given(field("{type: string}", ", required: [x]")), _answer("{type: string}")),
    Row("response-property-became-nullable", ERR, _answer("{type: string}"), _answer("{type: [string, 'null']}")),
    Row("response-body-became-nullable", ERR, given("{type: object}"), given("{type: [object, 'null']}")),
    Row("response-property-enum-value-added", WARN, _answer("{type: string, enum: [a]}"), _answer("{type: string, enum: [a, b]}")),
    Row("response-property-const-changed", ERR, _answer("{const: a}"), _answer("{const: b}")),
    Row("response-property-const-removed", ERR, _answer("{type: string, const: a}"), _answer("{type: string}")),
    Row("response-property-type-changed", ERR, _answer("{type: string}"), _answer("{type: integer}")),
    Row("response-property-type-generalized", ERR, _answer("{type: integer}"), _answer("{type: number}")),
    Row("response-body-type-changed", ERR, given("{type: string}"), given("{type: array}")),
    Row("response-property-max-increased", ERR, _answer("{type: integer, maximum: 5}"), _answer("{type: integer, maximum: 9}"), why=WIDENED),
    Row("response-property-min-decreased", ERR, _answer("{type: integer, minimum: 5}"), _answer("{type: integer, minimum: 1}"), why=WIDENED),
    Row("response-property-max-length-increased", ERR, _answer("{type: string, maxLength: 5}"), _answer("{type: string, maxLength: 9}"), why=WIDENED),
    Row("response-property-max-length-unset", ERR, _answer("{type: string, maxLength: 5}"), _answer("{type: string}"), why=WIDENED),
    Row("response-property-min-items-unset", ERR, _answer("{type: array, minItems: 1}"), _answer("{type: array}"), why=WIDENED),
    Row("response-property-one-of-added", ERR, _answer(_TWO), _answer(_THREE), why=WIDENED),
    Row("response-property-any-of-added", INFO, _answer(_TWO.replace("oneOf", "anyOf")), _answer(_THREE.replace("oneOf", "anyOf"))),
    Row("response-property-contains-removed", ERR, _answer("{type: array, contains: {type: string}}"), _answer("{type: array}"), why=WIDENED),
    Row("response-success-status-removed", ERR, plain("responses: {'200': {}, '201': {}}"), plain("responses: {'200': {}}")),
    Row("response-non-success-status-removed", INFO, plain("responses: {'200': {}, '404': {}}"), plain("responses: {'200': {}}")),
    Row("response-media-type-removed", ERR, plain("responses: {'200': {content: {a/b: {}, c/d: {}}}}"), plain("responses: {'200': {content: {a/b: {}}}}")),
    Row("required-response-header-removed", ERR, plain("responses: {'200': {headers: {X: {required: true, schema: {type: string}}}}}"), plain("responses: {'200': {}}")),
    Row("optional-response-header-removed", WARN, plain("responses: {'200': {headers: {X: {schema: {type: string}}}}}"), plain("responses: {'200': {}}")),
    Row("response-header-became-optional", ERR, plain("responses: {'200': {headers: {X: {required: true, schema: {type: string}}}}}"), plain("responses: {'200': {headers: {X: {schema: {type: string}}}}}")),
    Row("response-header-type-changed", ERR, plain("responses: {'200': {headers: {X: {schema: {type: string}}}}}"), plain("responses: {'200': {headers: {X: {schema: {type: array}}}}}")),
    Row("api-security-added", INFO, operation("summary: a", _SCHEMES), operation("security: [{key: []}]", _SCHEMES), ERR, "clients that show nothing are refused at once"),
    Row("api-security-removed", INFO, operation("security: [{key: []}]", _SCHEMES), operation("security: []", _SCHEMES), ERR, "anybody is let in: no break for clients, and a hole"),
    Row("api-security-scope-added", INFO, operation("security: [{login: [a]}]", _SCHEMES), operation("security: [{login: [a, b]}]", _SCHEMES), ERR, "tokens that were enough are refused"),
    Row("api-security-scope-removed", INFO, operation("security: [{login: [a, b]}]", _SCHEMES), operation("security: [{login: [a]}]", _SCHEMES), WARN, "tokens that were refused are enough"),
    Row("api-security-component-type-changed", INFO, operation("security: [{key: []}]", _SCHEMES), operation("security: [{key: []}]", _SCHEMES.replace("apiKey, in: header, name: K", "http, scheme: bearer")), ERR, "what clients show is not looked at any more"),
]  # fmt: skip
