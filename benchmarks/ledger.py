"""What a ledger costs: `python -m benchmarks.ledger [--entries 1000000]`, in CPU seconds of this process.

Beside our reading stands the baseline of checking every signature, one by one, which proves nothing more. The entries are
statements that differ, each signed; what a store takes is in the figures only where they say so.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from scripts.write_status import Row
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import (
    BEGAN,
    ORIGIN,
    TRUST,
    WRITER,
    Files,
    Key,
    about,
    additions,
    decision_payload,
)
from tests.samples.ssh_keys import ed25519

from benchmarks.measuring import keep
from weighbridge.adapters.git import open_repository
from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.app.read_anchors import Anchors
from weighbridge.app.read_people import PeopleVouch, read_people
from weighbridge.app.share_ledger import Reading
from weighbridge.app.verify_ledger import Verified, verify_ledger
from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Verdict
from weighbridge.ledger.allowed_signers import read_allowed_signers
from weighbridge.ledger.append import append
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.envelope import Envelope, Signature, sign_as_writer
from weighbridge.ledger.examine import examine
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles
from weighbridge.ledger.merkle import is_included, leaf_hash
from weighbridge.ledger.notes import sign_note
from weighbridge.ledger.own_signatures import OwnWord, path_of
from weighbridge.ledger.people import Roster, trusted_roster
from weighbridge.ledger.personal import Personal, personal_path
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.principals import Machines
from weighbridge.ledger.rotations import WritersInTurn
from weighbridge.ledger.statement import change_subject, statement_payload
from weighbridge.ledger.testimony import signature_check
from weighbridge.ledger.tiles import ENTRIES, WIDTH, RightEdge, pack, tile_path
from weighbridge.ledger.trusted_ledger import LedgerTrust, TrustedLedger, read_head, read_ledger

LAPTOPS: Final = (Key("laptop", 2), Key("desk", 3))
PEOPLE: Final = tuple(ed25519(seed=b"%032d" % number) for number in range(3))
MILLION: Final = 1_000_000
PLACES: Final = 200
APPENDS: Final = 300
_OPEN: Final = "sha256:" + "0f" * 32
"""Stands in a pattern where a text's commitment will."""
_FILES_AT_ONCE: Final = 200
_TEXTS_AT_ONCE: Final = 50_000


def made_of(count: int) -> Files:
    """A ledger of so many statements by one writer, each different and signed."""
    said = _numbered(decision_payload(1))
    return _kept(lambda number: sign_as_writer(said(number), WRITER), count, writers=(WRITER,))


def mixed_of(count: int, *, texts: dict[str, bytes | None] | None = None) -> Files:
    """The same by three writers and three people; of ten statements three are a person's, which names the laptop it came from.

    Where `texts` are given, each of these commits to one, which is put there.
    """
    decided = _numbered(decision_payload(1))
    patterns = [_approval(str(laptop.verifier), is_open=texts is not None) for laptop in LAPTOPS]
    approved = [_numbered(pattern) for pattern in patterns]

    def made(number: int) -> Envelope:
        if number % 10 < 3:
            key, payload = PEOPLE[number % 3], approved[number % 2](number)
            text = None
            if texts is not None:
                reason = f"I read the change number {number}, and asked about the retry that it takes out"
                text = Personal(values={"reason": reason}, salt=number.to_bytes(32))
                payload = payload.replace(_OPEN.encode(), text.commitment.encode())
            envelope = Envelope(payload=payload)
            signature = Signature(keyid=key.keyid, sig=key.sign(envelope.encoding))
            signed = Envelope(payload=envelope.payload, signatures=(signature,))
            if texts is not None and text is not None:
                texts[personal_path(leaf_hash(bytes(signed)))] = bytes(text)
            return signed
        return sign_as_writer(decided(number), (WRITER, WRITER, *LAPTOPS)[number % 4])

    return _kept(made, count, writers=(WRITER, *LAPTOPS))


def _numbered(pattern: bytes) -> Callable[[int], bytes]:
    parts = pattern.split(b"%064x" % 1)
    assert len(parts) == 3, "the decision's digest stands in the subject and in what the statement is about"
    return lambda number: (b"%064x" % number).join(parts)


def _approval(writer: str, *, is_open: bool = False) -> bytes:
    """A pattern of an approval; an open one commits to a text that is to come."""
    subject = about(1)
    personal = Digest(_OPEN) if is_open else None
    said = Approval(about=subject, at=BEGAN, verdict=Verdict.APPROVE, writer=writer, personal=personal)
    return statement_payload(said, change_subject(subject))


def _kept(made: Callable[[int], Envelope], count: int, *, writers: Sequence[Key]) -> Files:
    files, edge = Files(), RightEdge()
    for first in range(0, count, WIDTH):
        entries = [bytes(made(each)) for each in range(first, min(count, first + WIDTH))]
        growth = edge.grown(b"".join(map(leaf_hash, entries)))
        changed = dict(growth.files(edge)) | {tile_path(ENTRIES, first // WIDTH, width=len(entries)): pack(entries)}
        if first + WIDTH < count:  # as it lies there when each writer gave its word some hundred entries ago
            word = OwnWord(origin=ORIGIN, first=0, size=growth.edge.size, root=growth.edge.root).text
            changed |= {path_of(key.verifier): bytes(sign_note(word, key)) for key in writers}
        edge = growth.edge
        checkpoint = Checkpoint(origin=ORIGIN, size=edge.size, root=edge.root)
        note = bytes(sign_note(checkpoint.text, WRITER))
        files.replace(changed | {CHECKPOINT: note}, expected=files.read(CHECKPOINT))
    files.reads.clear()
    return files


class Nothing:
    """What a reader saw before who never looked."""

    def of_clone(self, origin: str) -> None:
        """Nothing."""

    of_remotes = of_clone

    def of_remote(self, origin: str, address: str) -> None:
        """Nothing."""

    def see_in_clone(self, note: bytes) -> None:
        """Forgotten."""

    def expect_in_clone(self, note: bytes) -> None:
        """Nothing is expected."""

    def is_expected_in_clone(self, _note: bytes) -> bool:
        """Nothing was expected."""
        return False

    def see_in_remote(self, note: bytes, address: str) -> None:
        """Forgotten."""


def verified(files: LedgerFiles, *, every: bool = False) -> Verified:
    """All that `weighbridge ledger verify` does with a ledger: its entries, its people, and every signature."""
    signers = read_allowed_signers(
        "\n".join(f"{n}@example.org {key.line}" for n, key in enumerate(PEOPLE)).encode(), ""
    )

    def people(some: LedgerFiles) -> Roster:
        return read_people(some, trusted_roster(ORIGIN, signers, machines=Machines()), now=BEGAN)

    def trust(some: LedgerFiles) -> LedgerTrust:
        vouched = WritersInTurn(TRUST.writers, origin=ORIGIN, people=PeopleVouch(lambda: people(some), now=BEGAN))
        return LedgerTrust(origin=ORIGIN, writers=TRUST.writers, vouched=vouched)

    check = signature_check(lambda: people(files))
    found = verify_ledger(files, Reading(trust=trust, seen=Nothing()), anchors=Anchors(), check=check, every=every)
    assert found.is_sound, found.examination.doubts
    assert not found.examination.unchecked, found.examination.words
    return found


def taken(work: Callable[[], object]) -> float:
    """CPU seconds that it takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def whole(files: Files) -> TrustedLedger:
    """The ledger, all of it read and verified."""
    ledger = read_ledger(files, TRUST)
    assert ledger is not None, "it was made a moment ago"
    files.reads.clear()
    return ledger


def reading(files: Files, count: int) -> Iterator[Row]:
    """All of it verified: the tree, every statement's form, and the signatures."""
    ledger = whole(files)
    size = len(ledger.entry(0).envelope)
    all_of_it = taken(lambda: verified(files))
    tree = taken(lambda: whole(files))
    statements = taken(lambda: examine(ledger, TRUST))
    note = f"{count:,} entries of {size:,} bytes, one writer"
    yield Row(item="a whole ledger verified", figure=round(all_of_it, 2), unit="CPU s", goal=_goal(count), note=note)
    yield Row(item="of that, entries and tiles up to the root", figure=round(tree, 2), unit="CPU s")
    yield Row(item="of that, each statement's form, origin, time, signers", figure=round(statements, 2), unit="CPU s")
    every = taken(lambda: verified(files, every=True))
    yield Row(item="baseline: every signature one by one", figure=round(every, 2), unit="CPU s", note="peer")
    again = taken(lambda: read_ledger(files, TRUST, remembered=ledger.checkpoint))
    yield Row(item="the same from a remembered checkpoint", figure=round(again * 1000, 3), unit="CPU ms")


def reading_mixed(count: int) -> Iterator[Row]:
    """A ledger of several writers and people verified."""
    files = mixed_of(count)
    found: list[Verified] = []
    took = taken(lambda: found.append(verified(files)))
    note = f"{count:,} entries; {found[0].examination.words}"
    item = "a whole ledger of three writers and three people verified"
    yield Row(item=item, figure=round(took, 2), unit="CPU s", goal=_goal(count), note=note)


def reading_texts(count: int) -> Iterator[Row]:
    """The same in a git repository, with a text beside each statement of a person's; what the gits take is told apart."""
    with tempfile.TemporaryDirectory() as folder:
        Scratch.make(Path(folder) / "shop")
        kept_in_git(Path(folder) / "shop", count)
        yield from texts_verified(Path(folder) / "shop", count)


def kept_in_git(place: Path, count: int) -> None:
    """Put the mixed ledger and its texts into a repository that is there."""
    texts: dict[str, bytes | None] = {}
    made = mixed_of(count, texts=texts)
    head = made.files[CHECKPOINT]
    with open_repository(place) as repository:
        files = GitLedgerFiles(repository)
        files.replace({CHECKPOINT: made.files.pop(CHECKPOINT)}, expected=None)
        for some in _batches(made.files, _FILES_AT_ONCE):
            files.replace(some, expected=head)
        for some in _batches(texts, _TEXTS_AT_ONCE):  # of one folder together, for each writing writes a folder anew
            files.replace(some, expected=head)


def _batches(files: Mapping[str, bytes | None], most: int) -> Iterator[dict[str, bytes | None]]:
    paths = sorted(files)
    for at in range(0, len(paths), most):
        yield {path: files[path] for path in paths[at : at + most]}


def texts_verified(place: Path, count: int) -> Iterator[Row]:
    """What `kept_in_git` kept, verified."""
    before, found = _children(), list[Verified]()
    with open_repository(place) as repository:
        took = taken(lambda: found.append(verified(GitLedgerFiles(repository))))
    texts = found[0].examination.texts
    assert texts is not None, "it was looked beside"
    note = f"{count:,} entries; {texts.words}"
    item = "the same in a git repository, with a text beside each statement of a person's"
    yield Row(item=item, figure=round(took, 2), unit="CPU s", goal=_goal(count), note=note)
    yield Row(item="of the gits that it starts", figure=round(_children() - before, 2), unit="CPU s")


def _goal(count: int) -> float:
    return 60 * count / MILLION


def proving(files: Files, count: int) -> Iterator[Row]:
    """One entry proven and the proof checked, each time from nothing."""
    chance, times = random.Random(1), []  # noqa: S311 - the same places every time
    files.reads.clear()
    for _ in range(PLACES):
        index = chance.randrange(count)
        times.append(taken(partial(_prove, files, index)))
    note = f"median {median(times) * 1000:.2f}, {len(files.reads) / PLACES:.1f} files read"
    yield Row(item="one inclusion proof", figure=round(max(times) * 1000, 3), unit="CPU ms", goal=10, note=note)


def _prove(files: Files, index: int) -> None:
    ledger = read_head(files, TRUST)
    assert ledger is not None, "it was made a moment ago"
    found = ledger.prove(index)
    is_there = is_included(
        found.entry.leaf, index, size=found.checkpoint.size, root=found.checkpoint.root, proof=found.path
    )
    assert is_there, "a proof that is made holds"


def appending(files: Files) -> Iterator[Row]:
    """One statement appended, read edge to written head, without the store; signing the statement is its author's."""
    times = []
    for number in range(APPENDS):
        more = additions([number + 5 * MILLION])
        times.append(taken(partial(append, files, more, writer=WRITER, trust=TRUST)))
    note = f"median of {APPENDS}, most {max(times) * 1000:.2f}"
    yield Row(item="one append", figure=round(median(times) * 1000, 3), unit="CPU ms", goal=2, note=note)


def appending_to_git() -> Iterator[Row]:
    """The same where a repository keeps the ledger, and what the gits that it starts take."""
    with tempfile.TemporaryDirectory() as folder:
        Scratch.make(Path(folder) / "shop")
        with open_repository(Path(folder) / "shop") as repository:
            files = GitLedgerFiles(repository)
            append(files, additions(range(WIDTH // 2)), writer=WRITER, trust=TRUST)
            added = [additions([number + 5 * MILLION]) for number in range(APPENDS)]
            before = _children()
            times = [taken(partial(append, files, more, writer=WRITER, trust=TRUST)) for more in added]
            gits = (_children() - before) / APPENDS
    note = f"median of {APPENDS}, {median(times) * 1000 + gits * 1000:.1f} with git's own processes"
    item = "one append to a git repository, of Weighbridge itself"
    yield Row(item=item, figure=round(median(times) * 1000, 3), unit="CPU ms", goal=2, note=note)
    yield Row(item="of the two gits that it starts, and cat-file", figure=round(gits * 1000, 3), unit="CPU ms", note="")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def all_rows(count: int) -> Iterator[Row]:
    """Everything that is measured; first what takes no ledger of a million entries beside it in memory."""
    yield from appending_to_git()
    files = made_of(count)
    yield from reading(files, count)
    yield from proving(files, count)
    yield from appending(files)
    del files
    yield from reading_mixed(count)
    yield from reading_texts(count)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=MILLION)
    asked = parser.parse_args(arguments)
    keep("ledger-speed", all_rows(asked.entries), command=f"python -m benchmarks.ledger --entries {asked.entries}")


if __name__ == "__main__":
    main()
