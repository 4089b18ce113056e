"""What the map of a change shows, before anything is drawn: who can notice left, the change, what it leans on right.

Two pictures: the components, and the symbols while they are few enough to be read. Larger ones are folded by
component; what is still too much is left out and said to be.
"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import SymbolId, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, ComponentEdge, Edge, Impact, ReachedKind
from weighbridge.domain.package import Decision
from weighbridge.domain.system import Component
from weighbridge.landscape.test_files import is_test
from weighbridge.review.sentences import count, named, verb

LARGEST: Final = 60
"""More nodes than this are not a picture any more."""
CHANGED: Final = "changed"
"""What the second line of a changed node says, or ends with."""


class Role(StrEnum):
    """Which side of the change a node stands on."""

    DEPENDENT = "can notice"
    CHANGED = "changed"
    DEPENDENCY = "leaned on"


class Node(Struct, frozen=True, kw_only=True):
    """One box: `tier` is 0 where nobody knows it; `detail` is its second line, its parts joined by commas."""

    key: str
    name: str
    role: Role
    detail: str = ""
    tier: int = 0
    is_entry: bool = False


class Arrow(Struct, frozen=True, kw_only=True):
    """`source` uses `target` (keys of nodes); `count` uses are folded into it."""

    source: str
    target: str
    words: str
    certainty: Certainty
    is_new: bool = False
    count: int = 1


class Picture(Struct, frozen=True, kw_only=True):
    """Nodes and arrows in a stable order; `left_out` says what is not shown."""

    title: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    left_out: str = ""

    @property
    def described(self) -> str:
        """The picture in words, for whoever does not see it."""
        by_role = Counter(node.role for node in self.nodes)
        parts = [f"{by_role[role]} {words}" for role, words in _ROLE_WORDS if by_role[role]]
        tier_one = [node.name for node in self.nodes if node.tier == 1]
        tiers = f" Tier 1: {', '.join(tier_one[:6])}." if tier_one else ""
        new = [f"{a.source} on {a.target}" for a in self.arrows if a.is_new]
        added = f" New: {', '.join(new[:6])}." if new else ""
        return f"{self.title}: {', '.join(parts)}.{tiers}{added}"


_ROLE_WORDS: Final = (
    (Role.DEPENDENT, "that can notice"),
    (Role.CHANGED, "changed"),
    (Role.DEPENDENCY, "that it leans on"),
)


def pictures(decision: Decision) -> tuple[Picture, ...]:
    """The pictures worth drawing: components when there are several, symbols when they are few enough."""
    symbols = symbol_picture(decision)
    drawn = []
    components = component_picture(decision)
    if len(components.nodes) > 1:
        drawn.append(components)
    if symbols.arrows and len(symbols.nodes) <= LARGEST:
        drawn.append(symbols)
    return tuple(drawn)


def symbol_picture(decision: Decision) -> Picture:
    """Every symbol on a path from something that can notice to something changed, and what that leans on."""
    impact = decision.impact
    behaviour = {c.symbol for c in impact.changed if c.depth is not ChangeDepth.TEXT}
    changed = {
        symbol for symbol in behaviour if not is_test(symbol_path(symbol)) or symbol_path(symbol) in impact.in_use
    }
    tests = len(behaviour) - len(changed)
    depths = {c.symbol: c.depth for c in impact.changed}
    edges = dict.fromkeys(e for d in impact.dependents if not d.is_test for e in d.path)
    left = {e.source for e in edges} - changed
    edges.update(dict.fromkeys(e for e in impact.dependencies if e.source in changed))
    everything = dict.fromkeys([*sorted(changed), *(s for e in edges for s in (e.source, e.target))])
    home = _Homes(decision)
    nodes = [
        Node(
            key=symbol,
            name=named(symbol),
            detail=_depth_words(depths[symbol]) if symbol in changed else home.of(symbol),
            role=_role(symbol, changed=changed, left=left),
            tier=home.tier(symbol),
        )
        for symbol in everything
    ]
    arrows = [_symbol_arrow(e, home) for e in edges]
    entries = [r for r in impact.reached if r.kind is ReachedKind.ENTRY_POINT and r.path]
    for reached in entries:
        key = f"entry:{reached.name}"
        nodes.append(Node(key=key, name=reached.name, role=Role.DEPENDENT, detail="entry point", is_entry=True))
        arrows.append(Arrow(source=key, target=reached.path[0].source, words="enters", certainty=Certainty.SEEN))
    left_out = f"{count(tests, 'changed test')} not shown" if tests else ""
    return Picture(title="Symbols", nodes=tuple(nodes), arrows=tuple(dict.fromkeys(arrows)), left_out=left_out)


def _depth_words(depth: ChangeDepth) -> str:
    return f"{depth} {CHANGED}" if depth in (ChangeDepth.BODY, ChangeDepth.SIGNATURE) else str(depth)


def _role(symbol: SymbolId, *, changed: set[SymbolId], left: set[SymbolId]) -> Role:
    if symbol in changed:
        return Role.CHANGED
    return Role.DEPENDENT if symbol in left else Role.DEPENDENCY


def _symbol_arrow(edge: Edge, home: "_Homes") -> Arrow:
    return Arrow(
        source=edge.source,
        target=edge.target,
        words=verb(edge),
        certainty=edge.certainty,
        is_new=home.is_new(edge),
    )


class _Homes:
    """Which component a symbol belongs to, and which dependencies between components are new."""

    def __init__(self, decision: Decision) -> None:
        self._roots = sorted(
            ((root, c) for c in decision.components for root in c.roots), key=lambda pair: len(pair[0]), reverse=True
        )
        self._known = {d.symbol: d.component for d in decision.impact.dependents if d.component}
        self._new = {(e.source, e.target) for e in decision.impact.components if e.is_new}
        self._tiers = {c.name: c.tier.value for c in decision.components}

    def of(self, symbol: SymbolId) -> str:
        """The component's name; the top-level folder where no component is known."""
        if symbol in self._known:
            return self._known[symbol]
        path = symbol_path(symbol)
        found = next((c for root, c in self._roots if not root or path == root or path.startswith(root + "/")), None)
        return found.name if found else path.partition("/")[0]

    def tier(self, symbol: SymbolId) -> int:
        """The tier of the symbol's component, 0 where nobody knows it."""
        return self._tiers.get(self.of(symbol), 0)

    def is_new(self, edge: Edge) -> bool:
        """Whether the edge crosses from one component to another that it did not lean on before."""
        return (self.of(edge.source), self.of(edge.target)) in self._new


def component_picture(decision: Decision) -> Picture:
    """The components around the change, with what the symbol-level walk and the landscape say of them."""
    impact, home = decision.impact, _Homes(decision)
    changed = dict.fromkeys(impact.changed_components)
    inside = Counter(home.of(d.symbol) for d in impact.dependents if not d.is_test)
    walked = _walked(impact, home)
    near = [e for e in impact.components if e.source != e.target]
    arrows = _merged([*near, *walked])
    shown, dropped = _nearest(changed, arrows, inside=inside)
    known = {c.name: c for c in decision.components}
    noticing = _noticing(changed, arrows)
    nodes = [
        _component_node(
            name,
            role=Role.CHANGED if name in changed else noticing.get(name, Role.DEPENDENCY),
            known=known.get(name),
            users=inside[name],
        )
        for name in shown
    ]
    kept = tuple(a for a in arrows if a.source in shown and a.target in shown)
    left_out = f"{count(dropped, 'more component')} not shown" if dropped else ""
    return Picture(title="Components", nodes=tuple(nodes), arrows=kept, left_out=left_out)


def _component_node(name: str, *, role: Role, known: Component | None, users: int) -> Node:
    about = []
    if known:
        about.append(str(known.kind))
    if role is Role.CHANGED:
        about.append(CHANGED)
    elif users:
        about.append(count(users, "dependent"))
    return Node(key=name, name=name, role=role, detail=", ".join(about), tier=known.tier.value if known else 0)


def _walked(impact: Impact, home: _Homes) -> list[ComponentEdge]:
    """The dependencies between components that the walk from the changed symbols went over."""
    pairs: dict[tuple[str, str], ComponentEdge] = {}
    every = dict.fromkeys([*(e for d in impact.dependents if not d.is_test for e in d.path), *impact.dependencies])
    for e in every:
        pair = home.of(e.source), home.of(e.target)
        if pair[0] != pair[1]:
            known = pairs.get(pair)
            sure = e.certainty if known is None or e.certainty is Certainty.SEEN else known.certainty
            pairs[pair] = ComponentEdge(
                source=pair[0], target=pair[1], count=known.count + 1 if known else 1, certainty=sure
            )
    return list(pairs.values())


def _merged(edges: Iterable[ComponentEdge]) -> tuple[Arrow, ...]:
    """One arrow a pair; the landscape's own count and certainty, being whole, win over the walk's."""
    arrows: dict[tuple[str, str], Arrow] = {}
    for e in edges:
        arrow = Arrow(
            source=e.source, target=e.target, words="leans on", certainty=e.certainty, is_new=e.is_new, count=e.count
        )
        arrows.setdefault((e.source, e.target), arrow)
    return tuple(arrows[pair] for pair in sorted(arrows))


def _nearest(changed: dict[str, None], arrows: tuple[Arrow, ...], *, inside: Counter[str]) -> tuple[list[str], int]:
    """The components to show, and how many are not: the changed ones with the most uses, then whoever is reached most."""
    uses: Counter[str] = Counter()
    for arrow in arrows:
        for name in (arrow.source, arrow.target):
            uses[name] += arrow.count + 1000 * arrow.is_new
    room = LARGEST if len(changed) + len(uses) <= LARGEST else LARGEST // 3
    ours = sorted(changed, key=lambda name: (-uses[name], name))[:room]
    beside = {n for a in arrows for n in (a.source, a.target) if a.source in ours or a.target in ours} - changed.keys()
    others = sorted(uses.keys() - changed.keys(), key=lambda n: (n not in beside, -uses[n] - inside[n], n))
    shown = [*ours, *others[: LARGEST - len(ours)]]
    return shown, len(changed.keys() | uses.keys()) - len(shown)


def _noticing(changed: dict[str, None], arrows: tuple[Arrow, ...]) -> dict[str, Role]:
    """Every component from which arrows lead to a changed one."""
    users: dict[str, list[str]] = {}
    for arrow in arrows:
        users.setdefault(arrow.target, []).append(arrow.source)
    found: dict[str, Role] = {}
    waiting = list(changed)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in found and user not in changed:
                found[user] = Role.DEPENDENT
                waiting.append(user)
    return found
