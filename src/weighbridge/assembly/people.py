"""The people of one repository's ledger, and how they sign."""

import sys
from pathlib import Path

from weighbridge.app.enrol_people import EnrolmentError
from weighbridge.app.ports import RepositoryError
from weighbridge.app.share_ledger import may_begin, read_here
from weighbridge.assembly.desks import KeyRing
from weighbridge.assembly.ledgers import OpenLedger, open_ledger
from weighbridge.assembly.writers import own_writer
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.ledger.append import Addition, append, refuse_stranger
from weighbridge.ledger.errors import LedgerError, UntrustedError
from weighbridge.ledger.files import CHECKPOINT, LedgerFilesError
from weighbridge.ledger.people import Roster
from weighbridge.review.visible import one_line


def key_ring(folder: Path, roster: Roster) -> KeyRing:
    """What signs in the name of the person at the terminal."""
    return KeyRing(folder, roster=roster, notify=_tell)


def people_on_ledger(folder: Path) -> Roster | None:
    """Whom the ledger of the repository at `folder` enrols; None where there is none, or none that can be believed."""
    try:
        with open_ledger(folder) as opened:
            return opened.people() if read_here(opened.files, opened.reading) is not None else None
    except (LedgerError, LedgerFilesError, RepositoryError, ConfigurationError):
        return None


def must_be_named(opened: OpenLedger) -> None:
    """Refuse what is said to no ledger: a request is bound to the name of one. Raises `EnrolmentError`."""
    if opened.settings.origin is None and opened.files.read(CHECKPOINT) is None:
        raise EnrolmentError(
            "no ledger is here, and none is named, so nobody could be enrolled in it: name it first, with `origin:` in"
            " .weighbridge/ledger.yaml on the protected branch"
        )


def may_vouch(opened: OpenLedger) -> None:
    """Refuse, with what to do first, a machine whose key nobody would believe.

    Most statements name the machine that records them, and the person who signs vouches for it with that. A request was
    written elsewhere and a rotation is signed by two keys: neither can.

    Raises:
        EnrolmentError: the machine's key is not known yet; the message says what to do first.
        LedgerError, LedgerFilesError: the ledger cannot be believed or read.
    """
    found = read_here(opened.files, opened.reading)
    seen = found.checkpoint if found else None
    writer = own_writer()
    try:
        refuse_stranger(opened.files, writer=writer, trust=opened.reading.trust(opened.files), remembered=seen)
    except UntrustedError:
        raise EnrolmentError(
            "nothing was put down: this machine's key is not believed yet, and no enrolment or rotation can vouch for it."
            " First approve a change here (what you sign then names the key), or put it under `writers:` in"
            f" .weighbridge/ledger.yaml on the protected branch: {writer.verifier}"
        ) from None


def say(opened: OpenLedger, addition: Addition) -> int:
    """Append a statement to the ledger; the number of its entry. Raises `LedgerError`, `LedgerFilesError`."""
    found = read_here(opened.files, opened.reading)
    seen = found.checkpoint if found else None
    if found is None and opened.settings.origin:
        may_begin(opened.settings.origin, opened.reading.seen, elsewhere=opened.elsewhere)
    trust = opened.reading.trust(opened.files)
    done = append(opened.files, (addition,), writer=own_writer(), trust=trust, remembered=seen)
    opened.reading.seen.see_in_clone(done.note)
    return done.indexes[0]


def _tell(words: str) -> None:
    sys.stderr.write(f"weighbridge: {one_line(words)}\n")
    sys.stderr.flush()
