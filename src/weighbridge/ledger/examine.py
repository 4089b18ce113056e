"""Looks at every statement of a ledger: its form, whose ledger it is about, its time, and its signatures.

A ledger that is believed holds what its writers appended. Whether that was said by those who are named under it is asked
here, for all of it; a gate asks again for each statement that it relies on.

Checking one Ed25519 signature takes a hundred times as long as hashing its entry. There is one kind that adds nothing: a
signature by the key of the ledger's only writer. Nobody else could have appended anything; that writer refuses what
claims to be signed by its own key and is not (`ledger.append`); and its checkpoint is over the same bytes. Such
signatures are counted as covered and not checked. All others are, one by one, and so are these where a second writer is
trusted, where a signature by another writer is met, where a statement names another writer's key, or where `every` asks
for it: whoever else could append could have put something there in the first one's name. What cannot be seen from here is
a writer whom only Trust named, and does not any more, and who signed no statement: whoever had such a one asks for `every`.

A time is what its signer states. Times that go back are told and decide nothing.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct, field

from weighbridge.ledger.envelope import Envelope, Signature, SignatureKind, read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.trusted_ledger import Entry, LedgerTrust, TrustedLedger
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey

Check = Callable[[Envelope, Signature], bool | None]
"""Whether a signature of a person is over the envelope's payload; None where that cannot be told."""

MOST_TOLD: Final = 100
"""Statements that are named one by one; beyond, they are counted."""


class Doubt(Struct, frozen=True, kw_only=True):
    """One statement that is not to be believed, and why."""

    index: int
    words: str


class Backwards(Struct, frozen=True, kw_only=True):
    """How many statements state a time before that of an earlier one, and the one that is furthest back."""

    count: int = 0
    index: int = 0
    by: timedelta = timedelta(0)


class Examination(Struct, frozen=True, kw_only=True):
    """What was found; `unchecked` are signatures that nobody here could check."""

    entries: int
    predicates: dict[str, int]
    checked: int
    covered: int
    unchecked: int
    doubtful: int
    doubts: tuple[Doubt, ...]
    backwards: Backwards

    @property
    def words(self) -> str:
        """What was looked at, in one sentence."""
        told = [f"{self.checked:,} signatures were checked one by one"]
        if self.covered:
            told.append(f"{self.covered:,} are by the only writer's key, whose checkpoint is over the same bytes")
        if self.unchecked:
            told.append(f"{self.unchecked:,} could not be checked here")
        return "; ".join(told)


def examine(
    ledger: TrustedLedger, trust: LedgerTrust, *, check: Check | None = None, every: bool = False, start: int = 0
) -> Examination:
    """Look at all statements from `start` on. Raises `AlteredError`, `LedgerFilesError`."""
    look = _Look(ledger, trust, check=check, every=every)
    for entry in ledger.entries(start):
        look.at(entry)
        if look.met_another_writer:
            return examine(ledger, trust, check=check, every=True, start=start)
    return look.found(ledger.checkpoint.size - start)


class _Look:
    """Goes through the statements in order."""

    def __init__(self, ledger: TrustedLedger, trust: LedgerTrust, *, check: Check | None, every: bool) -> None:
        writers = {*trust.writers, *(each.key for each in ledger.signatures if each.key.kind is KeyKind.NOTE)}
        self._origin = ledger.checkpoint.origin
        self._writers = _by_id(writers)
        self._sole = next(iter(writers)) if len(writers) == 1 and not every else None
        self._own = str(self._sole).encode()
        self.met_another_writer = False
        self._check = check
        self._predicates: Counter[str] = Counter()
        self._signatures: Counter[str] = Counter()
        self._doubts: list[Doubt] = []
        self._doubtful = 0
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._backwards = Backwards()

    def at(self, entry: Entry) -> None:
        """Look at one entry."""
        try:
            envelope = read_envelope(entry.envelope)
            said = _SAID.decode(envelope.payload)
        except (LedgerError, msgspec.MsgspecError, ValueError, RecursionError):
            self._doubt(entry, "it is no statement in an envelope")
            return
        self._predicates[said.predicate_type] += 1
        if self._sole is not None and b"+" in envelope.payload:
            self.met_another_writer = any(not self._own.endswith(named) for named in _KEY.findall(envelope.payload))
        if said.ledger not in ("", self._origin):
            self._doubt(entry, f"it is about another ledger, {said.ledger[:200]}: here it says nothing")
        self._time(entry, said.predicate.at or said.predicate.verified)
        for signature in envelope.signatures:
            self._signature(entry, envelope, signature=signature)

    def _signature(self, entry: Entry, envelope: Envelope, *, signature: Signature) -> None:
        if signature.kind is SignatureKind.WRITER:
            if self._sole is not None and signature.keyid == self._sole.keyid:
                self._signatures["covered"] += 1
                return
            self.met_another_writer |= self._sole is not None
            keys = self._writers.get(signature.keyid, ())
            verdict = any(key.verifies(signature.sig, envelope.encoding) for key in keys) if keys else None
        else:
            verdict = self._check(envelope, signature) if self._check else None
        self._signatures["unchecked" if verdict is None else "checked"] += 1
        if verdict is False:
            self._doubt(entry, f"the signature that names {signature.keyid[:200]} is not over what it says")

    def _time(self, entry: Entry, stated: object) -> None:
        try:
            at = datetime.fromisoformat(stated) if isinstance(stated, str) else None
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            return
        back = self._latest - at
        if back <= timedelta(0):
            self._latest = at
            return
        told = self._backwards
        is_most = back > told.by
        self._backwards = Backwards(
            count=told.count + 1, index=entry.index if is_most else told.index, by=back if is_most else told.by
        )

    def _doubt(self, entry: Entry, words: str) -> None:
        self._doubtful += 1
        if len(self._doubts) < MOST_TOLD:
            self._doubts.append(Doubt(index=entry.index, words=words))

    def found(self, entries: int) -> Examination:
        """What was found."""
        return Examination(
            entries=entries,
            predicates=dict(sorted(self._predicates.items())),
            checked=self._signatures["checked"],
            covered=self._signatures["covered"],
            unchecked=self._signatures["unchecked"],
            doubtful=self._doubtful,
            doubts=tuple(self._doubts),
            backwards=self._backwards,
        )


_KEY: Final = re.compile(rb"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+")
"""A verifier key as it is written, without its name: begun at the plus, a long text is gone through once."""


def _by_id(keys: Iterable[VerifierKey]) -> dict[str, tuple[VerifierKey, ...]]:
    found: dict[str, tuple[VerifierKey, ...]] = {}
    for key in keys:
        found[key.keyid] = (*found.get(key.keyid, ()), key)
    return found


class _About(Struct, frozen=True):
    ledger: str = ""


class _Predicate(Struct, frozen=True):
    at: object = None
    verified: object = field(name="timeVerified", default=None)
    about: _About = field(default_factory=_About)


class _Resource(Struct, frozen=True):
    digest: dict[str, str]
    name: str = ""


class _Said(Struct, frozen=True):
    """As much of a statement as is asked of every one."""

    subject: tuple[_Resource, ...]
    predicate_type: str = field(name="predicateType")
    predicate: _Predicate

    @property
    def ledger(self) -> str:
        """The origin it names, empty where it names none, as statements of others do."""
        if self.predicate.about.ledger:
            return self.predicate.about.ledger
        is_ours = self.predicate_type.startswith("https://weighbridge.dev/ledger/") and self.subject
        return self.subject[0].name if is_ours else ""


_SAID: Final = msgspec.json.Decoder(_Said)
