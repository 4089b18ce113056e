"""Writers whose keys took the place of a trusted writer's: the old and the new key both signed that they do.

A rotation is believed when the key that it replaces is, so a row of them leads from a key that Trust names, or a person
vouches for, to the newest. It gives the new key what the old one had and takes nothing from the old one: Trust does.
"""

from collections.abc import Iterable
from datetime import datetime

from weighbridge.ledger.envelope import (
    Envelope,
    SignatureKind,
    pre_authentication_encoding,
    read_envelope,
    sign_as_writer,
)
from weighbridge.ledger.errors import LedgerError, MalformedError
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.rotation import Rotation
from weighbridge.ledger.statement import ledger_subject, read_statement, statement_payload
from weighbridge.ledger.trusted_ledger import Entry, Vouched
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey, WriterKey, read_verifier_key


def rotate_writer(old: WriterKey, new: WriterKey, *, origin: str, at: datetime) -> Envelope:
    """The statement that `new` takes the place of `old`, signed by both. Raises `SigningError`."""
    predicate = Rotation(at=at, old=str(old.verifier), new=str(new.verifier))
    payload = statement_payload(predicate, ledger_subject(origin))
    return sign_as_writer(payload, new, beside=sign_as_writer(payload, old).signatures)


class WritersInTurn:
    """Finds writers that entries of a ledger name, however they are asked in order; keeps to `Vouched`."""

    def __init__(
        self, trusted: Iterable[VerifierKey], *, origin: str | None = None, people: Vouched | None = None
    ) -> None:
        """`people` finds the writers that enrolled people's statements name; `origin` is the ledger's, where it is known."""
        self._believed = set(trusted)
        self._origin = origin
        self._people = people
        self._turns: dict[VerifierKey, set[VerifierKey]] = {}

    def __call__(self, entry: Entry) -> Iterable[VerifierKey]:
        """The writers that are believed because of this entry, and of those that were asked before it."""
        new = set(self._people(entry)) if self._people else set()
        turn = read_rotation(entry.envelope, origin=self._origin)
        if turn is not None:
            self._turns.setdefault(turn[0], set()).add(turn[1])
            if turn[0] in self._believed:
                new.add(turn[1])
        return self._with_those_after(new)

    def _with_those_after(self, new: set[VerifierKey]) -> Iterable[VerifierKey]:
        found = []
        waiting = [key for key in new if key.kind is KeyKind.NOTE]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.append(key)
                waiting.extend(self._turns.get(key, ()))
        self._believed.update(found)
        return found


def read_rotation(envelope: bytes, *, origin: str | None = None) -> tuple[VerifierKey, VerifierKey] | None:
    """The writer's old key and its new one, None where it says no such thing or not both of them signed it."""
    try:
        said = read_envelope(envelope)
        statement = read_statement(said.payload)
        if statement.predicate_type != uri_of(Rotation) or (origin is not None and statement.ledger != origin):
            return None
        rotation = statement.read_as(Rotation)
        keys = read_verifier_key(rotation.old), read_verifier_key(rotation.new)
    except (LedgerError, MalformedError):
        return None
    encoding = pre_authentication_encoding(said.payload, said.payload_type)
    signed = [each.sig for each in said.signatures if each.kind is SignatureKind.WRITER]
    return keys if all(any(key.verifies(sig, encoding) for sig in signed) for key in keys) else None
