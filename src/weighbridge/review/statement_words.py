"""What a statement says, in words, told from the very bytes that are about to be signed."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from weighbridge.domain.record import Subject
from weighbridge.ledger.envelope import payload_of
from weighbridge.ledger.predicate_types import name_of
from weighbridge.ledger.statement import Statement, read_statement

_GROUP: Final = 4
_VERDICTS: Final = {"approve": "Approve a change", "reject": "Reject a change", "comment": "Comment on a change"}
_TITLES: Final = {
    "break-glass": "Pass a change at once, by breaking the glass",
    "break-glass-review": "Review a change that was passed by breaking the glass",
    "document": "Attach a document to a change",
    "enrolment": "Enrol a key",
    "override": "Let open requirements of a change pass",
    "revocation": "Revoke a key",
    "rotation": "Replace a key",
    "waiver": "Accept findings of a rule",
}
DECISION: Final = "Decision"
"""The label of what a package came to, which other screens show too."""
_ABOUT: Final = {"proposal": "Proposal", "head_commit": "Commit", "decision": DECISION}
_TREES: Final = {"head_tree": "The commit's tree", "base_tree": "The tree before"}
_SAID_OTHERWISE: Final = frozenset({"about", "key", "verdict"})
_ASIDE: Final = frozenset({"at", "personal", "read_for", "writer"})
"""What hardly anybody decides by."""
_EXACT: Final = frozenset({"digest", "fingerprint", "new", "old", "personal", "requirements", "reviews", "writer"})
_LABELS: Final = {
    "at": "Said at",
    "personal": "Words beside it, by digest",
    "read_for": "Seconds of reading",
    "writer": "Recorded by",
}


class Row(Struct, frozen=True, kw_only=True):
    """One thing that it says; an exact value is one to be compared letter by letter."""

    label: str
    value: str
    is_exact: bool = False


class StatementWords(Struct, frozen=True, kw_only=True):
    """A statement for people: what it does, what it is about, and everything else that it says.

    Names and reasons lie beside a statement and are in none, so that they can be erased: it holds a digest of them.
    """

    title: str
    digest: str
    """The SHA-256 of what is signed, in small hex digits."""
    about: tuple[Row, ...]
    rest: tuple[Row, ...]


def in_groups(digits: str) -> tuple[str, ...]:
    """Digits as people compare them: four by four."""
    return tuple(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def words_of(encoding: bytes) -> StatementWords:
    """What is signed when these bytes are. Raises `MalformedError` where they are no statement."""
    said = read_statement(payload_of(encoding))
    own = {name: value for name, value in said.predicate.items() if name not in _SAID_OTHERWISE}
    return StatementWords(
        title=_title(said),
        digest=hashlib.sha256(encoding).hexdigest(),
        about=(
            *_named(said.about, _ABOUT),
            *(_row(name, value) for name, value in own.items() if name not in _ASIDE),
            Row(label="Ledger", value=said.ledger or "none"),
        ),
        rest=(
            *_named(said.about, _TREES),
            *(_row(name, value) for name, value in own.items() if name in _ASIDE),
        ),
    )


def _named(about: Subject | None, labels: Mapping[str, str]) -> Iterator[Row]:
    for name, label in labels.items():
        if value := getattr(about, name, None):
            yield Row(label=label, value=value, is_exact=name != "proposal")


def _title(said: Statement) -> str:
    kind = name_of(said.predicate_type) or said.predicate_type
    verdict = said.predicate.get("verdict") if kind == "approval" else None
    if isinstance(verdict, str) and verdict in _VERDICTS:
        return _VERDICTS[verdict]
    return _TITLES.get(kind, f"Sign a statement: {kind}")


def _row(name: str, value: object) -> Row:
    items = value if isinstance(value, list) else [value]
    label = _LABELS.get(name, name.replace("_", " ").capitalize())
    return Row(label=label, value=", ".join(map(_text, items)), is_exact=name in _EXACT)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
