"""Times that nobody can reckon with, in what an enrolled person or a trusted machine signed: nothing breaks by them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct
from tests.acceptance.cli.deploying import ORIGIN, POLICY, Shop, open_shop

from weighbridge.adapters.signing.ssh_keygen import SshKeygenSigner
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import StatusState, Subject
from weighbridge.ledger.canonical_json import canonical_json
from weighbridge.ledger.envelope import Envelope, Signature, pre_authentication_encoding, sign_as_writer
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.override import Override
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload

NOW = datetime.now(UTC).replace(microsecond=0)
EXCEPTIONS = "overrides: {approval: {by: anyone}}\nbreak_glass: {approval: {by: anyone}}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(
        tmp_path,
        policy=POLICY.replace("rules:", f"{EXCEPTIONS}rules:\n  - {{name: tried, require: [{{check: {{name: ci}}}}]}}"),
    )
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.run("ci", "review", "main..fix", "--keep", "-q")
    ran = shop.run("ana", "approve", "fix", "--key", str(shop.key("ana")), "--yes")
    assert ran.status == 0, ran
    return shop


ODD = ("2027-01-01T00:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59")
"""Without a zone, and so late or early that nothing can be added or taken away."""


def at_an_odd_time(said: Struct, key: str, *, time: str) -> bytes:
    """The statement, with one time of it as no clock tells it."""
    about = getattr(said, "about", None)
    subject = change_subject(about) if isinstance(about, Subject) else ledger_subject(ORIGIN)
    body = json.loads(statement_payload(said, subject))
    body["predicate"][key] = time
    return canonical_json(body)


def by_ana(shop: Shop, payload: bytes) -> bytes:
    made = SshKeygenSigner(shop.key("ana")).sign(pre_authentication_encoding(payload))
    return bytes(Envelope(payload=payload, signatures=(Signature(keyid=made.keyid, sig=made.signature),)))


def elsewhere(shop: Shop) -> Subject:
    return shop.subject("main", "fix")


@pytest.mark.parametrize(("key", "time"), [(key, ODD[0]) for key in ("until", "review_due")] + [("at", t) for t in ODD])
def test_what_a_person_says_at_no_time_is_told_and_stops_nothing(shop: Shop, key: str, time: str) -> None:
    about = elsewhere(shop)
    override = Override(about=about, at=NOW, requirements=(), until=NOW, personal=Digest("sha256:" + "0" * 64))
    glass = BreakGlass(about=about, at=NOW, review_due=NOW, personal=Digest("sha256:" + "0" * 64))
    shop.append(by_ana(shop, at_an_odd_time(glass if key == "review_due" else override, key, time=time)))

    for command in (
        ("review", "main..fix"),
        ("exceptions",),
        ("approve", "fix", "--yes", "--key", str(shop.key("ben"))),
    ):
        ran = shop.run("ben", *command)
        assert ran.status in (0, 1), ran
        assert "Traceback" not in ran.err
        assert "internal" not in ran.err
    assert "zone" in " ".join(shop.run("ben", "review", "main..fix", "--markdown", "-").out.split())


@pytest.mark.parametrize("time", ODD)
def test_what_a_machine_reports_at_no_time_is_told_and_passes_nothing(shop: Shop, time: str) -> None:
    tree = ObjectId(shop.scratch.git("rev-parse", "fix^{tree}"))
    said = Status(at=NOW, name="ci", state=StatusState.PASSED, tree=tree, source="ci")
    shop.append(bytes(sign_as_writer(at_an_odd_time(said, "at", time=time), shop.machine("ci"))))

    ran = shop.run("ben", "review", "main..fix", "--markdown", "-")
    assert ran.status == 1, ran
    assert "zone" in " ".join(ran.out.split())
