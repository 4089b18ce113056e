"""Keep packages in the repository they are about, and find them again."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.ports import Shelf, UnreadableObjectError
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Subject
from weighbridge.review.read_package import LARGEST, PackageError, StoredPackage, read_package
from weighbridge.review.render.json import render_json

PREFIX: Final = "refs/weighbridge/packages/"
FETCH_PACKAGES: Final = (
    f"`git fetch origin '{PREFIX}*:{PREFIX}*'` fetches those of others, as weighbridge ledger sync does"
)
FILE: Final = RepoPath("package.json")
MOST: Final = 10_000
"""Kept packages that are listed."""


_WHOLE: Final = (40, 64)
"""Digits of an id that is given whole."""


class Kept(Protocol):
    """Where packages are found again."""

    def refs(self, prefix: str, limit: int) -> Mapping[str, ObjectId]:
        """At most `limit` refs below `prefix`, full name to the object each points at."""

    def file_at(self, commit: ObjectId, path: RepoPath, limit: int) -> bytes | CouldNotLook | None:
        """A file's bytes at a commit, None when there is no such file."""


class Named(Kept, Protocol):
    """Where packages are found by what people call their changes."""

    def resolved(self, name: str) -> str:
        """The commit that `name` stands for, `name` itself where it stands for none."""

    def ends_called(self, range_text: str) -> tuple[ObjectId | None, ObjectId | None]:
        """The commits from which and up to which a range goes. Raises `RepositoryError`."""


class KeptPackage(Struct, frozen=True, kw_only=True):
    """A package with the head it is about; `problem` says why it cannot be read, and then there is none."""

    head: ObjectId
    stored: StoredPackage | None = None
    problem: str = ""


def keep_package(shelf: Shelf, package: ReviewPackage, *, proposal: str = "") -> str:
    """Keep a package under its head's commit, or its tree where there is no commit yet, with the proposal that it belongs to;
    the ref. Raises `RepositoryError`.
    """
    change = package.decision.change
    ref = f"{PREFIX}{change.head_commit or change.head_tree}"
    kept = replace(package, presentation=replace(package.presentation, proposal=proposal))
    shelf.keep_file(ref, FILE, data=render_json(kept).encode("ascii"))
    return ref


def kept_proposal(shelf: Kept, package: ReviewPackage) -> str:
    """The proposal that the kept package of the same head belongs to; empty where none is kept, or it belongs to none."""
    change = package.decision.change
    stored = package_at(shelf, change.head_commit or change.head_tree)
    return stored.package.presentation.proposal if stored is not None else ""


def kept_packages(shelf: Kept, *, head: str = "") -> Iterator[KeptPackage]:
    """The newest kept package of every head whose id begins with `head`."""
    is_whole = len(head) in _WHOLE  # then it is asked for by its name, however many others anybody may have pushed
    for ref, commit in sorted(shelf.refs(f"{PREFIX}{head}" if is_whole else PREFIX, MOST).items()):
        oid = ObjectId(ref.removeprefix(PREFIX))
        if oid.startswith(head):
            yield _read(shelf, oid, commit=commit)


def kept_package(shelf: Kept, head: str) -> StoredPackage:
    """The newest kept package of the one head whose id begins with `head`.

    Raises:
        PackageError: there is none, there are several, or it cannot be read.
    """
    found = list(kept_packages(shelf, head=head.lower())) if head else []
    if len(found) != 1:
        what = (
            f"several kept packages begin with {head!r}: give more of it"
            if found
            else f"no package is kept here of {head!r}"
        )
        way = "" if found else f"; {FETCH_PACKAGES}, or weigh it here: weighbridge review RANGE --keep"
        raise PackageError(f"{what}; `weighbridge packages list` shows them{way}")
    (kept,) = found
    if kept.stored is None:
        raise PackageError(kept.problem)
    return kept.stored


def package_called(shelf: Named, name: str) -> StoredPackage:
    """The newest kept package of a change: of a revision, the beginning of an id, or a range from where it was weighed.

    Raises:
        PackageError: there is none, there are several, it was weighed from elsewhere, or it cannot be read.
        RepositoryError: the range leads nowhere.
    """
    if ".." not in name:
        return kept_package(shelf, shelf.resolved(name))
    base, head = shelf.ends_called(name)
    stored = kept_package(shelf, str(head))
    if (weighed := stored.package.decision.change.base_commit) != base:
        was, asked = (str(one)[:12] if one else "nothing" for one in (weighed, base))
        again = f"weigh it: weighbridge review {shlex.quote(name)} --keep"
        raise PackageError(
            f"{name}: the kept package of {str(head)[:12]} weighs it from {was} on, not {asked}; {again}"
        )
    return stored


def package_at(shelf: Kept, head: ObjectId) -> StoredPackage | None:
    """The kept package of exactly this head; one that cannot be read is none."""
    return next((kept.stored for kept in kept_packages(shelf, head=head) if kept.head == head), None)


def packages_telling(shelf: Kept, heads: Sequence[ObjectId], *, anyof: Iterable[str]) -> Iterator[StoredPackage]:
    """The kept packages of exactly these heads whose text holds one of some words; no other is parsed."""
    kept = shelf.refs(PREFIX, MOST) if heads else {}
    wanted = [words.encode() for words in anyof]
    for head in heads:
        commit = kept.get(f"{PREFIX}{head}")
        data = shelf.file_at(commit, FILE, LARGEST) if commit is not None else None
        if commit is not None and isinstance(data, bytes) and any(words in data for words in wanted):
            stored = _read(shelf, head, commit=commit).stored
            if stored is not None:
                yield stored


def package_of(shelf: Kept, about: Subject) -> ReviewPackage | None:
    """The kept package that something was said of: intact, and of the very decision."""
    stored = package_at(shelf, about.head_commit) if about.head_commit is not None else None
    if stored is None or not stored.is_intact or stored.package.digest != about.decision:
        return None
    return stored.package


def _read(shelf: Kept, head: ObjectId, *, commit: ObjectId) -> KeptPackage:
    try:
        data = shelf.file_at(commit, FILE, LARGEST)
    except UnreadableObjectError as error:
        way = "weigh it again with `weighbridge review RANGE --keep`"
        return KeptPackage(head=head, problem=f"{PREFIX}{head} holds no package: {error}; {way}")
    if data is None or isinstance(data, CouldNotLook):
        why = "it holds no package" if data is None else data.detail
        return KeptPackage(head=head, problem=f"{PREFIX}{head}: {why}")
    try:
        stored = read_package(data, source=f"{PREFIX}{head}")
    except PackageError as error:
        return KeptPackage(head=head, problem=str(error))
    change = stored.package.decision.change
    if head != (about := change.head_commit or change.head_tree):
        return KeptPackage(
            head=head, problem=f"{PREFIX}{head} holds the package of {about[:12]}: somebody put it there"
        )
    return KeptPackage(head=head, stored=stored)
