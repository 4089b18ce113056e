"""A migration that comes back to where it ran from does nothing where it ran; what may have run nowhere is as new as any."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pytest

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.change import Passing
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.before import Before, Passed
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.tree import Tree

BACK: Final = "db/migrate/20250601120000_drop_notes.sql"
FIRST: Final = "db/migrate/20250101120000_make_orders.sql"
NEXT: Final = "db/migrate/20250701120000_make_tags.sql"
DROPS: Final = {BACK: "ALTER TABLE orders DROP COLUMN notes;\n"}
OLD: Final = {FIRST: "CREATE TABLE orders (id bigint);\n"}
MAKES: Final = {NEXT: "CREATE TABLE tags (id bigint);\n"}
OTHER: Final = {"db/migrate/20250601120000_drop_notes.sql": "ALTER TABLE orders DROP COLUMN total;\n"}
TODAY: Final = 1_767_225_600
"""When the change is made: 2026-01-01."""
NONE: Final[Mapping[str, str]] = {}

Event = tuple[int, str, str]
"""So many days ago a file came (`+`), went (`-`) or was changed to or from what it is (`<`, `>`)."""
LONG: Final[Sequence[Event]] = ((3, "-", BACK), (3, "-", NEXT), (180, "+", NEXT), (200, "+", BACK))


def weigh(
    head: Mapping[str, str],
    events: Sequence[Event],
    *,
    base: Mapping[str, str] = NONE,
    merged: Mapping[str, str] | None = None,
) -> SqlChange:
    every = {**base, **head, **(merged or {})}
    repository = MemoryRepository(dict(base), {**base, **head})
    change = repository.change(ChangeRequest())
    versions = MemoryRepository(every, every).change(ChangeRequest()), MemoryRepository(every, NONE)
    blobs = versions[1].entries(ObjectId(change.base_tree))
    tree = Tree(repository.entries(change.base_tree))
    there = Tree({path: blobs[RepoPath(path)] for path in map(RepoPath, merged)}) if merged is not None else None
    passed = Passed(now=TODAY, passings=[passing(each, oid=lambda path: blobs[path].oid) for each in events])
    before = Before(tree=lambda: tree, merged=lambda: there, passed=lambda _folder: passed)
    return SqlChange(change, ChangedBytes(change, repository.read), before=before, blobs=repository)


def passing(event: Event, *, oid: Callable[[RepoPath], ObjectId]) -> Passing:
    days, kind, name = event
    path = RepoPath(name)
    there, other = oid(path), ObjectId("7" * 40)
    was, now = {"+": (None, there), "-": (there, None), "<": (other, there), ">": (there, other), "x": (other, None)}[
        kind
    ]
    return Passing(path=path, was=was, now=now, commit=ObjectId(f"{days:040}"), at=TODAY - days * 86_400)


def told(found: SqlChange) -> list[str]:
    return [step.act.table for step in found.all_steps()]


def test_what_was_there_for_long_comes_back() -> None:
    found = weigh({**DROPS, **MAKES}, LONG)

    assert told(found) == ["tags"]
    assert [(each.returned.days, each.returned.gone_by) for each in found.migrations if each.returned] == [
        (197, ObjectId(f"{3:040}"))
    ]


@pytest.mark.parametrize(
    "events",
    [
        (),
        ((3, "-", BACK), (3, "-", NEXT), (8, "+", NEXT), (9, "+", BACK)),
        ((60, "-", BACK), (60, "-", NEXT), (180, "+", NEXT), (200, "+", BACK)),
        ((3, "x", BACK), (3, "-", NEXT), (90, ">", BACK), (180, "+", NEXT), (200, "+", BACK)),
        ((3, "-", BACK), (3, "-", NEXT), (9, "<", BACK), (180, "+", NEXT), (200, "+", BACK)),
        ((2, "-", NEXT), (3, "+", NEXT), (4, "-", BACK), (180, "+", BACK)),
        (*LONG, (300, "+", FIRST)),
        ((3, "-", BACK), (3, "-", NEXT)),
        ((3, "-", BACK), (9, "-", NEXT), (180, "+", NEXT), (200, "+", BACK)),
        ((3, "-", BACK), (3, "-", NEXT), (180, "+", BACK), (4, "+", NEXT)),
    ],
    ids=["never", "for days", "long ago", "as something else", "so for days", "the last one", "taken back", "since when is unknown", "last by then", "at forged times"],
)  # fmt: skip
def test_what_may_have_run_nowhere_is_new(events: Sequence[Event]) -> None:
    found = weigh({**DROPS, **MAKES}, events, base=OLD)

    assert told(found) == ["orders", "tags"]


def test_one_that_went_while_a_newer_one_stayed_was_not_taken_back() -> None:
    events = [(3, "-", BACK), *LONG[2:], (300, "+", FIRST)]

    assert told(weigh(DROPS, events, base={**OLD, **MAKES})) == []


def test_one_that_comes_back_with_other_words_is_new() -> None:
    events = [(3, "x", BACK), *LONG[1:]]

    assert told(weigh({**OTHER, **MAKES}, events)) == ["orders", "tags"]


def test_what_lay_elsewhere_ran_nowhere() -> None:
    elsewhere = {path.replace("migrate", "drafts"): text for path, text in {**DROPS, **MAKES}.items()}

    assert told(weigh({**DROPS, **MAKES}, (), base=elsewhere)) == ["orders", "tags"]


def test_a_branch_that_was_without_it_goes_back_to_what_the_protected_one_has() -> None:
    found = weigh({**DROPS, **MAKES}, LONG[2:], merged={**DROPS, **MAKES})

    assert told(found) == ["tags"]
    assert [each.returned.gone_by for each in found.migrations if each.returned] == [None]
