"""What nodes of YAML hold, asked for without minding what is not there."""

from collections.abc import Iterator

from weighbridge.landscape.documents.nodes import DocumentError, Fields, Node, Scalar
from weighbridge.landscape.documents.reading import documents


def entries(node: Node | None) -> Iterator[tuple[str, Scalar, Node]]:
    """The entries of a mapping, each with its key's own node; none of anything else."""
    for name, (key, inner) in getattr(node, "entries", {}).items():
        yield name, key, inner


def items(node: Node | None) -> list[Node]:
    """The members of a list; a single value is a list of one."""
    if node is None:
        return []
    found: list[Node] = getattr(node, "items", [] if hasattr(node, "entries") else [node])
    return found


def get(node: Node | None, *names: str) -> Node | None:
    """What lies below these keys."""
    for name in names:
        below = getattr(node, "entries", {}).get(name)
        node = below[1] if below is not None else None
    return node


def text(node: Node | None) -> str:
    """A single value as text; empty for anything else, and for nothing."""
    value = getattr(node, "value", "")
    return "" if node is None or getattr(node, "is_null", False) else str(value)


def texts(node: Node | None) -> list[str]:
    """The single values of a list."""
    return [said for each in items(node) if (said := text(each))]


def is_true(node: Node | None) -> bool:
    """Whether `true` is said, and not as a text."""
    return text(node).lower() in ("true", "yes") and bool(getattr(node, "is_plain", False))


def said(node: Node | None) -> str:
    """Everything that a node holds, in one text: equal texts say the same."""
    if node is None:
        return ""
    if hasattr(node, "entries"):
        return "{" + ", ".join(f"{name}: {said(inner)}" for name, _, inner in entries(node)) + "}"
    if hasattr(node, "items"):
        return "[" + ", ".join(said(each) for each in node.items) + "]"
    return text(node)


def lines(node: Node | None) -> dict[str, int]:
    """Where each entry of a mapping begins."""
    return {name: key.mark.line for name, key, _ in entries(node)}


def line_of(node: Node | None) -> int:
    """Where a node begins; 1 for none."""
    return node.mark.line if node is not None else 1


def read_fields(data: bytes) -> Fields | None:
    """The last mapping of a file, for before it GitLab lets a file say what it takes; None where it is no YAML, as coverage says."""
    try:
        nodes = documents(data, allow_tags=True)
    except DocumentError:
        return None
    return next((each for each in reversed(nodes) if isinstance(each, Fields)), None)
