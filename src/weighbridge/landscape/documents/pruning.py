"""What is sound of a document that has errors, so that what else is wrong with it can be told in the same round."""

from collections.abc import Callable

from weighbridge.landscape.documents.nodes import Fields, Items, Node, Scalar
from weighbridge.landscape.documents.shapes import Checker, Key, Listing, Named, Record, Shape

Wrong = Callable[[Scalar], bool]
"""Whether a value is wrong although its shape is right."""


def is_sound(node: Node, shape: Shape) -> bool:
    """Whether nothing is wrong with the shape of `node`."""
    checker = Checker()
    checker.check(node, shape)
    return not checker.problems


def sound_part(node: Node, shape: Shape, *, is_wrong: Wrong, kept: Record | None = None) -> Node | None:
    """The node without whatever has an error; None where nothing is left that could mean anything.

    A record needs all that it must have, except one of the shape `kept`: its first key is enough.
    """
    if isinstance(shape, Record):
        return _record(node, shape, is_wrong=is_wrong, kept=kept)
    if isinstance(shape, Listing):
        return _listing(node, shape, is_wrong=is_wrong, kept=kept)
    if isinstance(shape, Named):
        return _named(node, shape, is_wrong=is_wrong, kept=kept)
    return node if isinstance(node, Scalar) and is_sound(node, shape) and not is_wrong(node) else None


def _record(node: Node, shape: Record, *, is_wrong: Wrong, kept: Record | None) -> Fields | None:
    if not isinstance(node, Fields):
        return None
    known = ((name, key, value, shape.keys[name]) for name, (key, value) in node.entries.items() if name in shape.keys)
    entries = {
        name: (key, part)
        for name, key, value, of in known
        if (part := _value(value, of, is_wrong=is_wrong, kept=kept)) is not None
    }
    must_have = tuple(shape.keys)[:1] if shape is kept else shape.required
    is_one = not shape.one_of or sum(name in shape.one_of for name in node.entries) == len(entries) == 1
    return Fields(entries, node.mark) if is_one and all(name in entries for name in must_have) else None


def _value(node: Node, key: Key, *, is_wrong: Wrong, kept: Record | None) -> Node | None:
    return sound_part(node, key.shape, is_wrong=is_wrong, kept=kept)


def _listing(node: Node, shape: Listing, *, is_wrong: Wrong, kept: Record | None) -> Node | None:
    if isinstance(node, Items):
        parts = (sound_part(item, shape.of, is_wrong=is_wrong, kept=kept) for item in node.items)
        items = [part for part in parts if part is not None]
        return Items(items, node.mark) if len(items) >= shape.least else None
    if shape.or_one and isinstance(node, Scalar) and not node.is_null:
        return sound_part(node, shape.of, is_wrong=is_wrong, kept=kept)
    return None


def _named(node: Node, shape: Named, *, is_wrong: Wrong, kept: Record | None) -> Fields | None:
    if not isinstance(node, Fields):
        return None
    entries = {
        name: (key, part)
        for name, (key, value) in node.entries.items()
        if is_sound(key, shape.name) and (part := sound_part(value, shape.of, is_wrong=is_wrong, kept=kept)) is not None
    }
    return Fields(entries, node.mark)
