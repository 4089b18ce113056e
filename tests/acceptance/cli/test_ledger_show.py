"""`weighbridge ledger show`: who said what, as people call it, with nothing that matters cut."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import ORIGIN, Shop, open_shop

from weighbridge.domain.record import Verdict
from weighbridge.ledger.envelope import Envelope, Signature, sign_as_writer
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.rotation import Rotation
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload

AT = datetime(2026, 3, 9, 14, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop in whose ledger much was said."""
    place = tmp_path_factory.mktemp("shop")
    shop = open_shop(place)
    shop.scratch.commit("Believe a laptop", **{".weighbridge/ledger.yaml": shop.settings("ci", "ana")})
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.run("ci", "review", "main..fix", "--keep", "-q")
    note = place / "note.md"
    note.write_text("# What\n\nIt rounds.\n")
    for arguments in (
        ("approve", "fix"),
        ("reject", "fix", "--reason", "it rounds down"),
        ("comment", "fix", "look again"),
        ("attach", "fix", "design-note", str(note)),
    ):
        ran = shop.run("ana", *arguments, "--key", str(shop.key("ana")), "--yes")
        assert ran.status == 0, ran
    assert shop.run("ci", "report", "fix", "unit-tests", "failed").status == 0
    shop.decide("main..fix", "--environment", "production")
    return shop


def table(shop: Shop) -> list[str]:
    """Each entry's lines as one."""
    rows: list[str] = []
    for line in shop.run("ci", "ledger", "show").out.splitlines()[1:]:
        if line[:1].isdigit():
            rows.append("")
        rows[-1] = " ".join(f"{rows[-1]} {line}".split())
    return rows


def test_entries_are_called_as_people_call_them(shop: Shop) -> None:
    kinds = [row.split()[3] for row in table(shop)]

    assert kinds[:5] == ["approval", "rejection", "comment", "document", "status"]
    assert "decision" in kinds


def test_time_and_kind_are_whole_on_80_columns(shop: Shop) -> None:
    out = shop.run("ci", "ledger", "show").out

    assert max(map(len, out.splitlines())) <= 80
    assert "\u2026" not in out
    assert all(len(row.split()[2]) == len("14:01") for row in table(shop))


def test_a_person_is_named_beside_the_short_id_of_the_key(shop: Shop) -> None:
    assert "ana@example.org (SHA256:" in table(shop)[0]


def test_a_machine_is_named_beside_its_keys_id(shop: Shop) -> None:
    name, keyid, _ = shop.writer("ci").split("+", 2)

    assert f"{name} ({keyid}): unit-tests, failed" in table(shop)[4]


def test_a_decision_says_its_state_and_environment(shop: Shop) -> None:
    (row,) = [row for row in table(shop) if " decision " in row]

    assert "unsatisfied, production" in row


def test_a_documents_text_is_counted_and_not_poured_out(shop: Shop) -> None:
    row = table(shop)[3]

    assert "design-note" in row
    assert "text of 4 words" in row
    assert "It rounds." not in row


def test_json_keeps_its_form_and_says_the_same(shop: Shop) -> None:
    entries = json.loads(shop.run("ci", "ledger", "show", "--json", "-").out)

    assert entries[1]["kind"] == "approval"
    assert (entries[1]["what"], entries[1]["by"]) == ("rejection", ["ana@example.org"])
    assert entries[3]["personal"] == {"text": "# What\n\nIt rounds.\n"}
    assert entries[4]["said"] == "unit-tests, failed"


def test_nobody_is_named_for_a_key_that_did_not_sign(shop: Shop, tmp_path: Path) -> None:
    copy = shop.copy(tmp_path)
    (approval, *_) = json.loads(copy.run("ci", "ledger", "show", "--json", "-").out)
    about = copy.subject("main", "fix")
    payload = statement_payload(Approval(about=about, at=AT, verdict=Verdict.APPROVE), change_subject(about))
    (signed,) = sign_as_writer(payload, copy.machine("ana")).signatures
    keyids = [approval["signers"][0], copy.machine("ci").verifier.keyid]
    for keyid in keyids:
        copy.append(bytes(Envelope(payload=payload, signatures=(Signature(keyid=keyid, sig=signed.sig),))))

    assert [row.split()[4] for row in table(copy)[-2:]] == [f"{keyids[0][:15]}:", f"{keyids[1]}:"]


def test_a_rotation_says_whose_key_it_replaces(shop: Shop, tmp_path: Path) -> None:
    copy = shop.copy(tmp_path)
    old, new = copy.machine("ana"), copy.machine("new")
    payload = statement_payload(Rotation(at=AT, old=str(old.verifier), new=str(new.verifier)), ledger_subject(ORIGIN))
    copy.append(bytes(sign_as_writer(payload, new, beside=sign_as_writer(payload, old).signatures)))

    row = table(copy)[-1]
    assert f"the key of {old.verifier.name}" in row
    assert f"{new.verifier.name} ({new.verifier.keyid})" in row
