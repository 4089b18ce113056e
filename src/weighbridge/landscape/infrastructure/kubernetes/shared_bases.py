"""Bases of Kustomize on which overlays of several clusters stand, and what a change means for those that it does not speak of."""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.kustomize.build import FILES
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.overlays import targets
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Kustomizations

_SHARED: Final = LatePattern(r"(?:^|/)(?:base|bases|components?|bundles?|common)(?:/|$)")
_OVERLAY: Final = LatePattern(r"(?:^|/)(?:overlays?|environments?|envs|clusters?)/([^/]+)")
_PRODUCTION: Final = LatePattern(r"(?:^|[-_.])(?:prod|production|prd|live)(?:[-_.]|$)")
_ENTRY: Final = re.compile(rb"^\s*-\s+[\"']?((?:\.\./)+[\w./-]+)", re.MULTILINE)
_MOST_FILES: Final = 2_000
_MOST_BYTES: Final = 100_000


class SharedBase(Struct, frozen=True, kw_only=True):
    """One base that lists something else now: who stands on it, those for production first, and whom else the change is about."""

    of: Object
    come: str
    users: tuple[str, ...]
    meant: tuple[str, ...]


def shared_bases(files: Kustomizations, changed: tuple[RepoPath, ...]) -> Iterator[SharedBase]:
    """The bases that list something new, on which production stands too, in a change whose other files are for others alone."""
    meant = tuple(dict.fromkeys(found[1] for path in changed if (found := _OVERLAY.search(path)) is not None))
    if not meant or any(map(_PRODUCTION.search, meant)):
        return
    for old, new in files.kept:
        folder = new.path.rpartition("/")[0]
        come = next((each for each in targets(new).values() if each not in targets(old).values()), "")
        if not come or not _SHARED.search(folder):
            continue
        users = sorted(_users(files, folder), key=lambda each: (not _PRODUCTION.search(each), each))
        if users and _PRODUCTION.search(users[0]):
            yield SharedBase(of=new, come=come, users=tuple(users), meant=meant)


def _users(files: Kustomizations, folder: str) -> set[str]:
    """The overlays by whose listings a folder is reached directly."""
    tree, read = files.around()
    wanted = folder.rpartition("/")[2].encode()
    found: set[str] = set()
    listings = [path for path in tree.blobs if path.endswith(FILES)]
    for path in listings[:_MOST_FILES]:
        overlay = _OVERLAY.search(path)
        data = read(tree.blobs[path].oid, _MOST_BYTES) if overlay is not None else None
        if overlay is None or not isinstance(data, bytes) or wanted not in data:
            continue
        here = path.rpartition("/")[0]
        if any(posixpath.normpath(posixpath.join(here, each.decode())) == folder for each in _ENTRY.findall(data)):
            found.add(overlay[1])
    return found
