"""Entries are found by an index as they are by reading all of them; without it, or with a wrong one, only time is lost."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from tests.samples.ledger import BEGAN, ORIGIN, WRITER, Files, Key, about, decision_payload, ledger_of
from tests.samples.ssh_keys import ed25519
from tests.samples.voices import signed

from weighbridge.adapters.cache.entry_index import SqliteEntryIndex
from weighbridge.app.find_entries import EVERY_ENTRY, Covered, EntryFinder
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Record, StatusState, Verdict
from weighbridge.ledger import marks
from weighbridge.ledger.allowed_signers import read_allowed_signers
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.checkpoint import read_checkpoint
from weighbridge.ledger.envelope import read_envelope, sign_as_writer
from weighbridge.ledger.errors import AlteredError
from weighbridge.ledger.files import CHECKPOINT
from weighbridge.ledger.memberships import is_membership
from weighbridge.ledger.people import trusted_roster
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.bypass import Bypass
from weighbridge.ledger.predicates.decision import Decision
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.predicates.waiver import Waiver
from weighbridge.ledger.principals import Machines
from weighbridge.ledger.record_of import OnRecord
from weighbridge.ledger.rotations import rotate_writer
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.ledger.speak import hear
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.trusted_ledger import Entry, LedgerTrust, read_ledger

SIZE = 700
LAPTOP, NEWER = Key("laptop", 2), Key("laptop", 3)
ADA = ed25519()
ROSTER = trusted_roster(
    ORIGIN, read_allowed_signers(f"ada@example.org {ADA.line}".encode(), "allowed_signers"), machines=Machines()
)
TRUST = LedgerTrust(origin=ORIGIN, writers=(WRITER.verifier,))


def said(number: int) -> bytes:
    """One of everything that is looked for, over and over, each about another change."""
    subject, at = about(number), BEGAN + timedelta(minutes=number)
    match number % 7:
        case 0:
            payload = decision_payload(number)
        case 1:
            approval = Approval(about=subject, at=at, verdict=Verdict.APPROVE, writer=str(LAPTOP.verifier))
            return signed(statement_payload(approval, change_subject(subject)), ADA)
        case 2:
            decision = Decision(about=subject, at=at, state=GateState.SATISFIED, policy="p")
            payload = statement_payload(decision, change_subject(subject))
        case 3:
            status = Status(at=at, name="ci", state=StatusState.PASSED, tree=subject.head_tree, source="forge")
            payload = statement_payload(status, ledger_subject(ORIGIN))
        case 4 if number % 5 == 0:
            waiver = Waiver(at=at, rule="r", until=at, personal=Digest(f"sha256:{number:064x}"))
            return signed(statement_payload(waiver, ledger_subject(ORIGIN)), ADA)
        case 5 if number % 11 == 0:
            return bytes(rotate_writer(LAPTOP, NEWER, origin=ORIGIN, at=at))
        case 5 if number % 13 == 0:
            bypass = Bypass(at=at, environment="production", source="a list", commit=subject.head_commit)
            payload = statement_payload(bypass, ledger_subject(ORIGIN))
        case 6 if number % 13 == 0:
            payload = b"nothing that anybody can read, %d" % number
        case _:
            payload = decision_payload(number).replace(b"/package-decision/v1", b"/of-a-later-version/v1")
    return bytes(sign_as_writer(payload, WRITER))


def ledger_saying(count: int, files: Files | None = None, *, first: int = 0) -> Files:
    files = Files() if files is None else files
    envelopes = [Addition(envelope=said(number)) for number in range(first, first + count)]
    append(files, envelopes, writer=WRITER, trust=TRUST)
    return files


@pytest.fixture(scope="module")
def whole() -> Files:
    return ledger_saying(SIZE)


@pytest.fixture
def index(tmp_path: Path) -> SqliteEntryIndex:
    return SqliteEntryIndex(tmp_path, ledger="here")


def tree_of(files: Files) -> StoredTree:
    return StoredTree(files, read_checkpoint(files.files[CHECKPOINT]).checkpoint)


def bearing(files: Files, wanted: Collection[str], *, finder: EntryFinder) -> list[Entry]:
    """Those of what is found that bear a mark; all that is found is in the ledger, in order."""
    entries = list(finder.entries(tree_of(files), wanted))
    there = list(EVERY_ENTRY.entries(tree_of(files), ()))
    assert [there[each.index] for each in entries] == entries
    return [each for each in entries if marks.marks_of(each.envelope) & set(wanted)]


WANTED = [
    marks.about(about(70)),
    marks.about(about(71)),
    marks.about(msgspec.structs.replace(about(3), head_commit=None)),
    marks.about(about(699)),
    marks.decided(about(72).head_tree),
    marks.saying([read_envelope(said(8)).digest, read_envelope(said(500)).digest]),
    marks.saying([Digest("sha256:" + "0" * 64)]),
    marks.naming([LAPTOP.verifier.keyid]),
    {marks.MEMBERSHIP},
]


@pytest.mark.parametrize("wanted", WANTED, ids=range(len(WANTED)))
def test_the_same_is_found_as_by_reading_everything(whole: Files, index: SqliteEntryIndex, wanted: set[str]) -> None:
    finder = EntryFinder(index)

    expected = bearing(whole, wanted, finder=EVERY_ENTRY)

    for _ in range(2):
        assert bearing(whole, wanted, finder=finder) == expected


def test_what_is_wanted_of_a_change_is_among_the_marks_it_is_looked_for_by() -> None:
    def number_of(wanted: Collection[str]) -> list[int]:
        return [number for number in range(SIZE) if marks.marks_of(said(number)) & set(wanted)]

    assert 71 in number_of(marks.about(about(71)))  # an approval of exactly that
    assert 73 in number_of(marks.about(about(73)))  # a status of its tree
    assert 70 in number_of(marks.about(about(70)))  # when it was weighed
    assert 60 in number_of(marks.about(about(1)))  # a waiver, whatever it is about
    assert 13 in number_of(marks.about(about(1)))  # what nobody can read, which is told
    assert number_of(marks.decided(ObjectId(f"{73:040x}"))) == [72]
    assert 33 in number_of({marks.MEMBERSHIP})


@pytest.mark.parametrize("number", [0, 1, 2, 3, 71, 699])
def test_a_record_of_what_is_found_is_the_record_of_everything(
    whole: Files, index: SqliteEntryIndex, number: int
) -> None:
    subject, heads = about(number), frozenset({about(50).head_commit or ObjectId(""), ObjectId("f" * 40)})

    def record(entries: Iterable[Entry]) -> tuple[Record, datetime | None]:
        gathering = OnRecord(
            subject=subject,
            heads=heads,
            settings=LedgerSettings(writers=TRUST.writers),
            hear=lambda entry: hear(entry.envelope, entry.index, roster=ROSTER, now=BEGAN + timedelta(days=9)),
            open=lambda _entry, _commitment: {},
        )
        return gathering.gather(entries), gathering.weighed_at

    found = record(EntryFinder(index).entries(tree_of(whole), marks.about(subject, heads=heads)))

    assert found == record(EVERY_ENTRY.entries(tree_of(whole), ()))
    assert all((found[0].waivers, found[0].bypasses, found[0].refused))


@pytest.mark.parametrize(
    "data", [said(33), said(1), said(13), b"no envelope", said(33).replace(b"payloadType", b"payloadTypo")]
)
def test_what_may_change_who_is_enrolled_bears_that_mark_whether_it_can_be_read_or_not(data: bytes) -> None:
    assert (marks.MEMBERSHIP in marks.marks_of(data)) == is_membership(data)


def test_few_files_are_read_once_it_is_known(whole: Files, index: SqliteEntryIndex) -> None:
    files = whole.copy()
    list(EntryFinder(index).entries(tree_of(files), marks.about(about(71))))
    files.reads.clear()

    list(EntryFinder(index).entries(tree_of(files), marks.about(about(71))))

    assert "tile/entries/001" not in files.reads


def test_at_the_first_look_each_full_bundle_is_read_once(whole: Files, index: SqliteEntryIndex) -> None:
    files, finder = whole.copy(), EntryFinder(index)

    ledger = read_ledger(files, replace(TRUST, learn=finder.learn))
    assert ledger is not None
    list(finder.entries(ledger.tree, {marks.MEMBERSHIP}))

    assert [files.reads.count(f"tile/entries/00{number}") for number in range(2)] == [1, 1]


def test_what_was_changed_in_the_ledger_is_seen_at_the_first_look_too(whole: Files, index: SqliteEntryIndex) -> None:
    files = whole.copy()
    files.files["tile/entries/001"] = files.files["tile/entries/000"]

    with pytest.raises(AlteredError):
        read_ledger(files, replace(TRUST, learn=EntryFinder(index).learn))


def test_what_the_index_knows_is_read_all_the_same_by_whoever_believes_a_ledger(
    whole: Files, index: SqliteEntryIndex
) -> None:
    list(EntryFinder(index).entries(tree_of(whole), {marks.MEMBERSHIP}))
    files = whole.copy()
    files.files["tile/entries/000"] = files.files["tile/entries/001"]

    with pytest.raises(AlteredError):
        read_ledger(files, replace(TRUST, learn=EntryFinder(index).learn))


def test_what_is_appended_is_found_at_once(whole: Files, index: SqliteEntryIndex) -> None:
    files, finder = whole.copy(), EntryFinder(index)
    wanted = marks.about(about(SIZE + 1))
    before = bearing(files, wanted, finder=finder)
    for more in (10, 400):
        size = read_checkpoint(files.files[CHECKPOINT]).checkpoint.size
        ledger_saying(more, files, first=size)

        found = bearing(files, wanted, finder=finder)

        assert found == bearing(files, wanted, finder=EVERY_ENTRY)
        assert len(found) > len(before)


def test_a_ledger_that_went_another_way_is_learned_anew_from_there(whole: Files, index: SqliteEntryIndex) -> None:
    finder, wanted = EntryFinder(index), marks.about(about(601))
    list(finder.entries(tree_of(whole), wanted))
    other = ledger_saying(600, ledger_saying(300), first=5000)

    assert bearing(other, wanted, finder=finder) == bearing(other, wanted, finder=EVERY_ENTRY)
    assert [each.size for each in index.covered(10_000)] == [768, 512, 256]


def test_a_shorter_ledger_that_is_its_beginning_leaves_it_whole(whole: Files, index: SqliteEntryIndex) -> None:
    finder, wanted = EntryFinder(index), marks.about(about(71))
    list(finder.entries(tree_of(whole), wanted))
    short = ledger_saying(300)

    found = bearing(short, wanted, finder=finder)

    assert found == bearing(short, wanted, finder=EVERY_ENTRY)
    assert index.covered(10_000)[0].size == 512


def test_what_was_changed_in_the_ledger_is_not_handed_out(whole: Files, index: SqliteEntryIndex) -> None:
    finder, wanted = EntryFinder(index), marks.saying([read_envelope(said(8)).digest])
    list(finder.entries(tree_of(whole), wanted))
    files = whole.copy()
    files.files["tile/entries/000"] = files.files["tile/entries/001"]

    with pytest.raises(AlteredError):
        list(finder.entries(tree_of(files), wanted))


def test_what_was_changed_in_the_index_is_not_handed_out(whole: Files, index: SqliteEntryIndex, tmp_path: Path) -> None:
    finder, wanted = EntryFinder(index), {marks.ALWAYS}
    expected = bearing(whole, wanted, finder=finder)
    with sqlite3.connect(next(tmp_path.rglob("*.sqlite3"))) as connection:
        connection.execute("update kept set envelope = ?", (said(1),))

    assert bearing(whole, wanted, finder=finder) == expected


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 300])
def test_a_file_that_is_no_index_is_made_anew(
    whole: Files, index: SqliteEntryIndex, tmp_path: Path, damage: bytes
) -> None:
    finder, wanted = EntryFinder(index), marks.about(about(71))
    expected = bearing(whole, wanted, finder=finder)
    next(tmp_path.rglob("*.sqlite3")).write_bytes(damage)

    assert bearing(whole, wanted, finder=finder) == expected


def test_an_index_that_is_put_away_between_two_questions_hides_nothing(whole: Files, tmp_path: Path) -> None:
    class Vanishing(SqliteEntryIndex):
        def find(self, marks: Collection[str], *, under: Covered) -> Mapping[int, bytes | None] | None:
            next(tmp_path.rglob("*.sqlite3")).unlink()
            return super().find(marks, under=under)

    wanted = marks.about(about(71))
    finder = EntryFinder(Vanishing(tmp_path, ledger="here"))

    assert bearing(whole, wanted, finder=finder) == bearing(whole, wanted, finder=EVERY_ENTRY)


def test_where_nothing_can_be_kept_everything_is_read(whole: Files, tmp_path: Path) -> None:
    (tmp_path / "ledgers").write_bytes(b"a file where a folder should be")
    finder, wanted = EntryFinder(SqliteEntryIndex(tmp_path, ledger="here")), marks.about(about(71))

    assert bearing(whole, wanted, finder=finder) == bearing(whole, wanted, finder=EVERY_ENTRY)


def test_entries_that_name_a_writer_come_newest_first_and_then_those_that_name_whose_place_it_took(
    whole: Files, index: SqliteEntryIndex
) -> None:
    finder = EntryFinder(index)

    found = [each.index for each in finder.naming(tree_of(whole), {NEWER.verifier.keyid})]
    everything = [each.index for each in EVERY_ENTRY.naming(tree_of(whole), {NEWER.verifier.keyid})]

    turns = [number for number in range(SIZE) if number % 77 == 33]
    approvals = [number for number in range(SIZE) if number % 7 == 1]
    assert found[: len(turns)] == sorted(turns, reverse=True)
    assert set(found[len(turns) :]) >= set(approvals)
    assert found == everything


def test_two_who_learn_at_once_do_not_disturb_each_other(whole: Files, tmp_path: Path) -> None:
    one, two = (EntryFinder(SqliteEntryIndex(tmp_path, ledger="here")) for _ in range(2))
    wanted = marks.about(about(71))
    begun = one.entries(tree_of(whole), wanted)
    next(begun)
    other = ledger_of(600)

    assert bearing(whole, wanted, finder=two)
    list(two.entries(tree_of(other), wanted))
    assert bearing(whole, wanted, finder=one)
