"""What a ledger costs: `python -m benchmarks.ledger [--entries 1000000]`, in CPU seconds of this process.

Beside our reading stands the baseline of checking every signature, one by one, which proves nothing more of a ledger with
one writer. The entries are statements that differ, each signed; what a store takes is not in the figures.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import Final

from scripts.write_status import Row
from tests.samples.ledger import ORIGIN, TRUST, WRITER, Files, additions, decision_payload, envelope

from benchmarks.measuring import keep
from weighbridge.ledger.append import append
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.examine import examine
from weighbridge.ledger.files import CHECKPOINT
from weighbridge.ledger.merkle import is_included, leaf_hash
from weighbridge.ledger.notes import sign_note
from weighbridge.ledger.tiles import ENTRIES, WIDTH, RightEdge, pack, tile_path
from weighbridge.ledger.trusted_ledger import TrustedLedger, read_head, read_ledger

MILLION: Final = 1_000_000
PLACES: Final = 200
APPENDS: Final = 300


def made_of(count: int) -> Files:
    """A ledger of so many statements, each different and signed."""
    pattern, number = decision_payload(1), b'"decision":"sha256:'
    before, _, after = pattern.partition(number)
    files, edge = Files(), RightEdge()
    for first in range(0, count, WIDTH):
        many = range(first, min(count, first + WIDTH))
        payloads = (before + number + b"%064x" % each + after[64:] for each in many)
        entries = [bytes(sign_as_writer(payload, WRITER)) for payload in payloads]
        growth = edge.grown(b"".join(map(leaf_hash, entries)))
        changed = dict(growth.files(edge)) | {tile_path(ENTRIES, first // WIDTH, width=len(entries)): pack(entries)}
        edge = growth.edge
        checkpoint = Checkpoint(origin=ORIGIN, size=edge.size, root=edge.root)
        note = bytes(sign_note(checkpoint.text, WRITER))
        files.replace(changed | {CHECKPOINT: note}, expected=files.read(CHECKPOINT))
    files.reads.clear()
    return files


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
    size = len(envelope(1))
    tree = taken(lambda: whole(files))
    statements = taken(lambda: examine(ledger, TRUST))
    every = taken(lambda: examine(ledger, TRUST, every=True))
    goal = 60 * count / MILLION
    note = f"{count:,} entries of {size:,} bytes, one writer"
    yield Row(item="a whole ledger verified", figure=round(tree + statements, 2), unit="CPU s", goal=goal, note=note)
    yield Row(item="of that, entries and tiles up to the root", figure=round(tree, 2), unit="CPU s")
    yield Row(item="of that, each statement's form, origin, time, signers", figure=round(statements, 2), unit="CPU s")
    yield Row(item="baseline: every signature one by one", figure=round(tree + every, 2), unit="CPU s", note="peer")
    again = taken(lambda: read_ledger(files, TRUST, remembered=ledger.checkpoint))
    yield Row(item="the same from a remembered checkpoint", figure=round(again * 1000, 3), unit="CPU ms")


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


def all_rows(count: int) -> Iterator[Row]:
    """Everything that is measured on one ledger."""
    files = made_of(count)
    yield from reading(files, count)
    yield from proving(files, count)
    yield from appending(files)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=MILLION)
    asked = parser.parse_args(arguments)
    keep("ledger-speed", all_rows(asked.entries), command=f"python -m benchmarks.ledger --entries {asked.entries}")


if __name__ == "__main__":
    main()
