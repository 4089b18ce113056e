"""One large package is a system of its own: the folders in it, where it branches, stand in for components."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.components.drafts import Draft
from weighbridge.landscape.components.placing import Files, enclosing, is_foreign, is_staged
from weighbridge.landscape.manifests.claims import Authority, Claim

LARGE: Final = 120
"""Code files from which on a single component hides more than it shows."""
SHARE: Final = 0.8
"""The share of all code one component must hold for the rest to be beside the point."""
FEWEST, MOST = 3, 80
"""How many pieces help: fewer show nothing, more cannot be taken in."""

_CONTAINERS: Final = frozenset(("src", "lib", "internal", "pkg", "cmd", "app", "apps", "packages", "modules", "main"))


def pieces_of_the_one(code: Files, drafts: dict[RepoPath, Draft]) -> list[Draft]:
    """Drafts for the folders of the one component that holds nearly all code; none when there is no such component."""
    held: defaultdict[int, list[RepoPath]] = defaultdict(list)
    by_identity = {id(draft): draft for draft in drafts.values()}
    for folder, inside in code.items():
        around = enclosing(folder, drafts)
        for path in inside if not is_foreign(inside[0]) and not is_staged(inside[0]) else ():
            holder = drafts.get(path, around)
            if holder is not None:
                held[id(holder)].append(path)
    total = sum(map(len, held.values()))
    largest = max(held, key=lambda k: len(held[k]), default=None)
    if largest is None or len(held[largest]) < LARGE or len(held[largest]) < SHARE * total:
        return []
    whole = by_identity[largest]
    if whole.declared is not None or len(whole.roots) != 1:
        return []
    found = [root for root in _branches(held[largest], whole.roots[0]) if root not in drafts]
    return [_piece(root) for root in found] if FEWEST <= len(found) <= MOST else []


def _branches(paths: Sequence[RepoPath], root: str) -> list[RepoPath]:
    """The folders directly below where the code branches, containers such as `internal` opened up."""
    here = root
    children = _children(paths, here)
    while children:
        first, count = children.most_common(1)[0]
        deeper = _children(paths, _join(here, first))
        if count < 0.75 * len(paths) or not deeper or len(deeper) > MOST:
            break
        here, children = _join(here, first), deeper
    if sum(children.values()) < len(paths) / 2:
        return []
    folders: list[RepoPath] = []
    for name in sorted(children):
        place = _join(here, name)
        inner = _children(paths, place) if name in _CONTAINERS else Counter[str]()
        folders += [_join(place, n) for n in sorted(inner)] if inner else [place]
    return folders


def _children(paths: Sequence[RepoPath], folder: str) -> Counter[str]:
    """The folders directly in `folder`, each with how many code files lie in it at any depth."""
    prefix = f"{folder}/" if folder else ""
    below = (path[len(prefix) :] for path in paths if path.startswith(prefix))
    return Counter(rest.partition("/")[0] for rest in below if "/" in rest)


def _join(folder: str, name: str) -> RepoPath:
    return RepoPath(f"{folder}/{name}" if folder else name)


def _piece(root: RepoPath) -> Draft:
    claim = Claim(root=root, name=root, authority=Authority.PIECE, source=root, kind=ComponentKind.FOLDER)
    return Draft(roots=(root,), claims=[claim])
