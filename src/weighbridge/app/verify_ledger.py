"""Verify a whole ledger, prove one of its entries, and say what its entries are."""

from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.read_anchors import Anchors
from weighbridge.app.said_in_entries import Names, said_in
from weighbridge.app.share_ledger import Reading, head_here, read_here, remember
from weighbridge.domain.ids import Digest
from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.errors import LedgerError, NoLedgerError, NoSuchEntryError
from weighbridge.ledger.examine import Check, Examination, examine
from weighbridge.ledger.files import LedgerFiles
from weighbridge.ledger.people import Roster
from weighbridge.ledger.personal import Erased, read_personal
from weighbridge.ledger.predicate_types import name_of, uri_of
from weighbridge.ledger.predicates.bypass import Bypass
from weighbridge.ledger.proof import proof_file
from weighbridge.ledger.statement import Statement, read_statement
from weighbridge.ledger.trusted_ledger import Entry, TrustedLedger


class Verified(Struct, frozen=True, kw_only=True):
    """A ledger that is believed, what its statements look like, and what it was held against."""

    ledger: TrustedLedger
    examination: Examination
    anchors: Anchors

    @property
    def is_sound(self) -> bool:
        """Whether no statement in it is to be doubted, and no text beside it."""
        return not self.examination.doubtful

    @property
    def is_whole(self) -> bool:
        """Whether everything could be looked at, and nothing lies there of which nobody can tell what it is."""
        texts = self.examination.texts
        return not (self.anchors.missing or self.examination.unchecked or (texts and texts.stray))


class ShownEntry(Struct, frozen=True, kw_only=True):
    """One entry as people read it; `personal` is None where it says nothing of people, and empty where that was erased."""

    index: int
    kind: str
    at: str
    signers: tuple[str, ...]
    about: str
    predicate: Mapping[str, object]
    personal: Mapping[str, str] | None = None
    problem: str = ""
    by: tuple[str, ...] = ()
    """The names of the signers, in their order: a person's or a machine's; blank where nobody knows whose signature it is."""
    said: str = ""
    """What it says besides its kind, in few words: a state, a check, a person."""

    @property
    def is_erased(self) -> bool:
        """Whether it said something of people that is not there any more."""
        return self.personal is not None and not self.personal


def verify_ledger(
    files: LedgerFiles, reading: Reading, *, anchors: Anchors, check: Check | None = None, every: bool = False
) -> Verified:
    """The ledger with every entry read, and every text that lies beside it.

    Raises:
        LedgerError: it cannot be believed.
        NoLedgerError: there is none.
        LedgerFilesError: it cannot be read.
    """
    ledger = _there(head_here(files, reading), files)
    found = examine(ledger, reading.trust(files), check=check, every=every, beside=files)
    remember(ledger, reading)
    lacking = ledger.witnessed.lacking
    looked = anchors if lacking is None else replace(anchors, missing=(*anchors.missing, lacking))
    return Verified(ledger=ledger, examination=found, anchors=looked)


def prove_entry(files: LedgerFiles, reading: Reading, *, index: int) -> bytes:
    """The file that proves one entry to whoever has a writer's key. Raises as `verify_ledger`, and `NoSuchEntryError`."""
    ledger = _read(files, reading)
    must_hold(ledger, index)
    return proof_file(ledger.prove(index))


def must_hold(ledger: TrustedLedger, index: int) -> None:
    """Refuse a number that somebody named and no entry has. Raises `NoSuchEntryError`."""
    if not 0 <= index < ledger.checkpoint.size:
        raise NoSuchEntryError(
            f"{ledger.place} has {ledger.checkpoint.words}; there is no entry {index}: `weighbridge ledger show` numbers them"
        )


def show_entries(
    files: LedgerFiles, reading: Reading, *, last: int | None = None, people: Callable[[], Roster] | None = None
) -> Iterator[ShownEntry]:
    """The entries in order, the newest `last` of them; `people` says whose keys people's are. Raises as `verify_ledger`."""
    ledger = _read(files, reading)
    names = Names(ledger, reading.trust(files), roster=people() if people else None)
    for entry in ledger.entries(0 if last is None else max(0, ledger.checkpoint.size - last)):
        yield _shown(files, entry, names=names)


def _read(files: LedgerFiles, reading: Reading) -> TrustedLedger:
    return _there(read_here(files, reading), files)


def _there(found: TrustedLedger | None, files: LedgerFiles) -> TrustedLedger:
    if found is None:
        raise NoLedgerError(
            f"there is no ledger in {files.place} yet: `weighbridge ledger sync` fetches one that travels by git, else the first"
            " statement that is appended begins one"
        )
    return found


def _shown(files: LedgerFiles, entry: Entry, *, names: Names) -> ShownEntry:
    try:
        envelope = read_envelope(entry.envelope)
        statement = read_statement(envelope.payload)
        about = _about(statement)
    except LedgerError as problem:
        return ShownEntry(index=entry.index, kind="?", at="", signers=(), about="", predicate={}, problem=str(problem))
    by = {each.keyid: names.of_signer(each, envelope, entry=entry) for each in reversed(envelope.signatures)}
    signers = tuple(dict.fromkeys(each.keyid for each in envelope.signatures))
    kind = name_of(statement.predicate_type)
    said = ShownEntry(
        index=entry.index,
        kind=kind or statement.predicate_type,
        at=str(statement.predicate.get("at") or statement.predicate.get("timeVerified") or ""),
        signers=signers,
        about=about,
        predicate=statement.predicate,
        by=tuple(by[keyid] for keyid in signers),
        said=said_in(kind or "", statement.predicate, names=names),
    )
    commitment = statement.predicate.get("personal")
    if not isinstance(commitment, str):
        return said
    try:
        opened = read_personal(files, entry.leaf, commitment=Digest(commitment))
    except LedgerError as problem:
        return msgspec.structs.replace(said, problem=str(problem))
    return msgspec.structs.replace(said, personal={} if isinstance(opened, Erased) else opened.values)


def _about(statement: Statement) -> str:
    about = statement.about
    if about is None:
        return _seen(statement.read_as(Bypass)) if statement.predicate_type == uri_of(Bypass) else ""
    return f"{about.proposal} {about.short}".strip()


def _seen(said: Bypass) -> str:
    """What went around the gate, and where."""
    what = said.image or (said.commit or said.tree or "something")[:12]
    return f"{what} in {said.environment} around the gate: {said.missing}".removesuffix(": ")
