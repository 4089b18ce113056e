"""Documents of the repository that a JSON Schema described before a change, and does not any more: examples, configuration, fixtures of demos.

A document is taken for one of a schema's where it names it, or where all that it says at its top is among the schema's fields, and it fits
the schema as it was.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.library import Library, Read, Spot
from weighbridge.landscape.contracts.pattern_inclusion import takes
from weighbridge.landscape.contracts.payloads import NARROWED
from weighbridge.landscape.contracts.recognise import STRUCTURED
from weighbridge.landscape.contracts.schemas import Schema, Schemas
from weighbridge.landscape.documents.nodes import Fields, Scalar
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.tree import Tree

_MOST_LISTED: Final = 300
_MOST_BYTES: Final = 100_000
_MOST_ROOTS: Final = 20
_DEEPEST: Final = 40
_MOST_LOOKS: Final = 100_000
"""Values that are held against schemas: a schema may be of choices that lead to itself."""
_SCHEMA: Final = "$schema"
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


class Refused(Struct, frozen=True):
    """Where in a document stands what a schema does not take, and where the schema says so."""

    line: int
    path: RepoPath
    said_at: int


def refused_here(
    breaks: Sequence[Break], libraries: tuple[Library, Library], *, read: Read, tree: Tree, changed: frozenset[RepoPath]
) -> dict[int, list[Place]]:
    """By the identity of what is narrower: the documents of the tree that are refused by it, each once."""
    narrowed = [each for each in breaks if each.kind == NARROWED]
    found: dict[int, list[Place]] = {}
    parts = {each.place.path for each in narrowed}
    for root in _roots(parts, libraries[1], tree=tree) if narrowed else ():
        for path, refused in _of_root(root, libraries, read=read, tree=tree, changed=changed):
            cause = next((e for e in narrowed if (e.place.path, e.place.line) == (refused.path, refused.said_at)), None)
            if cause is not None:
                place = Place(path=path, line=refused.line, end_line=refused.line)
                found.setdefault(id(cause), []).append(place)
    return found


def _roots(parts: set[RepoPath], library: Library, *, tree: Tree) -> Iterator[RepoPath]:
    """The schemas that are narrower, and those beside and below them that lead to them."""
    folders = {posixpath.dirname(part) for part in parts}
    names = [posixpath.basename(part) for part in parts]
    beside = [path for path in tree.blobs if path.endswith(STRUCTURED) and posixpath.dirname(path) in folders - {""}]
    yield from parts
    for path in beside[: _MOST_ROOTS * 5]:
        root = library.document(path) if path not in parts else None
        if isinstance(root, Spot) and _SCHEMA in (root.node.entries if isinstance(root.node, Fields) else ()):
            refs = {each.partition("#")[0].rpartition("/")[2] for each in _references(root)}
            if not refs.isdisjoint(names):
                yield path


def _references(spot: Spot) -> Iterator[str]:
    waiting = [spot]
    while waiting:
        current = waiting.pop()
        if text := current.text("$ref"):
            yield text
        waiting += [*current.fields(), *current.items()]


def _of_root(
    root: RepoPath, libraries: tuple[Library, Library], *, read: Read, tree: Tree, changed: frozenset[RepoPath]
) -> Iterator[tuple[RepoPath, Refused]]:
    before, after = (library.document(root) for library in libraries)
    if not isinstance(before, Spot) or not isinstance(after, Spot):
        return
    old, new = (_Fitting(Schemas(library, reads_beside=True)) for library in libraries)
    top = old.schemas.of((before,))
    for path in _likely(root, tree=tree, changed=changed) if top.properties else ():
        document = _document(path, read, top=top)
        if document is None or not _may_be_of(document, top, root=root):
            continue
        if next(old.refused((before,), document), None) is None:
            refused = next(new.refused((after,), document), None)
            if refused is not None:
                yield path, refused


def _likely(root: RepoPath, *, tree: Tree, changed: frozenset[RepoPath]) -> Sequence[RepoPath]:
    """Files that may be documents, those first that lie near the schema."""
    found = [
        path
        for path in tree.blobs
        if path.endswith(STRUCTURED) and path != root and path not in changed and not is_test(path)
    ]
    start = root.split("/")[0]
    return sorted(found, key=lambda path: (not path.startswith(start + "/"), path.count("/"), path))[:_MOST_LISTED]


def _document(path: RepoPath, read: Read, *, top: Schema) -> Spot | None:
    """A small document that says every word which one of the schema must say."""
    data = read(path)
    if not isinstance(data, bytes) or len(data) > _MOST_BYTES or not all(key.encode() in data for key in top.required):
        return None
    root = Library(lambda _: data).document(path)
    return root if isinstance(root, Spot) else None


def _may_be_of(document: Spot, top: Schema, *, root: RepoPath) -> bool:
    if not isinstance(document.node, Fields):
        return False
    keys = document.node.entries.keys() - {_SCHEMA}
    if document.text(_SCHEMA):
        return posixpath.basename(document.text(_SCHEMA)) == posixpath.basename(root)
    return len(keys) > 1 and keys <= top.properties.keys() and top.required.keys() <= keys and bool(top.required)


class _Fitting:
    """Whether documents fit the schemas of one tree; what is not understood of a schema refuses nothing."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self._left = _MOST_LOOKS

    def refused(self, spots: Sequence[Spot], value: Spot, *, depth: int = 0) -> Iterator[Refused]:
        """What of a value is not taken."""
        schema = self.schemas.of(tuple(spots))
        self._left -= 1
        if schema.is_lost or depth > _DEEPEST or self._left < 0:
            return
        node = value.node
        if isinstance(node, Scalar) and node.is_null and schema.nullable:
            return
        kinds = _kinds(value)
        if schema.types is not None and kinds.isdisjoint(schema.types):
            yield Refused(value.line, schema.path, schema.line)
            return
        if isinstance(node, Scalar):
            yield from _of_single(schema, value, node=node, kinds=kinds)
        elif isinstance(node, Fields):
            yield from self._of_fields(schema, value, node=node, depth=depth)
        elif schema.items:
            for each in value.items():
                yield from self.refused(schema.items, each, depth=depth + 1)
        for options in schema.choices.values():
            if options and not any(next(self.refused((o,), value, depth=depth + 1), None) is None for o in options):
                yield Refused(value.line, schema.path, schema.line)

    def _of_fields(self, schema: Schema, value: Spot, *, node: Fields, depth: int) -> Iterator[Refused]:
        for name, line in schema.required.items():
            if name not in node.entries:
                yield Refused(value.line, schema.path, line)
        for each in value.fields():
            known = schema.properties.get(each.name)
            if known:
                yield from self.refused(known, each, depth=depth + 1)
            elif schema.by_pattern or each.name == _SCHEMA:
                continue
            elif schema.is_closed and not schema.choices:
                yield Refused(each.line, schema.path, schema.line)
            elif schema.additional:
                yield from self.refused(schema.additional, each, depth=depth + 1)


def _of_single(schema: Schema, value: Spot, *, node: Scalar, kinds: frozenset[str]) -> Iterator[Refused]:
    if schema.values is not None and node.value not in schema.values:
        yield Refused(value.line, schema.path, schema.values_line or schema.line)
    if "string" in kinds and not _matches(schema.said("pattern"), node.value):
        yield Refused(value.line, schema.path, schema.line_of("pattern"))
    size = Decimal(len(node.value)) if "string" in kinds else _number(node.value)
    bounds = ("minLength", "maxLength") if "string" in kinds else ("minimum", "maximum")
    for key, is_upper in zip(bounds, (False, True), strict=True):
        bound = _number(schema.said(key))
        if size is not None and bound is not None and (size > bound if is_upper else size < bound):
            yield Refused(value.line, schema.path, schema.line_of(key))


def _matches(pattern: str, text: str) -> bool:
    """Whether a text is taken by a pattern; by one that cannot be tried out, it is."""
    return not pattern or takes(pattern, text) is not False


def _kinds(value: Spot) -> frozenset[str]:
    """What a schema may call a value."""
    node = value.node
    if not isinstance(node, Scalar):
        return frozenset({"object" if isinstance(node, Fields) else "array"})
    number = _NUMBER.fullmatch(node.value)
    if not node.is_plain:
        return frozenset({"string"})
    if node.is_null:
        return frozenset({"null"})
    if number is None:
        return frozenset({"boolean" if node.value in ("true", "false") else "string"})
    return frozenset({"number"}) if number[1] or number[2] else frozenset({"number", "integer"})


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text) if 0 < len(text) < _DEEPEST else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None
