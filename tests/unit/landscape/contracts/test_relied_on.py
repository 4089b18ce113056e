"""What is gone from answers, or no longer taken, is as grave as callers of the repository are seen to rely on it."""

import pytest
from tests.unit.landscape.contracts.test_folding import told

HEADER = "headers: {X-Next-Cursor: {schema: {type: string}}}, "
ANSWER = "{type: object, properties: {name: {type: string}, costPrice: {type: string%s}}}"


def description(*, header: str = "", answer: str = ANSWER % "", closed: str = "", hook: str = "id") -> str:
    """A small API of one list and one change, with a webhook."""
    sent = f"{{type: object{closed}, properties: {{name: {{type: string}}, tags: {{type: array}}}}}}"
    return f"""openapi: 3.1.0
info: {{title: shop, version: '1'}}
paths:
  /products:
    get:
      responses:
        '200': {{description: ok, {header}content: {{application/json: {{schema: {answer}}}}}}}
    patch:
      requestBody: {{content: {{application/json: {{schema: {sent}}}}}}}
      responses:
        '204': {{description: done}}
webhooks:
  productChanged:
    post:
      requestBody:
        content:
          application/json:
            schema: {{type: object, required: [{hook}], properties: {{{hook}: {{type: string}}}}}}
      responses:
        '204': {{description: heard}}
"""


def told_of(rule: str, *, caller: str, before: str, after: str, path: str = "web/shop.ts") -> tuple[str, str]:
    """How grave one finding is, and what it says behind the words of the break."""
    found = told(rule, {"openapi.yaml": before, path: caller}, after={"openapi.yaml": after, path: caller})
    assert len(found) == 1
    return found[0].severity.value, found[0].message.rpartition("; ")[2]


LISTING = "export async function all() {\n  const res = await fetch('/products');\n  return %s;\n}\n"


@pytest.mark.parametrize(
    ("reads", "severity", "who"),
    [
        ("res.headers.get('X-Next-Cursor')", "high", "read here by web/shop.ts:2"),
        ("res.headers.get('x-next-cursor')", "high", "read here by web/shop.ts:2"),
        ("res.headers.get('X-Total')", "medium", "called here by web/shop.ts:2"),
    ],
)
def test_a_header_that_is_gone_is_as_grave_as_it_is_read(reads: str, severity: str, who: str) -> None:
    said = told_of(
        "response-field-removed",
        caller=LISTING % reads,
        before=description(header=HEADER),
        after=description(),
    )

    assert said == (severity, who)


@pytest.mark.parametrize(
    ("reads", "severity"),
    [("(await res.json()).map((p) => p.costPrice)", "high"), ("(await res.json()).map((p) => p.name)", "note")],
)
def test_a_field_that_is_only_sent_from_now_on_is_as_grave_as_it_is_read(reads: str, severity: str) -> None:
    after = description(answer=ANSWER % ", writeOnly: true")

    assert told_of("response-field-removed", caller=LISTING % reads, before=description(), after=after)[0] == severity


@pytest.mark.parametrize(
    ("sent", "severity", "who"),
    [
        ('json={"tags": tags, "source": "importer"}', "high", "`source` is sent here by importer.py:4"),
        ('json={"tags": tags}', "medium", "called here by importer.py:4"),
        ("json=tags", "medium", "called here by importer.py:4"),
        ('json={"tags": tags}, headers={"X-Source": "importer"}', "medium", "called here by importer.py:4"),
    ],
)
def test_no_other_fields_are_as_grave_as_callers_send_one(sent: str, severity: str, who: str) -> None:
    caller = f'import requests\n\ndef tag(tags):\n    requests.patch("http://shop:80/products", {sent})\n'

    said = told_of(
        "request-narrowed",
        caller=caller,
        before=description(),
        after=description(closed=", additionalProperties: false"),
        path="importer.py",
    )

    assert said == (severity, who)


def test_who_receives_a_webhook_is_not_known_by_who_calls_the_api() -> None:
    found = told(
        "response-field-removed",
        {"openapi.yaml": description(), "web/shop.ts": LISTING % "res.json()"},
        after={"openapi.yaml": description(hook="number"), "web/shop.ts": LISTING % "res.json()"},
    )

    assert [(each.severity.value, "nobody here" in each.message) for each in found] == [("high", False)]


@pytest.mark.parametrize(
    ("query", "severity", "who"),
    [
        ("query All { pets { name } }", "high", "used here by web/all.graphql:1"),
        ("query All { pets(first: 5) { name } }", "medium", "who else does is not known"),
        ("query All($n: Int!) { pets(first: $n) { name } }", "medium", "who else does is not known"),
        ("query All($n: Int = 3) { pets(first: $n) { name } }", "medium", "who else does is not known"),
        ("query All($n: Int) { pets(first: $n) { name } }", "high", "used here by web/all.graphql:1"),
    ],
)
def test_a_default_of_an_argument_is_missed_by_queries_that_leave_it_out(query: str, severity: str, who: str) -> None:
    schema = "type Query {\n  pets(first: Int!%s): [Pet!]!\n}\n\ntype Pet {\n  name: String!\n}\n"
    before, after = ({"api/schema.graphql": schema % given, "web/all.graphql": query + "\n"} for given in (" = 20", ""))

    found = told("graphql-required", before, after=after)

    assert [(each.severity.value, each.message.rpartition("; ")[2]) for each in found] == [(severity, who)]
