"""What fields are called in JSON and other forms outside, where code says it beside the field: Go's tags, Java's annotations."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.go_structs import GoField, fields_of
from weighbridge.facts.model import Definition, FileFacts
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.asking import reads_key
from weighbridge.landscape.contracts.uses import is_particular
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.terms import expressions
from weighbridge.landscape.test_files import is_test, stands_aside

_FORMATS: Final = {"json": "JSON", "bson": "kept documents", "form": "requests", "query": "requests", "yaml": "YAML"}
_OF_JAVA: Final = LatePattern(
    r"@(JsonProperty|SerializedName|RequestParam|PathVariable|RequestHeader|QueryParam|FormParam)"
    r'\s*\((?:\s*(?:value|name)\s*=)?\s*"([^"]{1,80})"'
)
_ASKED: Final = frozenset({"RequestParam", "PathVariable", "RequestHeader", "QueryParam", "FormParam"})
_MOST_FILES: Final = 50
_MOST_BYTES: Final = 1_000_000
_MOST_KEYS: Final = 20
"""Keys of one struct that are told; where more are gone, it is another struct."""


_NOTHING: Final = ("*", "[]", "map[", "any", "interface")
"""Types of which a value may be nothing."""
_LEFT_OUT: Final = LatePattern(r"@JsonInclude\([^)]*\bNON_(?:NULL|EMPTY|ABSENT|DEFAULT)\b")


class ChangedKey(Struct, frozen=True, kw_only=True):
    """One key that is gone, or has another name; where neither, that may be missing now."""

    file: FileCode
    field: str
    """The field with its class, as code calls it."""
    key: str
    now: str
    format: str
    place: Place
    readers: tuple[Place, ...] = ()
    beside: tuple[str, ...] = ()
    """The keys of the same class that are left, of what people write."""
    words: str = ""
    """What is otherwise, where the key stays and what is nothing is said another way."""
    is_null_asked: bool = False
    """Whether it is told for those alone who ask whether it is null, or fail where it is missing."""


def changed_keys(code: CodeChange, contents: ChangedBytes, *, landscapes: Landscapes) -> Iterator[ChangedKey]:
    """Every such key of the classes that are still there; each with who here, in another language, reads it."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path) or is_test(path) or file.head.is_generated:
            continue
        found = _of_go(file, contents) if file.role == "go" else _of_java(file) if file.role == "java" else ()
        for each in found:
            readers = _asking_null(each, landscapes) if each.is_null_asked else _readers(each, landscapes)
            told = replace(each, readers=tuple(readers))
            if told.readers or not told.is_null_asked:
                yield told


def _readers(each: ChangedKey, landscapes: Landscapes) -> Iterator[Place]:
    """Files of other languages that ask something for a member of the old name."""
    landscape = landscapes.head.landscape
    for path in landscape.files_with(f"m:{each.key}")[:_MOST_FILES] if is_particular(each.key) else ():
        facts = None if is_test(path) else landscape.facts(path)
        if facts is not None and facts.language != each.file.role and not _is_its_own(facts, each.key):
            asked = (at for _, at, expr in expressions(facts) if any(reads_key(p, each.key) for p in walk(expr)))
            line = next(asked, 0)
            if line:
                yield Place(path=path, line=line, end_line=line)


def _asking_null(each: ChangedKey, landscapes: Landscapes) -> Iterator[Place]:
    """Files of other languages that know the struct, by its name or by another of its keys, and go by the key being there."""
    landscape = landscapes.head.landscape
    known = (each.field.partition(".")[0], *each.beside)
    knows = re.compile(rb"\b(?:" + b"|".join(re.escape(word.encode()) for word in known) + rb")\b")
    asks = re.compile(rb"\b" + re.escape(each.key.encode()) + rb"\s*[!=]==\s*null\b")
    for path in landscape.files_with(f"m:{each.key}")[:_MOST_FILES]:
        facts = None if is_test(path) else landscape.facts(path)
        data = landscape.bytes_of(path, _MOST_BYTES) if facts and facts.language != each.file.role else None
        lines = data.split(b"\n") if data and knows.search(data) else []
        line = next((at for at, text in enumerate(lines, 1) if asks.search(text) and b"undefined" not in text), 0)
        if line:
            yield Place(path=path, line=line, end_line=line)


def _is_its_own(facts: FileFacts, key: str) -> bool:
    """Whether what a file asks for by this name is a field of a class that stands in it."""
    return any(each.name == key and facts.definitions[each.parent].kind == "class" for each in facts.definitions[1:])


def _of_go(file: FileCode, contents: ChangedBytes) -> Iterator[ChangedKey]:
    if not any(each.kind == "class" for each in file.symbols):
        return
    sides: list[Mapping[str, list[GoField]]] = []
    for side in (Side.BASE, Side.HEAD):
        blob = file.change.on(side)
        data = contents.of(blob.path, side) if blob else None
        owners: dict[str, list[GoField]] = {}
        for field in fields_of(data) if isinstance(data, bytes) else ():
            owners.setdefault(field.owner, []).append(field)
        sides.append(owners)
    for owner, old in sides[0].items():
        new = sides[1].get(owner)
        for kind in _FORMATS if new else ():
            if new and any(f'{kind}:"' in field.tag for field in old):
                yield from _of_struct(file, old, new=new, kind=kind)


def _of_struct(file: FileCode, old: list[GoField], *, new: list[GoField], kind: str) -> Iterator[ChangedKey]:
    now = {field.key(kind)[0]: field for field in new}
    told = 0
    for field in old:
        key, options = field.key(kind)
        after = now.get(key)
        if not key or not field.is_exported or told >= _MOST_KEYS:
            continue
        told += after is None
        if after is None:
            other = next((each for each in new if each.name == field.name), None)
            called = other.key(kind)[0] if other else ""
            beside = tuple(each.key(kind)[0] for each in old if each.key(kind)[0] in now)
            yield replace(_changed(file, field, at=other, key=key, now=called, kind=kind), beside=beside)
        elif "omitempty" in after.key(kind)[1] - options and not after.type.startswith("*"):
            yield _changed(file, field, at=after, key=key, now=key, kind=kind)
        elif "omitempty" in after.key(kind)[1] - options:
            words = f"`{key}` of {_FORMATS[kind]} is left out now where it is nothing, and was `null`"
            beside = tuple(each.key(kind)[0] for each in old if each.key(kind)[0] not in ("", "-", key))
            told_of = _changed(file, field, at=after, key=key, now=key, kind=kind)
            yield replace(told_of, words=words, beside=beside, is_null_asked=True)
        elif "omitempty" in options - after.key(kind)[1] and after.type.startswith(_NOTHING):
            words = f"`{key}` of {_FORMATS[kind]} is `null` now where it is nothing, and was left out"
            yield replace(_changed(file, field, at=after, key=key, now=key, kind=kind), words=words)


def _changed(file: FileCode, field: GoField, *, at: GoField | None, key: str, now: str, kind: str) -> ChangedKey:
    side = Side.HEAD if at else Side.BASE
    blob = file.change.on(side)
    line = at.line if at else field.line
    name = f"{field.owner}.{field.name}"
    place = Place(path=blob.path if blob else file.change.path, line=line, end_line=line, symbol=name, side=side)
    return ChangedKey(file=file, field=name, key=key, now=now, format=_FORMATS[kind], place=place)


def _of_java(file: FileCode) -> Iterator[ChangedKey]:
    base, head = file.base, file.head
    if base is None or head is None:
        return
    after = {head.qualified_name(i): (d.line, _said(d.signature)) for i, d in enumerate(head.definitions)}
    for index, definition in enumerate(base.definitions):
        name = base.qualified_name(index)
        yield from _left_out(file, name, before=definition, after=head)
        said = _said(definition.signature) if definition.kind in ("variable", "method") else []
        if not said or name not in after:
            continue
        line, now = after[name]
        gone = [each for each in said if each not in now]
        come = [key for _, key in now if key not in {key for _, key in said}]
        for note, key in gone:
            place = Place(path=file.change.path, line=line, end_line=line, symbol=name)
            called = come[0] if len(gone) == len(come) == 1 else ""
            kind = "requests" if note in _ASKED else "JSON"
            if called or note in _ASKED or not now:
                yield ChangedKey(file=file, field=name, key=key, now=called, format=kind, place=place)


def _left_out(file: FileCode, name: str, *, before: Definition, after: FileFacts) -> Iterator[ChangedKey]:
    """A class of Java that leaves out what is nothing, and said it, or the other way round."""
    now = next((d for i, d in enumerate(after.definitions) if i and after.qualified_name(i) == name), None)
    if now is None or before.kind != "class" or "@JsonInclude" not in before.signature + now.signature:
        return
    was_left, is_left = (bool(_LEFT_OUT.search(each.signature)) for each in (before, now))
    if was_left != is_left:
        place = Place(path=file.change.path, line=now.line, end_line=now.line, symbol=name)
        does = "is left out of JSON now, and was `null`" if is_left else "is `null` in JSON now, and was left out"
        yield ChangedKey(
            file=file, field=name, key="", now="", format="JSON", place=place, words=f"what is nothing {does}"
        )


def _said(signature: str) -> list[tuple[str, str]]:
    """The annotations that name something outside, with the names; another name beside the first takes nothing away."""
    return [(each[1], each[2]) for each in _OF_JAVA.finditer(signature)] if "@" in signature else []
