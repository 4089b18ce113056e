"""What was loaded is not read again, and what is compiled together comes out as what is compiled alone."""

import pytest

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.conditions.condition import Condition, compile_condition, compile_conditions
from weighbridge.policy.conditions.flaws import Flawed
from weighbridge.policy.reading.load import Source, load_policy

TEXTS = [
    "change.files.exists(f, f.path.glob('src/**') && f.lines_added > 3)",
    "chnge.title == ''",
    "touches('db/**') || level.at_least('high')",
    "level == ] 3",
    "findings.all(f, f.severity.at_most('low')) && findings.filter(f, f.line > 1).size() > 2",
    "true == (" * 70 + "true" + ")" * 70,
    "",
    "touches('db/**') || level.at_least('high')",
    "surfaces.exists_one(s, s.kind == 'authentication')",
]


def source(text: str, path: str = "policy.yaml") -> Source:
    return Source(
        data=f"version: 1\nrules:\n- name: one\n  require: [{{approval: {{}}}}]\n  when: {text}\n".encode(), path=path
    )


def known_of(found: Condition | Flawed) -> object:
    """What is known of it, but for the text itself."""
    if isinstance(found, Flawed):
        return found
    guards = [(guard.path, [name for name, _ in guard.tests]) for guard in found.guards]
    return found.reads, found.needs, found.asks, found.cost, guards


def test_conditions_compiled_together_are_those_compiled_alone() -> None:
    together = compile_conditions(TEXTS)

    alone = [compile_conditions([f"{text} "])[0] for text in TEXTS]  # none of which is remembered
    assert [known_of(one) for one in together] == [known_of(one) for one in alone]
    assert sum(isinstance(one, Flawed) for one in together) == 4


def test_a_condition_is_compiled_once() -> None:
    assert compile_condition("change.lines_added > 41") is compile_condition("change.lines_added > 41")


def test_a_policy_is_read_once() -> None:
    assert load_policy([source("level == 'low'")]) is load_policy([source("level == 'low'")])


def test_a_policy_that_says_something_else_or_lies_elsewhere_is_another() -> None:
    one = load_policy([source("level == 'low'")])

    assert load_policy([source("level == 'high'")]) != one
    assert load_policy([source("level == 'low'", "other.yaml")]).rules[0].source == "other.yaml:3"


def test_a_policy_that_is_wrong_stays_wrong() -> None:
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="5:9: `levl` is not known: did you mean `level`"):
            load_policy([source("levl == 'low'")])
