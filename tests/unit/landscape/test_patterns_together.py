"""No single pattern is dear, and thousands together are not either: what is not tried any more is said."""

import time

from tests.rules.sql.judging import sight_of
from tests.unit.landscape.contracts.test_schemas_of_many_places import judged

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.contracts.pattern_inclusion import Patience
from weighbridge.landscape.owners.read import read_owners

OPENAPI = """openapi: 3.0.0
info: {title: a, version: "1"}
paths:
  /a:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
"""


def described(times: int) -> str:
    fields = (
        f"                p{n}: {{type: string, pattern: '^[a-z0-9_.-]{{1,90}}@{n}[a-z]{{1,{times}}}$'}}\n"
        for n in range(700)
    )
    return OPENAPI + "".join(fields) + "      responses: {'200': {description: x}}\n"


def test_patterns_of_a_description_share_what_they_may_cost() -> None:
    begin = time.perf_counter()
    found = judged({"openapi.yaml": described(80)}, {"openapi.yaml": described(90)})

    assert time.perf_counter() - begin < 20
    assert "more schemas or patterns" in " ".join(each.missing.detail for each in found.outcomes if each.missing)
    assert found.findings


def test_a_pattern_is_looked_at_once_however_often_it_stands_there() -> None:
    patience = Patience(20_000)

    assert all(patience.takes_all_of("^[a-z]{1,9}$", "^[a-z]{1,8}$") for _ in range(1_000))
    assert not patience.is_spent


def test_owners_whose_patterns_may_all_be_of_any_file_are_refused() -> None:
    lines = "\n".join(f"a*{number}*c* @team" for number in range(2_000))
    found = read_owners(lines.encode(), RepoPath("CODEOWNERS"))

    assert isinstance(found, CouldNotLook)
    assert "1,000 patterns" in found.detail


def test_owners_of_thousands_of_folders_and_endings_are_read() -> None:
    lines = "\n".join(f"/src/f{number}/ @team\n*.e{number} @team\n/lib/*/f{number}.py @team" for number in range(2_000))

    assert not isinstance(read_owners(lines.encode(), RepoPath("CODEOWNERS")), CouldNotLook)


def test_lists_of_ignored_files_share_what_they_may_cost() -> None:
    before = "\n".join(f"**/a*/**/b*{number}" for number in range(900))
    base = {f"d{number}/.dockerignore": before for number in range(12)}
    base |= {f"d{number}/Dockerfile": "FROM a:1\nCOPY . .\n" for number in range(12)}
    head = {path: "x\n" for path in base if path.endswith("ignore")}
    sight = sight_of(head, base)
    rules = [load_rule(place) for place in find_rules() if place.id == "infrastructure/secret-in-image"]
    found = run_rules(rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)

    assert [str(each.subject) for each in found.outcomes if each.missing] == ["d9/.dockerignore"]
