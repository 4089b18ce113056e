"""By what an entry is found again without reading all others: a few short texts that follow from its bytes alone.

Whoever looks for entries names the marks that each of those bears which it wants, and looks at what it is given by its own
rules: a mark spares reading, and decides nothing. So an entry may bear a mark too many, and never one too few.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import Digest, ObjectId, digest
from weighbridge.domain.record import Subject
from weighbridge.ledger.envelope import Envelope, read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.memberships import is_about_members, is_membership
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.admission import Admission
from weighbridge.ledger.predicates.bypass import Bypass
from weighbridge.ledger.predicates.carry_over import CarryOver
from weighbridge.ledger.predicates.decision import Decision
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.record_of import HUMAN, MACHINE, WHATEVER_IT_IS_ABOUT
from weighbridge.ledger.statement import Statement, read_statement

FORM: Final = 3
"""Raised with any change of what marks an entry bears: an index made by another form is made anew."""

MEMBERSHIP: Final = "membership"
"""It may change who is enrolled."""
ALWAYS: Final = "always"
"""A record of any change may need it: an exception, what went around the gate, or what nobody can read."""
BYPASS: Final = "bypass"
"""It says that something went around the gate."""
EXCEPTIONS: Final = frozenset({ALWAYS, BYPASS})
"""What the reader of any change is told of, whatever it is about."""

SHORT: Final = frozenset({MEMBERSHIP, ALWAYS, BYPASS})
"""Marks of entries that are few, wanted each time, and so are worth keeping whole."""

_DECISION: Final = uri_of(Decision)
_CARRYOVER: Final = uri_of(CarryOver)
_ADMISSION: Final = uri_of(Admission)
_BYPASS: Final = uri_of(Bypass)
_STATUS: Final = uri_of(Status)
_KEY: Final = re.compile(rb"\+([0-9a-f]{8})\+")


def about(subject: Subject, *, heads: Iterable[ObjectId] = ()) -> frozenset[str]:
    """What one of the entries bears that a record of this change is made of; `heads` are the change's own commits."""
    commits = {*heads, *([subject.head_commit] if subject.head_commit else [])}
    proposals = [_proposed(subject)] if subject.proposal else []
    return frozenset({*EXCEPTIONS, f"tree {subject.head_tree}", *(f"commit {each}" for each in commits), *proposals})


def decided(tree: ObjectId) -> frozenset[str]:
    """What the decisions on changes bear that led to this tree."""
    return frozenset({f"decided {tree}"})


def on_tree(tree: ObjectId) -> frozenset[str]:
    """What bears that something was said of a tree, such as what a check came to."""
    return frozenset({f"tree {tree}"})


def carried(tree: ObjectId) -> frozenset[str]:
    """What bears that approvals hold for changes that led to this tree."""
    return frozenset({f"carried {tree}"})


def admitted(environment: str) -> frozenset[str]:
    """What the admissions to an environment bear."""
    return frozenset({f"admitted {environment}"})


def saying(digests: Iterable[Digest]) -> frozenset[str]:
    """What the statements of these digests bear."""
    return frozenset(f"digest {digest}" for digest in digests)


def naming(keyids: Iterable[str]) -> frozenset[str]:
    """What the entries bear whose statements name one of these writers' keys."""
    return frozenset(f"key {keyid}" for keyid in keyids)


def marks_of(envelope: bytes) -> frozenset[str]:
    """The marks that an entry bears."""
    return frozenset(_marks(envelope))


def keyids_in(payload: bytes) -> Iterator[str]:
    """The ids of the writers' keys that a statement names."""
    yield from (keyid.decode() for keyid in _KEY.findall(payload))


def _marks(envelope: bytes) -> Iterator[str]:
    try:
        read = read_envelope(envelope)
    except LedgerError:
        if is_membership(envelope):
            yield MEMBERSHIP
        yield ALWAYS
        return
    if is_about_members(read.payload):
        yield MEMBERSHIP
    yield f"digest {read.digest}"
    if b"+" in read.payload:
        yield from (f"key {keyid}" for keyid in keyids_in(read.payload))
    try:
        yield from _of_statement(read)
    except LedgerError:
        yield ALWAYS


def _of_statement(read: Envelope) -> Iterator[str]:
    statement = read_statement(read.payload)
    kind = statement.predicate_type
    if kind == _DECISION:
        tree = _tree(statement.predicate.get("about"))
        yield f"decided {tree}"
    elif kind == _CARRYOVER:
        yield f"carried {_tree(statement.predicate.get('about'))}"
    elif kind == _ADMISSION:
        yield f"admitted {statement.predicate.get('environment')}"
    elif kind == _BYPASS:
        yield BYPASS
    elif kind == _STATUS:
        yield f"tree {statement.predicate.get('tree')}"
    elif kind in HUMAN or kind in MACHINE:
        yield from _of_change(statement)


def _of_change(statement: Statement) -> Iterator[str]:
    about = statement.about
    if about is None or statement.predicate_type in WHATEVER_IT_IS_ABOUT:
        yield ALWAYS
        return
    yield f"tree {about.head_tree}"
    if statement.predicate_type in HUMAN:
        yield f"commit {about.head_commit or ''}"
        if about.proposal:
            yield _proposed(about)


def _proposed(about: Subject) -> str:
    """Names are as long as anybody likes: the mark is not."""
    return f"proposal {digest(about.proposal.encode('utf-8', 'surrogatepass'))}"


def _tree(about: object) -> object:
    return about.get("head_tree") if isinstance(about, dict) else None
