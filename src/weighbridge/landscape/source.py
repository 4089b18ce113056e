"""Where a landscape gets facts from: a protocol that the cache implements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.model import FileFacts


class Blobs(Protocol):
    """The bytes of blobs."""

    def read(self, oid: ObjectId, limit: int) -> bytes | CouldNotLook:
        """A blob's bytes, or why not: it may be larger than `limit`."""

    def read_many(self, oids: Sequence[ObjectId], limit: int) -> Mapping[ObjectId, bytes]:
        """Those of the blobs of at most `limit` bytes that can be had together, which takes less time than one by one."""


class FactSource(Protocol):
    """Facts of blobs, and the blobs that a term occurs in."""

    def facts(self, blob: Blob) -> FileFacts | CouldNotLook:
        """The facts of one blob, extracted now if need be."""

    def load(self, blobs: Iterable[Blob], *, in_detail: bool = False) -> Mapping[Blob, FileFacts | CouldNotLook]:
        """The facts of many blobs at once; the same bytes at another path may be of another role.

        They may tell more than they are asked for.
        """

    def blobs_with(self, term: str) -> frozenset[ObjectId]:
        """The indexed blobs whose facts hold `term` (see `landscape.terms`); a superset of any one tree's."""

    def known_words(self) -> Mapping[ObjectId, bytes]:
        """The words that texts say which have no facts (see `facts.said_words`), as far as somebody kept them."""

    def keep_words(self, found: Mapping[ObjectId, bytes]) -> None:
        """Keep the words of texts beside those of others; never raises."""
