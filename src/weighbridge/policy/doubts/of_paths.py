"""Conditions about paths that this tree does not have, of which most are slips of the pen."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.shapes import nearest
from weighbridge.policy.conditions.condition import Condition as Checked
from weighbridge.policy.doubts.doubt import Doubt
from weighbridge.policy.policy import Policy, conditions_of

_WILD: Final = re.compile(r"[*?\[{]")


class Tree(Struct, frozen=True, kw_only=True):
    """The work tree beside the policy: whether a path is there, and what lies at its top."""

    holds: Callable[[str], bool]
    top: tuple[str, ...] = ()


def doubts_of_paths(policy: Policy, tree: Tree | None, *, written_here: Sequence[str]) -> Iterator[Doubt]:
    """What the conditions of the places in `written_here` ask of paths that are not there; packs speak of any tree."""
    if tree is None:
        return
    for about, condition in conditions_of(policy):
        if about not in written_here or not isinstance(condition, Checked):
            continue
        for ask in condition.asks:
            for pattern in ask.patterns if ask.question.is_of_paths else ():
                root = _root(pattern)
                if root and not tree.holds(root):
                    yield _doubt(about, pattern, root=root, tree=tree)


def _doubt(about: str, pattern: str, *, root: str, tree: Tree) -> Doubt:
    first, slash, rest = pattern.strip("/").partition("/")
    close = nearest(first, tree.top) if not tree.holds(first) else ""
    hint = f"did you mean `{close}{slash}{rest}`?" if close else "correct it, or leave it where the path is to come"
    return Doubt(
        about=about, message=f"`{pattern}` holds of no change: there is no `{root}` here", remedy=hint, is_sure=True
    )


def _root(pattern: str) -> str:
    """The folders, or the file, that a pattern names outright before its first wildcard."""
    bare = pattern.strip("/").removeprefix("./")
    found = _WILD.search(bare)
    root = bare[: found.start()].rpartition("/")[0] if found else bare
    return "" if root == "." else root
