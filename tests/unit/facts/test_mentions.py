"""The index of mentions says of each name where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.expressions import walk
from weighbridge.facts.extract import extract
from weighbridge.facts.mentions import index_mentions, mentions_in, named_by, units_of
from weighbridge.facts.model import Name

SOURCE = b"""
import os
class Part(Base[int]):
    @cached
    def turn(self, by: Angle = RIGHT) -> Result:
        return self.wheel.turn(by)
def run(part):
    return getattr(part, "turn")() or getattr(part, name)()
"""


def test_each_mention_stands_in_its_unit() -> None:
    facts = extract(SOURCE, "python")
    mentions = mentions_in(facts)
    steps = {name: [facts.steps[unit].line for unit in units if unit >= 0] for name, units in mentions.items()}
    heads = {name: [facts.definitions[-1 - u].name for u in units if u < 0] for name, units in mentions.items()}

    assert steps["wheel"] == [6]
    assert steps["turn"] == [6, 8]
    assert heads["Base"] == ["Part"]
    assert [heads[name] for name in ("cached", "Angle", "RIGHT", "Result")] == [["turn"]] * 4


def test_the_index_kept_with_the_facts_is_the_one_made_from_them() -> None:
    facts = extract(SOURCE, "python")

    assert facts.mentioned
    assert mentions_in(facts) == index_mentions(facts)


@given(st.sampled_from(["a.b(c)", "f(x)[y].z", "[a for a in b]", "a if b else c", "getattr(a, 'b')", "lambda q: q.r"]))
def test_no_name_is_left_out(expression: str) -> None:
    facts = extract(f"def f(x):\n    return {expression}\n".encode(), "python")
    found = {e.id if isinstance(e, Name) else e.name for _, o in units_of(facts) for i in walk(o) if (e := named_by(i))}

    assert found == set(mentions_in(facts))
