"""A change set in which something is not of its form is said to be so, wherever that stands."""

import json
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from tests.rules.sql.judging import sight_of

from weighbridge.domain.ids import digest
from weighbridge.domain.inputs import Input, InputRecord, Inputs
from weighbridge.domain.outcomes import OutcomeState, Reason
from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import Judgement, run_rules

RULES = [load_rule(place) for place in find_rules() if place.id == "infrastructure/data-replaced"]
TARGET = {
    "Attribute": "Properties",
    "Name": "TableName",
    "RequiresRecreation": "Always",
    "Path": "/Properties/TableName",
}
ENTRY = {
    "Action": "Modify",
    "LogicalResourceId": "T",
    "ResourceType": "AWS::DynamoDB::Table",
    "Replacement": "True",
    "Scope": ["Properties"],
    "BeforeContext": '{"Properties": {"TableName": "a"}}',
    "AfterContext": '{"Properties": {"TableName": "b"}}',
    "Details": [{"Target": TARGET, "Evaluation": "Static"}],
}
SET = {"ChangeSetName": "c", "Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": ENTRY}]}
WRONG: tuple[object, ...] = (None, 1, True, [], [[1]], {}, [{}])


def judged(content: object) -> Judgement:
    data = json.dumps(content).encode()
    given = Input(record=InputRecord(kind="change-set", digest=digest(data), size=len(data)), data=data)
    sight = replace(sight_of({"a": "1\n"}, {"a": "2\n"}), inputs=Inputs([given]))
    return run_rules(RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)


def places(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    for name, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(inner, (*path, name))


def with_other(node: object, path: tuple[str | int, ...], *, value: object) -> object:
    if not path:
        return value
    if isinstance(node, dict):
        return {
            name: with_other(each, path[1:], value=value) if name == path[0] else each for name, each in node.items()
        }
    assert isinstance(node, list)
    return [with_other(each, path[1:], value=value) if at == path[0] else each for at, each in enumerate(node)]


@pytest.mark.parametrize("path", [*places(SET)], ids=str)
def test_what_is_not_of_its_form_is_told_or_said_and_breaks_nothing(path: tuple[str | int, ...]) -> None:
    for value in WRONG:
        found = judged(with_other(SET, path, value=value))
        reasons = [each.missing.reason for each in found.outcomes if each.missing]
        is_empty = path == ("Changes",) and value == []

        assert Reason.FAILED not in reasons, value
        assert found.findings or reasons or is_empty, value


def test_a_change_set_of_its_form_is_no_gap() -> None:
    found = judged(SET)

    assert [each.state for each in found.outcomes] == [OutcomeState.FOUND]


def test_a_hook_among_the_changes_is_no_gap() -> None:
    found = judged({**SET, "Changes": [*SET["Changes"], {"Type": "Hook", "HookInvocationCount": 1}]})

    assert [each.state for each in found.outcomes] == [OutcomeState.FOUND]
