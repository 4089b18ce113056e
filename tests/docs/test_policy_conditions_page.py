"""Every example on the page of conditions is asked of the page's document and comes to what the page says."""

import json
import re

import pytest
from scripts.policy_document_page import policy_document_schema_text, undocumented
from scripts.write_schemas import SCHEMAS
from tests.docs.pages import ROOT

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.conditions.condition import ConditionError, compile_condition
from weighbridge.policy.conditions.cost import MOST_ROUNDS
from weighbridge.policy.conditions.evaluate import answers
from weighbridge.policy.conditions.functions import MACROS, RULES
from weighbridge.policy.conditions.parse import MOST_CHARACTERS
from weighbridge.policy.conditions.written import MOST_REGEX, MOST_REPEATED, MOST_WRITTEN
from weighbridge.policy.view.plain import plain_from

PAGE = (ROOT / "docs/reference/policy-conditions.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(json document|cel|cel mistakes)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
DOCUMENT = plain_from(json.loads(next(body for info, body in BLOCKS if info == "json document")))


def examples(wanted: str) -> list[tuple[str, str]]:
    lines = [line for info, body in BLOCKS if info == wanted for line in body.splitlines()]
    return [(text.strip(), said.strip()) for text, _, said in (line.partition("  //") for line in lines)]


@pytest.mark.parametrize(("text", "said"), examples("cel"))
def test_an_example_comes_to_what_the_page_says(text: str, said: str) -> None:
    answer = answers(DOCUMENT, [compile_condition(text)])[0]

    assert (f"could not look: {answer.detail}" if isinstance(answer, CouldNotLook) else str(answer).lower()) == said


@pytest.mark.parametrize(("text", "said"), examples("cel mistakes"))
def test_a_mistake_is_told_as_the_page_says(text: str, said: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text)

    assert str(caught.value) == said


@pytest.mark.parametrize("name", sorted({*RULES, *MACROS, "has"}))
def test_every_function_has_an_example(name: str) -> None:
    assert any(re.search(rf"\b{name}\(", text) for text, _ in examples("cel")), name


@pytest.mark.parametrize("limit", [MOST_CHARACTERS, MOST_ROUNDS, MOST_REGEX, MOST_REPEATED, MOST_WRITTEN])
def test_the_page_names_the_limits(limit: int) -> None:
    assert f"{limit:,}" in PAGE


def test_every_field_of_the_document_is_described() -> None:
    assert undocumented() == []


def test_the_schema_of_the_document_is_the_one_that_is_written() -> None:
    written = (SCHEMAS / "policy-document.schema.json").read_text("utf-8")

    assert written == policy_document_schema_text(), "run `python -m scripts.write_schemas`"
