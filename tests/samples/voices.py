"""People with keys in memory, what they say, and a roster that knows them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tests.samples.passkeys import Passkey
from tests.samples.ssh_keys import PRESENT, SshKey

from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject, Verdict, Voice
from weighbridge.ledger.allowed_signers import read_allowed_signers
from weighbridge.ledger.envelope import Envelope, Signature
from weighbridge.ledger.memberships import NAMES, PRINCIPAL, advanced
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.people import Roster, trusted_roster
from weighbridge.ledger.personal import Erased, Personal, personal_values
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.enrolment import Enrolment
from weighbridge.ledger.predicates.revocation import Revocation
from weighbridge.ledger.predicates.rotation import Rotation
from weighbridge.ledger.principals import Machines
from weighbridge.ledger.speak import Refusal, speak
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload
from weighbridge.ledger.trusted_ledger import Entry

AnyKey = SshKey | Passkey
LEDGER = "demo/00112233445566778899aabbccddeeff"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA, BOB, EVE = "ada@example.org", "bob@example.org", "eve@example.org"
MACHINES = Machines(
    addresses=frozenset({"noreply@anthropic.com"}), github_ids=frozenset({"41898282"}), logins=frozenset({"copilot"})
)


def about(ledger: str = LEDGER) -> Subject:
    oid = ObjectId("a" * 40)
    return Subject(ledger=ledger, base_tree=oid, head_tree=oid, head_commit=oid, decision=Digest("sha256:" + "b" * 64))


def approval(ledger: str = LEDGER, *, at: datetime = NOW, writer: str = "") -> bytes:
    subject = about(ledger)
    said = Approval(about=subject, at=at, verdict=Verdict.APPROVE, writer=writer)
    return statement_payload(said, change_subject(subject))


def signed(payload: bytes, *keys: AnyKey, flags: int = PRESENT, namespace: str = "weighbridge") -> bytes:
    """The envelope that all of `keys` signed."""
    encoding = Envelope(payload=payload).encoding

    def signature(key: AnyKey) -> Signature:
        if isinstance(key, Passkey):
            return key.signature(payload, flags=flags)
        return Signature(keyid=key.keyid, sig=key.sign(encoding, flags=flags, namespace=namespace))

    return bytes(Envelope(payload=payload, signatures=tuple(map(signature, keys))))


def spoken(who: Roster, key: AnyKey, *, entry: int = 99, flags: int = PRESENT) -> Voice:
    """Who an approval by `key` is by, as somebody who counts."""
    voice = speak(signed(approval(), key, flags=flags), entry, roster=who, now=NOW)
    assert isinstance(voice, Voice), voice
    return voice


def silent(who: Roster, key: AnyKey, *, entry: int = 99) -> str:
    """Why an approval by `key` is nobody's."""
    refusal = speak(signed(approval(), key), entry, roster=who, now=NOW)
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


def roster(
    *lines: str,
    aliases: Sequence[tuple[str, str]] = (),
    machines: Machines = MACHINES,
    passkeys: PasskeyTerms | None = None,
) -> Roster:
    """Whom these lines of an allowed-signers document enrol."""
    signers = read_allowed_signers("\n".join(lines).encode(), "allowed_signers")
    return trusted_roster(LEDGER, signers, aliases=aliases, machines=machines, passkeys=passkeys)


class History:
    """A ledger's entries with their personal values, and the roster that they make."""

    def __init__(self, start: Roster) -> None:
        self._start = start
        self.entries: list[Entry] = []
        self.personal: dict[bytes, Personal] = {}

    def say(self, envelope: bytes, personal: Personal | None = None) -> int:
        entry = Entry(index=len(self.entries), envelope=envelope, leaf=leaf_hash(envelope))
        self.entries.append(entry)
        if personal is not None:
            self.personal[entry.leaf] = personal
        return entry.index

    def enrol(
        self, who: str, key: AnyKey, *, by: AnyKey, names: str = "", flags: int = PRESENT, form: str = "none"
    ) -> int:
        values = {PRINCIPAL: who, NAMES: names} if names else {PRINCIPAL: who}
        personal = personal_values(values)
        line = key.registration(form=form) if isinstance(key, Passkey) else key.line
        said = Enrolment(at=NOW, key=line, fingerprint=key.keyid, personal=personal.commitment)
        return self.say(signed(ledger_payload(said), key, by, flags=flags), personal)

    def rotate(self, old: AnyKey, new: AnyKey, *others: AnyKey, flags: int = PRESENT, form: str = "none") -> int:
        line = new.registration(form=form) if isinstance(new, Passkey) else new.line
        said = Rotation(at=NOW, old=old.keyid, new=new.keyid, key=line)
        return self.say(signed(ledger_payload(said), old, new, *others, flags=flags))

    def revoke(self, keyid: str, *, by: AnyKey, cause: str = "stolen") -> int:
        return self.say(signed(ledger_payload(Revocation(at=NOW, fingerprint=keyid, cause=cause)), by))

    @property
    def roster(self) -> Roster:
        return advanced(self._start, self.entries, opened=self.opened, now=NOW)

    def opened(self, entry: Entry, commitment: Digest) -> Personal | Erased:
        return self.personal.get(entry.leaf, Erased(commitment=commitment))


def ledger_payload(said: Enrolment | Rotation | Revocation, ledger: str = LEDGER) -> bytes:
    return statement_payload(said, ledger_subject(ledger))
