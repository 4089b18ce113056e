"""The desk at which a ledger is read and written: one repository's files, who is believed, and what was seen before."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.find_entries import EVERY_ENTRY, EntryFinder
from weighbridge.app.ports import Clock
from weighbridge.app.read_people import PeopleVouch, read_people
from weighbridge.app.share_ledger import Reading, may_begin, read_here, seen_here
from weighbridge.app.signing import Signer
from weighbridge.app.unbelieved import unbelieved
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Record, Subject
from weighbridge.ledger import marks
from weighbridge.ledger.append import Addition, Appended, append, refuse_stranger
from weighbridge.ledger.envelope import Envelope, Signature, pre_authentication_encoding, read_envelope
from weighbridge.ledger.errors import LedgerError, UntrustedError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerFilesError, ReadsTogether
from weighbridge.ledger.people import Roster
from weighbridge.ledger.personal import Erased, Personal, personal_path, read_personal
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.record_of import OnRecord
from weighbridge.ledger.rotations import WritersInTurn
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.ledger.speak import Heard, Refusal, hear
from weighbridge.ledger.statement import change_subject, ledger_subject, read_statement, statement_payload
from weighbridge.ledger.trusted_ledger import Entry, LedgerTrust, Notice, TrustedLedger
from weighbridge.ledger.verdicts import UNREMEMBERED, Verdicts
from weighbridge.ledger.verifier_keys import WriterKey

_NOWHERE: Final = ObjectId("0" * 40)
_APPROVAL: Final = uri_of(Approval).encode()
_RANDOM: Final = 8
"""Bytes of a new ledger's name that no other has."""


BY_SYNC: Final = "`weighbridge ledger sync` fetches it where there is one"
"""How a ledger that travels by git comes here."""


class LedgerDesk(Struct, frozen=True, kw_only=True):
    """One repository's ledger: its files, what Trust says of it, how it is read, and whom Trust enrols."""

    files: LedgerFiles
    clock: Clock
    enrolled: Callable[[str], Roster]
    reading: Reading
    settings: LedgerSettings = LedgerSettings()
    finder: EntryFinder = EVERY_ENTRY
    verdicts: Verdicts = UNREMEMBERED
    way: str = BY_SYNC
    elsewhere: Callable[[], str] = str
    """Why a ledger that is not here may be elsewhere, in words; empty where it is sure that there is none."""

    @property
    def origin(self) -> str:
        """What Trust calls this repository's ledger; empty where it does not say."""
        return self.settings.origin or ""

    @property
    def absence(self) -> str:
        """That the ledger which Trust names was not fetched yet, in words; empty where it is here, or none is named."""
        return absence_of(self.settings, self.files, way=self.way)

    def open(self) -> "OpenLedger | None":
        """The ledger as it stands, all of it believed; None where there is none. Raises `LedgerError`."""
        found = read_here(self.files, self.reading)
        return None if found is None else OpenLedger(desk=self, ledger=found)

    def open_to_decide(self) -> "OpenLedger | None":
        """The same for whoever decides by it, held against every anchor that Trust names, and signed by as many witnesses as it asks for.

        Raises:
            LedgerError: it cannot be believed.
            LedgerFilesError: it cannot be read, or one of the anchors cannot, or too few witnesses signed it.
        """
        for missing in self.reading.missing:
            raise LedgerFilesError(f"{missing.detail}: {missing.remedy}")
        found = self.open()
        lacking = found.ledger.witnessed.lacking if found else None
        if lacking is not None:
            raise LedgerFilesError(f"{lacking.detail}: {lacking.remedy}")
        return found

    def may_begin(self, origin: str) -> None:
        """Refuse to begin a second ledger of a name that Trust says, where none is here. Raises `LedgerError`, `LedgerFilesError`."""
        if self.origin and self.files.read(CHECKPOINT) is None:
            may_begin(origin, self.reading.seen, elsewhere=self.elsewhere)

    def append(self, additions: Sequence[Addition], *, writer: WriterKey, origin: str) -> Appended:
        """Put statements down after whatever stands there, which begins with what was seen, and remember it where that can be done.

        Raises `LedgerError`, `LedgerFilesError`.
        """
        self.may_begin(origin)
        seen = self.reading.seen
        trust, remembered = self._trust(origin), seen_here(self.files, seen, origin=origin)
        made = append(self.files, additions, writer=writer, trust=trust, remembered=remembered)
        with suppress(LedgerFilesError):  # it stands there; a machine without a memory goes on without
            seen.see_in_clone(made.note)
        return made

    def refuse_stranger(self, writer: WriterKey, *, origin: str) -> None:
        """Refuse a machine whose word nobody would believe here. Raises `LedgerError`, `LedgerFilesError`."""
        remembered = seen_here(self.files, self.reading.seen, origin=origin)
        refuse_stranger(self.files, writer=writer, trust=self._trust(origin), remembered=remembered)

    def refuse_unnamed(self, writer: WriterKey) -> None:
        """Refuse a machine whose decisions nobody would believe: it may append by somebody's word, or in another key's place,
        and is not named where decisions are believed. Raises `UntrustedError`.
        """
        key = writer.verifier
        if self.settings.writers and key not in self.settings.writers:
            because = "whom .weighbridge/ledger.yaml does not name"
            raise UntrustedError(unbelieved(key, because=because, of="a gate"))

    def _trust(self, origin: str) -> LedgerTrust:
        vouching = PeopleVouch(lambda: self.roster(origin), now=self.clock.now())
        writers = WritersInTurn(self.settings.writers, origin=origin, people=vouching)
        trust = self.settings.trust(writers)
        return replace(trust, origin=origin, naming=self.finder.naming, unheeded=vouching.unheeded)

    def roster(self, origin: str) -> Roster:
        """Who is enrolled in the ledger of this origin: by Trust, and by the entries that lie there."""
        return read_people(self.files, self.enrolled(origin), now=self.clock.now(), finder=self.finder)


def absence_of(settings: LedgerSettings, files: LedgerFiles, *, way: str = BY_SYNC) -> str:
    """That the ledger which `settings` name is not here, with the way to it; empty where it is. Raises `LedgerFilesError`."""
    if not settings.origin or files.read(CHECKPOINT) is not None:
        return ""
    return (
        f"no ledger is here yet, and .weighbridge/ledger.yaml names {settings.origin}, so nothing that was said is known:"
        f" {way}"
    )


class OpenLedger(Struct, frozen=True, kw_only=True, dict=True):
    """A ledger that was read and is believed."""

    desk: LedgerDesk
    ledger: TrustedLedger

    @property
    def origin(self) -> str:
        """Its name, which stands for the repository."""
        return self.ledger.checkpoint.origin

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a reader should know of it."""
        return self.ledger.notices

    @property
    def anchored(self) -> int:
        """How many of its entries somebody else remembers too."""
        return self.ledger.anchored

    def digest_of(self, entry: int) -> Digest:
        """The digest of an entry's statement. Raises `LedgerError`."""
        return read_envelope(self.ledger.entry(entry).envelope).digest

    def hear(self, entry: Entry) -> Heard | Refusal:
        """Who said an entry, as the roster has it now."""
        desk = self.desk
        return hear(entry.envelope, entry.index, roster=self.roster, now=desk.clock.now(), verdicts=desk.verdicts)

    @cached_property
    def roster(self) -> Roster:
        """Who is enrolled, by Trust and by this ledger's entries."""
        return self.desk.roster(self.origin)

    def record(self, subject: Subject, *, heads: Iterable[ObjectId] = ()) -> tuple[Record, datetime | None]:
        """What was said of a change, whose commits are `heads`, and when exactly this decision was first put down. Raises `LedgerError`."""
        forms = frozenset(heads)
        gathering = OnRecord(
            subject=subject,
            heads=forms,
            settings=self.desk.settings,
            hear=self.hear,
            open=self._opened,
            expect=self._expect,
        )
        return gathering.gather(self.find(marks.about(subject, heads=forms))), gathering.weighed_at

    def find(self, wanted: Collection[str]) -> Iterator[Entry]:
        """At least the entries that bear one of these marks, in order. Raises `LedgerError`."""
        return self.desk.finder.entries(self.ledger.tree, wanted)

    def approved_lately(self, most: int) -> Sequence[ObjectId]:
        """The heads that approvals among the `most` newest entries name, newest first, whoever signed them. Raises `LedgerError`."""
        heads: dict[ObjectId, None] = {}
        for entry in self.ledger.entries(max(0, self.ledger.checkpoint.size - most)):
            about = _approved(entry.envelope)
            if about is not None and about.head_commit is not None:
                heads.pop(about.head_commit, None)
                heads[about.head_commit] = None
        return tuple(reversed(heads))

    def everything(self) -> Record:
        """What was said of every change. Raises `LedgerError`."""
        return self._of_none(has_all=True).gather(self.ledger.entries())

    def exceptions(self) -> Record:
        """The exceptions of every change, and nothing else that was said. Raises `LedgerError`."""
        return self._of_none(has_all=False).gather(self.find(marks.EXCEPTIONS))

    def _of_none(self, *, has_all: bool) -> OnRecord:
        none = Subject(
            ledger=self.origin, base_tree=_NOWHERE, head_tree=_NOWHERE, head_commit=None, decision=Digest("sha256:")
        )
        settings = self.desk.settings
        return OnRecord(
            subject=none, settings=settings, hear=self.hear, open=self._opened, expect=self._expect, has_all=has_all
        )

    def _expect(self, entries: Sequence[Entry]) -> None:
        if entries and isinstance(self.desk.files, ReadsTogether):
            self.desk.files.expect([personal_path(entry.leaf) for entry in entries])

    def _opened(self, entry: Entry, commitment: Digest | None) -> Mapping[str, str]:
        if commitment is None:
            return {}
        found = read_personal(self.desk.files, entry.leaf, commitment=commitment)
        return {} if isinstance(found, Erased) else found.values


def _approved(envelope: bytes) -> Subject | None:
    """What an approval is about; None for every other entry."""
    try:
        payload = read_envelope(envelope).payload
        if _APPROVAL not in payload:
            return None
        return read_statement(payload).about
    except LedgerError:
        return None


class Draft(Struct, frozen=True, kw_only=True):
    """A statement before it is signed: what a person compares, and what they sign."""

    payload: bytes
    personal: Personal | None = None

    @property
    def digest(self) -> Digest:
        """What is shown to whoever signs, and can be compared on another screen."""
        return Envelope(payload=self.payload).digest

    def signed(self, signer: Signer) -> Addition:
        """The statement signed by a person. Raises `SigningError`."""
        made = signer.sign(pre_authentication_encoding(self.payload))
        envelope = Envelope(payload=self.payload, signatures=(Signature(keyid=made.keyid, sig=made.signature),))
        return Addition(envelope=bytes(envelope), personal=bytes(self.personal) if self.personal else None)


def draft_about(predicate: Struct, subject: Subject, *, personal: Personal | None = None) -> Draft:
    """A statement about a change."""
    return Draft(payload=statement_payload(predicate, change_subject(subject)), personal=personal)


def draft_of_ledger(predicate: Struct, origin: str, *, personal: Personal | None = None) -> Draft:
    """A statement about no change, such as a waiver."""
    return Draft(payload=statement_payload(predicate, ledger_subject(origin)), personal=personal)


def subject_of(package: ReviewPackage, origin: str, *, proposal: str = "") -> Subject:
    """Exactly what a statement about a package is about."""
    change = package.decision.change
    return Subject(
        ledger=origin,
        base_tree=change.base_tree,
        head_tree=change.head_tree,
        head_commit=change.head_commit,
        decision=package.digest,
        proposal=proposal,
    )


def new_origin(name: str, random: bytes) -> str:
    """The name of a ledger that is about to be born, unlike any other's."""
    plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in name)[:64].strip("-.") or "repository"
    return f"{plain}/{random[:_RANDOM].hex()}"
