"""Tables that Java code reads and writes through JPA: entities, repositories and the queries in their annotations."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Collection, Definition, Effect, Expr, FileFacts, Item, Name
from weighbridge.facts.names import dotted
from weighbridge.facts.recognise._annotations import annotation, imports_any, texts
from weighbridge.facts.recognise._origins import Origins

_REPOSITORIES: Final = re.compile(
    r"(?:Jpa|Crud|PagingAndSorting|ListCrud|ListPagingAndSorting|Reactive\w*|R2dbc|Mongo|Base)?Repository"
)
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MENTION: Final = re.compile(r"\b(from|join|into|update)\s+(?!select\b)([\w.$]+)", re.IGNORECASE)
_WRITING: Final = frozenset({"into", "update"})
_SOURCES: Final = ("javax.persistence", "jakarta.persistence", "org.springframework.data")


def _recognise(facts: FileFacts) -> Recognised:
    if not imports_any(facts, *_SOURCES):
        return Recognised()
    origins = Origins(facts)
    accesses: dict[Access, None] = {}
    effects: list[Effect] = []
    for index, definition in enumerate(facts.definitions):
        if definition.kind == "class" and annotation(definition, "Entity") is not None:
            accesses.update(dict.fromkeys(_entity(index, definition, origins=origins)))
        if definition.kind == "method":
            accesses.update(dict.fromkeys(_query(index, definition, origins=origins)))
        entity = _entity_of(definition) if definition.kind == "interface" else ""
        if entity:
            effects += _repository_effects(facts, index)
            for kind in ("reads", "writes"):
                accesses[Access(kind, _guessed(entity), index, definition.line, is_certain=False)] = None
    return Recognised(accesses=tuple(accesses), effects=tuple(effects))


def _entity(index: int, definition: Definition, *, origins: Origins) -> Iterator[Access]:
    """An entity stands for its table; without `@Table` the table's name is made of the entity's, as Spring's strategy does."""
    named = texts(annotation(definition, "Table"), origins, "name", scope=index)
    schema = texts(annotation(definition, "Table"), origins, "schema", scope=index)
    called = texts(annotation(definition, "Entity"), origins, "name", scope=index) or (definition.name,)
    table = ".".join((*schema, *named)) if named else _guessed(called[0])
    for kind in ("reads", "writes"):
        yield Access(kind, table, index, definition.line, bool(named))


def _entity_of(definition: Definition) -> str:
    """The entity of a Spring Data repository; empty for any other interface."""
    for base in definition.bases:
        if isinstance(base, Item) and _REPOSITORIES.fullmatch(dotted(base.of, {}).rpartition(".")[2]):
            of: Expr = base.key
            if isinstance(of, Collection) and of.elements:
                of = of.elements[0].value
            return of.id if isinstance(of, Name) else ""
    return ""


def _repository_effects(facts: FileFacts, owner: int) -> Iterator[Effect]:
    """Whatever a repository declares reaches the database, though nobody writes its body."""
    name = facts.definitions[owner].name
    yield Effect("database", owner, facts.definitions[owner].line, name)
    for index, each in enumerate(facts.definitions):
        if each.parent == owner and each.is_abstract:
            yield Effect("database", index, each.line, f"{name}.{each.name}")


def _query(index: int, definition: Definition, *, origins: Origins) -> Iterator[Access]:
    """What the query in `@Query` names: a table when it is native, else an entity."""
    query = annotation(definition, "Query", "NativeQuery")
    for text in texts(query, origins, "value", scope=definition.parent):
        is_native = "nativeQuery = true" in definition.signature or "@NativeQuery" in definition.signature
        is_deleting = text.lstrip().lower().startswith("delete")
        for verb, name in _MENTION.findall(text):
            is_entity = not is_native
            if is_entity and not name[:1].isupper():
                continue
            kind = "writes" if verb.lower() in _WRITING or (is_deleting and verb.lower() == "from") else "reads"
            yield Access(kind, _guessed(name) if is_entity else name, index, definition.line, is_native)


def _guessed(entity: str) -> str:
    """The usual naming strategy: snake case."""
    return "_".join(_WORD.split(entity.rpartition(".")[2])).lower()


RECOGNISER: Final = Recogniser(languages=("java",), version=2, recognise=_recognise)
