"""What comes of one decision is one finding, however many operations it is of; what somebody here relies on is told by itself."""

from collections.abc import Mapping

import pytest
from tests.rules.sql.judging import sight_of

from weighbridge.domain.findings import Finding
from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.contracts.api_changes import MOST_ALONE


def told(rule: str, before: Mapping[str, str], *, after: Mapping[str, str]) -> list[Finding]:
    """What one rule tells of two states."""
    rules = [load_rule(place) for place in find_rules() if place.id == f"contracts/{rule}"]
    sight = sight_of(after, before)
    judged = run_rules(rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    return list(judged.findings)


def description(count: int, *, kind: str) -> str:
    answer = f"{{'200': {{description: ok, content: {{application/json: {{schema: {{type: {kind}}}}}}}}}}}"
    paths = "".join(f"  /pets{number}:\n    get: {{responses: {answer}}}\n" for number in range(count))
    return f"openapi: 3.0.3\ninfo: {{title: shop, version: '1'}}\npaths:\n{paths}"


@pytest.mark.parametrize(("count", "findings"), [(MOST_ALONE, MOST_ALONE), (MOST_ALONE + 1, 1)])
def test_many_breaks_of_one_kind_in_one_file_are_one_finding(count: int, findings: int) -> None:
    before, after = ({"openapi.yaml": description(count, kind=kind)} for kind in ("string", "integer"))

    found = told("response-type-changed", before, after=after)

    assert len(found) == findings
    if findings == 1:
        assert f"; and so in {MOST_ALONE} more places of this file" in found[0].message
        assert {place.message.partition(":")[0] for place in found[0].related} == {
            f"GET /pets{number}" for number in range(1, count)
        }


def test_what_code_here_calls_is_told_by_itself() -> None:
    caller = {"till.py": "import requests\n\n\ndef pet():\n    return requests.get('http://localhost/pets3').json()\n"}
    before, after = ({**caller, "openapi.yaml": description(12, kind=kind)} for kind in ("string", "integer"))

    found = told("response-type-changed", before, after=after)

    assert sorted("till.py" in each.message for each in found) == [False, True]
