"""Put on record what an external check came to, signed by the machine that says so."""

from msgspec import Struct

from weighbridge.app.ledger_desk import draft_of_ledger
from weighbridge.app.speak_of_change import Speaker
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import StatusState
from weighbridge.ledger.append import Addition, Appended
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.errors import UntrustedError
from weighbridge.ledger.predicates.status import Status


class Report(Struct, frozen=True, kw_only=True):
    """What a check came to on a commit's tree; `source` is who says so, the machine's key where it is empty."""

    check: str
    state: StatusState
    commit: ObjectId
    tree: ObjectId
    source: str = ""
    url: str = ""


def report_check(speaker: Speaker, report: Report) -> Appended:
    """Append the report.

    Raises:
        UntrustedError: nobody would believe this machine's word on that check; nothing was written.
        LedgerError, LedgerFilesError: the ledger cannot be believed, or not be used.
    """
    key, settings = speaker.writer.verifier, speaker.desk.settings
    if key not in settings.reporters_of(report.check):
        where = "reporters, for this check" if key in settings.writers else "writers"
        raise UntrustedError(
            f"this machine signs as {key.name}, and .weighbridge/ledger.yaml does not name it among its {where}: nobody"
            f" would believe what it says of {report.check}. Add its key by a reviewed change ({key})"
        )
    said = Status(
        at=speaker.desk.clock.now(),  # to the microsecond: a check that is quick says twice in a second what it came to
        name=report.check,
        state=report.state,
        tree=report.tree,
        source=report.source or key.name,
        commit=report.commit,
        url=report.url,
    )
    origin = speaker.origin
    envelope = bytes(sign_as_writer(draft_of_ledger(said, origin).payload, speaker.writer))
    return speaker.desk.append([Addition(envelope=envelope)], writer=speaker.writer, origin=origin)
