"""A file is judged in its own role and in a second one, each with an outcome of its own."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.outcomes import CouldNotLook, NotRead, OutcomeState, Reason
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, LoadedRule, Rule
from weighbridge.engine.run import Besides, Facts, Subjects, run_rules

MIGRATION, OTHER, SCRIPT = RepoPath("app/migrations/0001_a.py"), RepoPath("app/a.py"), RepoPath("a.sql")
UNREAD = CouldNotLook(reason=Reason.UNPARSED, detail="line 3 is put together when it runs")


def rule(role: str, *, finds: bool = False) -> LoadedRule:
    declared = Rule(severity=Severity.LOW, confidence=Confidence.HIGH, reads=(), roles=(role,))

    def check(case: Case) -> Iterable[Finding]:
        del case
        if finds:
            yield declared.finding("found", Place(path=MIGRATION, line=1), anchor="a")

    return LoadedRule(id=RuleId(f"test/{role}"), rule=declared, check=check, read_page=str)


def states(role: str, subjects: Subjects, *, finds: bool = False) -> list[tuple[str, OutcomeState]]:
    judged = run_rules([rule(role, finds=finds)], Facts({}), base=Facts({}), subjects=subjects)
    return [(outcome.subject, outcome.state) for outcome in judged.outcomes]


BOTH = Subjects(roles={MIGRATION: "python", OTHER: "python", SCRIPT: "sql"}, besides={MIGRATION: Besides(role="sql")})
HALF = Subjects(roles={MIGRATION: "python"}, besides={MIGRATION: Besides(role="sql", missing=UNREAD)})


def test_a_migration_written_as_code_is_judged_as_sql_and_other_code_is_not() -> None:
    assert states("sql", BOTH) == [(MIGRATION, OutcomeState.CLEAR), (SCRIPT, OutcomeState.CLEAR)]
    assert states("python", BOTH) == [(MIGRATION, OutcomeState.CLEAR), (OTHER, OutcomeState.CLEAR)]


def test_a_rule_of_no_role_that_is_there_does_not_apply() -> None:
    assert states("sql", Subjects(roles={OTHER: "python"})) == [("", OutcomeState.NOT_APPLICABLE)]


def test_what_could_not_be_read_in_one_role_says_nothing_of_the_other() -> None:
    assert states("sql", HALF) == [(MIGRATION, OutcomeState.COULD_NOT_LOOK)]
    assert states("python", HALF) == [(MIGRATION, OutcomeState.CLEAR)]


def test_what_was_found_is_told_beside_what_could_not_be_read() -> None:
    assert states("sql", HALF, finds=True) == [
        (MIGRATION, OutcomeState.FOUND),
        (MIGRATION, OutcomeState.COULD_NOT_LOOK),
    ]


def test_the_rules_of_both_roles_are_asked_for() -> None:
    assert BOTH.all_roles == {"python", "sql"}
    assert HALF.all_roles == {"python", "sql"}


def test_what_could_not_be_read_of_one_file_leaves_the_others_as_they_are() -> None:
    declared = Rule(severity=Severity.LOW, confidence=Confidence.HIGH, reads=(), roles=("python",))

    def check(case: Case) -> Iterable[Finding | CouldNotLook]:
        del case
        yield declared.finding("found", Place(path=MIGRATION, line=1), anchor="a")
        yield NotRead(path=OTHER, reason=UNREAD.reason, detail=UNREAD.detail)

    loaded = LoadedRule(id=RuleId("test/python"), rule=declared, check=check, read_page=str)
    judged = run_rules([loaded], Facts({}), base=Facts({}), subjects=BOTH)

    assert {(each.subject, each.state, each.missing) for each in judged.outcomes} >= {
        (MIGRATION, OutcomeState.FOUND, None),
        (OTHER, OutcomeState.COULD_NOT_LOOK, UNREAD),
    }
    assert (MIGRATION, OutcomeState.COULD_NOT_LOOK) not in {(each.subject, each.state) for each in judged.outcomes}


def test_what_could_not_be_read_of_a_file_that_is_not_judged_leaves_nothing_clear() -> None:
    declared = Rule(severity=Severity.LOW, confidence=Confidence.HIGH, reads=(), roles=("python",))

    def check(case: Case) -> Iterable[Finding | CouldNotLook]:
        del case
        yield NotRead(path=RepoPath("elsewhere.yaml"), reason=UNREAD.reason, detail=UNREAD.detail)

    loaded = LoadedRule(id=RuleId("test/python"), rule=declared, check=check, read_page=str)
    judged = run_rules([loaded], Facts({}), base=Facts({}), subjects=BOTH)

    assert {each.state for each in judged.outcomes} == {OutcomeState.COULD_NOT_LOOK}
