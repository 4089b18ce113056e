"""What a hostile hand does to a ledger's files: `python -m benchmarks.tampering [--trials 10000]` tries it and keeps the count.

Each trial takes an export whose newest checkpoint is anchored elsewhere, changes it in one of the ways below, and reads it.
The hand may hold the writer's own key: whatever it signs anew is found by the anchor.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from scripts.write_status import Row

from benchmarks.measuring import keep
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import CHECKPOINT, LedgerMovedError
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.notes import sign_note
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.statement import ledger_subject, statement_payload
from weighbridge.ledger.tiles import ENTRIES, WIDTH, RightEdge, pack, tile_path
from weighbridge.ledger.trusted_ledger import Anchor, LedgerTrust, read_ledger
from weighbridge.ledger.verifier_keys import VerifierKey
