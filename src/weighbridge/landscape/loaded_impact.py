"""What can notice a changed file that is no code: the code that reads it by name, and what can notice that."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath, SymbolId, symbol_id, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, ChangedSymbol, Dependent, Edge, EdgeKind
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.loaded_texts import LoadedTexts
from weighbridge.landscape.test_files import is_test, stands_aside
from weighbridge.landscape.walk import Walk, WalkLimits

_MOST_FILES: Final = 200


class ThroughTexts(Struct, frozen=True, kw_only=True):
    """The changed files that code reads, who notices them, and what was not looked at."""

    changed: tuple[ChangedSymbol, ...] = ()
    dependents: tuple[Dependent, ...] = ()
    left_out: tuple[str, ...] = ()


def through_texts(view: View, files: Sequence[FileChange], *, limits: WalkLimits) -> ThroughTexts:
    """Follow the changed files that are no code to the code that names them, and on from there.

    What only scripts and the like read (a `setup.py` its README) is left aside.
    """
    plain = [f for f in files if f.head is not None and role_of(f.path) not in CODE]
    texts = LoadedTexts(view.landscape)
    edges: dict[SymbolId, Edge] = {}
    changed: list[ChangedSymbol] = []
    for file in plain[:_MOST_FILES]:
        target = symbol_id(file.path, "")
        loaders = [each for each in texts.loaders(file.path) if _counts(symbol_path(each.symbol))]
        for each in loaders:
            edges.setdefault(
                each.symbol,
                Edge(source=each.symbol, target=target, kind=EdgeKind.LOADS, certainty=Certainty.SEEN, line=each.line),
            )
        if any(not is_test(symbol_path(each.symbol)) for each in loaders):
            depth = ChangeDepth.BODY if file.base is not None else ChangeDepth.ADDED
            changed.append(ChangedSymbol(symbol=target, kind="text", depth=depth, line=1))
    more = len(plain) - _MOST_FILES
    left = (f"{more:,} further files were not looked for in code that may read them",) if more > 0 else ()
    return _followed(view, edges, changed=changed, left=left, limits=limits)


def _counts(path: RepoPath) -> bool:
    return is_test(path) or not stands_aside(path)


def _followed(
    view: View, edges: dict[SymbolId, Edge], *, changed: list[ChangedSymbol], left: tuple[str, ...], limits: WalkLimits
) -> ThroughTexts:
    if not edges:
        return ThroughTexts(changed=tuple(changed), left_out=left)
    walk = Walk(view, limits)
    walk.start(edges)
    walk.run()
    near = [
        Dependent(
            symbol=symbol, distance=1, certainty=Certainty.SEEN, path=(edge,), is_test=is_test(symbol_path(symbol))
        )
        for symbol, edge in edges.items()
    ]
    far = [
        replace(d, distance=d.distance + 1, path=(*d.path, edges[d.path[-1].target]))
        for d in walk.dependents
        if d.symbol not in edges and d.path[-1].target in edges
    ]
    return ThroughTexts(changed=tuple(changed), dependents=(*near, *far), left_out=(*left, *walk.left_out()))
