"""What a machine appended it has seen: a ledger that was rewound behind that is noticed by the very next command."""

from pathlib import Path

import pytest
from tests.samples.admitting import FixedClock
from tests.samples.ledger import ORIGIN, WRITER, Files, additions
from tests.samples.record import NOW

from weighbridge.adapters.ledger.seen import SeenHeads
from weighbridge.app.ledger_desk import LedgerDesk
from weighbridge.app.share_ledger import Reading
from weighbridge.ledger.errors import ForkedError
from weighbridge.ledger.people import Roster
from weighbridge.ledger.settings_file import LedgerSettings


def desk_of(files: Files, state: Path) -> LedgerDesk:
    settings = LedgerSettings(origin=ORIGIN, writers=(WRITER.verifier,))
    return LedgerDesk(
        files=files,
        clock=FixedClock(NOW),
        enrolled=lambda origin: Roster(ledger=origin),
        reading=Reading(trust=lambda _: settings.trust(), seen=SeenHeads(state, clone="here")),
        settings=settings,
    )


def test_what_was_appended_cannot_be_taken_away_unnoticed(tmp_path: Path) -> None:
    files = Files()
    desk = desk_of(files, tmp_path)
    desk.append(additions([1]), writer=WRITER, origin=ORIGIN)
    before = files.copy().files
    desk.append(additions([2]), writer=WRITER, origin=ORIGIN)

    files.files = before

    with pytest.raises(ForkedError, match="cut short"):
        desk.open()
    with pytest.raises(ForkedError, match="cut short"):
        desk.append(additions([3]), writer=WRITER, origin=ORIGIN)


def test_a_ledger_that_was_removed_is_not_begun_anew(tmp_path: Path) -> None:
    files = Files()
    desk = desk_of(files, tmp_path)
    desk.append(additions([1]), writer=WRITER, origin=ORIGIN)

    files.files = {}

    with pytest.raises(ForkedError, match="it was removed"):
        desk.append(additions([2]), writer=WRITER, origin=ORIGIN)


def test_a_machine_without_a_memory_appends_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "ledgers").write_bytes(b"")
    files = Files()

    class Blind(SeenHeads):
        def of_clone(self, origin: str) -> None:
            """Nothing was seen."""

    desk = desk_of(files, tmp_path)
    blind = LedgerDesk(
        files=files,
        clock=desk.clock,
        enrolled=desk.enrolled,
        reading=Reading(trust=desk.reading.trust, seen=Blind(tmp_path, clone="here")),
        settings=desk.settings,
    )

    assert blind.append(additions([1]), writer=WRITER, origin=ORIGIN).indexes == (0,)
