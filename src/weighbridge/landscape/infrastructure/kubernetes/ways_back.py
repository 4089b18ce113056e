"""Files of Kustomize that list each other in a ring, which Kustomize refuses to build."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.kubernetes.kustomize.build import FILES
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.overlays import is_far, targets
from weighbridge.landscape.infrastructure.kubernetes.reading import read_document
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Kustomizations
from weighbridge.landscape.infrastructure.ways_back import led_back, way_back

_MOST_BYTES: Final = 200_000


def of_kustomize(files: Kustomizations) -> Iterator[tuple[RepoPath, CouldNotLook]]:
    """Each changed file that lists something new by which it comes back to itself."""
    for old, new in files.sides:
        known = targets(old) if old is not None else {}
        fresh = {target: written for target, written in targets(new).items() if target not in known} if new else {}
        for target, written in fresh.items():
            if new is None or is_far(written):
                continue
            own = new.path.rpartition("/")[0]
            way = way_back(own, [target], follow=lambda path: _listed(path, files))
            if way:
                place = new.at("resources", written)
                yield new.path, led_back(new.path, place.line, way=[each or "." for each in way], by="Kustomize")


def _listed(folder: str, files: Kustomizations) -> Iterator[str]:
    """The folders that the file of Kustomize in a folder lists after the change."""
    tree, read = files.around()
    path = next((RepoPath(f"{folder}/{name}") for name in FILES if f"{folder}/{name}" in tree), None)
    data = read(tree.blobs[path].oid, _MOST_BYTES) if path is not None else None
    if path is None or not isinstance(data, bytes):
        return
    of = read_document(data, path, side=Side.HEAD, kind="Kustomization")
    for target, written in targets(of).items() if isinstance(of, Object) else ():
        if not is_far(written):
            yield target
