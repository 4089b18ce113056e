"""Globs of paths in the library's own words: most are a prefix or a suffix, which is a hundred times faster than a pattern."""

import re
from typing import Final

from msgspec import Struct

from weighbridge.landscape.globs import glob_pattern
from weighbridge.policy.conditions.cost import Cost
from weighbridge.policy.conditions.nodes import BOOL, STRING, Call, Literal, Node

_WILD: Final = re.compile(r"[*?]+")
_ENDING: Final = re.compile(r"\*\*/\*([^*?/]+)")


def glob_node(node_id: int, path: Node, *, globs: tuple[str, ...]) -> Node:
    """What asks whether `path` lies in one of `globs`."""
    asker = _Asker(node_id, path)
    asked = [asker.glob(glob) for glob in globs]
    while len(asked) > 1:  # by halves: what is nested deep cannot be handed over
        asked = [
            asker.either(*pair) if len(pair) > 1 else pair[0]
            for pair in (asked[n : n + 2] for n in range(0, len(asked), 2))
        ]
    return asked[0]


class _Asker(Struct, frozen=True, eq=False):
    """Makes questions about one path, all of them under the id of the call they stand for."""

    node_id: int
    path: Node

    def glob(self, glob: str) -> Node:
        """Whether it lies in one glob."""
        if root := literal_root(glob):
            return self._below(root[0], is_itself=root[1])
        bare = _bare(glob)
        if ending := _ENDING.fullmatch(bare):  # such a file, or whatever lies in a folder that is called so
            return self.either(self.method("endsWith", ending[1]), self.method("contains", f"{ending[1]}/"))
        asked: Node = self.method("matches", f"^(?:{glob_pattern(glob)})$")
        pieces = _WILD.split(bare)
        if longest := max(pieces, key=len).strip("/"):
            asked = self.both(self.method("contains", longest), asked)
        return self.both(self.method("startsWith", pieces[0]), asked) if pieces[0] else asked

    def _below(self, root: str, *, is_itself: bool) -> Node:
        if not root:
            return Literal(id=self.node_id, kind=BOOL, value=True)
        below = self.method("startsWith", f"{root}/")
        return self.either(self.equals(root), below) if is_itself else below

    def equals(self, value: str) -> Node:
        """Whether it is this very path."""
        return self._call("_==_", self.path, Literal(id=self.node_id, kind=STRING, value=value))

    def method(self, function: str, argument: str) -> Node:
        """What a function of texts says of it."""
        text = Literal(id=self.node_id, kind=STRING, value=argument)
        return Call(id=self.node_id, target=self.path, function=function, args=(text,))

    def both(self, one: Node, other: Node) -> Node:
        """Whether both hold."""
        return self._call("_&&_", one, other)

    def either(self, one: Node, other: Node) -> Node:
        """Whether one of them holds."""
        return self._call("_||_", one, other)

    def _call(self, function: str, *args: Node) -> Node:
        return Call(id=self.node_id, target=None, function=function, args=args)


def glob_cost(globs: tuple[str, ...]) -> Cost:
    """What it costs to ask: a few steps each, more for those that need a pattern."""
    return Cost(sum(300 if _needs_pattern(glob) else 10 for glob in globs))


def _needs_pattern(glob: str) -> bool:
    return literal_root(glob) is None and not _ENDING.fullmatch(_bare(glob))


def literal_root(glob: str) -> tuple[str, bool] | None:
    """The folder that a glob means outright, empty for the whole repository, and whether it holds a file of that name.

    None when it has wildcards that must be looked at.
    """
    bare = _bare(glob)
    if bare in ("", ".", "**"):
        return "", True
    root = bare.removesuffix("/**")
    return None if _WILD.search(root) else (root, root == bare)


def _bare(glob: str) -> str:
    return glob.strip("/").removeprefix("./")
