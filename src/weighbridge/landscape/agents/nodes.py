"""Asks nodes of settings for what they hold, whatever stands there: another kind of value is as good as none."""

from collections.abc import Iterator

from weighbridge.landscape.documents.nodes import Fields, Items, Node, Scalar


def at(node: Node | None, *keys: str) -> Node | None:
    """What stands under keys within keys."""
    for key in keys:
        node = node.get(key) if isinstance(node, Fields) else None
    return node


def word(node: Node | None) -> str:
    """A single value; empty for none."""
    return node.value if isinstance(node, Scalar) and not node.is_null else ""


def is_true(node: Node | None) -> bool:
    """Whether it says yes."""
    return isinstance(node, Scalar) and node.is_plain and node.value.lower() in ("true", "yes", "on")


def is_false(node: Node | None) -> bool:
    """Whether it says no, and not nothing."""
    return isinstance(node, Scalar) and node.is_plain and node.value.lower() in ("false", "no", "off")


def words(node: Node | None) -> Iterator[tuple[str, int]]:
    """The single values of a list, or the one that stands in its place, each with its line."""
    for item in node.items if isinstance(node, Items) else [node]:
        if isinstance(item, Scalar) and not item.is_null:
            yield item.value, item.mark.line


def entries(node: Node | None) -> Iterator[tuple[str, Node, int]]:
    """What a mapping holds, each with the line of its key."""
    if isinstance(node, Fields):
        for name, (key, value) in node.entries.items():
            yield name, value, key.mark.line


def items(node: Node | None) -> Iterator[Node]:
    """What a list holds."""
    if isinstance(node, Items):
        yield from node.items


def line_of(node: Node | None, *keys: str) -> int:
    """Where the last of these keys stands that is there; 0 where the first is not."""
    found = 0
    for key in keys:
        entry = node.entries.get(key) if isinstance(node, Fields) else None
        if entry is None:
            break
        found, node = entry[0].mark.line, entry[1]
    return found
