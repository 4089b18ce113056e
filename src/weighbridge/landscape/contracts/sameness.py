"""Whether two values of two documents say the same, whatever their references lead to, and words for people left aside."""

from collections import defaultdict
from typing import Final

from weighbridge.landscape.contracts.library import Library, Spot
from weighbridge.landscape.contracts.written_values import written
from weighbridge.landscape.documents.nodes import Items, Node, Scalar

_WORDS: Final = frozenset(
    {"description", "summary", "title", "externalDocs", "example", "examples", "$comment", "tags"}
)
_NAMES: Final = frozenset({"properties", "patternProperties", "parameters", "headers", "schemas", "definitions"})
"""Keys of mappings from names, among which a word of people's is a name like others."""

Pair = tuple[int, int]


class Sameness:
    """Answers for the documents of two trees; each pair of values is looked at once."""

    def __init__(self, old: Library, new: Library) -> None:
        self._old = old
        self._new = new
        self._plain: dict[int, tuple[object, tuple[Spot, ...]]] = {}
        self._is_same: dict[Pair, bool] = {}

    def same(self, old: Spot, new: Spot) -> bool:
        """Whether both say the same."""
        pair = (id(old.node), id(new.node))
        if pair not in self._is_same:
            self._explore(old, new)
        return self._is_same[pair]

    def alike(self, old: Spot, new: Spot) -> bool:
        """Whether both are written alike; what their references lead to is not asked."""
        return self._said(old)[0] == self._said(new)[0]

    def _explore(self, old: Spot, new: Spot) -> None:
        """Look at everything that two values lead to, and pass on from where they differ what leads there."""
        leading: defaultdict[Pair, list[Pair]] = defaultdict(list)
        seen: set[Pair] = {(id(old.node), id(new.node))}
        waiting = [(old, new)]
        different: list[Pair] = []
        while waiting:
            one, other = waiting.pop()
            pair = (id(one.node), id(other.node))
            (said, refs), (other_said, other_refs) = self._said(one), self._said(other)
            if said != other_said:
                different.append(pair)
                continue
            for before, after in zip(refs, other_refs, strict=True):
                target, other_target = self._old.follow(before), self._new.follow(after)
                if target is None or other_target is None:
                    if (target is None) != (other_target is None):
                        different.append(pair)
                    continue
                next_pair = (id(target.node), id(other_target.node))
                known = self._is_same.get(next_pair)
                if known is False:
                    different.append(pair)
                elif known is None:
                    leading[next_pair].append(pair)
                    if next_pair not in seen:
                        seen.add(next_pair)
                        waiting.append((target, other_target))
        self._conclude(seen, different, leading=leading)

    def _conclude(self, seen: set[Pair], different: list[Pair], *, leading: dict[Pair, list[Pair]]) -> None:
        is_different: set[Pair] = set()
        while different:
            pair = different.pop()
            if pair not in is_different:
                is_different.add(pair)
                different += leading.get(pair, ())
        for pair in seen:
            self._is_same[pair] = pair not in is_different

    def _said(self, spot: Spot) -> tuple[object, tuple[Spot, ...]]:
        """What a value says, in a form that can be compared, and the references within it in a fixed order."""
        key = id(spot.node)
        if key not in self._plain:
            refs: list[Spot] = []
            plain = _plain(spot.node, spot, refs=refs, are_names=False)
            self._plain[key] = (plain, tuple(refs))
        return self._plain[key]


def _plain(node: Node, spot: Spot, *, refs: list[Spot], are_names: bool) -> object:
    if isinstance(node, Scalar):
        return written(node)
    if isinstance(node, Items):
        return [_plain(each, spot, refs=refs, are_names=False) for each in node.items]
    entries = node.entries
    reference = entries.get("$ref")
    if reference is not None and isinstance(reference[1], Scalar):
        refs.append(Spot(node=node, path=spot.path, line=reference[0].mark.line, name=spot.name))
    kept = entries if are_names else [k for k in entries if k not in _WORDS and not k.startswith("x-doc")]
    return {k: _plain(entries[k][1], spot, refs=refs, are_names=k in _NAMES and not are_names) for k in sorted(kept)}
