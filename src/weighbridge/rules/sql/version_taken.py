"""A change leaves a migration tool with versions that it cannot go on with."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.versions import Clash, Wrong

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "deployment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each version that is given twice or lies before those that ran, for each new head, and for each last revision that is gone."""
    for each in case[SqlChange].clashes:
        yield RULE.finding(
            _words(each),
            Place(path=each.path, line=each.line, end_line=each.line),
            anchor=f"{each.wrong} {each.version}",
            severity=Severity.MEDIUM if each.wrong is Wrong.PASSED and each.tool == "goose" else Severity.HIGH,
        )


def _words(clash: Clash) -> str:
    match clash.wrong:
        case Wrong.TAKEN:
            other = clash.other.rpartition("/")[2]
            return f"`{other}` has version {clash.version} too: {_STOPS.get(clash.tool, clash.tool)}, wherever it is run, until one of the two gets another"
        case Wrong.FORKED:
            return (
                f"nothing follows `{clash.version}`, and nothing `{clash.other}`: with two heads `alembic upgrade head` fails, so that"
                " the deployment stops, until one follows the other or a merge follows both"
            )
        case Wrong.MISSING:
            return (
                f"revision `{clash.version}` is gone, which `{clash.other.rpartition('/')[2]}` follows: Alembic finds no way past it and"
                " loads none of the revisions, so that nothing can be upgraded until it is there again"
            )
        case Wrong.ABSENT:
            return (
                f"it follows `{clash.version}`, which is nowhere in the repository: {clash.tool} finds no order of the migrations and runs"
                " none, so that the deployment stops until that one is there or another is named"
            )
        case Wrong.PASSED:
            return (
                f"version {clash.version} lies before `{clash.other.rpartition('/')[2]}`, which may have run: {_PASSES[clash.tool]}, until it gets a"
                " later one"
            )
    return (
        f"revision `{clash.version}`, the last one before, is gone: a database that ran it can be neither upgraded nor taken back, as"
        " Alembic cannot locate the revision that it stands at, and what it did stays there"
    )


_PASSES = {
    "goose": "goose refuses to go on (missing migrations), unless it is told to allow that",
    "golang-migrate": "golang-migrate goes on from the last one that ran, and never runs this one there",
}
_STOPS = {
    "Rails": "Rails refuses to migrate (DuplicateMigrationVersionError)",
    "goose": "goose refuses to start (duplicate version)",
    "golang-migrate": "golang-migrate refuses to start (duplicate migration file)",
    "Flyway": "Flyway refuses to migrate (more than one migration with that version)",
    "sqlx": "sqlx takes one of them for the other, and stops",
}
