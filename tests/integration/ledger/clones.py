"""Several clones of one repository, each of a person with a key, a home and a memory of their own."""

from dataclasses import dataclass
from pathlib import Path

from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN, Key, decision_payload

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.git.ledger_remote import LedgerRemote
from weighbridge.adapters.ledger.seen import SeenHeads
from weighbridge.app.share_ledger import Reading, Shared, read_here, share_ledger
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.envelope import read_envelope, sign_as_writer
from weighbridge.ledger.trusted_ledger import LedgerTrust, TrustedLedger

KEYS = {name: Key(f"writer-{name}", seed) for seed, name in enumerate(("ada", "bob", "ci", "eve"), start=1)}
TRUST = LedgerTrust(origin=ORIGIN, writers=tuple(KEYS[name].verifier for name in ("ada", "bob", "ci")))


@dataclass(frozen=True)
class Clone:
    """One clone, at work for whoever it is named after."""

    scratch: Scratch
    state: Path
    name: str
    trust: LedgerTrust = TRUST

    @classmethod
    def of(cls, remote: Scratch, name: str, *, trust: LedgerTrust = TRUST) -> "Clone":
        """A new clone beside its remote."""
        folder = remote.folder.parent / name
        remote.git("clone", "-q", str(remote.folder), str(folder))
        return cls(Scratch(folder), remote.folder.parent / f"state-of-{name}", name, trust)

    @staticmethod
    def key(name: str) -> Key:
        """Somebody's key."""
        return KEYS[name]

    def say(self, number: int, *, personal: bytes | None = None) -> None:
        """Append a statement to the ledger in this clone."""
        key = KEYS[self.name]
        envelope = bytes(sign_as_writer(decision_payload(number), key))
        with self.scratch.open() as repository:
            files, reading = GitLedgerFiles(repository), self.reading(repository.identity)
            read_here(files, reading)  # as whoever appends does
            append(files, [Addition(envelope=envelope, personal=personal)], writer=key, trust=self.trust)
            read_here(files, reading)

    def sync(self, remote: str = "origin", *, attempts: int = 12) -> Shared:
        """Bring it together with the remote's."""
        with self.scratch.open() as repository:
            found = LedgerRemote(repository, remote)
            reading = self.reading(repository.identity)
            done = share_ledger(found, reading, writer=lambda: KEYS[self.name], attempts=attempts)
            assert done is not None, "there is a ledger here or there"
            return done

    def reading(self, identity: str) -> Reading:
        return Reading(trust=lambda _: self.trust, seen=SeenHeads(self.state, clone=identity))

    def look(self) -> TrustedLedger | None:
        """The ledger here, believed."""
        with self.scratch.open() as repository:
            return read_here(GitLedgerFiles(repository), self.reading(repository.identity))

    def said(self) -> list[str]:
        """Who said what, in order: the writer's name and the number of the statement."""
        with self.scratch.open() as repository:
            ledger = read_here(GitLedgerFiles(repository), self.reading(repository.identity))
            return [] if ledger is None else [_told(entry.envelope) for entry in ledger.entries()]

    def erase(self, leaf: str) -> None:
        """Erase what an entry said of people."""
        with self.scratch.open() as repository:
            files = GitLedgerFiles(repository)
            files.replace({f"personal/{leaf}": None}, expected=files.read("checkpoint"))

    def people(self) -> dict[str, str]:
        """What is known of people here, by file name."""
        ref = "refs/weighbridge/people"
        if not self.scratch.git("for-each-ref", ref):
            return {}
        names = self.scratch.git("ls-tree", "-r", "--name-only", ref).split()
        return {name.rpartition("/")[2]: self.scratch.git("show", f"{ref}:{name}") for name in names}


_NAMES = {key.verifier.keyid: name for name, key in KEYS.items()}
_NUMBERS = {decision_payload(number): number for number in range(200)}


def _told(data: bytes) -> str:
    envelope = read_envelope(data)
    return f"{_NAMES[envelope.signatures[0].keyid]} {_NUMBERS[envelope.payload]}"
