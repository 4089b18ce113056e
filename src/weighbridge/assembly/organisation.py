"""The organisation's configuration from wherever the process names it: what is kept, else fetched and then kept."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from weighbridge.adapters.facts.location import cache_folder
from weighbridge.adapters.organisation.address import Download, Pinned, read_address
from weighbridge.adapters.organisation.pinned_tree import documents_in
from weighbridge.adapters.organisation.shelf import Shelf
from weighbridge.app.build_trust import (
    LARGEST_DOCUMENT,
    Given,
    Organisation,
    UnreachableTrustError,
    UnreadableTrustError,
)
from weighbridge.app.ports import RepositoryError, UnknownRevisionError

_HEADING: Final = 32
"""Bytes that git writes before an object's own, at most."""


def given_by(named: str, environment: Mapping[str, str] = os.environ) -> Organisation:
    """What `named` stands for. Raises `UnreadableTrustError`, `UnreachableTrustError`."""
    address = read_address(named)
    if isinstance(address, Path):
        return address
    shelf = Shelf(cache_folder(environment))
    files = (
        _downloaded(address, shelf)
        if isinstance(address, Download)
        else _of_commit(address, shelf, environment=environment)
    )
    return Given(place=str(address), files=files)


def _downloaded(address: Download, shelf: Shelf) -> Mapping[str, bytes]:
    kept = shelf.take(address.digest)
    if kept is None:
        from weighbridge.adapters.web.download import download  # noqa: PLC0415 - 30 ms, once for each digest

        kept = download(address.url, address.digest)
        shelf.put(kept)
    return {address.name: kept}


class _NotKeptError(Exception):
    """An object is not on the shelf."""


def _of_commit(address: Pinned, shelf: Shelf, *, environment: Mapping[str, str]) -> Mapping[str, bytes]:
    algorithm = "sha256" if len(address.commit) == 64 else "sha1"

    def kept(oid: str) -> bytes:
        found = shelf.take(oid, algorithm=algorithm)
        if found is None:
            raise _NotKeptError
        return found

    try:
        return documents_in(address, kept)
    except _NotKeptError:
        return _fetched(address, shelf, algorithm=algorithm, environment=environment)


def _fetched(address: Pinned, shelf: Shelf, *, algorithm: str, environment: Mapping[str, str]) -> Mapping[str, bytes]:
    from weighbridge.adapters.git.elsewhere import (  # noqa: PLC0415 - once for each commit
        ObjectTooLargeError,
        commit_elsewhere,
    )

    scratch = cache_folder(environment) / "organisation"
    reached = commit_elsewhere(
        address.repository, address.commit, transport=address.transport, scratch=scratch, inherited=environment
    )
    try:
        with reached as read:

            def kept(oid: str) -> bytes:
                found = read(oid, LARGEST_DOCUMENT + _HEADING)
                shelf.put(found, algorithm=algorithm)
                return found

            return documents_in(address, kept)
    except (UnreadableTrustError, UnreachableTrustError):
        raise
    except (ObjectTooLargeError, UnknownRevisionError) as problem:
        raise UnreadableTrustError(f"{address}: {problem}") from problem
    except RepositoryError as problem:
        raise UnreachableTrustError(
            f"{address}: the organisation's configuration could not be fetched, and no copy is kept here: {problem}."
            " Nothing is decided without it; once it was fetched, no network is needed"
        ) from problem
