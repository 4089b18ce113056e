"""Schemas and descriptions of messages in the files of a change, each with what it was, and what one breaks of the other."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.description_breaks import merged
from weighbridge.landscape.contracts.held_documents import refused_here
from weighbridge.landscape.contracts.library import Key, Library, Parsed, Spot
from weighbridge.landscape.contracts.recognise import ASYNCAPI, AVRO, JSON_SCHEMA, UNREAD, contract_blob
from weighbridge.landscape.contracts.trees import Trees, reading

if TYPE_CHECKING:
    from weighbridge.landscape.contracts.avro_reading import AvroSchema

_NAMED: Final = 3
_UNSAID: Final = "nobody says any more what is written and what is read"
GONE: Final = "schema-removed"
_CALLED: Final = {ASYNCAPI: "AsyncAPI description", AVRO: "Avro schema", JSON_SCHEMA: "JSON Schema"}
_NAMES: Final = {ASYNCAPI: ("id",), AVRO: ("namespace", "name"), JSON_SCHEMA: ("$id", "id", "title")}
"""What a document is called by itself, wherever it lies."""


class _Both(Struct, kw_only=True, eq=False):
    """One document before and after; None where there is none."""

    old: Spot | None
    new: Spot | None
    hidden: RepoPath | None = None
    leads_elsewhere: bool = False
    """Whether it leads to a file that changes: it may say the same and mean something else."""


def compare_documents(
    role: str, files: Sequence[FileChange], *, contents: ChangedBytes, trees: Trees, roots: Sequence[RepoPath] = ()
) -> Sequence[Break | CouldNotLook]:
    """What the documents of one kind break, and which could not be read."""
    known: dict[Key, Parsed] = {}
    libraries = tuple(Library(reading(side, contents, trees=trees), known) for side in (Side.BASE, Side.HEAD))
    old, new = libraries
    missing: list[CouldNotLook] = []
    found: list[_Both] = []
    for file in files:
        base, head = (contract_blob(file, side) for side in (Side.BASE, Side.HEAD))
        unread = next((each.path for each in (base, head) if each and each.path.lower().endswith(UNREAD)), None)
        if unread is not None:
            detail = f"{unread}: this form of Avro's schemas is not read here"
            missing.append(CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy="compare what comes of it"))
            continue
        sides = old.document(base.path) if base else None, new.document(head.path) if head else None
        missing += [each for each in sides if isinstance(each, CouldNotLook)]
        if not any(isinstance(each, CouldNotLook) for each in sides):
            before, after = (each if isinstance(each, Spot) and _is_such(role, each) else None for each in sides)
            hidden = file.head.path if file.head and head is None else None
            found.append(_Both(old=before, new=after, hidden=hidden))
    for root in roots:
        before, after = (each if isinstance(each, Spot) else None for each in (old.document(root), new.document(root)))
        found.append(_Both(old=before, new=after, leads_elsewhere=True))
    _put_together(role, found)
    of_avro = _read_avro(found) if role == AVRO else {}
    told = [each for both in found for each in _breaks(role, both, libraries=(old, new), of_avro=of_avro)]
    missing += [each for each in told if isinstance(each, CouldNotLook)]
    missing += new.new_doubts(old)
    missing += [lost.missing for text, lost in new.lost.items() if text not in old.lost]
    breaks = list({id(each): each for each in told if isinstance(each, Break)}.values())
    return [*_gone_together(role, merged(breaks)), *dict.fromkeys(missing)]


def refused_documents(
    breaks: Sequence[Break], *, contents: ChangedBytes, trees: Trees, changed: frozenset[RepoPath]
) -> Mapping[int, Sequence[Place]]:
    """By the identity of what is narrower: where documents of the tree, which the change leaves alone, are refused by it."""
    known: dict[Key, Parsed] = {}
    before, after = (reading(side, contents, trees=trees) for side in (Side.BASE, Side.HEAD))
    libraries = (Library(before, known), Library(after, known))
    return refused_here(breaks, libraries, read=after, tree=trees.head(), changed=changed)


def _gone_together(role: str, breaks: Sequence[Break]) -> Iterator[Break]:
    """What was found, with many documents that are gone told as one thing that happened."""
    gone = [each for each in breaks if each.kind == GONE]
    if len(gone) > 1:
        names = ", ".join(f"`{posixpath.basename(each.place.path)}`" for each in gone[:_NAMED])
        rest = " and more" if len(gone) > _NAMED else ""
        gone[0].words = f"{len(gone)} {_CALLED[role]}s are gone ({names}{rest}): {_UNSAID}"
    yield from gone[:1]
    yield from (each for each in breaks if each.kind != GONE)


def _is_such(role: str, root: Spot) -> bool:
    if role == JSON_SCHEMA:
        from weighbridge.landscape.contracts.json_schemas import is_json_schema  # noqa: PLC0415 - few changes hold any

        return is_json_schema(root)
    return role != ASYNCAPI or bool(root.text("asyncapi"))


def _put_together(role: str, found: list[_Both]) -> None:
    """A document that is gone is one that came, where both are called the same."""
    came = {_called(role, both.new): both for both in found if both.new is not None and both.old is None}
    for both in [each for each in found if each.old is not None and each.new is None]:
        assert both.old is not None, "chosen so"
        other = came.pop(_called(role, both.old), None)
        if other is not None:
            both.new = other.new
            found.remove(other)


def _called(role: str, root: Spot) -> tuple[str, ...]:
    said = tuple(root.text(key) for key in _NAMES[role])
    return said if any(said) else (posixpath.basename(root.path),)


def _read_avro(found: Sequence[_Both]) -> "Mapping[int, AvroSchema]":
    """The Avro schemas of a change by their roots; what one file names and another defines stands in both."""
    from weighbridge.landscape.contracts.avro_reading import read_avro  # noqa: PLC0415 - few changes hold any

    sides = [[each for each in side if each is not None] for side in zip(*((b.old, b.new) for b in found), strict=True)]
    read: dict[int, AvroSchema] = {}
    for roots in sides:
        schemas = {id(root.node): read_avro(root) for root in roots}
        every = {name: kind for schema in schemas.values() for name, kind in schema.named.items()}
        for schema in schemas.values():
            schema.named = every | schema.named
        read |= schemas
    return read


def _breaks(
    role: str, both: _Both, *, libraries: tuple[Library, Library], of_avro: "Mapping[int, AvroSchema]"
) -> Iterator[Break | CouldNotLook]:
    old, new = both.old, both.new
    if old is None or (old is new and not both.leads_elsewhere):
        return
    if new is None:
        yield _gone(role, old, hidden=both.hidden)
    elif role == ASYNCAPI:
        from weighbridge.landscape.contracts.asyncapi import asyncapi_breaks  # noqa: PLC0415 - few changes hold any

        yield from asyncapi_breaks(old, new, libraries=libraries)
    elif role == AVRO:
        from weighbridge.landscape.contracts.avro import avro_breaks  # noqa: PLC0415 - the same

        yield from avro_breaks(of_avro[id(old.node)], of_avro[id(new.node)])
    else:
        from weighbridge.landscape.contracts.json_schemas import json_schema_breaks  # noqa: PLC0415 - the same

        yield from json_schema_breaks(old, new, libraries=libraries)


def _gone(role: str, old: Spot, *, hidden: RepoPath | None) -> Break:
    where = f" to `{hidden}`, where nobody looks for one" if hidden else ""
    words = f"the whole {_CALLED[role]} is gone{where}: {_UNSAID}"
    place = Place(path=old.path, line=1, end_line=1, side=Side.BASE)
    return Break(kind=GONE, check=GONE, level=Level.ERROR, words=words, place=place, subject=GONE)
