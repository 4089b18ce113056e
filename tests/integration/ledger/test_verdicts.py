"""What is remembered of signatures answers as verifying them does, whatever became of those who made them or of the file."""

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.ledger import BEGAN, ORIGIN, about
from tests.samples.ssh_keys import SshKey, ecdsa, ed25519, security_key

from weighbridge.adapters.cache.verdicts import FEW, KeptVerdicts
from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Record, Verdict
from weighbridge.ledger.allowed_signers import read_allowed_signers
from weighbridge.ledger.envelope import Envelope, Signature
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.people import Revoked, Roster, Window, trusted_roster
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.waiver import Waiver
from weighbridge.ledger.principals import Machines
from weighbridge.ledger.record_of import OnRecord
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.ledger.speak import hear
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload
from weighbridge.ledger.trusted_ledger import Entry
from weighbridge.ledger.verdicts import UNREMEMBERED, Verdicts

PEOPLE = {"ada": ed25519(), "bo": security_key(), "cas": ecdsa()}
STRANGER = ed25519()
ROSTER = trusted_roster(
    ORIGIN,
    read_allowed_signers(
        "\n".join(f"{name}@example.org {key.line}" for name, key in PEOPLE.items()).encode(), "allowed_signers"
    ),
    machines=Machines(),
)
KEYS = (*PEOPLE.values(), STRANGER)
NOW = BEGAN + timedelta(days=9)


def said(number: int, key: SshKey, *, signs: int) -> bytes:
    """A statement whose signature is over the statement of the number `signs`."""
    encodings = []
    for each in (number, signs):
        at, until = BEGAN + timedelta(minutes=each), BEGAN + timedelta(days=90)
        waiver = Waiver(at=at, rule=f"x/{each}", until=until, personal=Digest(f"sha256:{each:064x}"))
        approval = Approval(about=about(1), at=at, verdict=Verdict.APPROVE)
        payload = (
            statement_payload(waiver, ledger_subject(ORIGIN))
            if each % 2
            else statement_payload(approval, change_subject(about(1)))
        )
        encodings.append(Envelope(payload=payload))
    signature = Signature(keyid=key.keyid, sig=key.sign(encodings[1].encoding, count=signs + 1))
    return bytes(replace(encodings[0], signatures=(signature,)))


statements = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(KEYS), st.integers(0, 9) | st.none()), min_size=1, max_size=12
).map(
    lambda drawn: tuple(
        Entry(index=index, envelope=envelope, leaf=leaf_hash(envelope))
        for index, (number, key, signs) in enumerate(drawn)
        for envelope in [said(number, key, signs=number if signs is None else signs)]
    )
)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """What may have become of those people: revoked, in doubt, replaced, expired, their names erased, gone."""
    keys, revoked, doubted = dict(ROSTER.keys), {}, {}
    for keyid, key in ROSTER.keys.items():
        match draw(st.sampled_from(("", "", "revoked", "doubted", "retired", "expired", "erased", "gone", "later"))):
            case "revoked":
                revoked[keyid] = Revoked(entry=3, by="somebody", cause="stolen")
            case "doubted":
                doubted[keyid] = 4
            case "retired":
                keys[keyid] = replace(key, retired=draw(st.integers(0, 9)))
            case "expired":
                keys[keyid] = replace(key, windows=(Window(before=BEGAN + timedelta(minutes=4)),))
            case "erased":
                keys[keyid] = replace(key, is_nameless=True)
            case "gone":
                del keys[keyid]
            case "later":
                keys[keyid] = replace(key, since=draw(st.integers(0, 9)))
    return replace(ROSTER, keys=keys, revoked=revoked, doubted=doubted)


def record(entries: Sequence[Entry], roster: Roster, *, verdicts: Verdicts) -> Record:
    return OnRecord(
        subject=about(1),
        settings=LedgerSettings(),
        hear=lambda entry: hear(entry.envelope, entry.index, roster=roster, now=NOW, verdicts=verdicts),
        open=lambda _entry, _commitment: {},
    ).gather(entries)


def spoilt(data: bytes) -> Sequence[bytes]:
    return (b"", data[:-3], data[1:], bytes(len(data)), hashlib.sha256(data).digest() * 9, data * 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(statements, rosters(), rosters(), st.integers(0, 5))
def test_a_record_is_the_same_with_what_is_remembered_and_without(
    tmp_path: Path, entries: tuple[Entry, ...], before: Roster, now: Roster, damage: int
) -> None:
    file, secret = tmp_path / "verdicts", tmp_path / "state" / "secret"

    def kept() -> KeptVerdicts:
        return KeptVerdicts(file, secret=secret, few=0)

    first = kept()
    assert record(entries, before, verdicts=first) == record(entries, before, verdicts=UNREMEMBERED)
    first.keep()
    expected = record(entries, now, verdicts=UNREMEMBERED)

    assert record(entries, now, verdicts=kept()) == expected
    if file.exists():
        file.write_bytes(spoilt(file.read_bytes())[damage])
    assert record(entries, now, verdicts=kept()) == expected


def answers(*given: str) -> Callable[[], bool]:
    """Gives these answers one after the other, and fails when it is asked more often."""
    return iter([each == "yes" for each in given]).__next__


def test_what_was_asked_before_is_not_asked_again(tmp_path: Path) -> None:
    one = KeptVerdicts(tmp_path / "v", secret=tmp_path / "s", few=0)
    assert (one.of(b"a", answers("yes")), one.of(b"b", answers("no")), one.of(b"a", answers())) == (True, False, True)
    one.keep()

    again = KeptVerdicts(tmp_path / "v", secret=tmp_path / "s", few=0)

    assert (again.of(b"a", answers()), again.of(b"b", answers())) == (True, False)


def test_of_a_few_each_is_asked_and_nothing_is_written(tmp_path: Path) -> None:
    one = KeptVerdicts(tmp_path / "v", secret=tmp_path / "s")
    for _ in range(FEW):
        one.of(b"a", answers("yes"))
    one.keep()

    assert list(tmp_path.iterdir()) == []


def test_what_another_machine_or_an_author_wrote_there_answers_nothing(tmp_path: Path) -> None:
    theirs = KeptVerdicts(tmp_path / "v", secret=tmp_path / "theirs", few=0)
    theirs.of(b"a", answers("yes"))
    theirs.keep()

    assert KeptVerdicts(tmp_path / "v", secret=tmp_path / "ours", few=0).of(b"a", answers("no")) is False


def test_a_failure_to_tell_is_no_answer(tmp_path: Path) -> None:
    def cannot() -> bool:
        raise ValueError("not well formed")

    one = KeptVerdicts(tmp_path / "v", secret=tmp_path / "s", few=0)
    with pytest.raises(ValueError, match="well formed"):
        one.of(b"a", cannot)

    assert one.of(b"a", answers("no")) is False


def test_where_nothing_can_be_kept_each_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a file where a folder should be")
    for secret in (tmp_path / "s", tmp_path / "file" / "s"):
        one = KeptVerdicts(tmp_path / "file" / "v", secret=secret, few=0)
        assert one.of(b"a", answers("yes"))
        one.keep()
        assert KeptVerdicts(tmp_path / "file" / "v", secret=secret, few=0).of(b"a", answers("yes"))


def test_a_secret_that_is_none_is_made_anew_and_is_for_its_user_alone(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"short")
    one = KeptVerdicts(tmp_path / "v", secret=tmp_path / "s", few=0)
    one.of(b"a", answers("yes"))
    one.keep()

    assert len((tmp_path / "s").read_bytes()) == 32
    assert [(tmp_path / name).stat().st_mode & 0o077 for name in "sv"] == [0, 0]
    assert KeptVerdicts(tmp_path / "v", secret=tmp_path / "s", few=0).of(b"a", answers())


def planted(folder: Path, *, answer: bytes = b"\1") -> Path:
    """A secret that an author knows, and a file that says yes to `a` by it."""
    known = bytes(range(32))
    folder.mkdir(exist_ok=True)
    (folder / "s").write_bytes(known)
    (folder / "s").chmod(0o600)
    (folder / "v").write_bytes(hmac.digest(known, b"1 " + answer + b"a", "sha256")[:16])
    return folder / "s"


def test_a_planted_secret_would_answer(tmp_path: Path) -> None:
    secret = planted(tmp_path)

    assert KeptVerdicts(tmp_path / "v", secret=secret, few=0).of(b"a", answers()) is True


@pytest.mark.skipif(os.name == "nt", reason="rights of others are told by modes")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o755])
def test_a_secret_that_others_could_have_read_answers_nothing(tmp_path: Path, mode: int) -> None:
    secret = planted(tmp_path)
    secret.chmod(mode)

    assert KeptVerdicts(tmp_path / "v", secret=secret, few=0).of(b"a", answers("no")) is False
    assert secret.stat().st_mode & 0o077 == 0, "it was made anew"


def test_a_secret_behind_a_link_answers_nothing(tmp_path: Path) -> None:
    behind = planted(tmp_path / "elsewhere")
    secret = tmp_path / "s"
    secret.symlink_to(behind)

    assert KeptVerdicts(tmp_path / "elsewhere" / "v", secret=secret, few=0).of(b"a", answers("no")) is False
    assert behind.read_bytes() == bytes(range(32))
    assert not secret.is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_secret_of_another_user_answers_nothing(tmp_path: Path) -> None:
    secret = planted(tmp_path)
    os.chown(secret, 12345, -1)

    assert KeptVerdicts(tmp_path / "v", secret=secret, few=0).of(b"a", answers("no")) is False


@pytest.mark.parametrize("name", ["s", "v"])
def test_nobody_waits_for_a_pipe_that_lies_there(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name, 0o600)

    one = KeptVerdicts(tmp_path / "v", secret=tmp_path / "s", few=0)

    assert one.of(b"a", answers("yes")) is True
    one.keep()
    assert KeptVerdicts(tmp_path / "v", secret=tmp_path / "s", few=0).of(b"a", answers()) is True
