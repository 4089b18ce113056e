"""Who in the repository uses what a contract names: code made from it goes by names, which each language spells in its way."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import in_unit, mentions_in
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.breaks import Operation, Uses
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.terms import import_keys
from weighbridge.landscape.test_files import is_test

_MOST_FILES: Final = 200
_MOST_CLIENTS: Final = 10
"""Files with a definition that are asked whether a tool made them."""

_LEAST_WORDS: Final = 2
_LEAST_LETTERS: Final = 9
_WORDS: Final = LatePattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MADE: Final = LatePattern(
    r"(?:_pb2(?:_grpc)?\.pyi?|\.pb(?:\.\w+)?\.go|_(?:grpc_)?pb\.(?:d\.)?[jt]s|OuterClass\.java|Grpc\.java)$"
)
"""Files that are made from a contract: they change with it."""


class Consumer(Struct, frozen=True):
    """One place that uses what a contract names; not `is_left` where the change alters that file too.

    `is_supposed`: by what else its file asks for, and not by itself.
    """

    place: Place
    operation: Operation
    is_left: bool
    is_supposed: bool = False


def spellings(name: str) -> tuple[str, ...]:
    """How languages spell a name: as it is, with underscores, with humps that begin small or large."""
    words = _WORDS.findall(name)
    humps = "".join(word[:1].upper() + word[1:].lower() for word in words)
    found = (
        name,
        "_".join(words).lower(),
        humps[:1].lower() + humps[1:],
        humps,
        name[:1].lower() + name[1:],
        name[:1].upper() + name[1:],
    )
    return tuple(dict.fromkeys(each for each in found if each))


def is_particular(name: str) -> bool:
    """Whether a name says enough to mean one thing wherever it stands."""
    return len(_WORDS.findall(name)) >= _LEAST_WORDS or len(name) >= _LEAST_LETTERS


def stub_modules(proto: RepoPath, options: Iterable[str]) -> tuple[str, ...]:
    """What code imports that was made from a file of Protocol Buffers, as indexes know imports."""
    stem = proto.removesuffix(".proto")
    folder = posixpath.basename(posixpath.dirname(stem))
    base = posixpath.basename(stem)
    names = [f"{base}_pb2", f"{base}_pb2_grpc", f"{base}_pb", f"{base}_grpc_pb", f"{base}_connect"]
    known = [f"{folder}/{each}" for each in names if folder] + names + [f".{each}" for each in names]
    known += [key for option in options if option for key in import_keys(option.partition(";")[0])]
    return tuple(dict.fromkeys(known))


class UsesOfNames:
    """Answers for one tree; `changed` are the files that the change alters."""

    def __init__(self, landscape: Landscape, *, changed: frozenset[RepoPath]) -> None:
        self._landscape = landscape
        self._changed = changed

    def of(self, uses: Uses) -> list[Consumer]:
        """The places that use any of the names, in files that use what they belong to."""
        near = self._near(uses)
        if uses.beside:
            near &= {path for name in uses.beside for path in self._landscape.files_with(f"m:{name}")}
        named = ((path, name) for name in uses.names for path in self._files(name) if path in near)
        found = [consumer for path, name in named for consumer in self._in(path, name, uses=uses)]
        found += [consumer for path in sorted(near)[:_MOST_FILES] for consumer in self._given(path, uses)]
        return list({consumer.place: consumer for consumer in found}.values())

    def _given(self, path: RepoPath, uses: Uses) -> Iterator[Consumer]:
        """Where a value is given a name of its own when what it belongs to is made."""
        facts = self._landscape.facts(path)
        mentions = mentions_in(facts) if facts else {}
        units = {unit for name in uses.near for unit in mentions.get(name, ())}
        for scope, expr in (each for unit in sorted(units) if facts for each in in_unit(facts, unit)):
            for call in walk(expr):
                if type(call) is Call and last_name(call.function) in uses.near:
                    for name in {given.name for given in call.arguments}.intersection(uses.names):
                        place = _place(path, call.line, facts=facts, scope=scope)
                        yield Consumer(place, Operation(name, ""), path not in self._changed)

    def any_near(self, uses: Uses) -> bool:
        """Whether anybody in the repository uses what the names belong to."""
        return bool(self._near(uses))

    def calls_of(self, operation: Operation, name: str) -> Iterator[Consumer]:
        """The places that call an operation by the name that generated clients give it."""
        if not is_particular(name):
            return
        for spelling in (*spellings(name), f"{name[:1].upper()}{name[1:]}WithResponse"):
            if self._is_defined(spelling):
                continue  # what is defined here is called here: it need not be a client's
            for path in self._files(spelling):
                facts = self._landscape.facts(path)
                for line, scope in _calls(facts, spelling) if facts and not facts.is_generated else ():
                    yield Consumer(_place(path, line, facts=facts, scope=scope), operation, path not in self._changed)

    def _is_defined(self, name: str) -> bool:
        """Whether people wrote a definition of this name."""
        found = self._landscape.files_with(f"d:{name}")
        known = [self._landscape.facts(path) for path in found[:_MOST_CLIENTS]]
        return len(found) > _MOST_CLIENTS or any(facts is None or not facts.is_generated for facts in known)

    def _near(self, uses: Uses) -> set[RepoPath]:
        terms = [f"m:{name}" for name in uses.near] + [f"i:{module}" for module in uses.modules]
        found = {path for term in terms for path in self._landscape.files_with(term)}
        return {path for path in found if not is_test(path) and not _MADE.search(path)}

    def _files(self, name: str) -> Sequence[RepoPath]:
        found = self._landscape.files_with(f"m:{name}")[:_MOST_FILES]
        return [path for path in found if not is_test(path) and not _MADE.search(path)]

    def _in(self, path: RepoPath, name: str, *, uses: Uses) -> Iterator[Consumer]:
        """The places in a file that speak of a name; of one that says little, those that ask something for it."""
        facts = self._landscape.facts(path)
        is_plain = is_particular(name) or not (uses.is_member or uses.is_type)
        for unit in mentions_in(facts).get(name, ()) if facts else ():
            if facts is None or not (
                is_plain or any(_means(each, name, uses=uses, facts=facts) for each in _parts(facts, unit))
            ):
                continue
            line = facts.steps[unit].line if unit >= 0 else facts.definitions[-1 - unit].line
            scope = facts.steps[unit].scope if unit >= 0 else -1 - unit
            yield Consumer(_place(path, line, facts=facts, scope=scope), Operation(name, ""), path not in self._changed)


def _parts(facts: FileFacts, unit: int) -> Iterator[Expr]:
    return (part for _, expr in in_unit(facts, unit) for part in _uncalled(expr))


def _uncalled(expr: Expr) -> Iterator[Expr]:
    """The parts of an expression, without the functions that it calls: `err.Error()` asks for no value of that name."""
    parts = list(walk(expr))
    called = {id(each.function) for each in parts if type(each) is Call}
    return (each for each in parts if id(each) not in called)


def _means(part: Expr, name: str, *, uses: Uses, facts: FileFacts) -> bool:
    """Whether a part of an expression asks something for a member, or may name a type."""
    if uses.is_member:
        return type(part) is Attribute and part.name == name
    if facts.language == "go":
        packages = {each.alias for each in facts.imports}
        return type(part) is Attribute and part.name == name and type(part.of) is Name and part.of.id in packages
    return (type(part) is Attribute and part.name == name) or (type(part) is Name and part.id == name)


def _calls(facts: FileFacts, name: str) -> Iterator[tuple[int, int]]:
    """The lines and scopes in which a member of this name is called."""
    for unit in mentions_in(facts).members(name):
        for scope, expr in in_unit(facts, unit):
            for each in walk(expr):
                if type(each) is Call and type(each.function) is Attribute and each.function.name == name:
                    yield each.line, scope


def _place(path: RepoPath, line: int, *, facts: FileFacts | None, scope: int) -> Place:
    name = facts.definitions[scope].name if facts and 0 <= scope < len(facts.definitions) else ""
    return Place(path=path, line=line, end_line=line, symbol=name)
