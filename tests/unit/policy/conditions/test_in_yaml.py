"""A mistake in a condition is told at its place in the document, however the text is written there."""

import pytest

from weighbridge.landscape.documents.nodes import Fields, Scalar
from weighbridge.landscape.documents.reading import document
from weighbridge.policy.conditions.condition import ConditionError, compile_condition
from weighbridge.policy.conditions.in_yaml import place_in_yaml

WRITTEN = {
    "plain": "name: x\nwhen: level == 'low' && chnge\n",
    "plain over lines": "when: level == 'low' &&\n  true &&\n\n  chnge\n",
    "double quotes": 'when: "level == \\"low\\" && chnge"\n',
    "single quotes": "when: 'level == ''low'' && chnge'\n",
    "literal block": "when: |\n  level == 'low' &&\n    chnge\n",
    "literal block that ends without a break": "when: |-\n   level == 'low' && chnge\nname: chnge\n",
    "folded block": "when: >\n  level == 'low' &&\n  true ||\n  chnge\n",
    "after a comment": "# chnge\nwhen: chnge # chnge\n",
}


def scalar_of(text: str) -> Scalar:
    root = document(text.encode())
    assert isinstance(root, Fields)
    found = root.get("when")
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_the_place_is_where_a_reader_finds_it(written: str) -> None:
    scalar = scalar_of(written)

    with pytest.raises(ConditionError) as caught:
        compile_condition(scalar.value, place_in_yaml(scalar, written))

    mark = caught.value.problems[0].mark
    assert written.split("\n")[mark.line - 1][mark.column - 1 :].startswith("chnge")


def test_a_text_that_cannot_be_followed_is_told_by_its_start() -> None:
    written = 'when: "\\x63hnge"\n'
    scalar = scalar_of(written)

    with pytest.raises(ConditionError) as caught:
        compile_condition(scalar.value, place_in_yaml(scalar, written))

    assert (caught.value.problems[0].mark.line, caught.value.problems[0].mark.column) in ((1, 7), (1, 8))
