"""Finds the components of a tree: declared ones, those that manifests name, and folders for the rest."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.areas import AreaMap
from weighbridge.landscape.components.drafts import Draft
from weighbridge.landscape.components.model import ComponentMap, ManifestDependency, UnreadManifest
from weighbridge.landscape.components.naming import name_all
from weighbridge.landscape.components.pieces import pieces_of_the_one
from weighbridge.landscape.components.placing import (
    attach_rootless,
    by_folder,
    code_in,
    declared_drafts,
    drop_mere_gatherers,
    folder_drafts,
    is_foreign,
    is_staged,
    place_claims,
    with_folders_above,
)
from weighbridge.landscape.components.weighing import weigh
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.manifests.claims import Claim, ManifestError, ManifestReader
from weighbridge.landscape.manifests.keys import folder_key
from weighbridge.landscape.manifests.readers import manifests_among
from weighbridge.landscape.owners.model import CodeOwners

Read = Callable[[RepoPath], bytes | CouldNotLook]
"""Gives a file's bytes, or why not."""

MAX_MANIFEST = 2_000_000
"""Bytes; a larger manifest is a generated file, and its reading would cost more than it tells."""


def find_components(
    paths: Sequence[RepoPath],
    read: Read,
    *,
    declared: SystemDescription | None = None,
    owners: CodeOwners | None = None,
) -> ComponentMap:
    """The components of the tree that consists of `paths`; never fails, and lists the manifests it could not read.

    `owners` answer for components that declare none themselves.
    """
    system = declared or SystemDescription()
    claims, unread = _read_manifests(paths, read)
    files = by_folder(paths)
    folders = with_folders_above(files)
    claims = [c for c in claims if c.root is None or c.root in folders]
    code = code_in(files)
    by_root = place_claims(claims, declared_drafts(system.components, paths), with_code=with_folders_above(code))
    drop_mere_gatherers(code, by_root)
    for draft in folder_drafts(files, by_root):
        by_root[draft.roots[0]] = draft
    fallback = by_root.setdefault(RepoPath(""), Draft(roots=(RepoPath(""),)))
    for draft in pieces_of_the_one(code, by_root):
        by_root[draft.roots[0]] = draft
    drafts = _each_once(by_root.values())
    drafts += attach_rootless(claims, drafts)
    name_all(drafts)
    dependencies = _dependencies(drafts)
    components = weigh(drafts, dependencies, owners=owners)
    return ComponentMap(
        components=tuple(sorted(components.values(), key=lambda c: (c.roots, c.name))),
        fallback=components[id(fallback)],
        dependencies=dependencies,
        unread=unread,
        areas=AreaMap.of(system.areas),
    )


def _each_once(drafts: Iterable[Draft]) -> list[Draft]:
    return list({id(draft): draft for draft in drafts}.values())


def _manifests(paths: Sequence[RepoPath]) -> list[tuple[RepoPath, ManifestReader]]:
    """The manifests that speak of this system, each with its reader."""
    return [found for found in manifests_among(paths) if not is_foreign(found[0]) and not is_staged(found[0])]


def _read_manifests(paths: Sequence[RepoPath], read: Read) -> tuple[list[Claim], tuple[UnreadManifest, ...]]:
    claims: list[Claim] = []
    unread: list[UnreadManifest] = []
    for path, reader in _manifests(paths):
        data = read(path)
        if not isinstance(data, CouldNotLook) and len(data) > MAX_MANIFEST:
            data = CouldNotLook(reason=Reason.LIMIT, detail=f"the manifest is larger than {MAX_MANIFEST:,} bytes")
        if isinstance(data, CouldNotLook):
            unread.append(UnreadManifest(path=path, missing=data))
            continue
        try:
            claims += reader.read(path, data)
        except ManifestError as error:
            unread.append(UnreadManifest(path=path, missing=CouldNotLook(reason=Reason.UNPARSED, detail=str(error))))
    return claims, tuple(unread)


def _dependencies(drafts: Sequence[Draft]) -> tuple[ManifestDependency, ...]:
    """Each pair of components once per manifest line that joins a need to who provides it."""
    providers: defaultdict[str, list[str]] = defaultdict(list)
    for draft in drafts:
        for key in (*draft.provides, *(folder_key(root) for root in draft.roots)):
            providers[key].append(draft.name)
    found = {
        (draft.name, target, claim.source, need.line)
        for draft in drafts
        for claim in draft.claims
        for need in claim.requires
        for target in providers.get(need.key, ())
        if target != draft.name
    }
    return tuple(ManifestDependency(source=s, target=t, path=p, line=line) for s, t, p, line in sorted(found))
