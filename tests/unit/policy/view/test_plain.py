"""The document as plain values: whole from a view, in parts from what somebody wrote, and fit for the library."""

import json

import msgspec
import pytest
from msgspec.structs import replace
from tests.samples.documents import plain_document

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.evaluate import answers
from weighbridge.policy.view.build import view_of
from weighbridge.policy.view.plain import DocumentError, plain, plain_from

VIEW = view_of(plain_document())


def test_what_is_absent_in_a_view_is_left_out() -> None:
    values = plain(VIEW).values

    assert "hour" not in values["time"]
    assert values["risk"]["percentile"] == 50.0
    assert "missing" not in values


@pytest.mark.parametrize("odd", ["\0", "a\0b", "\\u0000", "\\\0", "\ud800", "\\\\u0000"])
def test_no_text_ends_or_breaks_those_of_the_library(odd: str) -> None:
    view = replace(VIEW, change=replace(VIEW.change, title=f"{odd} and more", description=odd))

    held = answers(
        view, [compile_condition(text) for text in ("change.title.endsWith(' and more')", "change.title == ''")]
    )

    assert held == (True, False)
    assert plain(view).values["change"]["title"] == odd.translate({0: "\ufffd", 0xD800: "\ufffd"}) + " and more"


def test_a_document_may_say_only_what_a_test_is_about() -> None:
    document = plain_from({"level": "high", "change": {"files": [{"path": "src/a.py"}]}})
    texts = ["level == 'high'", "touches('src/**')", "change.lines_added > 3", "found('sql/*')", "findings.size() == 0"]

    said = answers(document, [compile_condition(text) for text in texts])

    assert said[:2] == (True, True)
    assert [answer.detail for answer in said[2:] if isinstance(answer, CouldNotLook)] == [
        "`change.lines_added` is absent",
        "`findings` is absent",
        "`findings` is absent",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"levl": "high"}, "unknown field `levl`"),
        ({"level": "hihg"}, "'hihg' - at `level`"),
        ({"change": {"files": [{"path": 3}]}}, "Expected `str`, got `int` - at `change.files[0].path`"),
        ({"risk": {"percentile": True}}, "Expected `float`, got `bool` - at `risk.percentile`"),
        ([], "Expected `object`, got `array`"),
        (None, "Expected `object`, got `null`"),
    ],
)
def test_a_mistake_in_a_document_is_said_with_its_place(written: object, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        plain_from(written)

    assert said in str(caught.value)


def test_a_view_written_as_json_is_such_a_document() -> None:
    assert plain_from(json.loads(msgspec.json.encode(VIEW))).values == plain(VIEW).values
