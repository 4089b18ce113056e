"""Keys that code asks a configuration for that it read from a file, and what a change calls otherwise of them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Item, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.test_files import stands_aside

_READING: Final = frozenset({"safe_load", "load", "full_load", "parse"})
_OF: Final = frozenset({"yaml", "YAML", "jsyaml"})
_MOST_HOPS: Final = 8


class KeyRead(Struct, frozen=True, kw_only=True):
    """One key that is asked for: those that lead to it first; `must` where it fails without."""

    path: tuple[str, ...]
    line: int
    must: bool


class RenamedKey(Struct, frozen=True, kw_only=True):
    """A key that took the place of another: `beside` are the others that are read of the same file."""

    file: FileCode
    before: KeyRead
    after: KeyRead
    beside: tuple[str, ...]


def renamed_keys(code: CodeChange) -> Iterator[RenamedKey]:
    """Every key of a file of YAML that a changed file asks for by another name."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path):
            continue
        old, new = ({each.path: each for each in keys_read(facts)} for facts in (file.base, file.head))
        come = [each for each in new.values() if each.path not in old]
        for gone in (each for each in old.values() if each.path not in new and not _says(file.head, each.path[-1])):
            within = [each for each in come if each.path[:-1] == gone.path[:-1]]
            if (
                len(within) == 1
                and sum(each.path not in new and each.path[:-1] == gone.path[:-1] for each in old.values()) == 1
            ):
                beside = {key for each in old for key in each} - {gone.path[-1]}
                yield RenamedKey(file=file, before=gone, after=within[0], beside=tuple(sorted(beside)))


def keys_read(facts: FileFacts) -> Iterator[KeyRead]:
    """Every key that a file asks for of what it read as YAML."""
    if not any(each.module.partition(".")[0] in ("yaml", "js-yaml", "ruamel") for each in facts.imports):
        return
    for step in facts.steps:
        for part in walk(step.value):
            path, must = _path(part, step.scope, facts=facts)
            if path:
                yield KeyRead(path=path, line=getattr(part, "line", 0) or step.line, must=must)


def _path(expr: Expr, scope: int, *, facts: FileFacts) -> tuple[tuple[str, ...], bool]:
    """The keys that lead to what an expression asks for; none where it is not known to be of a file."""
    keys: list[str] = []
    must = type(expr) is Item
    for _ in range(_MOST_HOPS):
        of, key = _asked(expr)
        if key:
            keys.insert(0, key)
            expr = of
        elif type(expr) is Name:
            bound = [
                each.value
                for each in facts.steps
                if each.scope in (scope, 0) and each.kind == "bind" and each.target == expr
            ]
            if len(bound) != 1:
                return (), False
            expr = bound[0]
        else:
            break
    return (tuple(keys), must) if keys and _is_read(expr) else ((), False)


def _asked(expr: Expr) -> tuple[Expr, str]:
    if type(expr) is Item and type(expr.key) is Text and not expr.key.parts:
        return expr.of, expr.key.value
    if type(expr) is Call and type(expr.function) is Attribute and expr.function.name == "get" and expr.arguments:
        first = expr.arguments[0].value
        return expr.function.of, first.value if type(first) is Text and not first.parts else ""
    return expr, ""


def _is_read(expr: Expr) -> bool:
    if type(expr) is not Call or type(expr.function) is not Attribute or expr.function.name not in _READING:
        return False
    return last_name(expr.function.of) in _OF


def _says(facts: FileFacts, key: str) -> bool:
    return any(type(part) is Text and part.value == key for step in facts.steps for part in walk(step.value))
