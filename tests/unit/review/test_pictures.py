"""Pictures show the right things, draw the same every time, and no text of a repository can become part of them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.extremes import NASTY, hostile, huge
from tests.samples.packages import quiet, usual
from tests.samples.tangled import SIDE, tangled

from weighbridge.domain.impact import Certainty
from weighbridge.domain.package import Message, Sequence
from weighbridge.review.fold import MOST_DIRECT
from weighbridge.review.picture import LARGEST, Arrow, Node, Picture, Role, component_picture, pictures, symbol_picture
from weighbridge.review.render.mermaid import flowchart, label, merged_messages, sequence_diagram
from weighbridge.review.render.svg_map import draw, draw_narrow
from weighbridge.review.render.svg_sequence import draw_sequence, left_out
from weighbridge.review.visible import HIDDEN

ROOT = Path(__file__).parents[3]
ANY = st.text(st.characters(codec=None), max_size=30)


def named(picture: Picture, name: str) -> Role:
    return next(node.role for node in picture.nodes if node.name == name)


def test_components_stand_on_their_sides() -> None:
    picture = component_picture(usual().decision)
    assert named(picture, "checkout") is Role.DEPENDENT
    assert named(picture, "storefront") is Role.DEPENDENT
    assert named(picture, "cost-report") is Role.CHANGED
    assert named(picture, "money") is Role.DEPENDENCY


def test_tier_one_new_and_inferred_are_known() -> None:
    picture = component_picture(usual().decision)
    assert {node.name for node in picture.nodes if node.tier == 1} == {"checkout", "payments"}
    assert [(a.source, a.target) for a in picture.arrows if a.is_new] == [("checkout", "cost-report")]
    assert [(a.source, a.target) for a in picture.arrows if a.certainty == "inferred"] == [("payments", "checkout")]


def test_symbols_show_entry_points_callers_the_change_and_what_it_leans_on() -> None:
    picture = symbol_picture(usual().decision)
    assert named(picture, "POST /checkout/pay") is Role.DEPENDENT
    assert named(picture, "Cart.total") is Role.DEPENDENT
    assert named(picture, "round_total") is Role.CHANGED
    assert named(picture, "quantize") is Role.DEPENDENCY


def test_tests_are_no_part_of_the_picture() -> None:
    assert not [n for n in symbol_picture(usual().decision).nodes if "test" in n.name]


def test_a_large_change_is_folded_and_what_is_left_out_is_said() -> None:
    drawn = pictures(huge(copies=1).decision)
    assert [p.title for p in drawn] == ["Components"]
    assert len(drawn[0].nodes) == LARGEST
    assert "more components" in drawn[0].left_out
    assert drawn[0].arrows


def test_a_quiet_change_has_no_picture() -> None:
    assert pictures(quiet().decision) == ()


def test_dependents_are_drawn_left_of_the_change_and_dependencies_right() -> None:
    picture = component_picture(usual().decision)
    root = ElementTree.fromstring(draw(picture, "p"))
    x = {}
    for group in root.iter("g"):
        name = next((t for t in group.findall("text") if t.get("class") == "name"), None)
        if name is not None and name.text:
            x[name.text] = float(name.get("x", "0"))
    assert x["payments"] < x["checkout"] < x["cost-report"] < x["money"]


def test_a_picture_is_drawn_the_same_whatever_the_hash_seed() -> None:
    program = (
        "from tests.samples.packages import usual; from weighbridge.review.render.html import render_html;"
        "import hashlib; print(hashlib.sha256(render_html(usual()).encode()).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1


@pytest.mark.parametrize("text", NASTY)
def test_hostile_names_stay_text_in_every_picture(text: str) -> None:
    package = hostile(text)
    drawn = [show(p, "m") for p in pictures(package.decision) for show in (draw, draw_narrow)]
    drawn += [draw_sequence(s, f"s{n}") for n, s in enumerate(package.presentation.sequences)]
    assert len(drawn) == 5
    for svg in drawn:
        tags = {element.tag for element in ElementTree.fromstring(svg).iter()}
        assert tags <= {"div", "svg", "title", "g", "path", "rect", "text"}


def test_a_large_flowchart_is_folded_and_whole() -> None:
    text = flowchart(component_picture(tangled().decision))
    assert text.startswith('flowchart LR\n  subgraph g["Changed (3)"]\n')
    assert "  n0 --> g" in text
    assert "  g -.->|new| d0" in text
    assert f'and {len(SIDE) - MOST_DIRECT} more"]' in text
    assert len(text) < 4000


def test_a_dependent_is_never_drawn_right_of_the_change() -> None:
    """Two components that use each other: the layers of a drawing may turn either around."""
    arrows = [("changed", "helper"), ("helper", "changed"), ("changed", "util"), ("util", "helper")]
    sides = {"changed": Role.CHANGED, "helper": Role.DEPENDENT, "util": Role.DEPENDENT}
    nodes = tuple(Node(key=name, name=name, role=role) for name, role in sides.items())
    uses = tuple(Arrow(source=a, target=b, words="leans on", certainty=Certainty.SEEN) for a, b in arrows)

    root = ElementTree.fromstring(draw(Picture(title="Components", nodes=nodes, arrows=uses), "p"))

    x = {t.text: float(t.get("x", "0")) for t in root.iter("text") if t.get("class") == "name"}
    assert max(x["helper"], x["util"]) < x["changed"]


@settings(max_examples=300)
@given(ANY)
def test_a_mermaid_label_holds_nothing_that_mermaid_reads(text: str) -> None:
    shown = label(text)
    assert shown
    assert not HIDDEN.search(shown)
    assert not set(shown) & set("\"'`<>{}[]|%&*\\@$^~:_-+=!?\n")
    assert "#" not in shown.replace("#", "", shown.count(";")) if ";" in shown else "#" not in shown


FLOW = re.compile(
    r"""flowchart\ LR
      | \ \ n\d+ (?: \["[^"\[\]{}]*"\] | \{\{"[^"\[\]{}]*"\}\} )
      | \ \ n\d+\ (?: -\.-> | ==> | --> )(?:\|new\|)?\ n\d+""",
    re.VERBOSE,
)
CALLS = re.compile(
    r"sequenceDiagram|  participant p\d+ as [^\n]+|  p\d+(?:->>|--x)p\d+: [^\n%]+|  Note over p\d+: [^\n%]+"
)


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_cannot_leave_its_label(text: str) -> None:
    package = hostile(text)
    drawn = flowchart(component_picture(package.decision)).split("\n")
    assert [line for line in drawn if not FLOW.fullmatch(line)] == []
    told = sequence_diagram(package.presentation.sequences[0]).split("\n")
    assert [line for line in told if not CALLS.fullmatch(line)] == []


def test_calls_gained_and_lost_are_marked_by_sign_and_arrow() -> None:
    text = sequence_diagram(usual().presentation.sequences[0])
    assert "p1->>p2: + round" in text
    assert "p1--xp1: - round" in text


def test_a_lost_call_stands_where_it_was() -> None:
    words = [m.words for m in merged_messages(usual().presentation.sequences[0])]
    assert words.index("reads carts") < words.index("round_half_even(total)") < words.index("POST /charges")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "added", "removed"])), max_size=12))
def test_no_call_is_lost_in_merging_and_none_is_told_twice(calls: list[tuple[str, str]]) -> None:
    def message(words: str, mark: str) -> Message:
        return Message(source="p", target="q", words=words, mark=mark)

    before = tuple(message(w, "removed" if m == "removed" else "") for w, m in calls if m != "added")
    after = tuple(message(w, m) for w, m in calls if m != "removed")
    sequence = Sequence(entry_point="e", participants=("p", "q"), before=before, after=after)

    merged = list(merged_messages(sequence))

    assert [m for m in merged if m.mark != "removed"] == list(after)
    assert [m for m in merged if m.mark == "removed"] == [m for m in before if m.mark == "removed"]


def test_a_long_sequence_says_what_it_leaves_out() -> None:
    sequence = usual().presentation.sequences[0]
    long = replace(sequence, after=sequence.after * 40, truncated="loops are drawn once")
    assert [clause for clause in left_out(long) if clause.endswith("more calls not shown")]
    assert "loops are drawn once" in left_out(long)
    assert sequence_diagram(long).count("\n") < 60
