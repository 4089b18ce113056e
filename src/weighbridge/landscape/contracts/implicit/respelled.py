"""Models whose keys are spelled otherwise where they leave the program, by one word for all of them: camel case, snake case."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, FileFacts, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.asking import reads_key
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import is_test, stands_aside
from weighbridge.landscape.values import Symbol

_SAID: Final = LatePattern(
    r"\b(?:rename|alias_generator)\s*=\s*[\"']?(?P<py>[\w.]+)|@JsonNaming\([^)]*?(?P<java>\w+)(?:\.class)?\s*\)"
)
_CAMEL: Final = LatePattern(r"(?i)^(?:to_?)?(?:lower_?)?camel(?:_?case(?:strategy)?|ize)?$")
_PASCAL: Final = LatePattern(r"(?i)^(?:to_?)?(?:pascal|upper_?camel)(?:_?case(?:strategy)?)?$")
_SNAKE: Final = LatePattern(r"(?i)^(?:to_?)?snake(?:_?case(?:strategy)?)?$")
_KEBAB: Final = LatePattern(r"(?i)^(?:to_?)?kebab(?:_?case(?:strategy)?)?$")
_WORDS: Final = LatePattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_BY_ALIAS: Final = frozenset({"by_alias", "serialize_by_alias"})
_BY_NAME_TOO: Final = frozenset({"populate_by_name", "allow_population_by_field_name", "validate_by_name"})
_FRAMEWORK: Final = "i:fastapi"
"""What answers by the names that models are read by, without being told."""
_NAMED_ITSELF: Final = frozenset({"alias", "serialization_alias", "validation_alias", "name"})
_UNKNOWN: Final = "?"
_FEWEST: Final = 2
_MOST_KEYS: Final = 40
_MOST_FILES: Final = 60
_MOST_BYTES: Final = 1_000_000


class Respelled(Struct, frozen=True, kw_only=True):
    """One class whose keys are spelled otherwise, with those of the classes that derive from it: as they were and are."""

    file: FileCode
    name: str
    line: int
    keys: Mapping[str, str]
    """By the old key the new one; empty where it is not known what the new one is."""
    heirs: int
    readers: Sequence[Place]


def respelled(code: CodeChange, landscapes: Landscapes) -> Iterator[Respelled]:
    """Every class of both sides that says another spelling for its keys."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path) or file.role not in ("python", "java"):
            continue
        before = {file.base.qualified_name(i): _spelling(file.base, i) for i in _classes(file.base)}
        for index in _classes(file.head):
            name, now = file.head.qualified_name(index), _spelling(file.head, index)
            was = before.get(name)
            if was is None or was == now or not _reaches_out(file.head, index, landscapes=landscapes):
                continue
            found = _told(file, index, spelled=(was, now), landscapes=landscapes)
            if found.keys:
                yield found


def _classes(facts: FileFacts) -> list[int]:
    return [index for index, each in enumerate(facts.definitions) if each.kind == "class"]


def _spelling(facts: FileFacts, index: int) -> str:
    """How a class says that its keys are spelled; empty where it says nothing."""
    definition = facts.definitions[index]
    found = _SAID.search(definition.signature)
    if found is not None:
        return found["py"] or found["java"]
    inner = {i for i, each in enumerate(facts.definitions) if each.parent == index and each.name == "Config"}
    for step in facts.steps:
        if step.kind != "bind" or type(step.target) is not Name:
            continue
        if step.scope == index and step.target.id == "model_config" and type(step.value) is Call:
            given = next((each.value for each in step.value.arguments if each.name == "alias_generator"), None)
            return (last_name(given) or _UNKNOWN) if given is not None else ""
        if step.scope in inner and step.target.id == "alias_generator":
            return last_name(step.value) or _UNKNOWN
    return ""


def _reaches_out(facts: FileFacts, index: int, *, landscapes: Landscapes) -> bool:
    """Whether the other spelling is one of what is written, or the only one that is read."""
    if facts.language != "python" or "rename" in facts.definitions[index].signature:
        return True
    given = {
        argument.name
        for step in facts.steps
        for part in walk(step.value)
        if type(part) is Call
        for argument in part.arguments
    }
    given |= {step.target.id for step in facts.steps if step.kind == "bind" and type(step.target) is Name}
    is_written = not given.isdisjoint(_BY_ALIAS) or bool(landscapes.head.landscape.files_with(_FRAMEWORK))
    return is_written or given.isdisjoint(_BY_NAME_TOO)


def _told(file: FileCode, index: int, *, spelled: tuple[str, str], landscapes: Landscapes) -> Respelled:
    assert file.head is not None, "a class of head has a head"
    path, definition = file.change.path, file.head.definitions[index]
    heirs = landscapes.head.evaluator.hierarchy.descendants(Symbol(path, index))
    names: dict[str, None] = {}
    own: set[RepoPath] = {path}
    for each in (Symbol(path, index), *heirs):
        facts = landscapes.head.landscape.facts(each.path) if each.path != path else file.head
        if facts is not None and (each.index == index or not _spelling(facts, each.index)):
            names |= dict.fromkeys(_fields(facts, each.index))
            own.add(each.path)
    was, now = spelled
    keys = {key: _key(name, now) for name in names if (key := _key(name, was)) and key != _key(name, now)}
    keys = dict(list(keys.items())[:_MOST_KEYS])
    readers = _readers(keys, own, landscape=landscapes.head.landscape) if keys else []
    name = file.head.qualified_name(index)
    return Respelled(file=file, name=name, line=definition.line, keys=keys, heirs=len(heirs), readers=readers)


def _fields(facts: FileFacts, index: int) -> Iterator[str]:
    """The fields of a class that no word of their own calls otherwise."""
    named = {
        step.target.id
        for step in facts.steps
        if step.scope == index and step.kind == "bind" and type(step.target) is Name
        if type(step.value) is Call and any(each.name in _NAMED_ITSELF for each in step.value.arguments)
    }
    for each in facts.definitions:
        is_field = each.parent == index and each.kind == "variable" and not each.name.startswith("_")
        if (
            is_field
            and each.name not in named
            and each.name != "model_config"
            and "@JsonProperty" not in each.signature
        ):
            yield each.name
    if facts.language == "java":
        yield from (parameter.name for parameter in facts.definitions[index].parameters)


def _key(name: str, spelling: str) -> str:
    """A field as it is called outside; empty where the spelling is not known."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not spelling or not words:
        return name
    humps = "".join(word.capitalize() for word in words)
    if _CAMEL.search(spelling):
        return humps[:1].lower() + humps[1:]
    if _PASCAL.search(spelling):
        return humps
    if _SNAKE.search(spelling):
        return "_".join(words)
    return "-".join(words) if _KEBAB.search(spelling) else ""


def _readers(keys: Mapping[str, str], own: set[RepoPath], *, landscape: Landscape) -> list[Place]:
    """Files, tests left out, that read some of the keys as they were: two at least, where there are as many."""
    found: dict[RepoPath, list[int]] = {}
    for key in keys:
        files = dict.fromkeys((*landscape.files_with(f"m:{key}"), *landscape.files_with(WORD + key.lower())))
        for path in list(files)[:_MOST_FILES]:
            line = 0 if path in own or is_test(path) else _reads(landscape, path, key=key)
            if line:
                found.setdefault(path, []).append(line)
    least = min(_FEWEST, len(keys))
    return [
        Place(path=path, line=min(lines), end_line=min(lines)) for path, lines in found.items() if len(lines) >= least
    ]


def _reads(landscape: Landscape, path: RepoPath, *, key: str) -> int:
    """The line on which a file reads a key of what came from outside; 0 where none does."""
    facts = landscape.facts(path)
    if facts is None:
        return 0
    if facts.language == "go":
        data = landscape.bytes_of(path, _MOST_BYTES) or b""
        tag = re.search(rb'`[^`\n]*json:"' + re.escape(key.encode()) + rb'[",]', data)
        return data.count(b"\n", 0, tag.start()) + 1 if tag else 0
    plain = facts.language != "python"
    for _, line, expr in expressions(facts):
        for part in walk(expr):
            if reads_key(part, key) and (plain or type(part) is not Attribute):
                return line
    return 0
