"""Fetches one commit of another repository, of which nothing is run and nothing but the transport named is used.

A bare repository of our own is made for it, with a history of one commit and no configuration but ours, and is gone
afterwards: what is wanted of it is kept elsewhere, by its digest. Credentials and proxies are the user's.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from weighbridge.adapters.git.ledger_remote import NOT_THEIRS
from weighbridge.adapters.git.objects import ObjectReader
from weighbridge.adapters.git.process import Git, GitFailedError, clean_environment, find_git
from weighbridge.app.ports import RepositoryError, UnknownRevisionError
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason

PATIENCE: Final = 10.0
"""Seconds that git may take to bring it."""
_SETTINGS: Final = (
    "core.hooksPath=" + os.devnull,
    "core.fsmonitor=false",
    "core.attributesFile=" + os.devnull,
    "core.useReplaceRefs=false",
    "fetch.fsckObjects=true",
    "fetch.recurseSubmodules=no",
    "fetch.writeCommitGraph=false",
    "fetch.unpackLimit=1",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.version=2",
    "submodule.recurse=false",
)


class ObjectTooLargeError(RepositoryError):
    """An object that is wanted has more bytes than are read."""


@contextmanager
def commit_elsewhere(
    address: str, commit: ObjectId, *, transport: str, scratch: Path, inherited: Mapping[str, str] = os.environ
) -> Iterator[Callable[[str, int], bytes]]:
    """Reads objects of `commit`, which lies at `address`, as git hashes them; each has at most so many bytes.

    Raises:
        UnknownRevisionError: the repository is there, and has no such commit.
        RepositoryError: git could not bring it.
    """
    environment = clean_environment(inherited)
    program = find_git(environment)
    with _folder(scratch) as folder:
        reached = {name: value for name, value in inherited.items() if name not in NOT_THEIRS}
        fixed = {
            "LC_ALL": "C",
            "GIT_DIR": str(folder),
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_ALLOW_PROTOCOL": transport,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_LFS_SKIP_SMUDGE": "1",
        }
        theirs = Git(program=program, folder=folder, environment=reached | fixed, timeout=PATIENCE, settings=_SETTINGS)
        kind = "sha256" if len(commit) == 64 else "sha1"
        theirs.run("init", "--quiet", "--bare", "--template=", f"--object-format={kind}", "--", str(folder))
        _fetch(theirs, address, commit=commit)
        own = {"GIT_DIR": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        ours = Git(program=program, folder=folder, environment=environment | own, timeout=PATIENCE)
        objects = ObjectReader(ours)
        try:
            yield lambda oid, limit: _raw(objects, ObjectId(oid), limit=limit)
        finally:
            objects.close()


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    """A folder below the cache, or, where nothing can be written there, wherever the machine lets us."""
    try:
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = tempfile.TemporaryDirectory(prefix="fetching-", suffix=".git", dir=scratch)
    except OSError:
        made = tempfile.TemporaryDirectory(prefix="weighbridge-", suffix=".git")
    with made as name:
        yield Path(name)


def _fetch(git: Git, address: str, *, commit: ObjectId) -> None:
    options = ("--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    try:
        git.run("fetch", *options, "--", address, commit)
    except GitFailedError as problem:
        said = problem.words.lower()
        if "not our ref" in said or "couldn't find remote ref" in said or "no such remote ref" in said:
            raise UnknownRevisionError(f"there is no commit {commit} that anybody may fetch") from problem
        raise RepositoryError(problem.words or f"git fetch ended with {problem.code}") from problem


def _raw(objects: ObjectReader, oid: ObjectId, *, limit: int) -> bytes:
    found = objects.read(oid, limit)
    if isinstance(found, CouldNotLook):
        kind = ObjectTooLargeError if found.reason is Reason.LIMIT else RepositoryError
        raise kind(found.detail)
    header, data = found
    return b"%s %d\0%s" % (header.kind.encode(), len(data), data)
