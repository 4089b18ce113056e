"""A document that a change brings."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Subject


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person attaches a document to a change; its text is kept elsewhere, and known by its digest."""

    about: Subject
    at: datetime
    kind: str
    digest: Digest
    media_type: str = "text/markdown"
    personal: Digest | None = None
    writer: str = ""
