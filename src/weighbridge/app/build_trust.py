"""Builds `Trust`: what decides, read from where the author of the change cannot reach.

Two places are believed. First what the process was given as organisation configuration. Then the protected target
branch at the commit `Repository.protected_target` names: its tip, or, when the target already holds the change, the
commit the change began at; otherwise whoever lands a change would be judged by the rules that came with it. The head's
versions of these documents are part of what is reviewed and are never read here.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from weighbridge.app.ports import ChangeRequest, Repository, RepositoryError, UnreadableObjectError
from weighbridge.domain.change import Change
from weighbridge.domain.ids import ObjectId, RepoPath, digest
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.trust import Trust, TrustedDocument, TrustSource

FOLDER: Final = ".weighbridge"
_STEMS: Final = (
    "baseline",
    "compliance",
    "footprint",
    "grants",
    "guard",
    "incidents",
    "ledger",
    "organisation",
    "policy",
    "provenance",
    "reset",
    "rollout",
    "suppressions",
    "surfaces",
    "system",
    "waivers",
)
_READ: Final = frozenset(
    {"baseline.json", "ledger.yaml", "policy.yaml", "policy.yml", "provenance.yaml", "reset.yaml"}
    | {"system.yaml", "system.yml"}
)
"""What of the folder this version reads, besides the signers; the rest is trusted for the versions that will read it."""
_ENDINGS: Final = (".yaml", ".yml", ".json")
SIGNERS: Final = f"{FOLDER}/allowed_signers"
POLICY: Final = (f"{FOLDER}/policy.yaml", f"{FOLDER}/policy.yml")
OVERARCHING_POLICY: Final = RepoPath("organisation/policy.yaml")
"""Where the organisation's policy stands among trusted documents: it lies under the repository's, and does not replace it."""
OWNERS: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""In the order GitHub looks, then where only GitLab does."""
ALIASES: Final = ".mailmap"
TRUSTED_PATHS: Final = (
    *(f"{FOLDER}/{stem}{ending}" for stem in _STEMS for ending in _ENDINGS),
    SIGNERS,
    *OWNERS,
    ALIASES,
)
"""Every document that may decide; a file by another name is read by nothing and so trusted for nothing."""

_NOT_AT_HAND: Final = frozenset({Reason.NO_HISTORY, Reason.FAILED})
"""Why the document's bytes are missing from this clone, which says nothing against the document."""

LARGEST_DOCUMENT: Final = 4 << 20
"""Bytes; a trusted document that is larger is an error, never skipped."""

_KEY = LatePattern(r"(?:^|\s)((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.\-]+\s+[A-Za-z0-9+/=]+.*)$")


class UnreadableTrustError(RepositoryError):
    """A trusted document exists and cannot be read: without it nothing may be decided."""


class UnreachableTrustError(RepositoryError):
    """The organisation's configuration lies elsewhere, and nobody could look there."""


class Given(Struct, frozen=True, kw_only=True):
    """The organisation's configuration as it was brought from elsewhere: where that is, and its files by name."""

    place: str
    files: Mapping[str, bytes]

    def __str__(self) -> str:
        return self.place


Organisation = Path | Given | None
"""A folder laid out like `.weighbridge/`, or one document of it; or what was brought from elsewhere; or nothing."""


def build_trust(
    repository: Repository, change: Change, *, request: ChangeRequest, organisation: Organisation = None
) -> Trust:
    """What decides on `change`.

    An organisation's document replaces the target's of the same name, whatever its ending or place; its policy alone
    stands beside the target's, which is laid over it as far as it allows.

    Raises:
        UnreadableTrustError: a document exists and is not of a form that can be read, or two claim the same part.
        UnreadableObjectError: a document exists, and this clone does not hold its bytes.
        RepositoryError: the named target does not exist.
    """
    return _trust_at(repository, repository.protected_target(request, change), organisation=organisation)


def trust_at_target(repository: Repository, *, target: str = "", organisation: Organisation = None) -> Trust:
    """What decides where there is no change to decide on: read at the tip of the protected branch. Raises as `build_trust`."""
    return _trust_at(repository, repository.protected_tip(target), organisation=organisation)


def trust_at_commit(repository: Repository, commit: ObjectId, *, organisation: Organisation = None) -> Trust:
    """What decided when this commit was the newest: what it was itself judged by is no matter of who follows it."""
    return _trust_at(repository, (commit, commit, "it was named"), organisation=organisation)


def _trust_at(repository: Repository, place: tuple[str, ObjectId | None, str], *, organisation: Organisation) -> Trust:
    name, commit, reason = place
    given = {} if organisation is None else _given(organisation)
    replaced = {_same(path) for path in given}
    on_target = {} if commit is None else dict(_on_target(repository, commit, replaced=replaced))
    _refuse_doubles(on_target)
    documents = {document.path: document for document in (*on_target.values(), *given.values())}
    signers = documents.get(RepoPath(SIGNERS))
    return Trust(
        target=commit,
        target_name=name,
        target_reason=reason,
        documents=documents,
        enrolled_signers=read_allowed_signers(signers.data) if signers else {},
    )


def read_allowed_signers(data: bytes) -> Mapping[str, str]:
    """Principal to key lines (options, key, comment), of an OpenSSH allowed-signers document.

    Lines that hold no key, and principals that are patterns, enrol nobody.
    """
    lines: dict[str, list[str]] = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        principals, _, rest = text[1:].partition('"') if text.startswith('"') else text.partition(" ")
        if _KEY.search(rest) is None:
            continue
        for principal in filter(None, (p.strip() for p in principals.split(","))):
            if not any(c in "*?!" for c in principal):
                lines.setdefault(principal, []).append(rest.strip())
    return {principal: "\n".join(keys) for principal, keys in lines.items()}


def is_read(path: RepoPath) -> bool:
    """Whether anything of this version reads a trusted document, so that it can decide something."""
    folder, _, name = path.rpartition("/")
    return folder != FOLDER or path == SIGNERS or name in _READ


def _on_target(
    repository: Repository, commit: ObjectId, *, replaced: set[str]
) -> Iterator[tuple[RepoPath, TrustedDocument]]:
    if repository.file_at(commit, RepoPath(FOLDER), 0) is not None:
        raise UnreadableTrustError(
            f"{FOLDER} at {commit[:12]} is no folder: what it should hold decides, and a link or a submodule is not followed"
        )
    for path in map(RepoPath, TRUSTED_PATHS):
        if _same(path) in replaced:
            continue
        data = repository.file_at(commit, path, LARGEST_DOCUMENT)
        if isinstance(data, CouldNotLook):
            words = f"{path} at {commit[:12]} decides and cannot be read: {data.detail}. {data.remedy}".rstrip()
            raise UnreadableObjectError(words) if data.reason in _NOT_AT_HAND else UnreadableTrustError(words)
        if data is not None:
            yield path, TrustedDocument(path=path, data=data, digest=digest(data), source=TrustSource.TARGET)


def _refuse_doubles(documents: Mapping[RepoPath, TrustedDocument]) -> None:
    """Two documents of one stem could each be the one a reader means; owners have an order of places of their own."""
    first: dict[str, RepoPath] = {}
    for path in documents:
        other = first.setdefault(_same(path), path)
        if other != path and path not in OWNERS:
            raise UnreadableTrustError(f"{other} and {path} both stand there, and only one can decide: remove one")


def is_document(name: str) -> bool:
    """Whether a file of this name is one of the organisation's documents."""
    return _stands_for(name) is not None


def _given(organisation: Path | Given) -> dict[RepoPath, TrustedDocument]:
    """The organisation's documents, by the paths they stand for."""
    try:
        if isinstance(organisation, Given):
            files: list[Path] = [Path(name) for name in sorted(organisation.files)]
        elif organisation.is_file():
            files = [organisation]
        else:
            files = sorted(p for p in organisation.iterdir() if p.is_file())
        named = [(path, file) for file in files if (path := _stands_for(file.name)) is not None]
        _refuse_twins(named)
        brought = organisation.files if isinstance(organisation, Given) else {}
        found = {path: brought[file.name] if brought else _read(file) for path, file in named}
    except OSError as problem:
        raise UnreadableTrustError(f"{organisation}: the organisation's configuration: {problem.strerror}") from problem
    if not found:
        raise UnreadableTrustError(
            f"{organisation}: the organisation's configuration holds no document that is known; known are "
            f"{', '.join(sorted({*_STEMS} - {'baseline'}))} ending in .yaml, CODEOWNERS, .mailmap and allowed_signers"
        )
    return {
        path: TrustedDocument(path=path, data=data, digest=digest(data), source=TrustSource.ORGANISATION)
        for path, data in found.items()
    }


def _refuse_twins(named: Sequence[tuple[RepoPath, Path]]) -> None:
    first: dict[str, Path] = {}
    for path, file in named:
        other = first.setdefault(_same(path), file)
        if other != file:
            raise UnreadableTrustError(f"{other} and {file} both stand there, and only one can decide: remove one")


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise UnreadableTrustError(f"{file}: more than the {LARGEST_DOCUMENT:,} bytes a trusted document may have")
    return data


def _stands_for(name: str) -> RepoPath | None:
    if name in (ALIASES, "CODEOWNERS"):
        return RepoPath(name)
    path = f"{FOLDER}/{name}"
    if path in POLICY:
        return OVERARCHING_POLICY
    return RepoPath(path) if path in TRUSTED_PATHS else None


def _same(path: str) -> str:
    """What two paths have in common when one replaces the other: owners wherever they stand, a stem by any ending."""
    folder, _, name = path.rpartition("/")
    return (
        "CODEOWNERS"
        if name == "CODEOWNERS"
        else f"{folder}/{name.removesuffix('.yaml').removesuffix('.yml').removesuffix('.json')}"
    )
