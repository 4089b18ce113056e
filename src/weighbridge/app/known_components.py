"""The components of head, found anew only where the change touches what they are told from: paths and manifests."""

import hashlib
import os
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from weighbridge import landscape
from weighbridge.app.ports import FactIndex, Repository
from weighbridge.domain.change import Change, FileChange, FileStatus
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.roles import CODE, role_of
from weighbridge.facts.states import states_of
from weighbridge.landscape.areas import AreaMap
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.tree import Tree


def head_components(
    change: Change, tree: Tree, *, repository: Repository, source: FactIndex, system: SystemDescription
) -> ComponentMap:
    """What `tree`, the change's head, is made of."""
    key = _key(change, system) if _leaves_alone(change.files) else ""
    kept = source.known_components(key) if key else None
    if kept is not None:
        return replace(kept, areas=AreaMap.of(system.areas))
    from weighbridge.landscape.components.find import MAX_MANIFEST, find_components  # noqa: PLC0415 - hooks rarely ask

    def read(path: RepoPath) -> bytes | CouldNotLook:
        return repository.read(tree.blobs[path].oid, MAX_MANIFEST)

    found = find_components(tuple(tree.blobs), read, declared=system)
    if key and not found.unread:
        source.keep_components(key, replace(found, areas=AreaMap()))
    return found


def _leaves_alone(files: Iterable[FileChange]) -> bool:
    """Whether a change only writes other bytes into files that are no manifests: then head is made of what base is."""
    return all(file.status is FileStatus.MODIFIED and not _may_be_manifest(file.path) for file in files)


def _may_be_manifest(path: RepoPath) -> bool:
    """Whether components may be told from a file; code never is one's manifest."""
    if role_of(path) in CODE:
        return False
    from weighbridge.landscape.manifests.readers import manifests_among  # noqa: PLC0415 - imports every reader

    return bool(manifests_among((path,)))


def _key(change: Change, system: SystemDescription) -> str:
    """All that decides what base is made of; empty where that cannot be told."""
    here = landscape.__path__[0]
    finding = states_of((here, *(os.path.join(here, part) for part in ("components", "manifests", "documents"))))
    told = (change.base_tree, finding, msgspec.json.encode(system).hex())
    return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest() if finding else ""
