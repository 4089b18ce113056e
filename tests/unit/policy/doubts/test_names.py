"""Names that nothing goes by are doubted with the nearest one; names that something may bring are left alone."""

import pytest

from weighbridge.assembly.rules import rule_names
from weighbridge.policy.conditions.compared import texts_compared
from weighbridge.policy.doubts.find import find_doubts
from weighbridge.policy.doubts.of_ledger import LedgerSays
from weighbridge.policy.doubts.of_names import KnownRules
from weighbridge.policy.doubts.of_people import Known
from weighbridge.policy.reading.load import Source, load_layers, pack_names, pack_text

HERE = KnownRules(names=(*rule_names(), "landscape/impact"))
ANYONE = "{approval: {}}"


def doubts(text: str, *, rules: KnownRules | None = HERE) -> list[str]:
    loaded = load_layers([Source(data=f"version: 1\n{text}".encode(), path="p")])
    says = LedgerSays(is_anchored=False, is_reported=lambda name: name == "unit-tests")
    return [f"{each} | {each.doubt.remedy}" for each in find_doubts(loaded, Known(rules=rules), ledger=says)]


def one(need: str, *, when: str = "", rules: KnownRules | None = HERE) -> list[str]:
    condition = f"    when: {when}\n" if when else ""
    return doubts(f"rules:\n  - name: a\n{condition}    require: [{need}]\n", rules=rules)


@pytest.mark.parametrize(
    ("need", "when", "said"),
    [
        ("{scanned: sql/drop-colum}", "", "p:3:5: no analysis is called `sql/drop-colum`: it never looks, so the gate cannot decide | did you mean `sql/drop-column`?"),
        ("{scanned: ['sql/*', slq/*]}", "", "p:3:5: no analysis is called `slq/*`: it never looks, so the gate cannot decide | did you mean `sql/*`?"),
        ("{findings: {rules: sqll/*}}", "", "p:3:5: no analysis is called `sqll/*`: it finds nothing, so nothing is asked for | did you mean `sql/*`?"),
        (ANYONE, "found('sql/drop-colum')", "p:3:5: no analysis is called `sql/drop-colum`: it finds nothing | did you mean `sql/drop-column`?"),
        (ANYONE, "found('sql')", "p:3:5: no analysis is called `sql`: it finds nothing | did you mean `sql/*`?"),
        (ANYONE, "looked(['sql/*', 'intgrity/*'])", "p:3:5: no analysis is called `intgrity/*`: it never looks | did you mean `integrity/*`?"),
        (ANYONE, "findings.exists(f, f.rule == 'sql/drop-colum')", "p:3:5: no analysis is called `sql/drop-colum`: that holds of none | did you mean `sql/drop-column`?"),
        (ANYONE, "has(environment.name) && environment.name in ['live']", "p:3:5: no environment is called `live`: that never holds | state it under `environments`, of which there are none"),
        (ANYONE, "'unit-test' in statuses.failed", "p:3:5: the check `unit-test` is read, and .weighbridge/ledger.yaml lets nobody report it: nothing is ever said of it | correct its name, or name whoever runs it among `writers` or `reporters`"),
        (ANYONE, "statuses.all.exists(s, s.name == 'unit-test')", "p:3:5: the check `unit-test` is read"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_goes_by_is_doubted(need: str, when: str, said: str) -> None:
    assert [line for line in one(need, when=f'"{when}"' if when else "") if line.startswith(said)]


@pytest.mark.parametrize(
    ("need", "when"),
    [
        ("{scanned: ['*', 'sql/*', landscape/impact, sql/drop-column]}", ""),
        ("{findings: {rules: ['*/drop-*']}}", ""),
        (ANYONE, "found('sql/drop-*') || looked('*')"),
        (ANYONE, "findings.exists(f, f.rule == 'sql/drop-column' || f.severity == 'high')"),
        (ANYONE, "'unit-tests' in statuses.failed"),
        (ANYONE, "change.files.exists(f, f.path == 'sql/drop-colum')"),
    ],
)
def test_a_name_that_something_goes_by_is_not(need: str, when: str) -> None:
    assert not [line for line in one(need, when=f'"{when}"' if when else "") if "is called" in line or "check" in line]


def test_no_shipped_pack_is_doubted() -> None:
    for name in pack_names():
        loaded = load_layers([Source(data=pack_text(name).encode(), path="p")])
        told = find_doubts(loaded, Known(rules=HERE))
        assert not [each for each in told if "is called" in each.doubt.message]


def test_a_family_is_left_alone_where_scanners_are_declared_that_may_bring_it() -> None:
    scanned = KnownRules(names=HERE.names, has_scanners=True)

    assert one("{scanned: semgrep/xss}", rules=HERE)
    assert not one("{scanned: semgrep/xss}", rules=scanned)
    assert one("{scanned: sql/drop-colum}", rules=scanned), "that is of a family that is here"


def test_of_rules_nothing_is_said_where_nobody_looked() -> None:
    assert not one("{scanned: sql/drop-colum}", rules=None)


FREEZES = """\
rules: [{name: a, require: [{approval: {}}]}]
freezes: [{name: f, from: 2027-01-01T00:00:00Z, to: 2027-01-02T00:00:00Z, environments: [liv]}]
"""


def test_a_freeze_of_an_environment_that_no_file_states_is_doubted() -> None:
    (told,) = [line for line in doubts(FREEZES) if "environment" in line]

    assert told.startswith("p:3:11: no environment is called `liv`: it closes nothing there")


def test_a_team_in_a_role_that_nobody_fills_is_doubted() -> None:
    people = "people: {teams: {'@acme/payments': [a@x.org]}, roles: {senior: ['@acme/paymnts']}}\n"

    told = doubts(f"{people}rules: [{{name: a, require: [{{approval: {{by: 'role:senior'}}}}]}}]\n")

    assert (
        "p:3:9: nobody is known to be in the team `@acme/paymnts`, of `role:senior` | did you mean `@acme/payments`?"
        in told
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("level == 'high'", [("level", "high")]),
        ("'high' == level || level in ['low', 'medium']", [("level", "high"), ("level", "low"), ("level", "medium")]),
        ("findings.exists(f, f.rule == 'a' && outcomes.all(o, o.rule != 'b' || o.rule == f.rule))", [("findings[].rule", "a")]),
        ("change.commits.filter(c, c.author == 'x').size() > 0", [("change.commits[].author", "x")]),
        ("!(level", []),
    ],
)  # fmt: skip
def test_what_a_condition_holds_against_texts_is_found(text: str, found: list[tuple[str, str]]) -> None:
    assert list(texts_compared(text)) == found
