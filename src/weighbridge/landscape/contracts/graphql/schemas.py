"""GraphQL schemas read into what queries can name; each definition is read when something asks for it.

The schema files of one side are put together: a type is what defines it with all that extends it, and what extends a type that
stands elsewhere is taken for the type.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.contracts.graphql.tokens import Cursor, Tokens, Value, named

Texts = Mapping[RepoPath, str]

SCHEMA: Final = "schema"
DIRECTIVE: Final = "directive"
SCALARS: Final = frozenset({"Int", "Float", "String", "Boolean", "ID"})
"""Types that are there whether a schema defines them or not."""

_WITH_FIELDS: Final = ("type", "interface", "input")
_TYPES: Final = (*_WITH_FIELDS, "enum", "union", "scalar")
QUERIES: Final = ("query", "mutation", "subscription", "fragment", "{")
USUAL_ROOTS: Final = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


class Part(Struct, kw_only=True, eq=False):
    """What has a name and stands in a definition: a field, argument, value, member or interface."""

    name: str
    path: RepoPath
    line: int
    type: str = ""
    default: Value | None = None
    arguments: "dict[str, Part]" = field(default_factory=dict)
    is_deprecated: bool = False

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.type.endswith("!") and self.default is None


class Definition(Struct, kw_only=True, eq=False):
    """A type or directive, or (`kind` is `schema`) at which types operations begin."""

    kind: str
    name: str
    path: RepoPath
    line: int
    is_deprecated: bool = False
    interfaces: dict[str, Part] = field(default_factory=dict)
    fields: dict[str, Part] = field(default_factory=dict)
    values: dict[str, Part] = field(default_factory=dict)
    members: dict[str, Part] = field(default_factory=dict)
    arguments: dict[str, Part] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    is_repeatable: bool = False
    is_one_of: bool = False
    """Whether of an input's fields just one may be given."""

    def names(self) -> Iterator[str]:
        """The types that its fields, arguments and members are of."""
        yield from self.members
        for each in (*self.fields.values(), *self.arguments.values()):
            yield named(each.type)
            yield from (named(argument.type) for argument in each.arguments.values())


class Chunk(Struct, frozen=True, kw_only=True, eq=False):
    """The tokens of one definition or query, from its keyword (behind `extend`) to its end."""

    kind: str
    name: str
    path: RepoPath
    is_extension: bool
    tokens: Tokens
    start: int
    end: int

    def words(self) -> list[str]:
        """The tokens."""
        return self.tokens.words[self.start : self.end]

    def mentions(self, names: frozenset[str]) -> bool:
        """Whether any of some names stands in it."""
        return not names.isdisjoint(self.words())


class Schema:
    """The definitions of one side's files by name (those of directives begin with `@`).

    Raises `GraphqlError`, from everything that reads: something is no definition.
    """

    def __init__(self, texts: Texts) -> None:
        self.chunks: dict[str, list[Chunk]] = {}
        self._known: dict[str, Definition | None] = {}
        self._answered: dict[str, bool] = {}
        for path, text in texts.items():
            for chunk in chunks_of(path, Tokens(text, path)):
                key = f"@{chunk.name}" if chunk.kind == DIRECTIVE else chunk.name
                if chunk.kind not in QUERIES:
                    self.chunks.setdefault(key, []).append(chunk)

    @property
    def twins(self) -> frozenset[str]:
        """The names that two types have."""
        return frozenset(
            key
            for key, chunks in self.chunks.items()
            if _is_type(key) and sum(not chunk.is_extension for chunk in chunks) > 1
        )

    @property
    def types(self) -> Iterator[str]:
        """The names of its types."""
        return filter(_is_type, self.chunks)

    def get(self, key: str) -> Definition | None:
        """What a name is defined as."""
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]

    def is_written_alike(self, key: str, other: "Schema") -> bool:
        """Whether both write one definition alike."""
        mine, others = self.chunks.get(key, ()), other.chunks.get(key, ())
        return len(mine) == len(others) and all(
            one.is_extension == each.is_extension and one.words() == each.words()
            for one, each in zip(mine, others, strict=True)
        )

    def gone(self, other: "Schema") -> frozenset[str]:
        """The types of this schema that another does not define."""
        return frozenset(name for name in self.types if name not in other.chunks and name not in SCALARS)

    def naming(self, names: frozenset[str]) -> Iterator[str]:
        """The definitions in which any of some names stands, as whatever."""
        for key, chunks in self.chunks.items():
            if any(chunk.mentions(names) for chunk in chunks):
                yield key

    def is_only_answered(self, name: str) -> bool:
        """Whether no query can send what is of a type: no argument and no input is of it."""
        if name not in self._answered:
            self._answered[name] = not any(map(partial(self._takes, name=name), self.naming(frozenset({name}))))
        return self._answered[name]

    def _takes(self, key: str, *, name: str) -> bool:
        definition = self.get(key)
        if definition is None or definition.kind in ("input", DIRECTIVE):
            return True
        arguments = (each for field in definition.fields.values() for each in field.arguments.values())
        return any(named(each.type) == name for each in arguments)

    @cached_property
    def said_roots(self) -> dict[str, str]:
        """The types at which operations begin, as it says; empty where it does not."""
        found = self.get("")
        return {each.name: each.type for each in found.fields.values()} if found else {}

    @cached_property
    def roots(self) -> dict[str, str]:
        """The types at which operations begin."""
        is_said = any(not chunk.is_extension for chunk in self.chunks.get("", ()))
        usual = {} if is_said else {kind: name for kind, name in USUAL_ROOTS.items() if name in self.chunks}
        return self.said_roots | usual

    def begin_at(self, names: Mapping[str, str]) -> None:
        """Call types otherwise."""
        definitions = {key: self.get(key) for key in self.chunks}
        for each in definitions.values():
            if each is not None:
                _call_otherwise(each, names)
        self._known = {names.get(key, key): each for key, each in definitions.items()}
        self.chunks = {names.get(key, key): chunks for key, chunks in self.chunks.items()}
        self.__dict__.pop("said_roots", None)
        self.__dict__.pop("roots", None)

    def _read(self, key: str) -> Definition | None:
        chunks = self.chunks.get(key)
        if not chunks:
            return None
        whole = [chunk for chunk in chunks if not chunk.is_extension]
        first = whole[-1] if whole else chunks[0]
        found = _Reader(first).read()
        for chunk in chunks:
            if chunk.is_extension and chunk is not first:
                more = _Reader(chunk).read()
                found.is_one_of = found.is_one_of or more.is_one_of
                for name in ("interfaces", "fields", "values", "members"):
                    getattr(found, name).update(getattr(more, name))
        return found


def _is_type(key: str) -> bool:
    return bool(key) and not key.startswith("@")


def _call_otherwise(each: Definition, names: Mapping[str, str]) -> None:
    def called(kind: str) -> str:
        inner = named(kind)
        return kind.replace(inner, names[inner]) if inner in names else kind

    if each.kind != DIRECTIVE:
        each.name = called(each.name)
    for parts in (each.interfaces, each.members):
        known = list(parts.values())
        parts.clear()
        for part in known:
            part.name = called(part.name)
            parts[part.name] = part
    for part in (*each.fields.values(), *each.arguments.values()):
        part.type = called(part.type)
        for argument in part.arguments.values():
            argument.type = called(argument.type)


def chunks_of(path: RepoPath, tokens: Tokens) -> Iterator[Chunk]:
    """The definitions of a file, and its queries, which have no names here.

    Raises:
        GraphqlError: it is neither.
    """
    cursor = Cursor(tokens)
    while cursor.word:
        cursor.past_words()
        is_extension = cursor.take("extend")
        start, kind = cursor.at, cursor.word
        name = ""
        if kind in QUERIES and not is_extension:
            _past_query(cursor)
        elif kind in (*_TYPES, SCHEMA, DIRECTIVE):
            cursor.at += 1
            if kind == DIRECTIVE:
                cursor.expect("@")
            name = "" if kind == SCHEMA else cursor.name()
            begun = cursor.at
            _past_definition(kind, cursor)
            if is_extension and cursor.at == begun:
                raise tokens.wrong(begun)
        else:
            raise tokens.wrong(start)
        yield Chunk(
            kind=kind, name=name, path=path, is_extension=is_extension, tokens=tokens, start=start, end=cursor.at
        )


def _past_query(cursor: Cursor) -> None:
    while cursor.word not in ("{", ""):
        cursor.at = cursor.tokens.behind(cursor.at) if cursor.word == "(" else cursor.at + 1
    cursor.at = cursor.tokens.behind(cursor.at)


def _past_definition(kind: str, cursor: Cursor) -> None:
    """Go past what follows a definition's name."""
    if cursor.word == "(":
        cursor.at = cursor.tokens.behind(cursor.at)
    if kind == DIRECTIVE:
        cursor.take("repeatable")
        cursor.expect("on")
        _past_names(cursor, "|")
        return
    if cursor.take("implements"):
        _past_names(cursor, "&")
    while cursor.take("@"):
        cursor.name()
        if cursor.word == "(":
            cursor.at = cursor.tokens.behind(cursor.at)
    if kind == "union" and cursor.take("="):
        _past_names(cursor, "|")
    elif kind not in ("union", "scalar") and cursor.word == "{":
        cursor.at = cursor.tokens.behind(cursor.at)


def _past_names(cursor: Cursor, between: str) -> None:
    cursor.take(between)
    cursor.name()
    while cursor.take(between):
        cursor.name()


class _Reader:
    """Reads one definition."""

    def __init__(self, chunk: Chunk) -> None:
        self._chunk = chunk
        self._cursor = Cursor(chunk.tokens, chunk.start + 1)

    def read(self) -> Definition:
        """All of it."""
        chunk, cursor = self._chunk, self._cursor
        found = Definition(kind=chunk.kind, name=chunk.name, path=chunk.path, line=chunk.tokens.line(cursor.at))
        if chunk.kind == DIRECTIVE:
            self._directive(found)
            return found
        cursor.at += chunk.kind != SCHEMA
        if cursor.take("implements"):
            found.interfaces = self._names("&")
        said = {each.name for each in cursor.directives()}
        found.is_deprecated, found.is_one_of = "deprecated" in said, chunk.kind == "input" and "oneOf" in said
        if chunk.kind == "union" and cursor.take("="):
            found.members = self._names("|")
        elif chunk.kind == "enum":
            found.values = self._parts("{", "}", is_typed=False)
        elif chunk.kind in _WITH_FIELDS or chunk.kind == SCHEMA:
            found.fields = self._parts("{", "}")
        if cursor.at != chunk.end:
            raise chunk.tokens.wrong(cursor.at)
        return found

    def _directive(self, found: Definition) -> None:
        cursor = self._cursor
        cursor.expect("@")
        cursor.name()
        found.arguments = self._parts("(", ")")
        found.is_repeatable = cursor.take("repeatable")
        cursor.expect("on")
        found.places = list(self._names("|"))

    def _parts(self, begin: str, end: str, *, is_typed: bool = True) -> dict[str, Part]:
        """What stands between two signs, if they are there."""
        cursor = self._cursor
        found: dict[str, Part] = {}
        if cursor.take(begin):
            while not (found and cursor.take(end)):
                cursor.past_words()
                part = self._part()
                found[part.name] = part
                if is_typed:
                    part.arguments = self._parts("(", ")") if cursor.word == "(" and begin == "{" else {}
                    cursor.expect(":")
                    part.type = cursor.type()
                    part.default = cursor.value() if cursor.take("=") else None
                part.is_deprecated = self._is_deprecated()
        return found

    def _part(self) -> Part:
        line = self._chunk.tokens.line(self._cursor.at)
        return Part(name=self._cursor.name(), path=self._chunk.path, line=line)

    def _names(self, between: str) -> dict[str, Part]:
        self._cursor.take(between)
        first = self._part()
        found = {first.name: first}
        while self._cursor.take(between):
            part = self._part()
            found[part.name] = part
        return found

    def _is_deprecated(self) -> bool:
        return any(each.name == "deprecated" for each in self._cursor.directives())
