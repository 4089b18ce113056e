"""Globs of paths in the library's own words: most are a prefix or a suffix, which is a hundred times faster than a pattern."""

import re
from typing import Final

from weighbridge.landscape.globs import glob_pattern
from weighbridge.policy.conditions.nodes import BOOL, STRING, Call, Literal, Node

_WILD: Final = re.compile(r"[*?]+")
_ENDING: Final = re.compile(r"\*\*/\*([^*?/]+)")


def glob_node(node_id: int, path: Node, globs: tuple[str, ...]) -> Node:
    """What asks whether `path` lies in one of `globs`."""
    made = _one(node_id, path, globs[0])
    for glob in globs[1:]:
        made = _call(node_id, "_||_", made, _one(node_id, path, glob))
    return made


def _one(node_id: int, path: Node, glob: str) -> Node:
    bare = glob.strip("/").removeprefix("./")
    if bare in ("", ".", "**"):
        return Literal(id=node_id, kind=BOOL, value=True)
    root = bare.removesuffix("/**")
    if not _WILD.search(root):
        return _below(node_id, path, root, is_folder=root != bare)
    if ending := _ENDING.fullmatch(bare):
        return _ending(node_id, path, ending[1])
    asked = _method(node_id, path, "matches", f"^(?:{glob_pattern(glob)})$")
    longest = max(_WILD.split(bare), key=len).strip("/")
    if longest:
        asked = _call(node_id, "_&&_", _method(node_id, path, "contains", longest), asked)
    if start := _WILD.split(bare, maxsplit=1)[0]:
        asked = _call(node_id, "_&&_", _method(node_id, path, "startsWith", start), asked)
    return asked


def _ending(node_id: int, path: Node, end: str) -> Node:
    """A file whose name ends so, or whatever lies in a folder whose name does."""
    ends = _method(node_id, path, "endsWith", end)
    return _call(node_id, "_||_", ends, _method(node_id, path, "contains", f"{end}/"))


def _below(node_id: int, path: Node, root: str, *, is_folder: bool) -> Node:
    below = _method(node_id, path, "startsWith", f"{root}/")
    if is_folder:
        return below
    return _call(node_id, "_||_", _call(node_id, "_==_", path, _text(node_id, root)), below)


def _text(node_id: int, value: str) -> Node:
    return Literal(id=node_id, kind=STRING, value=value)


def _call(node_id: int, function: str, *args: Node) -> Node:
    return Call(id=node_id, target=None, function=function, args=args)


def _method(node_id: int, target: Node, function: str, argument: str) -> Node:
    return Call(id=node_id, target=target, function=function, args=(_text(node_id, argument),))
