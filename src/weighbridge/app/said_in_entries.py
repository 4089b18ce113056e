"""What an entry of the ledger says, in few words, and the names of those who signed it."""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.ledger.envelope import Envelope, Signature, SignatureKind
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.people import Roster
from weighbridge.ledger.testimony import RefusedError, prove
from weighbridge.ledger.trusted_ledger import Entry, LedgerTrust, TrustedLedger
from weighbridge.ledger.verifier_keys import VerifierKey, read_verifier_key

_KEYS: Final = {"rotation": "old", "revocation": "fingerprint"}
"""Where entries that are about somebody's key name it."""
_VERDICTS: Final = {"approve": "approval", "reject": "rejection", "comment": "comment"}
_TOLD: Final = {
    "admission": ("environment",),
    "bypass": ("environment",),
    "decision": ("state", "environment"),
    "document": ("kind",),
    "package-decision": ("state",),
    "revocation": ("cause",),
    "rollout-step": ("step", "stage", "environment"),
    "status": ("name", "state"),
    "waiver": ("rule",),
}
"""What of an entry's predicate is told, by its kind."""


class Names:
    """Whose keys are whose: people's by the roster, machines' by whom the ledger's readers believe."""

    def __init__(self, ledger: TrustedLedger, trust: LedgerTrust, *, roster: Roster | None) -> None:
        self._roster = roster
        self._vouched = trust.vouched
        self._writers: dict[str, VerifierKey] = {}
        for key in (*trust.writers, *(each.key for each in ledger.signatures)):
            self._writers.setdefault(key.keyid, key)

    def of_signer(self, signature: Signature, envelope: Envelope, *, entry: Entry) -> str:
        """The name of whoever made this signature; blank where that is unknown: the key that it names proves nothing."""
        if signature.kind is SignatureKind.WRITER:
            if signature.keyid not in self._writers and self._vouched is not None:
                for key in self._vouched(entry):
                    self._writers.setdefault(key.keyid, key)
            writer = self._writers.get(signature.keyid)
            return writer.name if writer and writer.verifies(signature.sig, envelope.encoding) else ""
        if self._roster is None:
            return ""
        try:
            return self.of_person(prove(signature, envelope.encoding, roster=self._roster).key.keyid)
        except RefusedError:
            return ""

    def of_person(self, keyid: str) -> str:
        """The person whose key this is; blank where nobody knows, or the name was erased."""
        key = self._roster.keys.get(keyid) if self._roster else None
        return "" if key is None or key.is_nameless else key.person


def verdict_or_kind(kind: str, predicate: Mapping[str, object]) -> str:
    """What kind of entry it is, as people call it: of a verdict, which."""
    verdict = predicate.get("verdict") if kind == "approval" else None
    return _VERDICTS.get(verdict, kind) if isinstance(verdict, str) else kind


def said_in(kind: str, predicate: Mapping[str, object], *, names: Names) -> str:
    """What an entry of this kind says besides its kind."""
    told = [*_of_key(kind, predicate, names=names), *_texts(predicate, *_TOLD.get(kind, ()))]
    return ", ".join(told)


def _of_key(kind: str, predicate: Mapping[str, object], *, names: Names) -> Iterator[str]:
    """Whose key it is about, where that is known."""
    for keyid in _texts(predicate, _KEYS.get(kind, "")):
        if name := names.of_person(keyid) or _machine(keyid):
            yield f"the key of {name}"


def _machine(written: str) -> str:
    """The name in a writer's verifier key, where that is what is written."""
    try:
        return read_verifier_key(written).name
    except MalformedError:
        return ""


def _texts(predicate: Mapping[str, object], *keys: str) -> Iterator[str]:
    values = (predicate.get(key) for key in keys)
    return (value for value in values if isinstance(value, str) and value)
