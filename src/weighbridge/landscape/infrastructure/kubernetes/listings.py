"""What files of Kustomize no longer list, and what they do to the rest."""

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.kubernetes.fates import End, Fate, Fates
from weighbridge.landscape.infrastructure.kubernetes.kustomize.build import FILES
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, named, part, tables
from weighbridge.landscape.infrastructure.kubernetes.overlays import GENERATORS, is_far, overlay_lapses, targets
from weighbridge.landscape.infrastructure.kubernetes.reading import ENDINGS, REMEDY, read_document, read_manifest
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Kustomizations

_GRAVE: Final = frozenset(
    {"PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition", "StatefulSet", "NetworkPolicy",
     "CiliumNetworkPolicy", "Deployment", "DaemonSet", "HelmRelease", "Kustomization", "Application"}
)  # fmt: skip
_CHARTS: Final = (("helmCharts", "name", "version"), ("helmChartInflationGenerator", "chartName", "chartVersion"))
"""The lists of charts that it renders, with what says a chart's name and version."""
_REVISION: Final = LatePattern(r"^\?(?:ref=)?")
_MOST: Final = 1_000_000
_DEEPEST: Final = 4
_SHOWN: Final = 3
_ADD: Final = "add it, or list what is there"
PRUNED: Final = "where Flux or Argo CD prunes what is no longer declared"


def listing_lapses(files: Kustomizations, fates: Fates) -> Iterator[tuple[Object, Lapse]]:
    """What is worse than before, with the file that says so."""
    for old, new in files.kept:
        for lapse in (
            *_dropped(old, new, files=files, fates=fates),
            *_unmade(old, new, files=files),
            *overlay_lapses(old, new),
        ):
            yield new, lapse


def unseen(files: Kustomizations) -> Iterator[tuple[RepoPath, CouldNotLook]]:
    """What files of Kustomize list otherwise and nobody can look at here: bases in other repositories, and charts."""
    for old, new in files.sides:
        if new is None:
            continue  # that nothing is listed any more is told of whatever lists the file
        before, after = (_elsewhere(each) for each in (old, new))
        for name in dict.fromkeys((*before, *after)):
            was, now = before.get(name), after.get(name)
            if was != now:
                moved = "is gone" if now is None else f"goes from `{was}` to `{now}`" if was is not None else "is new"
                detail = f"{new.path}: `{name}` {moved}: what it declares lies elsewhere, and was not looked at"
                yield new.path, CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy=REMEDY)


def missing(files: Kustomizations) -> Iterator[tuple[RepoPath, CouldNotLook]]:
    """What files of Kustomize list from now on and is nowhere: Kustomize refuses to build any of it."""
    tree, _ = files.around()
    for old, new in files.sides:
        known = targets(old) if old is not None else {}
        for target, written in targets(new).items() if new is not None else ():
            is_here = target in tree or any(f"{target}/{name}" in tree for name in FILES)
            if new is None or target in known or is_here or is_far(written) or "{" in written:
                continue
            place = new.at("resources", written)
            detail = f"{new.path}:{place.line}: `{written}` is listed, and there is no such file, and no folder with a file of Kustomize: nothing is built"
            yield new.path, CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy=_ADD)


def _elsewhere(of: Object | None) -> dict[str, str]:
    """What a file of Kustomize lists that lies in no tree, with the revision or version of each."""
    if of is None:
        return {}
    found = {
        far: _REVISION.sub("", written.removeprefix(far))
        for written in targets(of).values()
        if (far := is_far(written))
    }
    for kind, name, version in _CHARTS:
        for each in tables(of.values.get(kind)):
            found[f"chart {each.get(name)}"] = str(each.get(version) or "")
    return found


def _dropped(old: Object, new: Object, *, files: Kustomizations, fates: Fates) -> Iterator[Lapse]:
    """What it listed, no changed file of Kustomize lists any more, and still is in the tree or lies elsewhere."""
    listed = {target for _, each in files.sides if each is not None for target in targets(each)}
    come = listed - targets(old).keys()
    reached: set[tuple[str, str]] | None = None
    beside: list[Object] = []
    for target, written in targets(old).items():
        if target in listed:
            continue
        if is_far(written):
            if posixpath.basename(target) not in map(posixpath.basename, come):
                words = f"`{target}` is no longer applied: all it declares is deleted {PRUNED}"
                yield Lapse(steps=("resources",), words=words, anchor=f"resources {target}")
            continue
        held = list(_held(target, files, depth=0))
        if held and reached is None:
            fresh = targets(new).keys() - targets(old).keys()
            reached = {(each.kind, each.key[3]) for path in fresh for each in _held(path, files, depth=0)}
            beside = list(_beside(new, files, listed=listed))
            reached |= {(each.kind, each.key[3]) for each in beside}
        held = [each for each in held if (each.kind, each.key[3]) not in (reached or ())]
        if not held:
            continue  # the file itself is gone or moved, and is told of; or what it declares is declared by what is listed instead
        taker = _taker(target, beside) if any(each.kind in _GRAVE for each in held) else None
        yield from _by_fate(
            written, anchor=f"resources {target}", ends=_ends(held, taker, fates=fates, listed_by=old.path)
        )


_Ends = Mapping[End, Sequence[tuple[Object, str]]]


def _ends(held: Iterable[Object], taker: Object | None, *, fates: Fates, listed_by: RepoPath) -> _Ends:
    """The objects by what becomes of them, each with who sees to that, in words."""
    ends: dict[End, list[tuple[Object, str]]] = {}
    for each in held:
        fate = fates.of(each, listed_by=listed_by)
        if taker is not None and fate.end is End.GONE and not fate.words:
            fate = Fate(end=End.MOVED, words=f"{taker.name} (`{taker.path}`)")
        ends.setdefault(fate.end, []).append((each, fate.words))
    return ends


def _by_fate(written: str, *, anchor: str, ends: _Ends) -> Iterator[Lapse]:
    """What is told of one entry that is no longer listed: the worst that becomes of its objects."""
    for end in (End.GONE, End.LEFT, End.MOVED):
        found = [each for each, _ in ends.get(end, ())]
        if not found:
            continue
        by = ends[end][0][1]
        words = f"`{written}` is no longer applied: {_deleted(found)} {f'by {by}' if by else PRUNED}"
        if end is End.LEFT:
            words = f"`{written}` is no longer applied, and what it declares runs on, for {by}: nobody mends or watches {_said(found)} any more"
        elif end is End.MOVED:
            words = f"`{written}` is applied by {by} from now on: if this one prunes before that one has applied it, {_deleted(found)} in between"
        grave = end is End.GONE and any(each.kind in _GRAVE for each in found)
        yield Lapse(
            steps=("resources",),
            words=words,
            severity=Severity.HIGH if grave else Severity.MEDIUM,
            anchor=anchor,
        )
        return  # the worst of it speaks for the entry


def _said(held: Sequence[Object]) -> str:
    more = f" and {len(held) - _SHOWN} more" if len(held) > _SHOWN else ""
    return ", ".join(each.name for each in held[:_SHOWN]) + more


def _deleted(held: Sequence[Object]) -> str:
    return f"{_said(held)} {'is' if len(held) == 1 else 'are'} deleted"


def _beside(of: Object, files: Kustomizations, *, listed: Collection[str]) -> Iterator[Object]:
    """The objects of files below the folder of a file of Kustomize that the change touches, and lists in one that it touches too."""
    tree, read = files.around()
    folder = posixpath.dirname(of.path)
    for path in files.changed if folder else ():
        is_one = path in listed and path.endswith(ENDINGS) and path.startswith(f"{folder}/") and path in tree
        data = read(tree.blobs[path].oid, _MOST) if is_one else None
        if isinstance(data, bytes):
            yield from read_manifest(data, path, side=Side.HEAD).objects


def _taker(target: str, beside: Iterable[Object]) -> Object | None:
    """Flux's own Kustomization that applies a path."""
    for each in beside:
        path = part(each.values, "spec", "path")
        if each.kind == "Kustomization" and isinstance(path, str) and posixpath.normpath(path.lstrip("/")) == target:
            return each
    return None


def _unmade(old: Object, new: Object, *, files: Kustomizations) -> Iterator[Lapse]:
    """Settings that it makes no more, and that a file it lists still names."""
    for kind in GENERATORS:
        for name in named(old.values.get(kind)).keys() - named(new.values.get(kind)).keys():
            tree, read = files.around()
            paths = [RepoPath(each) for each in targets(new) if each in tree]
            texts = ((path, read(tree.blobs[path].oid, _MOST)) for path in paths)
            user = next((path for path, data in texts if isinstance(data, bytes) and name.encode() in data), None)
            if user is not None:
                words = f"`{name}` is no longer made, and `{user}` still names it: no new pod that takes settings from it is started"
                yield Lapse(steps=(kind,), words=words, severity=Severity.HIGH, anchor=f"{kind} {name}")


def _held(target: str, files: Kustomizations, *, depth: int) -> Iterator[Object]:
    """The objects that a path of the head still declares; a folder's by its own file of Kustomize."""
    if depth > _DEEPEST:
        return
    tree, read = files.around()
    path = RepoPath(target)
    if path in tree:
        data = read(tree.blobs[path].oid, _MOST)
        yield from read_manifest(data, path, side=Side.HEAD).objects if isinstance(data, bytes) else ()
        return
    inner = next((RepoPath(f"{target}/{name}") for name in FILES if f"{target}/{name}" in tree), None)
    listing = read(tree.blobs[inner].oid, _MOST) if inner is not None else None
    if inner is None or not isinstance(listing, bytes):
        return
    of = read_document(listing, inner, side=Side.HEAD, kind="Kustomization")
    for each in targets(of) if isinstance(of, Object) else ():
        yield from _held(each, files, depth=depth + 1)
