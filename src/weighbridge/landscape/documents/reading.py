"""Reads YAML; the library that parses it is imported with the first bytes, for many changes meet none."""

from weighbridge.landscape.documents.nodes import DocumentError, Mark, Node, Scalar

MAX_BYTES = 1_000_000
MAX_NODES = 100_000


def documents(
    data: bytes,
    *,
    allow_tags: bool = False,
    most_bytes: int = MAX_BYTES,
    most_nodes: int = MAX_NODES,
    doubled: list[Scalar] | None = None,
) -> list[Node]:
    """The documents in `data`, empty ones left out; merge keys (`<<`) are applied.

    Keys that stand twice in one mapping, wherever it lies, are added to `doubled` where it is given, and the last
    of them counts, as for most readers; else the first does.

    Raises:
        DocumentError: it is not YAML, larger than a limit, refers to itself, or (unless allowed) asks for an object.
    """
    if len(data) > most_bytes:
        raise DocumentError(f"it is larger than {most_bytes:,} bytes", Mark(line=1, column=1), is_end=False)
    from weighbridge.landscape.documents.yaml_events import nodes_in  # noqa: PLC0415 - a tenth of a hook's imports

    return nodes_in(data, allow_tags=allow_tags, most_nodes=most_nodes, doubled=doubled)


def document(data: bytes, *, most_nodes: int = MAX_NODES) -> Node | None:
    """The one document in `data`; None when it is empty.

    Raises:
        DocumentError: as `documents`, or there is more than one.
    """
    found = documents(data, most_nodes=most_nodes)
    if len(found) > 1:
        raise DocumentError("a second document begins here; only one is read", found[1].mark, is_end=False)
    return found[0] if found else None


def broken_at(data: bytes) -> str:
    """What is wrong with a text as YAML, and where; empty where nothing is."""
    try:
        documents(data, allow_tags=True)
    except DocumentError as error:
        return f"{error.message}, at line {error.mark.line}, column {error.mark.column}"
    return ""
