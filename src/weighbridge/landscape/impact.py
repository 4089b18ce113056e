"""Impact: from the changed definitions outwards to everything that can notice.

How deep a definition changed decides where the walk begins: a changed comment begins none, a changed body or signature
begins at every mention. What only a hub that everything uses would pass on is left aside (`landscape.likelihood`), and so
are test files that never get hold of what changed (`landscape.class_gate`).
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath, SymbolId, symbol_id, symbol_name, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, ChangedSymbol, Dependent, EdgeKind, Impact
from weighbridge.facts.mentions import mentions_in
from weighbridge.landscape.class_gate import ClassGate
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.inherited import told_inherited
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.loaded_impact import through_texts
from weighbridge.landscape.reach import Reach
from weighbridge.landscape.values import Symbol
from weighbridge.landscape.walk import NEIGHBOURS, ReferenceFilter, Walk, WalkLimits, id_of, sites_of

AROUND_A_CLASS: Final = WalkLimits(definitions=800, files=200, faintest=0, is_of_holders=True)
"""How far the users of a class are followed to tell which test files get hold of it; beyond, none is left aside."""


def measure_impact(
    landscapes: Landscapes, code: CodeChange, *, limits: WalkLimits | None = None, files: Sequence[FileChange] = ()
) -> Impact:
    """Everything that can notice the change, and what the changed code leans on; `files` are all that changed."""
    noticeable = [s for s in code.symbols if s.depth is not ChangeDepth.TEXT]
    # what is new has no users yet that did not change too: where there is too much to follow, it is left out first
    present = sorted(
        (s for s in noticeable if s.depth is not ChangeDepth.REMOVED), key=lambda s: s.depth is ChangeDepth.ADDED
    )
    removed = [s for s in noticeable if s.depth is ChangeDepth.REMOVED]
    walk = Walk(landscapes.head, limits or WalkLimits(), may_mean=told_apart_overloads(landscapes.head, code))
    walk.start(s.symbol for s in present)
    before = Walk(landscapes.base, limits or WalkLimits(distance=NEIGHBOURS))
    before.start(s.symbol for s in removed)
    walk.run()
    before.run()
    _tell_unfollowed(walk, landscapes.head, changed=present)
    _tell_unfollowed(before, landscapes.base, changed=removed)
    is_whole = not removed and not walk.truncated  # where more test files are not known of, none is left aside
    found = _told_apart(walk.dependents, landscapes.head)
    noticing = _holding(landscapes.head, found, changed=present) if is_whole else found
    texts = through_texts(landscapes.head, files, limits=limits or WalkLimits())
    noticing = _merged(noticing, _told_apart(texts.dependents, landscapes.head))
    losing = [*_still_there(before.dependents, landscapes.head)]
    onward = _Onward(landscapes.head, losing, changed={s.symbol for s in present}, limits=limits or WalkLimits())
    dependents = _merged(noticing, _told_apart([*losing, *onward.dependents()], landscapes.head))
    named = tuple(
        replace(d, component=landscapes.components.component_of(symbol_path(d.symbol)).name) for d in dependents
    )
    reach = Reach(landscapes, code, dependents=named)
    return Impact(
        changed=(*told_inherited(landscapes, code.symbols), *texts.changed),
        dependents=named,
        dependencies=reach.dependencies(),
        reached=reach.all(),
        components=reach.component_edges(),
        changed_components=reach.changed_components(),
        truncated="; ".join(
            dict.fromkeys(
                (
                    *walk.left_out(),
                    *before.left_out(),
                    *onward.left_out(),
                    *texts.left_out,
                    *_unread(landscapes, code),
                    *_cut_short(landscapes),
                )
            )
        ),
        in_use=tuple(path for path in code.files if landscapes.serves_code(path)),
    )


def told_apart_overloads(view: View, code: CodeChange) -> ReferenceFilter | None:
    """What tells the users of changed overloads from those of others of their name; None where there are no overloads."""
    if not any(file.role == "java" for file in code.files.values()):
        return None
    from weighbridge.landscape.overloads import ChangedOverloads  # noqa: PLC0415 - of Java alone

    return ChangedOverloads(view, code).may_mean


def _told_apart(dependents: Iterable[Dependent], view: View) -> list[Dependent]:
    """The dependents, those in files that lie among tests and that production code imports being none of tests."""
    return [
        replace(d, is_test=False) if d.is_test and view.in_use.by_code(symbol_path(d.symbol)) else d for d in dependents
    ]


def _tell_unfollowed(walk: Walk, view: View, *, changed: Iterable[ChangedSymbol]) -> None:
    """Note that a limit left out definitions that others used before."""
    used_before = {s.symbol for s in changed if s.depth is not ChangeDepth.ADDED}
    for symbol in walk.not_followed():
        if symbol in used_before:
            view.evaluator.work.cut(symbol_path(symbol), "more was changed than can be followed to who notices it")


def _unread(landscapes: Landscapes, code: CodeChange) -> tuple[str, ...]:
    return (landscapes.unread.detail,) if landscapes.unread and code.files else ()


def _cut_short(landscapes: Landscapes) -> tuple[str, ...]:
    cut = [why.detail for why in landscapes.cut_short().values()]
    return (f"{cut[0]}{f' (and so in {len(cut) - 1:,} more files)' if cut[1:] else ''}",) if cut else ()


def _holding(view: View, dependents: list[Dependent], *, changed: Sequence[ChangedSymbol]) -> list[Dependent]:
    """The dependents without the test files that cannot hold what changed, or an instance of its class."""
    if not any(dependent.is_test for dependent in dependents):
        return dependents

    def reaches(classes: Iterable[Symbol]) -> frozenset[RepoPath] | None:
        walk = Walk(view, AROUND_A_CLASS)
        walk.start(id_of(view, each) for each in classes)
        walk.run()
        return None if walk.truncated else frozenset(symbol_path(d.symbol) for d in walk.dependents)

    files = ClassGate(
        view, [site for s in dict.fromkeys(s.symbol for s in changed) for site in sites_of(view, s)], reaches=reaches
    ).files()
    return [d for d in dependents if files is None or not d.is_test or symbol_path(d.symbol) in files]


def _merged(one: list[Dependent], other: Iterable[Dependent]) -> list[Dependent]:
    known = {d.symbol for d in one}
    return one + [d for d in other if d.symbol not in known]


class _Onward:
    """Who notices through those that lose what they used: they are not changed, and do no more what they did.

    A file that imports what is gone does not load, so all that it defines is lost with it.
    """

    def __init__(
        self, head: View, losing: Sequence[Dependent], *, changed: Container[SymbolId], limits: WalkLimits
    ) -> None:
        self._losing: dict[SymbolId, Dependent] = {}
        for each in (d for d in losing if _still_names(head, d)):
            for symbol in (each.symbol, *_lost_with(head, each)):
                if symbol not in changed:
                    self._losing.setdefault(symbol, each)
        self._walk = Walk(head, limits)
        self._walk.start(self._losing)
        self._walk.run()

    def dependents(self) -> Iterator[Dependent]:
        """Each with the whole path to what is gone."""
        for each in self._walk.dependents:
            through = self._losing[each.path[-1].target]
            path = (*each.path, *through.path)
            inferred = Certainty.INFERRED in (each.certainty, through.certainty)
            certainty = Certainty.INFERRED if inferred else Certainty.SEEN
            yield replace(each, path=path, distance=len(path), certainty=certainty)

    def left_out(self) -> Iterator[str]:
        """What was not looked at, in words."""
        return self._walk.left_out()


def _still_names(head: View, dependent: Dependent) -> bool:
    """Whether the file of who used something that is gone names it still; of a whole file nobody knows by which name."""
    path, name = symbol_path(dependent.symbol), symbol_name(dependent.path[-1].target).rpartition(".")[2]
    facts = head.landscape.facts(path)
    if facts is None or not name:
        return True
    return any(imported.name == name for imported in facts.imports) or name in mentions_in(facts)


def _lost_with(head: View, dependent: Dependent) -> Iterator[SymbolId]:
    """What a file defines that loses something while it is loaded."""
    path = symbol_path(dependent.symbol)
    facts = head.landscape.facts(path) if dependent.symbol == symbol_id(path, "") else None
    if facts is not None and dependent.path[0].kind is EdgeKind.IMPORTS:
        yield from (symbol_id(path, each.name) for each in facts.definitions[1:] if each.parent == 0 and each.name)


def _still_there(dependents: Iterable[Dependent], head: View) -> Iterator[Dependent]:
    """The users of something removed that still stand in head."""
    for dependent in dependents:
        if any(True for _ in sites_of(head, dependent.symbol)):
            yield dependent
