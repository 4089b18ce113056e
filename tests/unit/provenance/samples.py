"""Commits made for a test."""

from datetime import UTC, datetime

from weighbridge.domain.change import Commit, Identity, Signature
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.provenance import Provenance
from weighbridge.provenance.decide import Signals, decide_provenance
from weighbridge.provenance.mailmap import Mailmap
from weighbridge.provenance.settings import Settings

PERSON = "Ada Byron <ada@example.org>"
OID = ObjectId("a" * 40)


def identity(text: str) -> Identity:
    name, _, email = text.rpartition("<")
    return Identity(name=name.strip(), email=email.rstrip(">"))


def commit(
    message: str = "Round the totals",
    *,
    author: str = PERSON,
    committer: str = "",
    oid: str = OID,
    parents: tuple[str, ...] = ("b" * 40,),
    signature: Signature | None = None,
) -> Commit:
    when = datetime(2026, 3, 1, tzinfo=UTC)
    return Commit(
        oid=ObjectId(oid),
        tree=ObjectId("c" * 40),
        parents=tuple(ObjectId(p) for p in parents),
        author=identity(author),
        committer=identity(committer or author),
        authored_at=when,
        committed_at=when,
        message=message,
        signature=signature,
    )


def decide(
    *commits: Commit, signals: Signals | None = None, settings: Settings | None = None, mailmap: Mailmap | None = None
) -> Provenance:
    return decide_provenance(
        commits, signals or Signals(), settings=settings or Settings(), mailmap=mailmap or Mailmap()
    )
