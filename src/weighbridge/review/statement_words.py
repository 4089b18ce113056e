"""What a statement says, in words, told from the very bytes that are about to be signed."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

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
_ABOUT: Final = {
    "proposal": "Proposal",
    "head_commit": "Commit",
    "head_tree": "Its tree",
    "base_tree": "Tree before",
    "decision": "Decision",
}
_SAID_OTHERWISE: Final = frozenset({"about", "key", "verdict"})
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
    """A statement for people: what it does, what it is about, and everything else that it says."""

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
    about = said.about
    named = [(label, getattr(about, name) or "") for name, label in _ABOUT.items()] if about else []
    return StatementWords(
        title=_title(said),
        digest=hashlib.sha256(encoding).hexdigest(),
        about=(
            *(Row(label=label, value=value, is_exact=label != "Proposal") for label, value in named if value),
            Row(label="Ledger", value=said.ledger or "none"),
        ),
        rest=tuple(_rest(said.predicate)),
    )


def _title(said: Statement) -> str:
    kind = name_of(said.predicate_type) or said.predicate_type
    verdict = said.predicate.get("verdict") if kind == "approval" else None
    if isinstance(verdict, str) and verdict in _VERDICTS:
        return _VERDICTS[verdict]
    return _TITLES.get(kind, f"Sign a statement: {kind}")


def _rest(predicate: Mapping[str, object]) -> Iterator[Row]:
    for name, value in predicate.items():
        if name in _SAID_OTHERWISE:
            continue
        items = value if isinstance(value, list) else [value]
        text = ", ".join(_text(item) for item in items)
        label = _LABELS.get(name, name.replace("_", " ").capitalize())
        yield Row(label=label, value=text, is_exact=isinstance(value, str) and ":" in value and name != "at")


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
