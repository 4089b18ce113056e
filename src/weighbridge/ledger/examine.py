"""Looks at every statement of a ledger: its form, whose ledger it is about, its time, and its signatures.

A ledger that is believed holds what its writers appended. Whether that was said by those who are named under it is asked
here, for all of it; a gate asks again for each statement that it relies on.

Signatures by a writer's key for which that key's own word stands (`own_signatures`) are counted as covered and not checked
one by one, unless `every` asks for it; there it says why that proves as much. All others are checked, one by one.

Which keys are writers' is asked of Trust, of the head, and of the entries: an enrolled person's statement may name one. A
signature by a key that only a later entry names is looked at again at the end.

Texts that lie beside it must be what the entries commit to (`texts`); one that was erased is no fault.

A time is what its signer states. Times that go back are told and decide nothing. They are compared signer by signer: what
several clones said apart is appended as it is shared, in no order of time.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct, field

from weighbridge.ledger.envelope import Envelope, Signature, SignatureKind, read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFiles
from weighbridge.ledger.own_signatures import OwnWord, word_in
from weighbridge.ledger.texts import TextCounts, TextsBeside
from weighbridge.ledger.tiles import WIDTH
from weighbridge.ledger.trusted_ledger import Entry, LedgerTrust, TrustedLedger
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey

Check = Callable[[Envelope, Signature], bool | None]
"""Whether a signature of a person is over the envelope's payload; None where that cannot be told."""

MOST_TOLD: Final = 100
"""Statements that are named one by one; beyond, they are counted."""


class Doubt(Struct, frozen=True, kw_only=True):
    """One statement that is not to be believed, or whose text is not, and why."""

    index: int
    words: str


class Backwards(Struct, frozen=True, kw_only=True):
    """How many statements state a time before an earlier one by the same signer, and the one that is furthest back."""

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
    texts: TextCounts | None = None
    """What lies beside the ledger; None where nobody asked."""

    @property
    def words(self) -> str:
        """What was looked at, in one sentence."""
        told = [f"{self.checked:,} signatures were checked one by one"]
        if self.covered:
            told.append(f"{self.covered:,} are covered by the word of the writer whose key made them")
        if self.unchecked:
            told.append(f"{self.unchecked:,} could not be checked here")
        if self.texts and self.texts.words:
            told.append(self.texts.words)
        return "; ".join(told)


def examine(
    ledger: TrustedLedger,
    trust: LedgerTrust,
    *,
    check: Check | None = None,
    every: bool = False,
    beside: LedgerFiles | None = None,
) -> Examination:
    """Look at all statements, and at the texts of people that lie `beside` them. Raises `AlteredError`, `LedgerFilesError`."""
    look = _Look(ledger, trust, check=check, every=every, beside=beside)
    for entry in ledger.entries():
        look.at(entry)
    look.look_again()
    return look.found()


class _Writers:
    """The keys of writers by their ids, and the word of each for its own signatures."""

    def __init__(self, ledger: TrustedLedger, trust: LedgerTrust, *, every: bool) -> None:
        self._tree = ledger.tree
        self._vouched = trust.vouched
        self._every = every
        self._keys: dict[str, tuple[VerifierKey, ...]] = {}
        self._words: dict[str, tuple[OwnWord, ...]] = {}
        self._written: set[bytes] = set()
        self._asked: Counter[tuple[bytes, str]] = Counter()
        for key in (*trust.writers, *(each.key for each in ledger.signatures)):
            self._add(key)

    def _add(self, key: VerifierKey) -> None:
        known = self._keys.get(key.keyid, ())
        if key.kind is not KeyKind.NOTE or key in known:
            return
        self._keys[key.keyid] = (*known, key)
        self._written.add(str(key).removeprefix(key.name).encode())
        word = None if self._every else word_in(self._tree, key)
        if word is not None:
            self._words[key.keyid] = (*self._words.get(key.keyid, ()), word)

    def meet(self, entry: Entry, envelope: Envelope) -> None:
        """Take in the writers that an entry names, where somebody who may vouches for them there."""
        if self._vouched is None:
            return
        by = envelope.signatures[0].keyid
        named = [key for key in _KEY.findall(envelope.payload) if self._is_new(key, by)]
        if named:
            for key in self._vouched(entry):
                self._add(key)

    def _is_new(self, named: bytes, by: str) -> bool:
        if named in self._written:
            return False
        self._asked[named, by] += 1
        return self._asked[named, by] <= _MOST_ASKED

    def covers(self, index: int, keyid: str) -> bool:
        """Whether the key's own word stands for its signature of this entry."""
        return any(word.covers(index) for word in self._words.get(keyid, ()))

    def verdict(self, envelope: Envelope, signature: Signature) -> bool | None:
        """Whether the signature is by the key that it names; None where no writer has such a key."""
        keys = self._keys.get(signature.keyid)
        return any(key.verifies(signature.sig, envelope.encoding) for key in keys) if keys else None


class _Look:
    """Goes through the statements in order."""

    def __init__(
        self, ledger: TrustedLedger, trust: LedgerTrust, *, check: Check | None, every: bool, beside: LedgerFiles | None
    ) -> None:
        self._ledger = ledger
        self._origin = ledger.checkpoint.origin
        self._writers = _Writers(ledger, trust, every=every)
        self._check = check
        self._predicates: Counter[str] = Counter()
        self._signatures: Counter[str] = Counter()
        self._unknown: list[tuple[int, int]] = []
        self._doubts: list[Doubt] = []
        self._doubtful = 0
        self._latest: dict[str, datetime] = {}
        self._backwards = Backwards()
        self._texts = TextsBeside(ledger, beside, tell=self._doubt) if beside else None

    def at(self, entry: Entry) -> None:
        """Look at one entry."""
        try:
            envelope = read_envelope(entry.envelope)
            said = _SAID.decode(envelope.payload)
        except (LedgerError, msgspec.MsgspecError, ValueError, RecursionError):
            self._doubt(entry.index, "it is no statement in an envelope")
            return
        self._predicates[said.predicate_type] += 1
        if self._texts and said.predicate.personal is not None:
            self._texts.at(entry, said.predicate.personal)
        if b"+" in envelope.payload:
            self._writers.meet(entry, envelope)
        if said.ledger not in ("", self._origin):
            self._doubt(entry.index, f"it is about another ledger, {said.ledger[:200]}: here it says nothing")
        by = envelope.signatures[0].keyid if envelope.signatures else ""
        self._time(entry, said.predicate.at or said.predicate.verified, by=by)
        for place, signature in enumerate(envelope.signatures):
            if signature.kind is not SignatureKind.WRITER:
                verdict = self._check(envelope, signature) if self._check else None
                self._count(entry.index, signature.keyid, verdict=verdict)
            elif self._writers.covers(entry.index, signature.keyid):
                self._signatures["covered"] += 1
            elif (verdict := self._writers.verdict(envelope, signature)) is None:
                self._unknown.append((entry.index, place))
            else:
                self._count(entry.index, signature.keyid, verdict=verdict)

    def look_again(self) -> None:
        """Look at signatures by keys that nobody had named yet when they were met."""
        number, bundle = -1, list[bytes]()
        for index, place in self._unknown:
            if number != index // WIDTH:
                number, bundle = index // WIDTH, self._ledger.tree.bundle(index // WIDTH)
            envelope = read_envelope(bundle[index % WIDTH])
            signature = envelope.signatures[place]
            if self._writers.covers(index, signature.keyid):
                self._signatures["covered"] += 1
            else:
                self._count(index, signature.keyid, verdict=self._writers.verdict(envelope, signature))

    def _count(self, index: int, keyid: str, *, verdict: bool | None) -> None:
        self._signatures["unchecked" if verdict is None else "checked"] += 1
        if verdict is False:
            self._doubt(index, f"the signature that names {keyid[:200]} is not over what it says")

    def _time(self, entry: Entry, stated: object, *, by: str) -> None:
        try:
            at = datetime.fromisoformat(stated) if isinstance(stated, str) else None
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            return
        back = self._latest.setdefault(by, at) - at
        if back <= timedelta(0):
            self._latest[by] = at
            return
        told = self._backwards
        is_most = back > told.by
        self._backwards = Backwards(
            count=told.count + 1, index=entry.index if is_most else told.index, by=back if is_most else told.by
        )

    def _doubt(self, index: int, words: str) -> None:
        self._doubtful += 1
        if len(self._doubts) < MOST_TOLD:
            self._doubts.append(Doubt(index=index, words=words))

    def found(self) -> Examination:
        """What was found."""
        texts = self._texts.counted() if self._texts else None
        return Examination(
            entries=self._ledger.checkpoint.size,
            predicates=dict(sorted(self._predicates.items())),
            checked=self._signatures["checked"],
            covered=self._signatures["covered"],
            unchecked=self._signatures["unchecked"],
            doubtful=self._doubtful,
            doubts=tuple(self._doubts),
            backwards=self._backwards,
            texts=texts,
        )


_KEY: Final = re.compile(rb"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+")
"""A verifier key as it is written, without its name: begun at the plus, a long text is gone through once."""


_MOST_ASKED: Final = 16
"""How often one signer's entries are asked about one key that they are not believed to vouch for: it may be enrolled later."""


class _About(Struct, frozen=True):
    ledger: str = ""


class _Predicate(Struct, frozen=True):
    at: object = None
    verified: object = field(name="timeVerified", default=None)
    personal: object = None
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
