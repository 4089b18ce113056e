"""A change alters a migration that may have run."""

from collections.abc import Iterable, Sequence
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.sql.applied import Altered, How
from weighbridge.landscape.sql.known_types import series_of
from weighbridge.landscape.sql.migrations import Migration
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "deployment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each that is edited; one for those of a folder that go, for those that go by another name, and for those
    that come back.

    Hardly grave where it is in no branch but the change's own, or says again what it said before.
    """
    moved: dict[tuple[str, How], list[Altered]] = {}
    for each in case[SqlChange].altered:
        if each.how is How.EDITED:
            yield _told([each])
        else:
            moved.setdefault((series_of(each.was), each.how), []).append(each)
    for found in moved.values():
        yield _told(found)
    back: dict[str, list[Migration]] = {}
    for migration in case[SqlChange].migrations:
        if migration.returned is not None and not migration.is_branch:
            back.setdefault(series_of(migration.path), []).append(migration)
    for returned in back.values():
        yield _told_of_returned(returned)


def _shown(path: RepoPath) -> str:
    """What people call a migration."""
    return path.rpartition("/")[2] if "/migration.sql" not in path else path.split("/")[-2]


def _told(found: Sequence[Altered]) -> Finding:
    first = found[0]
    more = f" and {counted(len(found) - 1, 'other')}" if len(found) > 1 else ""
    is_only_here = all(each.is_only_here for each in found)
    meaning = (
        _ONLY_HERE
        if is_only_here
        else _PUT_BACK
        if first.is_put_back
        else _REFUSED
        if first.is_refused
        else _MEANS[first.how]
        if first.does_more
        else _SAME_WORDS
    )
    is_grave = first.is_refused or (first.is_of_schema and first.is_followed)
    return RULE.finding(
        f"`{_shown(first.was)}`{more}, which may have run, {first.how}: {meaning}",
        Place(path=first.path, line=first.line, end_line=first.line),
        anchor=f"{first.how} {first.was}",
        related=tuple(
            RelatedPlace(place=Place(path=each.path, line=1, end_line=1), message=each.how) for each in found[1:]
        ),
        severity=Severity.LOW if is_only_here or first.is_put_back else Severity.HIGH if is_grave else Severity.MEDIUM,
    )


def _told_of_returned(found: Sequence[Migration]) -> Finding:
    first = found[0]
    stay = first.returned
    assert stay is not None, "those alone are told"
    who = f"and {counted(len(found) - 1, 'other')} come back to where they were" if len(found) > 1 else _ALONE
    gone = f"until {stay.gone_by[:_SHORT]}" if stay.gone_by is not None else "on the protected branch"
    is_loss = any(step.is_loss for each in found for step in each.steps)
    return RULE.finding(
        f"`{_shown(first.path)}` {who} for {counted(stay.days, 'day')} {gone}, word for word: what ran is not run again where it ran,"
        " and is where it was taken back, or where a database was made without it meanwhile"
        + (", with what it writes over and takes away" if is_loss else ""),
        Place(path=first.path, line=1, end_line=1),
        anchor=f"back {first.path}",
        related=tuple(
            RelatedPlace(place=Place(path=each.path, line=1, end_line=1), message="comes back") for each in found[1:]
        ),
        severity=Severity.MEDIUM if is_loss else Severity.LOW,
    )


_SHORT: Final = 12
_ALONE: Final = "comes back to where it was"
_REFUSED: Final = "its tool compares what ran with what is here, and stops the deployment wherever it ran"
_ONLY_HERE: Final = "it came with this branch, which is not merged: whoever ran it meanwhile has to take it back first"
_PUT_BACK: Final = (
    "it says again what it said before, and so what ran where it ran then; whoever ran it in between differs"
)
_SAME_WORDS: Final = "its checksum is another from now on, which its tool warns of wherever it ran, and `migrate dev` then wants an empty database"
_MEANS: Final = {
    How.EDITED: "where it ran it is not run again, so that databases differ from now on",
    How.RENAMED: "its tool takes it for one that never ran, and runs it again where it did",
    How.DELETED: "what it did stays where it ran, and is missing wherever a database is made anew",
}
