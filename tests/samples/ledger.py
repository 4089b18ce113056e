"""A ledger in memory, its keys and statements, and what a hostile world does to them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from weighbridge.domain.gate import GateState, Level
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject, Verdict
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.files import CHECKPOINT, PERSONAL, LedgerMovedError
from weighbridge.ledger.own_signatures import FOLDER
from weighbridge.ledger.personal import Personal
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.package_decision import PackageDecision
from weighbridge.ledger.statement import change_subject, statement_payload
from weighbridge.ledger.trusted_ledger import LedgerTrust
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey

ORIGIN = "example.com/storefront/" + "5a" * 16
BEGAN = datetime(2026, 3, 9, 14, 5, 30, tzinfo=UTC)


class Key:
    """An Ed25519 key in memory that is the same in every run."""

    def __init__(self, name: str, seed: int = 1, *, kind: KeyKind = KeyKind.NOTE) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32))
        self.verifier = VerifierKey(name=name, public=self._key.public_key().public_bytes_raw(), kind=kind)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class Files:
    """A ledger's files in memory, which anybody may tamper with."""

    place = "memory"

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.reads: list[str] = []

    def read(self, path: str) -> bytes | None:
        self.reads.append(path)
        return self.files.get(path)

    def texts(self) -> Sequence[str]:
        return tuple(path for path in self.files if path.startswith(PERSONAL))

    def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
        if self.files.get(CHECKPOINT) != expected:
            raise LedgerMovedError("somebody else appended to memory meanwhile")
        for path, data in files.items():
            if data is None:
                del self.files[path]
            else:
                self.files[path] = data

    @property
    def proven(self) -> dict[str, bytes]:
        """What the checkpoint is over, and itself: writers' words for their signatures only spare time."""
        return {path: data for path, data in self.files.items() if not path.startswith(FOLDER)}

    def copy(self) -> "Files":
        return Files(self.files)


WRITER = Key("ci.example.com")
TRUST = LedgerTrust(origin=ORIGIN, writers=(WRITER.verifier,))


def about(number: int = 0, *, ledger: str = ORIGIN) -> Subject:
    return Subject(
        ledger=ledger,
        base_tree=ObjectId(f"{number:040x}"),
        head_tree=ObjectId(f"{number + 1:040x}"),
        head_commit=ObjectId(f"{number + 7:040x}"),
        decision=Digest(f"sha256:{number:064x}"),
        proposal=f"pull/{number}",
    )


def decision_payload(number: int = 0) -> bytes:
    subject = about(number)
    said = PackageDecision(
        about=subject,
        at=BEGAN + timedelta(minutes=number),
        state=GateState.UNSATISFIED,
        level=Level.HIGH,
        policy="built-in/1",
    )
    return statement_payload(said, change_subject(subject))


def envelope(number: int = 0, *, writer: Key = WRITER) -> bytes:
    return bytes(sign_as_writer(decision_payload(number), writer))


def text(number: int, reason: str = "Ada read it") -> Personal:
    """A text whose salt is the same every time, which a real one's never is."""
    return Personal(values={"reason": f"{reason} {number}"}, salt=number.to_bytes(32))


def said_of_people(number: int, personal: Personal | None = None) -> Addition:
    """An approval with a text beside it."""
    subject, personal = about(number), personal or text(number)
    said = Approval(about=subject, at=BEGAN, verdict=Verdict.APPROVE, personal=personal.commitment)
    made = sign_as_writer(statement_payload(said, change_subject(subject)), WRITER)
    return Addition(envelope=bytes(made), personal=bytes(personal))


def additions(numbers: Iterable[int], *, writer: Key = WRITER) -> list[Addition]:
    return [Addition(envelope=envelope(number, writer=writer)) for number in numbers]


def ledger_of(count: int, files: Files | None = None, *, first: int = 0) -> Files:
    files = Files() if files is None else files
    append(files, additions(range(first, first + count)), writer=WRITER, trust=TRUST)
    return files
