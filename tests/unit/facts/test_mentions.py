"""The index of mentions says of each name where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.expressions import walk
from weighbridge.facts.extract import extract
from weighbridge.facts.mentions import head_of, index_mentions, mentions_in, named_by
from weighbridge.facts.model import Name
from weighbridge.facts.special_methods import called_by, called_in

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
    outer = [expr for definition in facts.definitions for expr in head_of(definition)]
    outer += [part for s in facts.steps for part in (s.value, s.target, s.annotation) if part is not None]
    inner = [each for one in outer for each in walk(one)]
    found = {e.id if isinstance(e, Name) else e.name for e in map(named_by, inner) if e is not None}
    found |= {called.name for each in inner for called in called_by(each)}
    found |= {called.name for step in facts.steps for called in called_in(step)}

    assert found == set(mentions_in(facts))


@pytest.mark.parametrize(
    ("statement", "called"),
    [
        ("a ** b", {"__pow__", "__rpow__"}),
        ("a += b", {"__iadd__", "__add__", "__radd__"}),
        ("a < b", {"__lt__", "__gt__"}),
        ("a not in b", {"__contains__"}),
        ("if a or b: pass", {"__bool__", "__len__"}),
        ("for a in b: pass", {"__iter__", "__next__"}),
        ("f(*a)", {"__iter__"}),
        ('f"{a}"', {"__str__", "__format__", "__repr__"}),
        ("a[b] = c", {"__getitem__", "__setitem__"}),
        ("a.b = c", {"__setattr__"}),
        ("del a[b]", {"__getitem__", "__delitem__"}),
        ("del a.b", {"__delattr__"}),
        ("copy.deepcopy(a)", {"__deepcopy__", "__reduce_ex__"}),
        ("with a as b: pass", {"__enter__", "__exit__"}),
    ],
)
def test_a_statement_mentions_the_special_methods_that_it_calls(statement: str, called: set[str]) -> None:
    assert called <= set(mentions_in(extract(statement.encode(), "python")))


@pytest.mark.parametrize("statement", ["a is b", "a: b | c", "a = b"])
def test_a_statement_that_calls_no_special_method_mentions_none(statement: str) -> None:
    assert not [name for name in mentions_in(extract(statement.encode(), "python")) if name.startswith("__")]


def test_no_other_language_has_special_methods() -> None:
    assert "__getitem__" not in mentions_in(extract(b"a[b] = c == d;", "javascript"))
