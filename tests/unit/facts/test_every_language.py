"""What holds for the facts of every language."""

import pytest

from weighbridge.facts.extract import extract
from weighbridge.facts.model import decode, encode

SOURCES = {
    "python": "class A:\n    def f(self):\n        return lambda: g()\n",
    "javascript": "class A { f() { return () => g(); } }\n",
    "typescript": "class A { f(): number { return [1].map((x) => g(x))[0]; } }\n",
    "tsx": "const A = () => <B onClick={() => f()} />;\n",
    "go": "package a\n\nfunc f() func() { return func() { g() } }\n",
    "java": "class A { Runnable f() { return () -> g(); } }\n",
}


@pytest.mark.parametrize("role", SOURCES)
def test_the_file_itself_comes_first_and_has_no_parent(role: str) -> None:
    facts = extract(SOURCES[role].encode(), role)

    assert (facts.definitions[0].kind, facts.definitions[0].name, facts.definitions[0].parent) == ("module", "", -1)


@pytest.mark.parametrize("role", SOURCES)
def test_a_parent_stands_before_its_children(role: str) -> None:
    facts = extract(SOURCES[role].encode(), role)

    assert len(facts.definitions) > 2
    assert all(d.parent < i for i, d in enumerate(facts.definitions))


@pytest.mark.parametrize("role", SOURCES)
def test_every_step_stands_in_a_definition(role: str) -> None:
    facts = extract(SOURCES[role].encode(), role)

    assert facts.steps
    assert all(0 <= step.scope < len(facts.definitions) for step in facts.steps)


@pytest.mark.parametrize("role", SOURCES)
def test_facts_survive_being_stored(role: str) -> None:
    facts = extract(SOURCES[role].encode(), role)

    assert decode(encode(facts)) == facts
