"""Trust: what decides, read only from where the change's author cannot reach."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from weighbridge.domain.ids import Digest, ObjectId, RepoPath


class TrustSource(StrEnum):
    """Where a trusted document came from."""

    ORGANISATION = "organisation"
    TARGET = "target-branch"
    BUILT_IN = "built-in"


class TrustedDocument(Struct, frozen=True, kw_only=True):
    """The bytes of one configuration document, with where they came from."""

    path: RepoPath
    data: bytes
    digest: Digest
    source: TrustSource


class Trust(Struct, frozen=True, kw_only=True):
    """Built once before a review; from it and only from it come policy, system, owners, aliases, signers, baseline.

    `target` is the commit of the protected branch the documents were read at, None when there is none (then
    `target_reason` says why, and only organisation documents are trusted).
    """

    target: ObjectId | None
    target_name: str
    target_reason: str
    documents: Mapping[RepoPath, TrustedDocument] = field(default_factory=dict)
    enrolled_signers: Mapping[str, str] = field(default_factory=dict)
    """Principal to public key line, from allowed-signers documents."""

    def document(self, *paths: str) -> TrustedDocument | None:
        """The first of `paths` that is trusted, if any."""
        return next((self.documents[RepoPath(p)] for p in paths if p in self.documents), None)


def branch_of(ref: str) -> str:
    """A branch as people call it, here or of a remote, by its full name."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")
