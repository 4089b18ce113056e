"""A manifest's text as objects, or why it is none: a template of Helm is no manifest until it is rendered."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.documents.nodes import DocumentError
from weighbridge.landscape.documents.reading import documents
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, objects_in, table, value_of

ENDINGS: Final = (".yaml", ".yml")
"""How files end that may hold manifests."""
ASIDE: Final = LatePattern(r"(?:^|/)(?:examples?|samples?|fixtures?|testdata|docs?|tests?)/")
"""Folders whose manifests are applied to nothing in use."""
KIND: Final = re.compile(rb"^(?:- |\xef\xbb\xbf)?[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?[A-Z{]", re.MULTILINE)
"""What every manifest says on a line of its own."""
_TEMPLATE: Final = re.compile(rb"\{\{[-\s]*[.$\w/]|\{%")
_BREAK: Final = re.compile(rb"^---(?=[\s]|$)", re.MULTILINE)
_DIRECTIVE: Final = re.compile(rb"^%", re.MULTILINE)
REMEDY: Final = (
    "give what is rendered before and after (`helm template`, `kustomize build`): "
    "`--input manifests-before=FILE --input manifests-after=FILE`"
)
TEMPLATE: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="a template: which objects it declares is known once it is rendered",
    remedy=REMEDY,
)


class Chunk(Struct, frozen=True, kw_only=True):
    """The text of one document, and how many lines stand before it."""

    data: bytes
    before: int


class Read(Struct, frozen=True, kw_only=True):
    """The objects of a text, and why it or a part of it could not be read."""

    objects: tuple[Object, ...] = ()
    missing: CouldNotLook | None = None
    is_whole: bool = True
    """Whether each of its documents could be told apart into objects."""


def chunks_of(data: bytes) -> tuple[Chunk, ...]:
    """The documents of a text, each alone: what is the same on both sides need not be parsed, and one that is broken spoils no other."""
    if _DIRECTIVE.search(data):
        return (Chunk(data=data, before=0),)
    starts = [0, *(found.start() for found in _BREAK.finditer(data)), len(data)]
    found: list[Chunk] = []
    lines = 0
    for start, end in pairwise(starts):
        if data[start:end].strip(b"- \t\r\n"):
            found.append(Chunk(data=data[start:end].rstrip(), before=lines))
        lines += data.count(b"\n", start, end)
    return tuple(found)


def read_manifest(data: bytes, path: RepoPath, *, side: Side) -> Read:
    """The objects of a text."""
    return read_chunks(chunks_of(data), path, side=side)


def read_chunks(chunks: Iterable[Chunk], path: RepoPath, *, side: Side) -> Read:
    """The objects of documents, and why any of these could not be read."""
    objects: list[Object] = []
    missing: CouldNotLook | None = None
    is_whole = True
    for chunk in chunks:
        nodes = _nodes(chunk, side)
        if isinstance(nodes, CouldNotLook):
            missing, is_whole = missing or nodes, False
            continue
        objects += [
            each
            for node in nodes
            if hasattr(node, "entries")
            for each in objects_in(node, path, side=side, before=chunk.before)
        ]
        twice = next((line for node in nodes for line in _twice(node)), None)
        if twice is not None and side is Side.HEAD:  # what was so before says nothing of the change
            detail = f"line {twice[0] + chunk.before}: the key `{twice[1]}` stands there twice: which one counts, each tool decides otherwise"
            missing = missing or CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="keep one of them")
    return Read(objects=tuple(objects), missing=missing, is_whole=is_whole)


def read_document(data: bytes, path: RepoPath, *, side: Side, kind: str) -> Object | CouldNotLook | None:
    """A file that holds one mapping and no object, under a name of its own; None where it holds nothing."""
    nodes = _nodes(Chunk(data=data, before=0), side)
    if isinstance(nodes, CouldNotLook):
        return nodes
    node = next((each for each in nodes if hasattr(each, "entries")), None)
    if node is None:
        return None
    return Object(key=("", kind, "", path), values=table(value_of(node)), path=path, side=side, node=node)


def _nodes(chunk: Chunk, side: Side) -> list[Any] | CouldNotLook:
    try:
        return list(documents(chunk.data, allow_tags=True))
    except DocumentError as error:
        if _TEMPLATE.search(chunk.data):
            return TEMPLATE
        where = "before the change, " if side is Side.BASE else ""
        detail = f"{where}line {error.mark.line + chunk.before}: {error.message}"
        return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="mend it as YAML")


def _twice(node: Any) -> Iterator[tuple[int, str]]:  # noqa: ANN401 - any node
    """The keys that stand twice in one mapping, with their lines."""
    waiting = [node]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if hasattr(each, "entries"):
            yield from ((key.mark.line, key.value) for key in each.twice)
            waiting += [inner for _, inner in each.entries.values()]
        elif hasattr(each, "items"):
            waiting += each.items
