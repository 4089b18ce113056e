"""What machines say of other changes is passed over before it is proven; what is of this one, or is malformed, is not."""

from collections.abc import Sequence

from tests.samples.ledger import BEGAN, ORIGIN, WRITER, Key, about, decision_payload

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import Record, StatusState
from weighbridge.ledger.canonical_json import canonical_json, read_canonical_json
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.record_of import OnRecord
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.ledger.speak import Refusal
from weighbridge.ledger.statement import ledger_subject, statement_payload
from weighbridge.ledger.trusted_ledger import Entry
from weighbridge.ledger.verifier_keys import VerifierKey

STRANGER = Key("stranger", 9)


class Counted(VerifierKey, frozen=True, kw_only=True):
    """A writer's key that tells how often it was asked."""

    asked: list[bytes]

    def verifies(self, signature: bytes, message: bytes) -> bool:
        self.asked.append(message)
        return VerifierKey(name=self.name, public=self.public, kind=self.kind).verifies(signature, message)


def status(tree: ObjectId, **more: object) -> bytes:
    said = Status(at=BEGAN, name="ci", state=StatusState.PASSED, tree=tree, source="forge")
    payload = statement_payload(said, ledger_subject(ORIGIN))
    if more:
        value = read_canonical_json(payload)
        assert isinstance(value, dict)
        payload = canonical_json(value | {"predicate": value["predicate"] | more})
    return payload


def gathered(payloads: Sequence[bytes], *, by: Key = WRITER) -> tuple[OnRecord, Record, int]:
    asked: list[bytes] = []
    key = Counted(name=WRITER.verifier.name, public=WRITER.verifier.public, asked=asked)
    entries = []
    for index, payload in enumerate(payloads):
        envelope = bytes(sign_as_writer(payload, by))
        entries.append(Entry(index=index, envelope=envelope, leaf=leaf_hash(envelope)))
    gathering = OnRecord(
        subject=about(1),
        settings=LedgerSettings(writers=(key,)),
        hear=lambda _: Refusal(reason="nobody"),
        open=lambda _entry, _commitment: {},
    )
    return gathering, gathering.gather(entries), len(asked)


def test_a_hundred_decisions_and_statuses_of_other_changes_are_not_proven() -> None:
    others = [each for number in range(2, 52) for each in (decision_payload(number), status(about(number).head_tree))]

    gathering, record, asked = gathered([*others, decision_payload(1), decision_payload(1), status(about(1).head_tree)])

    assert gathering.weighed_at is not None
    assert len(record.statuses) == 1
    assert not record.refused
    assert asked <= 4


def test_what_a_trusted_machine_says_in_no_form_is_told_and_of_a_stranger_it_is_not() -> None:
    malformed = [status(about(7).head_tree, at="yesterday"), status(about(7).head_tree, state="perhaps")]

    assert len(gathered(malformed)[1].refused) == 2
    assert gathered(malformed, by=STRANGER)[1].refused == ()
