"""The opposite of a value is told from the value, in JavaScript and in Python."""

import pytest
from tests.unit.infrastructure.told import said

from weighbridge.facts.calls.forms import Form, Name, Unknown, alike
from weighbridge.facts.calls.javascript import read_javascript
from weighbridge.facts.calls.python import read_python

NEGATED = Unknown((Name("cfg.x"),), is_negated=True)


def bound_in_javascript(text: str) -> Form | None:
    return read_javascript(f"const a = {text}\n")[0].value


def bound_in_python(text: str) -> Form | None:
    return read_python(f"a = {text}\n")[0].value


@pytest.mark.parametrize(
    ("text", "expected"),
    [("!cfg.x", NEGATED), ("!!cfg.x", Name("cfg.x")), ("!true", Name("false")), ("!!false", Name("false"))],
)
def test_what_is_negated_in_javascript_is_not_what_it_negates(text: str, expected: Form) -> None:
    assert alike(bound_in_javascript(text), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("not cfg.x", NEGATED), ("not not cfg.x", Name("cfg.x")), ("not True", Name("False")), ("~cfg.x", NEGATED)],
)
def test_what_is_negated_in_python_is_not_what_it_negates(text: str, expected: Form) -> None:
    assert alike(bound_in_python(text), expected)


@pytest.mark.parametrize("text", ["a is not None", "a not in b", "a != b"])
def test_a_comparison_is_no_negation(text: str) -> None:
    found = bound_in_python(text)
    assert isinstance(found, Unknown)
    assert not any(isinstance(part, Unknown) and part.is_negated for part in found.parts)


STACK = """import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
export class Data extends Stack {
  constructor(scope, id) {
    super(scope, id);
    new dynamodb.Table(this, 'Orders', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      deletionProtection: VALUE,
    });
  }
}
"""


def protection(before: str, after: str) -> list[tuple[str, str]]:
    files = [{"cdk.json": "{}", "lib/data.ts": STACK.replace("VALUE", value)} for value in (before, after)]
    return said("protection-removed", *files)


def test_a_protection_that_is_negated_is_gone() -> None:
    assert protection("true", "!true") == protection("true", "false") != []


def test_a_protection_that_is_negated_twice_stays() -> None:
    assert protection("true", "!!true") == []
