"""in-toto Statements: what is said, about what, in which terms.

A statement about a change has its head's tree and commit and the decision's digest as subjects, and holds the whole of
`domain.record.Subject` in its predicate as `about`; both must agree. A statement about a ledger has that ledger's
origin as its one subject. The base's tree is no subject: other tools match subjects by digest alone, and would take an
approval of what follows the base for one of the base.

The payload's bytes are written once and never again: what a newer version put in stays in them, unread.
"""

import hashlib
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from msgspec import Struct, field

from weighbridge.domain.record import Subject
from weighbridge.ledger.canonical_json import canonical_json, read_canonical_json
from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.errors import LedgerError, MalformedError
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.verifier_keys import VerifierKey, read_verifier_key

_YEARS: Final = range(1970, 3000)
"""Those in which anything is said, or lasts to: what a policy adds to them still has a date."""
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
_P = TypeVar("_P", bound=Struct)


class Resource(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a statement is about, as in-toto describes it: by digest, and by names for people."""

    digest: dict[str, str]
    name: str = ""
    uri: str = ""
    annotations: dict[str, object] = field(default_factory=dict)


class Statement(Struct, frozen=True, kw_only=True):
    """A statement taken apart; `predicate` is as it was said, with what this version knows nothing of."""

    subject: tuple[Resource, ...]
    predicate_type: str
    predicate: dict[str, object]

    def read_as(self, kind: type[_P]) -> _P:
        """The predicate as a value of this kind; a time that nobody can compare is none. Raises `MalformedError`."""
        if self.predicate_type != uri_of(kind):
            raise MalformedError(f"the statement is of {self.predicate_type[:200]!r}, and was asked for {uri_of(kind)}")
        try:
            said = msgspec.convert(self.predicate, kind, strict=True)
        except (msgspec.ValidationError, ValueError, RecursionError) as error:
            raise MalformedError(f"the predicate of {uri_of(kind)} is not of its form: {error}") from None
        for name in kind.__struct_fields__:
            value = getattr(said, name)
            if isinstance(value, datetime) and (value.tzinfo is None or value.year not in _YEARS):
                raise MalformedError(
                    f"the predicate of {uri_of(kind)} states a time in `{name}` that nobody can reckon with: it has no"
                    f" zone, or lies outside the years {_YEARS[0]} to {_YEARS[-1]}"
                )
        return said

    @property
    def about(self) -> Subject | None:
        """The change it is about, None where it is about none. Raises `MalformedError` where it contradicts itself."""
        if "about" not in self.predicate:
            return None
        try:
            about = msgspec.convert(self.predicate["about"], Subject)
        except (msgspec.ValidationError, ValueError, RecursionError) as error:
            raise MalformedError(f"what the statement is about is not of the form of a change: {error}") from None
        if _named(self.subject) != _named(change_subject(about)):
            raise MalformedError("the statement's subjects are not those of the change that its predicate is about")
        return about

    @property
    def ledger(self) -> str | None:
        """The origin of the ledger it belongs to, None where it names none. Raises `MalformedError` as `about` does."""
        if about := self.about:
            return about.ledger
        name = self.subject[0].name
        return name if _named(self.subject) == _named(ledger_subject(name)) else None


def _named(subject: tuple[Resource, ...]) -> list[tuple[str, dict[str, str]]]:
    return [(each.name, each.digest) for each in subject]


class _Wire(Struct, frozen=True):
    type: str = field(name="_type")
    subject: tuple[Resource, ...]
    predicate_type: str = field(name="predicateType")
    predicate: dict[str, object]


def change_subject(about: Subject) -> tuple[Resource, ...]:
    """The subjects of a statement about this change."""
    algorithm, _, hexadecimal = about.decision.partition(":")
    commit = [Resource(name="head-commit", digest={"gitCommit": about.head_commit})] if about.head_commit else []
    return (
        Resource(name="head-tree", digest={"gitTree": about.head_tree}),
        *commit,
        Resource(name="decision", digest={algorithm: hexadecimal}),
    )


def ledger_subject(origin: str) -> tuple[Resource, ...]:
    """The subject of a statement that is about no change: the ledger itself."""
    return (Resource(name=origin, digest={"sha256": hashlib.sha256(origin.encode()).hexdigest()}),)


def statement_payload(predicate: Struct, subject: tuple[Resource, ...]) -> bytes:
    """The payload that says `predicate` of `subject`, in canonical form. Raises `MalformedError`."""
    body = {
        "_type": STATEMENT_TYPE,
        "subject": msgspec.to_builtins(subject),
        "predicateType": uri_of(type(predicate)),
        "predicate": msgspec.to_builtins(predicate),
    }
    return canonical_json(body)


def read_statement(payload: bytes) -> Statement:
    """A payload's parts.

    Raises:
        MalformedError: it is no in-toto Statement v1, or not in canonical form.
    """
    value = read_canonical_json(payload)
    try:
        wire = msgspec.convert(value, _Wire)
    except (msgspec.ValidationError, ValueError, RecursionError):
        raise MalformedError("the payload is no in-toto statement: _type, subject, predicateType, predicate") from None
    if wire.type != STATEMENT_TYPE:
        raise MalformedError(f"the payload is of type {wire.type[:200]!r}; what is read here is {STATEMENT_TYPE}")
    if not wire.subject or not all(each.digest for each in wire.subject):
        raise MalformedError("the statement is about nothing: each subject has a digest")
    return Statement(subject=wire.subject, predicate_type=wire.predicate_type, predicate=wire.predicate)


def named_writers(envelope: bytes) -> tuple[VerifierKey, ...]:
    """The writers' keys that a statement names, whoever said it: in whose name it is appended, or who takes whose place."""
    try:
        said = read_statement(read_envelope(envelope).payload).predicate
        named = (said.get(word) for word in ("writer", "old", "new"))
        return tuple(read_verifier_key(each) for each in named if isinstance(each, str) and each)
    except LedgerError:
        return ()
