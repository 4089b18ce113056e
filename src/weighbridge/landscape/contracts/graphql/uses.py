"""Who in the repository queries a GraphQL schema: operations in files of their own, and in texts of code."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Text
from weighbridge.landscape.contracts.breaks import Break, Operation
from weighbridge.landscape.contracts.graphql.queries import selected
from weighbridge.landscape.contracts.graphql.schemas import Schema
from weighbridge.landscape.contracts.graphql.tokens import GraphqlError, named
from weighbridge.landscape.contracts.uses import Consumer
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.test_files import is_test

_ENDINGS: Final = (".graphql", ".gql")
_TERMS: Final = ("m:gql", "m:graphql", "m:GraphQL", "u:graphql", "m:graphql_query", "i:graphql-tag", "i:gql")
_CALLED: Final = re.compile(r"graphql|gql|quer(?:y|ies)|mutation", re.IGNORECASE)
_OPERATION: Final = re.compile(r"^\s*(?:#[^\n]*\n\s*)*(?:query|mutation|subscription|fragment|\{)(?=[\s({@A-Za-z_])")
_WORD: Final = re.compile(r"\w+", re.ASCII)
_MOST_FILES: Final = 600
_FEW_FILES: Final = 300
"""Code files of a tree all of which are looked at, whatever they are called."""

_MOST_BYTES: Final = 400_000
_LEVELS: Final = 2
_CUT: Final = 2000
"""Characters after which facts cut a text."""

_ASKED: Final = frozenset(
    {"REQUIRED_ARG_ADDED", "REQUIRED_INPUT_FIELD_ADDED", "DEFAULT_REMOVED", "ARG_DEFAULT_VALUE_CHANGE"}
)
"""What is otherwise for those alone who do not give something."""
_NEEDED: Final = re.compile(r" changed type from \S*[^!\s] to \S+!(?=:)")
"""What was taken without, and is not any more."""

Used = Mapping[str, Sequence[Place]]
"""What is selected, as `Type.field`, `Type.field(argument)`, `Type` or `Enum.VALUE`, with the places."""


class Queries:
    """The operations of a tree: found once, and read only where they say a word that is asked for."""

    def __init__(self, landscape: Landscape, *, schemas: frozenset[RepoPath]) -> None:
        self._landscape = landscape
        self._schemas = schemas
        """The files that make schemas, which hold no operations."""

    @cached_property
    def _said(self) -> Sequence[tuple[RepoPath, int, str, frozenset[str]]]:
        texts = (*_of_files(self._landscape, self._schemas), *_of_code(self._landscape))
        return [(path, line, text, frozenset(_WORD.findall(text))) for path, line, text in texts]

    def used(self, schema: Schema, breaks: Iterable[Break]) -> Used:
        """What they use of a schema, of all that breaks name."""
        names = {name for each in breaks for name in (*each.named, *_without(each))}
        words = _words_of(names, schema)
        found: dict[str, dict[Place, None]] = {}
        for path, line, text, said in self._said:
            for name, below in selected(text, schema) if words is None or not words.isdisjoint(said) else ():
                at = line + below - 1
                found.setdefault(name, {})[Place(path=path, line=at, end_line=at)] = None
        return {name: list(places) for name, places in found.items() if name in names}

    def any_of(self, schema: Schema) -> bool:
        """Whether any operation begins where this schema lets operations begin: others are of another API."""
        roots = [root for name in schema.roots.values() if (root := schema.get(name))]
        begins = {f"{root.name}.{field}" for root in roots for field in root.fields}
        words = {field for root in roots for field in root.fields}
        likely = (text for _, _, text, said in self._said if not words.isdisjoint(said))
        return any(name in begins for text in likely for name, _ in selected(text, schema))


def _words_of(names: Iterable[str], schema: Schema) -> frozenset[str] | None:
    """Words of which a text that uses any of some names says at least one; None where it need not say any."""
    found: set[str] = set()
    for name in names:
        holder, _, word = name.rstrip(")").replace("(", ".").rpartition(".")
        found.add(word)
        if not holder and not name.startswith("@"):
            if name in schema.roots.values():
                return None
            try:
                found |= set(_fields_of(name, schema))
            except GraphqlError:
                return None
    return frozenset(found)


def _fields_of(name: str, schema: Schema) -> Iterator[str]:
    """The fields that are of a type, or take one: it is used by whoever selects or sends one, without being named."""
    for key in schema.naming(frozenset({name})):
        definition = schema.get(key)
        for part in definition.fields.values() if definition else ():
            types = (part.type, *(given.type for given in part.arguments.values()))
            if any(named(each) == name for each in types):
                yield part.name


def consumers_of(found: Break, used: Used, *, changed: frozenset[RepoPath], landscape: Landscape) -> list[Consumer]:
    """Who uses what is otherwise; of what must be given newly, who gives what may be null: who gives it well loses nothing."""
    names = found.named[:1] if found.check in _ASKED else found.named
    places = ((name, place) for name in names for place in used.get(name, ()))
    return [
        Consumer(place, Operation(name, ""), place.path not in changed)
        for name, place in places
        if found.check not in _ASKED or _may_give_null(name, place.path, landscape=landscape)
    ]


def _may_give_null(name: str, path: RepoPath, *, landscape: Landscape) -> bool:
    """Whether a file gives an argument, or a field of what is sent, by a variable that need not be given itself."""
    word = re.escape(re.split(r"[.(]", name.rstrip(")"))[-1])
    text = (landscape.bytes_of(path, _MOST_BYTES) or b"").decode("utf-8", "replace")
    given = re.findall(rf"\b{word}\s*:\s*\$(\w+)", text)
    return any(re.search(rf"\${each}\s*:\s*\[?\w+[!\]]*(?<!!)(?!\s*[\]!=\w])", text) is not None for each in given)


def leaving_out(found: Break, used: Used, *, changed: frozenset[RepoPath], landscape: Landscape) -> list[Consumer]:
    """Who does not give what must be given now, be it an argument of a field or a field of what is sent.

    What is sent is mostly put together in code beside the query: where any changed file of code in the same part names the field, it is
    taken as given.
    """
    asked = found.named[0] if found.named and _is_asked(found) else ""
    word = asked.rpartition(".")[2] if "(" not in asked else ""
    holder = next(_without(found), "")
    giving = {place.path for place in used.get(asked, ())}
    near = {_part_of(path) for path in changed if word and _names(landscape, path, word=word)}
    return [
        Consumer(place, Operation(holder, ""), place.path not in changed and _part_of(place.path) not in near)
        for place in used.get(holder, ())
        if holder and place.path not in giving
    ]


def _without(found: Break) -> Iterator[str]:
    """What is used, where a break asks to give something with it: a field, or the type of what is sent."""
    if found.named and _is_asked(found):
        field, is_argument, _ = found.named[0].partition("(")
        yield field if is_argument else field.rpartition(".")[0]


def _part_of(path: RepoPath) -> tuple[str, ...]:
    """The part of a repository that a file is of, as far as its folders tell: what is sent is put together in the same."""
    return tuple(path.split("/")[:-1][:_LEVELS])


def _is_asked(found: Break) -> bool:
    return found.check in _ASKED or bool(_NEEDED.search(found.words))


def _names(landscape: Landscape, path: RepoPath, *, word: str) -> bool:
    """Whether a file that is no schema says a word."""
    data = None if path.endswith(_ENDINGS) or is_test(path) else landscape.bytes_of(path, _MOST_BYTES)
    return data is not None and re.search(rb"\b" + re.escape(word.encode()) + rb"\b", data) is not None


def _of_files(landscape: Landscape, schemas: frozenset[RepoPath]) -> Iterator[tuple[RepoPath, int, str]]:
    likely = [path for path in landscape.tree.blobs if path.lower().endswith(_ENDINGS) and path not in schemas]
    for path in likely[:_MOST_FILES]:
        data = b"" if is_test(path) else landscape.read(landscape.tree.blobs[path].oid, _MOST_BYTES)
        if isinstance(data, bytes) and data:
            yield path, 1, data.decode("utf-8", "replace")


def _of_code(landscape: Landscape) -> Iterator[tuple[RepoPath, int, str]]:
    every = sorted(path for paths in landscape.tree.code_by_oid.values() for path in paths)
    if len(every) > _FEW_FILES:
        termed = {path for term in _TERMS for path in landscape.files_with(term)}
        every = sorted(termed | {path for path in every if _CALLED.search(posixpath.basename(path))})
    wanted = [path for path in every if not is_test(path)][:_MOST_FILES]
    landscape.load(wanted)
    for path in wanted:
        facts = landscape.facts(path)
        for step in facts.steps if facts else ():
            for each in walk(step.value):
                if type(each) is Text and _OPERATION.match(each.value):
                    yield path, step.line, _mended(each.value)


def _mended(text: str) -> str:
    """A text of code as a document: holes are fragments that stand elsewhere, and what was cut off is closed."""
    whole = text.replace("{}", "")
    if len(text) < _CUT:
        return whole
    whole = whole.rpartition("\n")[0]
    return whole + "}" * (whole.count("{") - whole.count("}"))
