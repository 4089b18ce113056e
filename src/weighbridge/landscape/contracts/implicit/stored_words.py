"""Words by which stored rows say what they are: the class that a mapper makes of one, and the choice that a column holds."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change
from weighbridge.domain.places import Side
from weighbridge.facts.model import Call, Collection, Expr, FileFacts, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.roles import role_of
from weighbridge.landscape.arguments import decorator_name
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.test_files import stands_aside

_MARKS: Final = frozenset({"DiscriminatorValue", "ChildEntity"})
"""What JPA and TypeORM call such a word."""

_IDENTITY: Final = "polymorphic_identity"
_MAPPED: Final = "__mapper_args__"
_CHOICES: Final = "TextChoices"


class StoredWord(Struct, frozen=True, kw_only=True):
    """One word that is another now: what it stands for, and where it is said."""

    file: FileCode
    of: str
    before: str
    after: str
    line: int


def changed_words(code: CodeChange, change: Change, *, contents: ChangedBytes) -> Iterator[StoredWord]:
    """Every such word that is another, where nothing in the change writes the new one over the old one."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path):
            continue
        before, after = _words(file.base), _words(file.head)
        now = {word for word, _ in after.values()}
        for of in before.keys() & after.keys():
            (old, _), (new, line) = before[of], after[of]
            if old != new and old not in now and not _is_rewritten(old, new, change=change, contents=contents):
                yield StoredWord(file=file, of=of, before=old, after=new, line=line)


def _words(facts: FileFacts) -> dict[str, tuple[str, int]]:
    """The words of a file's classes, with their lines, by what they stand for."""
    found = {of: (word, line) for of, word, line in (*_of_decorators(facts), *_of_classes(facts))}
    return {of: each for of, each in found.items() if each[0]}


def _of_decorators(facts: FileFacts) -> Iterator[tuple[str, str, int]]:
    for index, definition in enumerate(facts.definitions):
        for each in definition.decorators:
            if type(each) is Call and decorator_name(each) in _MARKS and each.arguments:
                yield facts.qualified_name(index), _text(each.arguments[0].value), each.line


def _of_classes(facts: FileFacts) -> Iterator[tuple[str, str, int]]:
    """Of Python, what is bound in classes."""
    for step in facts.steps if facts.language == "python" else ():
        if step.kind != "bind" or type(step.target) is not Name:
            continue
        owner = facts.definitions[step.scope]
        if step.target.id == _MAPPED:
            yield facts.qualified_name(step.scope), _identity(step.value), step.line
        elif any(last_name(base) == _CHOICES for base in owner.bases):
            yield f"{facts.qualified_name(step.scope)}.{step.target.id}", _first(step.value), step.line


def _identity(value: Expr) -> str:
    elements = value.elements if type(value) is Collection else ()
    return next((_text(each.value) for each in elements if each.key == _IDENTITY), "")


def _first(value: Expr) -> str:
    """The value of a choice, which its label may follow."""
    return _text(value.elements[0].value) if type(value) is Collection and value.elements else _text(value)


def _text(value: Expr) -> str:
    return value.value if type(value) is Text and not value.parts else ""


def _is_rewritten(old: str, new: str, *, change: Change, contents: ChangedBytes) -> bool:
    """Whether a script of the change, or a migration as code, names both words."""
    for file in change.files:
        blob = file.on(Side.HEAD)
        if blob is None or not (role_of(blob.path) == "sql" or "migrat" in blob.path.lower()):
            continue
        data = contents.of(blob.path)
        if isinstance(data, bytes) and old.encode() in data and new.encode() in data:
            return True
    return False
