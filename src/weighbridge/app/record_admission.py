"""Put on record that something was let in, or was seen around the gate; signed by the machine that did it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain

from msgspec import Struct

from weighbridge import __version__
from weighbridge.app.admit import Admission
from weighbridge.app.deeds import Deeds
from weighbridge.app.ledger_desk import LedgerDesk, OpenLedger, draft_about, draft_of_ledger
from weighbridge.app.unbelieved import unbelieved
from weighbridge.app.what_is_there import AdmissionError, Footing
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject, Verdict
from weighbridge.ledger.append import Addition, Appended
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.admission import Admission as Admitting
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.bypass import Bypass
from weighbridge.ledger.speak import Heard, Refusal
from weighbridge.ledger.verifier_keys import WriterKey


class Recorder(Struct, frozen=True, kw_only=True):
    """The machine that puts things on record."""

    desk: LedgerDesk
    writer: WriterKey
    origin: str

    def now(self) -> datetime:
        """The time that is stated, in whole seconds."""
        return self.desk.clock.now().replace(microsecond=0)

    def refuse_stranger(self) -> None:
        """Raises `AdmissionError` where nobody would believe what this machine signs."""
        key = self.writer.verifier
        if key not in self.desk.settings.writers:
            because = "whom .weighbridge/ledger.yaml does not name where it is read for this environment"
            raise AdmissionError(unbelieved(key, because=because, of="what was let in"))


def record_admission(
    recorder: Recorder,
    found: Admission,
    *,
    commit: ObjectId,
    footing: Footing,
    image: Digest | None = None,
    expires: datetime | None = None,
) -> Appended:
    """Append that the commit was let in. Raises `AdmissionError`, `LedgerError`, `LedgerFilesError`."""
    recorder.refuse_stranger()
    newest, oldest = found.links[0].about, found.links[-1].about
    about = Subject(
        ledger=recorder.origin,
        base_tree=footing.ground.last or oldest.base_tree,
        head_tree=found.tree,
        head_commit=commit,
        decision=newest.decision,
    )
    said = Admitting(
        about=about,
        at=recorder.now(),
        environment=found.environment,
        links=found.digests,
        trusted=footing.trust.target,
        image=image,
        expires=expires,
        tool=f"weighbridge {__version__}",
    )
    envelope = bytes(sign_as_writer(draft_about(said, about).payload, recorder.writer))
    return recorder.desk.append([Addition(envelope=envelope)], writer=recorder.writer, origin=recorder.origin)


def record_bypasses(recorder: Recorder, seen: Sequence[Bypass], *, deeds: Deeds) -> Appended | None:
    """Append each bypass that is not on record yet; None where all are. Raises as `record_admission`."""
    known = {_what(each.said) for each in deeds.seen() if each.is_by(recorder.desk.settings.writers)}
    fresh = {_what(each): each for each in seen if _what(each) not in known}
    if not fresh:
        return None
    recorder.refuse_stranger()
    additions = [
        Addition(envelope=bytes(sign_as_writer(draft_of_ledger(each, recorder.origin).payload, recorder.writer)))
        for each in fresh.values()
    ]
    return recorder.desk.append(additions, writer=recorder.writer, origin=recorder.origin)


def _what(said: Bypass) -> tuple[str, str, str, str]:
    """Where a bypass was seen of what, however often."""
    return said.environment, said.commit or "", said.image or "", said.tree or ""


def ends_of(found: Admission, ledger: OpenLedger, *, deeds: Deeds, lasts: timedelta | None) -> datetime | None:
    """When the first of what an admission rests on runs out; None where nothing does."""
    ends = [link.decided.said.expires for link in found.links if link.decided.said.expires is not None]
    if lasts is not None:
        relied_on = {digest for link in found.links for digest in link.relied_on}
        ends += [
            at + lasts
            for at in _approved_at(map(ledger.hear, chain.from_iterable(deeds.statements(relied_on).values())))
        ]
    return min(ends, default=None)


def _approved_at(heard: Iterable[Heard | Refusal]) -> Iterable[datetime]:
    for each in heard:
        if isinstance(each, Refusal) or each.statement.predicate_type != uri_of(Approval):
            continue
        if each.statement.read_as(Approval).verdict is Verdict.APPROVE:
            yield each.voice.at
