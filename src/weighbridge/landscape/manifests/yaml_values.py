"""YAML manifests as nodes with their lines, and small questions asked of them."""

from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Node, Scalar
from weighbridge.landscape.documents.reading import documents
from weighbridge.landscape.manifests.claims import ManifestError


def yaml_records(data: bytes) -> list[Fields]:
    """The documents that are mappings.

    Raises:
        ManifestError: it is not YAML, or larger than a manifest can be.
    """
    try:
        return [node for node in documents(data, allow_tags=True) if isinstance(node, Fields)]
    except DocumentError as error:
        raise ManifestError(f"line {error.mark.line}: {error.message}") from error


def at(node: Node | None, *names: str) -> Node | None:
    """The node found by following `names` down, None when any step is missing."""
    for name in names:
        node = node.get(name) if isinstance(node, Fields) else None
    return node


def text_at(node: Node | None, *names: str) -> str:
    """The text found by following `names` down, empty when there is none."""
    found = at(node, *names)
    return found.value.strip() if isinstance(found, Scalar) and not found.is_null else ""


def records_at(node: Node | None, *names: str) -> list[Fields]:
    """The mappings in the list found by following `names` down."""
    found = at(node, *names)
    return [item for item in found.items if isinstance(item, Fields)] if isinstance(found, Items) else []


def entries_at(node: Node | None, *names: str) -> list[tuple[Scalar, Node]]:
    """The entries of the mapping found by following `names` down."""
    found = at(node, *names)
    return list(found.entries.values()) if isinstance(found, Fields) else []


def texts_at(node: Node | None, *names: str) -> list[Scalar]:
    """The single values in the list found there, a mapping's keys, or a lone value as a list of one."""
    found = at(node, *names)
    match found:
        case Items():
            return [item for item in found.items if isinstance(item, Scalar)]
        case Fields():
            return [key for key, _ in found.entries.values()]
        case Scalar() if not found.is_null:
            return [found]
        case _:
            return []
