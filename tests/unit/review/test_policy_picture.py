"""The picture of a policy is well-formed, says everything in words, and stays within its frame."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from weighbridge.policy.needs import ApprovalNeed, CheckNeed
from weighbridge.policy.policy import Policy, Rule
from weighbridge.policy.reading.load import Source, load_policy, pack_names, pack_text
from weighbridge.review.render.svg_policy import described, draw_policy
from weighbridge.review.render.svg_text import breadth

SVG = "{http://www.w3.org/2000/svg}"


def drawn(policy: Policy) -> ElementTree.Element:
    return ElementTree.fromstring(draw_policy(policy))


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_is_drawn_within_its_frame(name: str) -> None:
    policy = load_policy([Source(data=pack_text(name).encode(), path="p")])

    picture = drawn(policy)

    width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
    for box in picture.iter(f"{SVG}rect"):
        assert float(box.attrib["x"]) + float(box.attrib["width"]) <= width
        assert float(box.attrib["y"]) + float(box.attrib["height"]) <= height
    for group in picture.iter(f"{SVG}g"):
        inner = group.find(f"{SVG}rect")
        if inner is not None:
            for text in group.findall(f"{SVG}text"):
                size = 11.5 * 0.7 if text.attrib.get("class") == "code" else 11.5
                assert breadth(text.text or "", size * 0.88) <= float(inner.attrib["width"])
    assert all(rule.name in described(policy) for rule in policy.rules)


@given(st.text(st.characters(codec=None), max_size=30))
def test_any_text_makes_a_picture(text: str) -> None:
    rule = Rule(name="a", require=(ApprovalNeed(words=text), CheckNeed(name=text)), because=text)

    assert drawn(replace(load_policy([]), name=text, rules=(rule,))).find(f"{SVG}desc") is not None


def test_the_same_policy_gives_the_same_picture() -> None:
    assert draw_policy(load_policy([])) == draw_policy(load_policy([]))
