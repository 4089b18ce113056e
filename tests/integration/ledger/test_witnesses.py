"""Witnesses that are really asked, over HTTP: their signatures lie beside the ledger wherever it is kept, and travel with it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.integration.git.scratch import Scratch
from tests.integration.ledger import keepers
from tests.integration.ledger.clones import TRUST as SHARED
from tests.integration.ledger.clones import Clone
from tests.integration.ledger.keepers import Sights
from tests.samples.ledger import ORIGIN, TRUST, WRITER, Key, additions
from tests.samples.witness import Witnessing, at_work

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.git.ledger_remote import LedgerRemote
from weighbridge.adapters.ledger.memory import MemoryFiles
from weighbridge.adapters.ledger.seen import SeenHeads
from weighbridge.adapters.web.witness import ask_witness
from weighbridge.app.export_ledger import export_ledger, import_ledger
from weighbridge.app.share_ledger import Reading, read_here, share_ledger
from weighbridge.app.witness_ledger import Signed, Terms, witness_ledger
from weighbridge.ledger.append import append
from weighbridge.ledger.errors import ForkedError, LedgerError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerPlaceError
from weighbridge.ledger.keep_cosignatures import kept_cosignatures
from weighbridge.ledger.notes import sign_note
from weighbridge.ledger.tlog_witness import AheadError, WitnessError
from weighbridge.ledger.trusted_ledger import LedgerTrust, TrustedLedger
from weighbridge.ledger.verifier_keys import VerifierKey, read_verifier_key
from weighbridge.ledger.witnesses import Witness, path_of

W1, W2 = "witness.example.org/w1", "witness.example.org/w2"


def nothing() -> None:
    """Where there is nobody to share with."""


def key_of(witness: Witnessing) -> VerifierKey:
    return read_verifier_key(witness.key)


def trusting(*witnesses: Witnessing, quorum: int = 1, trust: LedgerTrust = TRUST) -> LedgerTrust:
    return replace(trust, witnesses=tuple(map(key_of, witnesses)), quorum=quorum)


def reading_by(trust: LedgerTrust, state: Path) -> Reading:
    return Reading(trust=lambda _: trust, seen=SeenHeads(state, clone="here"))


def terms_of(
    *witnesses: Witnessing, quorum: int = 1, writer: Key = WRITER, share: Callable[[], object] = nothing
) -> Terms:
    return Terms(
        witnesses=[Witness(key=key_of(each), url=each.url) for each in witnesses],
        quorum=quorum,
        ask=lambda witness, question: ask_witness(witness, question, patience=5),
        writer=lambda: writer,
        now=lambda: datetime.now(UTC),
        share=share,
    )


def say(files: LedgerFiles, *numbers: int, trust: LedgerTrust = TRUST) -> None:
    append(files, additions(numbers), writer=WRITER, trust=trust)


@pytest.fixture(params=["in_memory", "in_git", "in_git_with_sha256", "in_bare_git", "in_sqlite", "in_postgres"])
def sights(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sights]:
    with getattr(keepers, request.param)(tmp_path / "kept") as found:
        yield found


@pytest.fixture
def witness() -> Iterator[Witnessing]:
    with at_work(Witnessing(name=W1)) as found:
        found.knows(ORIGIN, str(WRITER.verifier))
        yield found


@pytest.fixture
def second() -> Iterator[Witnessing]:
    with at_work(Witnessing(name=W2, seed=78)) as found:
        found.knows(ORIGIN, str(WRITER.verifier))
        yield found


def look(files: LedgerFiles, trust: LedgerTrust, *, state: Path) -> TrustedLedger:
    found = read_here(files, reading_by(trust, state))
    assert found is not None
    return found


def test_what_a_witness_signed_is_kept_wherever_a_ledger_is(
    sights: Sights, witness: Witnessing, tmp_path: Path
) -> None:
    trust = trusting(witness)
    say(sights(), 1, 2, trust=trust)
    before = look(sights(), trust, state=tmp_path / "a")

    done = witness_ledger(sights(), reading_by(trust, tmp_path / "a"), terms=terms_of(witness))
    signed = look(sights(), trust, state=tmp_path / "b")
    say(sights(), 3, trust=trust)
    grown = look(sights(), trust, state=tmp_path / "b")
    again = witness_ledger(sights(), reading_by(trust, tmp_path / "a"), terms=terms_of(witness))

    assert before.witnessed.lacking is not None
    assert (done.is_enough, again.is_enough, witness.logs[ORIGIN].size) == (True, True, 3)
    assert (before.anchored, signed.anchored, grown.anchored) == (0, 2, 2)
    assert look(sights(), trust, state=tmp_path / "b").anchored == 3
    assert [asked.split(b"\n")[0] for asked in witness.asked] == [b"old 0", b"old 2"]


def test_a_witness_that_signed_already_says_where_it_goes_on_from(witness: Witnessing, tmp_path: Path) -> None:
    files, trust = MemoryFiles(), trusting(witness)
    say(files, 1, 2, 3)
    witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness))
    say(files, 4, 5)
    files.replace({path_of(key_of(witness)): None}, expected=files.read(CHECKPOINT))

    assert witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness)).is_enough
    assert [asked.split(b"\n")[0] for asked in witness.asked] == [b"old 0", b"old 0", b"old 3"]


def test_the_same_size_again_is_signed_again(witness: Witnessing, tmp_path: Path) -> None:
    files, trust = MemoryFiles(), trusting(witness)
    say(files, 1)
    witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness))
    files.replace({path_of(key_of(witness)): None}, expected=files.read(CHECKPOINT))

    done = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness))

    assert (done.is_enough, look(files, trust, state=tmp_path).anchored) == (True, 1)


def test_a_ledger_without_entries_is_shown_to_nobody(witness: Witnessing, tmp_path: Path) -> None:
    none, empty, trust = MemoryFiles(), MemoryFiles(), trusting(witness)
    say(empty)

    for files in (none, empty):
        with pytest.raises(LedgerError, match="nothing in memory that a witness could sign yet"):
            witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness))
    assert witness.asked == []


def test_a_witness_without_an_address_is_not_asked(witness: Witnessing, tmp_path: Path) -> None:
    files = MemoryFiles()
    say(files, 1)

    with pytest.raises(LedgerPlaceError, match="no witness can be asked: give one its address"):
        witness_ledger(files, reading_by(TRUST, tmp_path), terms=terms_of(replace_url(witness, "")))


def replace_url(witness: Witnessing, url: str) -> Witnessing:
    return Witnessing(name=witness.name, seed=witness.seed, url=url)


def test_a_head_by_another_writer_is_sent_with_the_signature_of_the_key_that_the_witness_knows(
    witness: Witnessing, tmp_path: Path
) -> None:
    laptop = Key("laptop", seed=5)
    trust = replace(trusting(witness), writers=(WRITER.verifier, laptop.verifier))
    files = MemoryFiles()
    say(files, 1)
    append(files, additions([2], writer=laptop), writer=laptop, trust=trust)

    by_laptop = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness, writer=laptop))
    by_ci = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness))

    assert (by_laptop.is_enough, "knows no ledger" in by_laptop.refused[0]) == (False, True)
    assert (by_ci.is_enough, look(files, trust, state=tmp_path).anchored) == (True, 2)


def test_one_that_does_not_answer_keeps_no_other_from_signing(
    witness: Witnessing, second: Witnessing, tmp_path: Path
) -> None:
    files, trust = MemoryFiles(), trusting(witness, second, quorum=1)
    say(files, 1)
    gone = replace_url(second, "http://127.0.0.1:9")

    one = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(gone, witness))
    two = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(gone, witness, quorum=2))

    assert (one.is_enough, two.is_enough) == (True, False)
    assert one.refused == two.refused == (f"the witness {W2} gave no answer: Connection refused (http://127.0.0.1:9)",)
    assert look(files, trust, state=tmp_path).anchored == 1


# A ledger that was rewound or forked


def test_a_witness_that_signed_more_than_is_here_has_nothing_kept(
    witness: Witnessing, second: Witnessing, tmp_path: Path
) -> None:
    long, short, trust = MemoryFiles(), MemoryFiles(), trusting(witness, second)
    say(long, 1, 2, 3)
    say(short, 1, 2)
    witness_ledger(long, reading_by(trust, tmp_path / "a"), terms=terms_of(witness))

    with pytest.raises(AheadError, match="says that it signed 3 entries of this ledger, and here are 2"):
        witness_ledger(short, reading_by(trust, tmp_path / "b"), terms=terms_of(second, witness))

    assert kept_cosignatures(short, trust.witnesses) == ()


@pytest.mark.parametrize("numbers", [(7, 8), (7, 8, 9)])
def test_a_fork_of_what_a_witness_signed_has_nothing_kept(
    witness: Witnessing, second: Witnessing, tmp_path: Path, numbers: tuple[int, ...]
) -> None:
    one, other, trust = MemoryFiles(), MemoryFiles(), trusting(witness, second)
    say(one, 1, 2)
    say(other, *numbers)
    witness_ledger(one, reading_by(trust, tmp_path / "a"), terms=terms_of(witness))

    with pytest.raises(
        ForkedError, match=r"the 2 entries which it signed are not those that this ledger begins\s+with"
    ):
        witness_ledger(other, reading_by(trust, tmp_path / "b"), terms=terms_of(second, witness))

    assert kept_cosignatures(other, trust.witnesses) == ()
    assert witness.logs[ORIGIN].size == 2


def test_whoever_appends_while_a_witness_signs_loses_nothing(witness: Witnessing, tmp_path: Path) -> None:
    files, trust = MemoryFiles(), trusting(witness)
    say(files, 1)
    other = files.another()
    witness.instead = lambda _: say(other, 2)

    done = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness))

    found = look(files.another(), trust, state=tmp_path)
    assert (done.is_enough, found.checkpoint.size, found.anchored) == (True, 2, 1)


# Sharing


@pytest.fixture
def remote(tmp_path: Path) -> Scratch:
    return Scratch.make(tmp_path / "remote", "--bare")


def clones(remote: Scratch, *witnesses: Witnessing) -> tuple[Clone, Clone]:
    trust = trusting(*witnesses, trust=SHARED)
    for each in witnesses:
        each.knows(ORIGIN, *(str(key) for key in SHARED.writers))
    return Clone.of(remote, "ada", trust=trust), Clone.of(remote, "bob", trust=trust)


def signed_in(clone: Clone, *witnesses: Witnessing, is_shared: bool = True) -> Signed:
    """What comes of asking them in a clone; it is shared before and after, or not at all."""
    with clone.scratch.open() as repository:
        reading = clone.reading(repository.identity)
        place, key = LedgerRemote(repository, "origin"), clone.key(clone.name)

        def share() -> None:
            if is_shared:
                share_ledger(place, reading, writer=lambda: key)

        return witness_ledger(GitLedgerFiles(repository), reading, terms=terms_of(*witnesses, writer=key, share=share))


def anchored(clone: Clone) -> int:
    found = clone.look()
    assert found is not None
    return found.anchored


def test_what_is_signed_is_what_the_remote_has_and_reaches_every_clone(remote: Scratch, witness: Witnessing) -> None:
    ada, bob = clones(remote, witness)
    ada.say(1)
    ada.sync()
    bob.sync()
    bob.say(2)
    bob.sync()
    ada.say(3)

    done = signed_in(ada, witness)
    bob.sync()

    assert (done.checkpoint.size, anchored(ada), anchored(bob)) == (3, 3, 3)
    assert ada.scratch.git("rev-parse", "refs/weighbridge/ledger") == remote.git("rev-parse", "refs/weighbridge/ledger")


def test_what_is_appended_after_it_was_signed_keeps_it(remote: Scratch, witness: Witnessing) -> None:
    ada, bob = clones(remote, witness)
    ada.say(1)
    ada.sync()
    bob.sync()
    bob.say(2)
    signed_in(ada, witness)

    moved = bob.sync()
    ada.sync()

    assert (moved.moved, ada.said()) == (1, ["ada 1", "bob 2"])
    assert (anchored(ada), anchored(bob)) == (1, 1)


def test_two_clones_that_ask_different_witnesses_apart_come_to_hold_both(
    remote: Scratch, witness: Witnessing, second: Witnessing
) -> None:
    ada, bob = clones(remote, witness, second)
    ada.say(1)
    ada.sync()
    bob.sync()
    signed_in(ada, witness, is_shared=False)
    signed_in(bob, second, is_shared=False)

    ada.sync()
    bob.sync()
    ada.sync()

    for clone in (ada, bob):
        found = clone.look()
        assert found is not None
        assert {each.witness.name for each in found.witnessed.by} == {W1, W2}
    assert ada.scratch.git("rev-parse", "refs/weighbridge/ledger") == bob.scratch.git(
        "rev-parse", "refs/weighbridge/ledger"
    )


def test_a_signature_here_goes_along_with_entries_that_are_appended_anew(remote: Scratch, witness: Witnessing) -> None:
    ada, bob = clones(remote, witness)
    ada.say(1)
    ada.sync()
    bob.sync()
    bob.say(2)
    bob.sync()
    signed_in(ada, witness, is_shared=False)
    ada.say(3)

    ada.sync()
    bob.sync()

    assert bob.said() == ["ada 1", "bob 2", "ada 3"]
    assert (anchored(ada), anchored(bob)) == (1, 1)


def test_a_signature_over_what_one_clone_alone_had_is_an_error_when_others_stand_there(
    remote: Scratch, witness: Witnessing
) -> None:
    ada, bob = clones(remote, witness)
    ada.say(1)
    ada.sync()
    bob.sync()
    ada.say(2)
    signed_in(ada, witness, is_shared=False)
    bob.say(3)
    bob.sync()
    before = ada.scratch.git("rev-parse", "refs/weighbridge/ledger")

    with pytest.raises(ForkedError, match="witnesses signed what was here alone, and origin has other entries"):
        ada.sync()

    assert ada.scratch.git("rev-parse", "refs/weighbridge/ledger") == before
    assert (ada.said(), bob.said()) == (["ada 1", "ada 2"], ["ada 1", "bob 3"])


def test_whoever_is_slower_than_another_who_had_it_signed_further_on_shares_and_asks_again(
    remote: Scratch, witness: Witnessing
) -> None:
    ada, bob = clones(remote, witness)
    ada.say(1)
    ada.sync()
    bob.sync()
    turns: list[str] = []

    def bob_first(_: bytes) -> None:
        if not turns:
            turns.append("bob")
            bob.say(2)
            witness.lock.release()
            signed_in(bob, witness)
            witness.lock.acquire()

    witness.instead = bob_first
    done = signed_in(ada, witness)

    assert (done.checkpoint.size, anchored(ada), ada.said()) == (2, 2, ["ada 1", "bob 2"])


def test_an_export_holds_what_witnesses_signed_and_brings_it_back(witness: Witnessing, tmp_path: Path) -> None:
    files, trust = MemoryFiles(), trusting(witness)
    reading = reading_by(trust, tmp_path)
    say(files, 1, 2)
    plain = dict(export_ledger(files, reading, with_people=False))
    witness_ledger(files, reading, terms=terms_of(witness))
    signed = dict(export_ledger(files, reading, with_people=False))
    lost, behind = MemoryFiles(), MemoryFiles(plain)

    for place in (lost, behind):
        import_ledger(place, MemoryFiles(signed), reading=reading)

    assert signed.keys() - plain.keys() == {path_of(key_of(witness))}
    assert (look(lost, trust, state=tmp_path).anchored, look(behind, trust, state=tmp_path).anchored) == (2, 2)


# Hostile ones


@contextmanager
def speaking(*parts: bytes, pause: float = 0.0, times: int = 1) -> Iterator[str]:
    """A server that says these bytes to whoever connects, `times` over, with a pause between; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    def talk(connection: socket.socket) -> None:
        with connection:
            try:
                hear(connection)
                connection.sendall(parts[0])
                for _ in range(times):
                    for part in parts[1:]:
                        connection.sendall(part)
                        if is_over.wait(pause):
                            return
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        is_over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def hear(connection: socket.socket) -> None:
    """Read the whole question: what is not read breaks the connection."""
    with connection.makefile("rb") as lines:
        headers = dict(line.lower().split(b": ", 1) for line in iter(lines.readline, b"\r\n") if b": " in line)
        lines.read(int(headers[b"content-length"]))


OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((b"",), "gave no answer"),
        ((b"hello\r\n",), "gave no answer"),
        ((b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",), "gave no answer: got more than 100 headers"),
        ((OK + b"Content-Length: 999\r\n\r\nhi",), "gave no answer: the connection ended 997 bytes early"),
        ((OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00\x00",), "something else than signatures"),
        ((OK + b"\r\n", b"x" * 65_536), "it has more than 65,536 bytes"),
        ((b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",), "is elsewhere (it says 302)"),
        ((b"HTTP/1.1 307 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n",), "is elsewhere (it says 307)"),
        ((b"HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic\r\n\r\n",), "did not sign (it says 401)"),
    ],
)
def test_whatever_a_server_sends_that_is_no_signature_is_told_and_nothing_is_kept(
    parts: tuple[bytes, ...], words: str, tmp_path: Path
) -> None:
    files = MemoryFiles()
    say(files, 1)
    before = files.read(CHECKPOINT)
    with speaking(*parts, times=64) as url:
        asked = Witnessing(name=W1, url=url)
        trust = trusting(asked)
        done = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(asked))

    assert not done.is_enough
    assert words in done.refused[0]
    assert (files.read(CHECKPOINT), kept_cosignatures(files, trust.witnesses)) == (before, ())


@pytest.mark.parametrize("parts", [(OK + b"\r\n", b"x"), (b"", b"HTTP/1.1 100 Continue\r\n\r\n")])
def test_a_server_that_never_ends_is_left(parts: tuple[bytes, ...]) -> None:
    witness = Witnessing(name=W1)
    with speaking(*parts, pause=0.02, times=10_000) as url:
        started = time.monotonic()
        with pytest.raises(WitnessError, match="it did not answer within"):
            ask_witness(Witness(key=key_of(witness), url=url), b"old 0\n\n", patience=0.4)

    assert time.monotonic() - started < 4


def test_where_a_witness_leads_elsewhere_nobody_goes(tmp_path: Path, witness: Witnessing) -> None:
    files, trust = MemoryFiles(), trusting(witness)
    say(files, 1)
    with at_work(Witnessing(name="elsewhere", seed=5)) as elsewhere:
        witness.instead = lambda _: (308, {"Location": f"{elsewhere.url}/add-checkpoint"}, b"")
        done = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness))

        assert (done.is_enough, elsewhere.asked) == (False, [])


def test_a_witness_that_says_something_new_each_time_is_not_asked_for_ever(witness: Witnessing, tmp_path: Path) -> None:
    files, trust = MemoryFiles(), trusting(witness)
    say(files, *range(20))
    sizes = iter(range(1, 20))
    witness.instead = lambda _: (409, {"Content-Type": "text/x.tlog.size"}, b"%d\n" % next(sizes))

    done = witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness))

    assert (len(witness.asked), done.is_enough) == (3, False)


def test_another_ledger_that_the_witness_signed_cannot_be_put_in_the_place_of_this_one(
    witness: Witnessing, tmp_path: Path
) -> None:
    files, trust = MemoryFiles(), trusting(witness)
    say(files, 1)
    text = f"other.example/log\n9\n{'A' * 43}=\n"
    note = bytes(sign_note(text, WRITER)) + witness.line(text.encode())
    files.replace({path_of(key_of(witness)): note}, expected=files.read(CHECKPOINT))

    assert look(files, trust, state=tmp_path).anchored == 0
    assert witness_ledger(files, reading_by(trust, tmp_path), terms=terms_of(witness)).is_enough
