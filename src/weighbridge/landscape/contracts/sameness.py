"""Whether two values of two documents say the same, whatever their references lead to, and words for people left aside."""

from collections import defaultdict
from collections.abc import Iterable
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
_Said = tuple[int, dict[str, Spot]]
"""A number that those values share which say the same, and their references by what these say."""


class Sameness:
    """Answers for the documents of two trees; each pair of values is looked at once."""

    def __init__(self, old: Library, new: Library) -> None:
        self._old = old
        self._new = new
        self._plains: dict[tuple[int, bool], _Said] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
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
            for before, after in ((refs[text], other_refs[text]) for text in refs):
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

    def _said(self, spot: Spot) -> "_Said":
        """What a value says, and where the references within it lead from, in a fixed order: those of one text once."""
        return self._plain(spot.node, spot, are_names=False)

    def _plain(self, node: Node, spot: Spot, *, are_names: bool) -> "_Said":
        """The same of any value within; one that stands in many places is gone through once."""
        key = (id(node), are_names)
        if key not in self._plains:
            self._plains[key] = self._read(node, spot, are_names=are_names)
        return self._plains[key]

    def _read(self, node: Node, spot: Spot, *, are_names: bool) -> "_Said":
        if isinstance(node, Scalar):
            return self._number(("one", written(node))), {}
        if isinstance(node, Items):
            items = [self._plain(each, spot, are_names=False) for each in node.items]
            return self._number(("many", *(number for number, _ in items))), _together(refs for _, refs in items)
        entries = node.entries
        kept = entries if are_names else [k for k in entries if k not in _WORDS and not k.startswith("x-doc")]
        found = [(k, self._plain(entries[k][1], spot, are_names=k in _NAMES and not are_names)) for k in sorted(kept)]
        refs = _together(each for _, (_, each) in found)
        reference = entries.get("$ref")
        if reference is not None and isinstance(reference[1], Scalar):
            one = Spot(node=node, path=spot.path, line=reference[0].mark.line, name=spot.name)
            refs = {**refs, written(reference[1]): one}
        return self._number(("named", *((k, number) for k, (number, _) in found))), refs

    def _number(self, shape: tuple[object, ...]) -> int:
        """The same number for values that say the same, by what they are made of."""
        return self._numbers.setdefault(shape, len(self._numbers))


def _together(many: Iterable[dict[str, Spot]]) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    for refs in many:
        for text, spot in refs.items():
            found.setdefault(text, spot)
    return found
