"""Names of things: typed strings, so that one is never passed for another."""

import hashlib
from typing import NewType

ObjectId = NewType("ObjectId", str)
"""A git object id in lower-case hex: 40 digits (SHA-1) or 64 (SHA-256)."""

RepoPath = NewType("RepoPath", str)
"""A path inside a repository, `/`-separated, in the encoding of `domain.paths`."""

SymbolId = NewType("SymbolId", str)
"""`path#Outer.inner` for a definition, `path#` for the file's own top level."""

RuleId = NewType("RuleId", str)
"""`family/name`, the rule's file below `rules/` with dashes for underscores."""

Digest = NewType("Digest", str)
"""`sha256:` and 64 hex digits."""

Fingerprint = NewType("Fingerprint", str)
"""32 hex digits that stay the same while a finding's lines move."""

EvidenceId = NewType("EvidenceId", str)
"""`kind-` and 12 hex digits derived from content, so that prose can cite it."""


def digest(data: bytes) -> Digest:
    """The SHA-256 of `data` as a `Digest`."""
    return Digest("sha256:" + hashlib.sha256(data).hexdigest())


def content_hex(*parts: str, length: int) -> str:
    """`length` hex digits of the SHA-256 of `parts`, each part delimited so that no two lists collide."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()[:length]


def evidence_id(kind: str, *parts: str) -> EvidenceId:
    """An id for one piece of evidence of `kind`, equal whenever its content is equal."""
    return EvidenceId(f"{kind}-{content_hex(kind, *parts, length=12)}")


def symbol_id(path: RepoPath, qualified_name: str = "") -> SymbolId:
    """The id of the definition `qualified_name` in `path`; a `#` of the path is written `%23`, one of the name stays."""
    return SymbolId(f"{path.replace('#', '%23')}#{qualified_name}")


def symbol_path(symbol: SymbolId) -> RepoPath:
    """The path part of a symbol's id."""
    return RepoPath(symbol.partition("#")[0].replace("%23", "#"))


def symbol_name(symbol: SymbolId) -> str:
    """The qualified-name part of a symbol's id; empty for the file's top level."""
    return symbol.partition("#")[2]
