"""The YAML library's events put together into nodes, with limits that hold whatever the bytes are.

The tree is built here, not by the library's own composer: nothing recurses, an alias costs as much as what it stands
for, tags that would make objects are refused, and a key given twice is told to the caller.
"""

from collections.abc import Callable
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Mark, Node, Scalar

MAX_DEPTH = 60

_UNPRINTABLE = LatePattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CORE_TAGS = ("!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_SAFE_TAGS = frozenset((*_CORE_TAGS, *(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "null", "map", "seq"))))


def nodes_in(data: bytes, *, allow_tags: bool, most_nodes: int, doubled: list[Scalar] | None = None) -> list[Node]:
    """The roots of the documents in `data`, empty ones left out; merge keys (`<<`) are applied.

    Keys that stand twice in one mapping, wherever it lies, are added to `doubled` where it is given, and the last
    of them counts, as for most readers; else the first does.

    Raises:
        DocumentError: it is not YAML, larger than a limit, refers to itself, or (unless allowed) asks for an object.
    """
    builder = _Builder(allow_tags=allow_tags, most_nodes=most_nodes, doubled=doubled)
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(data)
        try:
            builder.take_all(loader.get_event)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        words, mark = str(error.problem or error.context or "it is not YAML"), error.problem_mark or error.context_mark
        if _is_at_tab(data, _mark(mark)):
            words = "a tab stands where lines are indented, which YAML does with spaces alone"
        raise DocumentError(words, _mark(mark)) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        if found := _unfit(data):
            raise found from error
        raise DocumentError("it is not YAML: " + str(error).partition("\n")[0][:200], Mark(line=1, column=1)) from error
    return builder.roots


def _is_at_tab(data: bytes, mark: Mark) -> bool:
    line = data.decode("utf-8", "replace").splitlines()[mark.line - 1 : mark.line]
    return line != [] and line[0][mark.column - 1 : mark.column] == "\t"


def _unfit(data: bytes) -> DocumentError | None:
    """What of the bytes can be no text, or stand in no YAML, and where."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        return DocumentError(
            f"it is not UTF-8: no character begins with the byte 0x{data[error.start]:02X}", _end(before)
        )
    found = _UNPRINTABLE.search(text)
    if found is None:
        return None
    return DocumentError(f"the character U+{ord(found[0]):04X} cannot stand in YAML", _end(text[: found.start()]))


def _end(text: str) -> Mark:
    """The place behind a text."""
    return Mark(line=text.count("\n") + 1, column=len(text) - text.rfind("\n"))


class _LibraryMark(Protocol):
    """The part of the parser's own marks that counts: line and column, both from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column."""


def _mark(mark: _LibraryMark | None) -> Mark:
    return Mark(line=mark.line + 1, column=mark.column + 1) if mark else Mark(line=1, column=1)


class _Builder:
    """Puts the events of a document together into nodes, keeping to the limits."""

    def __init__(self, *, allow_tags: bool, most_nodes: int, doubled: list[Scalar] | None) -> None:
        self._doubled = doubled
        self.roots: list[Node] = []
        self._allow_tags = allow_tags
        self._most_nodes = most_nodes
        self._open: list[tuple[Items | Fields, str | None]] = []
        self._keys: list[Scalar | None] = []
        self._anchors: dict[str, Node] = {}
        self._spent = 0

    def take_all(self, get_event: Callable[[], Event | None]) -> None:
        """Add every event; a document is mostly values, which are therefore looked for first."""
        while (event := get_event()) is not None:
            if type(event) is ScalarEvent:
                self._take_scalar(event)
            elif isinstance(event, CollectionEndEvent):
                node, anchor = self._open.pop()
                self._keys.pop()
                self._add(node, anchor)
            elif isinstance(event, CollectionStartEvent):
                self._open_collection(event)
            elif isinstance(event, AliasEvent):
                self._take_alias(event)
            elif isinstance(event, DocumentEndEvent):
                self._anchors = {}

    def _take_scalar(self, event: ScalarEvent) -> None:
        mark, tag = _mark(event.start_mark), event.tag or ""
        if tag:
            self._look_at(tag, mark)
        is_plain = event.implicit[0] and not tag
        self._add(Scalar(event.value, mark, is_plain, tag), event.anchor)

    def _open_collection(self, event: CollectionStartEvent) -> None:
        mark, tag = _mark(event.start_mark), event.tag or ""
        if tag:
            self._look_at(tag, mark)
        if len(self._open) >= MAX_DEPTH:
            raise DocumentError(f"it nests deeper than {MAX_DEPTH} levels", mark)
        node = Fields({}, mark, tag) if isinstance(event, MappingStartEvent) else Items([], mark, tag)
        self._open.append((node, event.anchor))
        self._keys.append(None)

    def _look_at(self, tag: str, mark: Mark) -> None:
        if tag not in _SAFE_TAGS and not self._allow_tags:
            raise DocumentError(f"the tag `{tag}` asks for more than plain data", mark)

    def _take_alias(self, event: AliasEvent) -> None:
        target = self._anchors.get(event.anchor or "")
        if target is None:
            words = f"`*{event.anchor}` stands for nothing that is complete before it"
            raise DocumentError(words, _mark(event.start_mark))
        self._add(target, None)

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self._spent += node.size
            size = self._spent
            if not (isinstance(node, Scalar) and node.is_null):
                self.roots.append(node)
        else:
            parent = self._open[-1][0]
            size = parent.size = parent.size + node.size
            if isinstance(parent, Fields):
                self._add_to_fields(parent, node)
            else:
                parent.items.append(node)
        if size > self._most_nodes:
            raise DocumentError(f"it holds more than {self._most_nodes:,} values", node.mark)

    def _add_to_fields(self, parent: Fields, node: Node) -> None:
        key = self._keys[-1]
        if key is None:
            if not isinstance(node, Scalar):
                raise DocumentError("a key must be a single value", node.mark)
            self._keys[-1] = node
            return
        self._keys[-1] = None
        if key.value == "<<" and key.is_plain:
            _merge(parent, node)
        elif key.value in parent.entries and key.value not in parent.merged:
            parent.twice.append(key)
            if self._doubled is not None:
                self._doubled.append(key)
                parent.entries[key.value] = (key, node)
        else:
            parent.merged.discard(key.value)
            parent.entries[key.value] = (key, node)


def _merge(target: Fields, node: Node) -> None:
    """Take over the entries of merged mappings that the target does not have itself."""
    for source in node.items if isinstance(node, Items) else [node]:
        if not isinstance(source, Fields):
            raise DocumentError("`<<` takes a mapping, or a list of them", node.mark)
        for key, entry in source.entries.items():
            if key not in target.entries:
                target.entries[key] = entry
                target.merged.add(key)
